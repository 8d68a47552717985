// How large a picture on a device may be.
#include "tests/kernels/cuda_worker_fixture.hpp"

namespace framewright::kernels {
namespace {

/// Nothing but what holds everywhere.
constexpr DeviceLimits kNoLimits{std::size_t{1} << 40, std::size_t{1} << 40, std::size_t{1} << 40};

Status check(const DeviceSteps& steps, const DeviceShape& in) {
  DeviceShape out;
  return check_device_steps(steps, in, kNoLimits, out);
}

TEST(LargePicturesOnDevice, HaveNoMoreBytesThanAnIntCounts) {
  EXPECT_EQ(check({}, {32767, 32767, 1}), Status::Ok);
  EXPECT_EQ(check({}, {32767, 21835, 3}), Status::Ok);
  EXPECT_EQ(check({}, {32767, 21836, 3}), Status::BadShape);
  EXPECT_EQ(check({}, {32767, 16376, 4}), Status::Ok);
  EXPECT_EQ(check({}, {32767, 16377, 4}), Status::BadShape);
}

TEST(LargePicturesOnDevice, AreNotMadeOfSmallOnes) {
  const PixelRectangle part{0, 0, 100, 100};
  EXPECT_EQ(check({DeviceLetterbox{16384, 16384, part, Interpolation::Area, 0}}, {100, 100, 4}), Status::Ok);
  EXPECT_EQ(check({DeviceLetterbox{32767, 16377, part, Interpolation::Area, 0}}, {100, 100, 4}),
            Status::BadShape);
}

}  // namespace
}  // namespace framewright::kernels
