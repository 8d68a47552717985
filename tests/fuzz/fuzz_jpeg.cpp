#include "tests/fuzz/picture_fuzzer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace framewright::engine;
  decode_anything({data, size}, ImageEncoding::Jpeg);
  return 0;
}
