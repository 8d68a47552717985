#include <algorithm>

#include "tests/engine/libpng_reader.hpp"
#include "tests/fuzz/picture_fuzzer.hpp"

namespace {

using namespace framewright::engine;

/// A picture of the size that the first bytes say, made of the others, again and again.
Frame picture_of(std::span<const std::uint8_t> bytes, FramePool& pool) {
  constexpr int kChannels[] = {1, 3, 4, 3};
  const Geometry geometry{1 + bytes[0], 1 + bytes[1], kChannels[bytes[2] % 4]};
  Reservation none;
  auto frame = std::move(lend_frame(geometry, pool, none)).value();
  const auto content = bytes.subspan(4);
  for (std::size_t i = 0; i < geometry.bytes(); ++i) frame.view().pixels[i] = content[i % content.size()];
  return frame;
}

}  // namespace

// Every picture comes back as it was, by our decoder and by libpng.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 5) return 0;
  static FrameBudget budget(64u << 20);
  static FramePool pool(budget);
  static Encoder encoder(pool);
  const int quality = data[3] % 16 == 0 ? 100 : 80;
  auto frame = picture_of({data, size}, pool);
  const std::vector<std::uint8_t> pixels(frame.view().pixels, frame.view().pixels + frame.geometry.bytes());
  const auto geometry = frame.geometry;
  Reservation none;
  const auto encoded = encoder.encode(std::move(frame), ImageEncoding::Png, quality, none);
  FW_CHECK(encoded.has_value());
  const auto decoded = decode_anything(encoded->payload(), ImageEncoding::Png);
  FW_CHECK(decoded && decoded->geometry == geometry && decoded->bytes == pixels);
  const auto by_libpng = read_by_libpng(encoded->payload());
  FW_CHECK(by_libpng && by_libpng->geometry == geometry && by_libpng->bytes == pixels);
  return 0;
}
