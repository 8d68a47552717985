// Headers of any format, EXIF, and raw frames whose size and format are fuzzed as well.
#include <cstring>

#include "engine/exif.hpp"
#include "tests/fuzz/picture_fuzzer.hpp"

namespace framewright::engine {
namespace {

void inspect_anything(std::span<const std::uint8_t> bytes) {
  const auto header = inspect(bytes, kFuzzLimits);
  if (header) FW_CHECK(header->orientation >= 1 && header->orientation <= 8);
  const auto exif = read_exif(bytes);
  FW_CHECK(exif.camera_make.size() <= 64 && exif.camera_model.size() <= 64);
  const auto bare = parse_exif(bytes);
  FW_CHECK(bare.taken_at.empty() || bare.taken_at.size() == 19);
}

/// The first nine bytes are format, width and height of raw pixels, the rest is their payload.
void decode_raw_anything(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kPrefixBytes = 9;
  if (bytes.size() < kPrefixBytes) return;
  static FrameBudget budget(16u << 20);
  static FramePool pool(budget);
  auto input = lend_input(pool, bytes.subspan(kPrefixBytes), ImageEncoding::Raw);
  input.pixel_format = static_cast<PixelFormat>(bytes[0] % 4);
  std::memcpy(&input.width_px, bytes.data() + 1, sizeof(input.width_px));
  std::memcpy(&input.height_px, bytes.data() + 5, sizeof(input.height_px));
  Decoder decoder(pool);
  Reservation none;
  const auto frame = decoder.decode(std::move(input), kFuzzLimits, none);
  if (frame) FW_CHECK(frame->geometry.bytes() <= kFuzzLimits.pixels * 4);
}

}  // namespace
}  // namespace framewright::engine

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  framewright::engine::inspect_anything({data, size});
  framewright::engine::decode_raw_anything({data, size});
  return 0;
}
