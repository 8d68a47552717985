#include "engine/jpeg_codec.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "engine/check.hpp"
#include "engine/jpeg_file.hpp"
#include "engine/jpeg_library.hpp"
#include "engine/jpeg_planes.hpp"

namespace framewright::engine {
namespace {

constexpr int kRowsAtOnce = 16;
/// Bytes of a row of the longest side that JPEG has, at an eighth of its size.
constexpr std::size_t kEighthOfLongestRow = JPEG_MAX_DIMENSION / 8 + 1;

using Rows = std::array<JSAMPROW, kRowsAtOnce>;

/// The rows from `first` to before `end`, as the library wants them: it reads through pointers that are not
/// const.
template <class View>
JDIMENSION rows_from(const View& view, JDIMENSION first, JDIMENSION end, Rows& rows) noexcept {
  const auto count = std::min<JDIMENSION>(kRowsAtOnce, end - first);
  for (JDIMENSION i = 0; i < count; ++i)
    rows[i] = const_cast<JSAMPROW>(view.row(static_cast<int>(first + i)));
  return count;
}

void read_pixels(jpeg_decompress_struct& info, const ImageHeader& header, const kernels::ImageView& pixels) {
  begin_jpeg_pixels(info, header);
  while (info.output_scanline < info.output_height) read_jpeg_pixel_rows(info, pixels, info.output_height);
  jpeg_finish_decompress(&info);
}

void read_nothing(jpeg_decompress_struct& info) {
  info.out_color_space = JCS_GRAYSCALE;
  info.scale_num = 1;
  info.scale_denom = 8;
  jpeg_start_decompress(&info);
  std::array<JSAMPLE, kEighthOfLongestRow> row;
  JSAMPROW rows = row.data();
  while (info.output_scanline < info.output_height) jpeg_read_scanlines(&info, &rows, 1);
  jpeg_finish_decompress(&info);
}

}  // namespace

bool has_channels(const jpeg_decompress_struct& info, int channels) noexcept {
  return channels == info.num_components || (channels == 1 && info.jpeg_color_space == JCS_YCbCr);
}

void begin_jpeg_pixels(jpeg_decompress_struct& info, const ImageHeader& header) {
  info.out_color_space = color_space_of(header.geometry.channels);
  scale_to(info, header.eighths);
  jpeg_start_decompress(&info);
}

void read_jpeg_pixel_rows(jpeg_decompress_struct& info, const kernels::ImageView& pixels, JDIMENSION end) {
  Rows rows;
  const auto count = rows_from(pixels, info.output_scanline, end, rows);
  jpeg_read_scanlines(&info, rows.data(), count);
}

void write_jpeg_pixel_rows(jpeg_compress_struct& info, const kernels::ConstImageView& pixels,
                           JDIMENSION end) {
  Rows rows;
  const auto count = rows_from(pixels, info.next_scanline, end, rows);
  jpeg_write_scanlines(&info, rows.data(), count);
}

JpegDecoder::JpegDecoder() : reader_(std::make_unique<JpegReader>()) {}
JpegDecoder::~JpegDecoder() = default;
JpegDecoder::JpegDecoder(JpegDecoder&&) noexcept = default;

Result<void> JpegDecoder::decode(std::span<const std::uint8_t> bytes, const ImageHeader& header,
                                 const kernels::ImageView& pixels) {
  FW_CHECK(header.decoded_geometry() == (Geometry{pixels.width_px, pixels.height_px, pixels.channels}));
  auto& info = reader_->info;
  bool agrees = false;
  auto done = reader_->read(bytes, [&] {
    agrees = is_of_size(info, header.geometry) && has_channels(info, pixels.channels);
    if (agrees) read_pixels(info, header, pixels);
  });
  if (done && !agrees) return two_jpeg_headers();
  return done;
}

Result<void> JpegDecoder::check(std::span<const std::uint8_t> bytes, const Geometry& size) {
  auto& info = reader_->info;
  bool agrees = false;
  auto done = reader_->read(bytes, [&] {
    agrees = is_of_size(info, size);
    if (agrees) read_nothing(info);
  });
  if (done && !agrees) return two_jpeg_headers();
  return done;
}

Result<void> JpegDecoder::decode_planes(std::span<const std::uint8_t> bytes, const ImageHeader& header,
                                        const PlanarViews& planes) {
  const auto size = header.decoded_geometry();
  FW_CHECK(planes.front().width_px == size.width_px && planes.front().height_px == size.height_px);
  auto& info = reader_->info;
  bool agrees = false;
  auto done = reader_->read(bytes, [&] {
    agrees = is_of_size(info, header.geometry) && has_planes(info, header.planes);
    if (agrees) read_jpeg_planes(info, header.eighths, planes);
  });
  if (done && !agrees) return two_jpeg_headers();
  return done;
}

JpegEncoder::JpegEncoder() : writer_(std::make_unique<JpegWriter>()) {}
JpegEncoder::~JpegEncoder() = default;
JpegEncoder::JpegEncoder(JpegEncoder&&) noexcept = default;

std::uint64_t JpegEncoder::worst_bytes(const Geometry& geometry) noexcept {
  return worst_jpeg_bytes(geometry.width_px, geometry.height_px, geometry.channels);
}

Result<std::size_t> JpegEncoder::encode(const kernels::ConstImageView& pixels, int quality,
                                        std::span<std::uint8_t> out) {
  if (auto fits = check_sides(pixels.width_px, pixels.height_px); !fits)
    return unexpected(std::move(fits).error());
  FW_CHECK(out.size() >= worst_bytes({pixels.width_px, pixels.height_px, pixels.channels}));
  auto& info = writer_->info;
  return writer_->write(out, [&] {
    describe(info, pixels.width_px, pixels.height_px, {color_space_of(pixels.channels), quality});
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) write_jpeg_pixel_rows(info, pixels, info.image_height);
    jpeg_finish_compress(&info);
  });
}

