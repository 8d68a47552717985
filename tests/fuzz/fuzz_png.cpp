#include "tests/engine/libpng_reader.hpp"
#include "tests/fuzz/picture_fuzzer.hpp"

// What libpng decodes as well has the same pixels.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace framewright::engine;
  const auto pixels = decode_anything({data, size}, ImageEncoding::Png);
  if (!pixels) return 0;
  const auto expected = libpng_pixels({data, size}, pixels->geometry);
  FW_CHECK(!expected || *expected == pixels->bytes);
  return 0;
}
