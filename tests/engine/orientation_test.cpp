#include <gtest/gtest.h>

#include "tests/engine/codec_fixture.hpp"

namespace framewright::engine {
namespace {

using pictures::Bytes;
using pictures::Pixels;

class Orientation : public CodecFixture {
 protected:
  Pixels turned(const Pixels& pixels, int orientation, std::ptrdiff_t pitch_bytes = 0) {
    Reservation none;
    auto frame = apply_orientation(pictures::frame(pool_, pixels, pitch_bytes), orientation, pool_, none);
    return pictures::pixels_of(frame.value());
  }
};

// The letters of the Exif specification's figure: the same upright picture stored in eight ways.
TEST_F(Orientation, TurnsEachOfTheEightUpright) {
  const Pixels upright{{2, 3, 1}, {1, 2, 3, 4, 5, 6}};
  const std::pair<int, Pixels> stored[] = {
      {1, {{2, 3, 1}, {1, 2, 3, 4, 5, 6}}}, {2, {{2, 3, 1}, {2, 1, 4, 3, 6, 5}}},
      {3, {{2, 3, 1}, {6, 5, 4, 3, 2, 1}}}, {4, {{2, 3, 1}, {5, 6, 3, 4, 1, 2}}},
      {5, {{3, 2, 1}, {1, 3, 5, 2, 4, 6}}}, {6, {{3, 2, 1}, {2, 4, 6, 1, 3, 5}}},
      {7, {{3, 2, 1}, {6, 4, 2, 5, 3, 1}}}, {8, {{3, 2, 1}, {5, 3, 1, 6, 4, 2}}},
  };
  for (const auto& [orientation, pixels] : stored) {
    const auto result = turned(pixels, orientation);
    EXPECT_EQ(result.geometry, upright.geometry) << orientation;
    EXPECT_EQ(result.bytes, upright.bytes) << orientation;
  }
}

TEST_F(Orientation, KeepsChannelsTogetherAcrossTilesAndPaddedRows) {
  for (const int channels : {1, 3, 4}) {
    const auto pixels = pictures::noise({71, 45, channels});
    auto result = turned(pixels, 6, 512);
    ASSERT_EQ(result.geometry, (Geometry{45, 71, channels}));
    for (int quarter = 0; quarter < 3; ++quarter) result = turned(result, 6);
    EXPECT_EQ(result.bytes, pixels.bytes);
  }
}

TEST_F(Orientation, LeavesAnUprightFrameWhereItIs) {
  auto frame = pictures::frame(pool_, pictures::gradient({4, 4, 3}));
  const auto* const data = frame.buffer.data();
  Reservation none;
  EXPECT_EQ(apply_orientation(std::move(frame), 1, pool_, none)->buffer.data(), data);
}

}  // namespace
}  // namespace framewright::engine