Result<std::size_t> JpegEncoder::encode_planes(const PlanarViews& planes, int quality,
                                               std::span<std::uint8_t> out) {
  const auto& luma = planes.front();
  if (auto fits = check_sides(luma.width_px, luma.height_px); !fits)
    return unexpected(std::move(fits).error());
  FW_CHECK(out.size() >= worst_bytes({luma.width_px, luma.height_px, 3}));
  auto& info = writer_->info;
  return writer_->write(out, [&] {
    describe(info, luma.width_px, luma.height_px, {JCS_YCbCr, quality});
    write_jpeg_planes(info, planes);
  });
}

std::uint64_t JpegEncoder::bytes_around(std::span<const std::uint8_t> scan) noexcept {
  return scan.size() + static_cast<std::uint64_t>(std::ranges::count(scan, 0xFF)) + kMostJpegHeaderBytes +
         kJpegEndBytes;
}

Result<std::size_t> JpegEncoder::encode_scan(const JpegScan& scan, const Geometry& geometry, int quality,
                                             std::span<std::uint8_t> out) {
  if (auto fits = check_sides(geometry.width_px, geometry.height_px); !fits)
    return unexpected(std::move(fits).error());
  const auto bytes = scan.whole_bytes();
  FW_CHECK(!bytes.empty());
  const auto left_over = static_cast<unsigned>(8 * bytes.size() - scan.bits);
  bytes.back() = static_cast<std::uint8_t>(bytes.back() | ((1U << left_over) - 1));
  FW_CHECK(out.size() >= bytes_around(bytes));
  auto& info = writer_->info;
  return writer_->write(out, [&] {
    describe(info, geometry.width_px, geometry.height_px, {color_space_of(geometry.channels), quality});
    auto* const end = put_jpeg_end(put_jpeg_scan(bytes, put_jpeg_headers(info, out.data())));
    info.dest->free_in_buffer -= static_cast<std::size_t>(end - out.data());
  });
}

}  // namespace framewright::engine
