#include <algorithm>
#include <string>

#include "engine/picture_header.hpp"
#include "engine/png_shape.hpp"
#include "tests/engine/libpng_reader.hpp"
#include "tests/engine/picture_bytes.hpp"
#include "tests/fuzz/picture_fuzzer.hpp"

namespace {

using namespace framewright::engine;

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// What libpng may take although we do not.
bool may_be_refused(std::span<const std::uint8_t> bytes) {
  const auto first = PngChunks(bytes).next();
  if (!first) return false;
  // libpng passes over chunks that it does not know, even before the header, which ought to be the first.
  if (first->type != "IHDR") return true;
  const auto shape = parse_png_shape(*first);
  return shape && !check_limits(shape->width_px, shape->height_px, kFuzzLimits);
}

/// What libpng takes we take, and it has the same pixels. We may take more.
void compare(std::span<const std::uint8_t> bytes) {
  if (may_be_refused(bytes)) return;
  const auto expected = read_by_libpng(bytes);
  const auto pixels = decode_anything(bytes, ImageEncoding::Png);
  if (!expected) return;
  FW_CHECK(pixels.has_value());
  FW_CHECK(pixels->geometry == expected->geometry);
  FW_CHECK(pixels->bytes == expected->bytes);
}

/// The same chunks with the checksums that they should have, so that what is in them is looked at.
std::string with_right_checksums(std::span<const std::uint8_t> bytes) {
  std::string file = "\x89PNG\r\n\x1a\n";
  if (bytes.size() < file.size()) return file;
  PngChunks chunks(bytes);
  for (auto chunk = chunks.next(); chunk; chunk = chunks.next()) {
    file += png_chunk(std::string(chunk->type), {chunk->payload.begin(), chunk->payload.end()});
    if (chunk->type == "IEND") break;
  }
  return file;
}

std::string compressed(const std::string& bytes) {
  uLongf size = ::compressBound(static_cast<uLong>(bytes.size()));
  std::string out(size, '\0');
  FW_CHECK(::compress2(reinterpret_cast<Bytef*>(out.data()), &size, bytes_of(bytes).data(),
                       static_cast<uLong>(bytes.size()), 1) == Z_OK);
  out.resize(size);
  return out;
}

/// A file of the kind that the first bytes say, whose filters and pixels are the others.
std::string file_of(std::span<const std::uint8_t> bytes) {
  constexpr std::pair<PngColor, int> kKinds[] = {
      {PngColor::Gray, 1},       {PngColor::Gray, 2},    {PngColor::Gray, 4},    {PngColor::Gray, 8},
      {PngColor::Gray, 16},      {PngColor::Rgb, 8},     {PngColor::Rgb, 16},    {PngColor::Palette, 1},
      {PngColor::Palette, 2},    {PngColor::Palette, 4}, {PngColor::Palette, 8}, {PngColor::GrayAlpha, 8},
      {PngColor::GrayAlpha, 16}, {PngColor::Rgba, 8},    {PngColor::Rgba, 16}};
  const auto& [color, bit_depth] = kKinds[bytes[0] % std::size(kKinds)];
  const PngShape shape{1u + bytes[1] % 80, 1u + bytes[2] % 40, bit_depth, color, bytes[3] % 2 == 1};
  std::string filtered(bytes.begin() + 6, bytes.end());
  filtered.resize(static_cast<std::size_t>(shape.filtered_bytes()));
  const auto colour_byte = static_cast<char>(color);
  std::string file = "\x89PNG\r\n\x1a\n";
  file += png_chunk("IHDR", big_endian(shape.width_px, 4) + big_endian(shape.height_px, 4) +
                                static_cast<char>(bit_depth) + colour_byte + std::string(2, '\0') +
                                static_cast<char>(shape.is_interlaced));
  if (color == PngColor::Palette) file += png_chunk("PLTE", std::string(3u * (1 + bytes[4] % 4), '\x5a'));
  const std::size_t transparency = bytes[4] / 4 % 4 == 0 ? 2 * shape.samples() : 0;
  if (transparency != 0) file += png_chunk("tRNS", filtered.substr(0, transparency));
  const auto packed = compressed(filtered);
  const std::size_t piece_bytes = bytes[5] == 0 ? packed.size() : bytes[5];
  for (std::size_t at = 0; at < packed.size(); at += piece_bytes) {
    file += png_chunk("IDAT", packed.substr(at, piece_bytes));
  }
  return file + png_chunk("IEND", "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  compare({data, size});
  compare(bytes_of(with_right_checksums({data, size})));
  if (size >= 6) compare(bytes_of(file_of({data, size})));
  return 0;
}
