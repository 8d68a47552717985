// A small world for codec tests: a budget, a pool, one decoder and one encoder.
#pragma once

#include <gtest/gtest.h>

#include "engine/codec.hpp"
#include "tests/engine/pictures.hpp"

namespace framewright::engine {

class CodecFixture : public testing::Test {
 protected:
  /// Every test ends with all memory returned, whatever went wrong in it.
  void TearDown() override {
    EXPECT_EQ(pool_.lent_bytes(), 0u);
    EXPECT_EQ(budget_.used_bytes(), 0u);
  }

  Result<Frame> decode(std::span<const std::uint8_t> bytes, ImageEncoding encoding) {
    Reservation none;
    return decoder_.decode(pictures::encoded(pool_, bytes, encoding), limits_, none);
  }
  Result<EncodedFrame> encode(const pictures::Pixels& pixels, ImageEncoding format, int quality = 90) {
    Reservation none;
    return encoder_.encode(pictures::frame(pool_, pixels), format, quality, none);
  }
  /// Decodes every proper prefix of `bytes` and expects an error that blames the picture.
  void expect_every_truncation_fails(const pictures::Bytes& bytes, ImageEncoding encoding) {
    for (std::size_t size = 1; size < bytes.size(); ++size) {
      const auto frame = decode(std::span(bytes).first(size), encoding);
      ASSERT_FALSE(frame) << "a prefix of " << size << " of " << bytes.size() << " bytes was decoded";
      ASSERT_EQ(frame.error().code, ErrorCode::CorruptMedia) << size << " bytes: " << frame.error().detail;
    }
  }

  FrameBudget budget_{64u << 20};
  FramePool pool_{budget_};
  ImageLimits limits_;
  Decoder decoder_{pool_};
  Encoder encoder_{pool_};
};

}  // namespace framewright::engine
