// Blurs, and what is made of them, on a device against their references.
#include "tests/kernels/cuda_worker_fixture.hpp"

namespace framewright::kernels {
namespace {

class BlursOnDevice : public CudaWorkerFixture {};

constexpr Border kBorders[] = {Border::Reflect, Border::Clamp, Border::Wrap};

struct Bell {
  int size;
  double sigma;
};

TEST_F(BlursOnDevice, GiveTheBytesOfGaussianBlur) {
  for (const Bell& bell : {Bell{3, 0.8}, Bell{5, 1.5}, Bell{31, 9.0}}) {
    const GaussianKernel kernel = make_gaussian_kernel(bell.size, bell.sigma).value();
    for (const Border border : kBorders) {
      SCOPED_TRACE(bell.size);
      expect_reference_bytes({DeviceGaussian{kernel, border}}, [&](auto in, auto out) {
        return reference::gaussian_blur(in, kernel, border, out);
      });
    }
  }
}

TEST_F(BlursOnDevice, GiveTheBytesOfWideGaussianBlurs) {
  // Lines and curves at each spacing; the first stands together, the last has the longest reach there is.
  for (const Bell& bell : {Bell{41, 7.3}, Bell{45, 10.0}, Bell{35, 4.7}, Bell{63, 50.0}, Bell{63, 10.0},
                           Bell{129, 50.0}, Bell{255, 50.0}, Bell{101, 16.0}, Bell{255, 42.5}}) {
    const GaussianKernel kernel = make_gaussian_kernel(bell.size, bell.sigma).value();
    for (const Border border : kBorders) {
      SCOPED_TRACE(bell.size);
      expect_reference_bytes(
          {DeviceGaussian{kernel, border}},
          [&](auto in, auto out) { return reference::gaussian_blur(in, kernel, border, out); },
          {{1, 1, 1}, {37, 11, 3}, {131, 5, 4}, {5, 140, 1}, {259, 2, 3}});
    }
  }
}

TEST_F(BlursOnDevice, GiveTheBytesOfBoxBlur) {
  for (const int size : {1, 3, 5, 7, 15, 17, 31, 255}) {
    SCOPED_TRACE(size);
    expect_reference_bytes({DeviceBoxBlur{size}},
                           [&](auto in, auto out) { return reference::box_blur(in, size, out); },
                           {{1, 1, 1}, {1, 7, 3}, {9, 4, 4}, {261, 2, 1}, {3, 66, 1}});
  }
}

/// Every sum that there is, as far as that goes: a square of one value with one other in it.
TEST_F(BlursOnDevice, RoundEveryMeanOfSmallSquares) {
  for (const int size : {3, 5, 15}) {
    SCOPED_TRACE(size);
    const Shape shape{size * 256, size, 1};
    TestPicture in(shape);
    for (int x = 0; x < shape.width_px; ++x) {
      for (int y = 0; y < size; ++y) in.view().row(y)[x] = static_cast<std::uint8_t>(x / size);
      in.view().row(0)[x] = static_cast<std::uint8_t>(37 * x);
    }
    TestPicture expected(shape);
    TestPicture out(shape);
    ASSERT_EQ(reference::box_blur(in.view(), size, expected.view()), Status::Ok);
    const auto worker = make_worker(1, limits_of({DeviceBoxBlur{size}}, {shape.width_px, size, 1}));
    ASSERT_EQ(run(*worker, {DeviceBoxBlur{size}}, in.view(), out.view()), Status::Ok);
    ASSERT_EQ(out.values(), expected.values());
  }
}

/// Steep, flat and in between, so that sums and products are of all sizes there are.
TEST_F(BlursOnDevice, RoundWhatSmallGaussiansWeigh) {
  const Shape shape{512, 96, 1};
  TestPicture in(shape);
  for (int y = 0; y < shape.height_px; ++y) {
    for (int x = 0; x < shape.width_px; ++x) {
      const int ramp = (x * (y / 12 + 1)) >> (y / 3 % 4);
      in.view().row(y)[x] = static_cast<std::uint8_t>(y % 3 == 0   ? ramp
                                                      : y % 3 == 1 ? x / 2
                                                                   : x / 16 % 2 * 255);
    }
  }
  for (const Bell& bell : {Bell{3, 0.5}, Bell{5, 0.3}, Bell{5, 1.1}, Bell{7, 1.4}, Bell{9, 2.0},
                           Bell{11, 50.0}, Bell{13, 2.5}, Bell{15, 2.6}, Bell{15, 40.0}}) {
    SCOPED_TRACE(std::to_string(bell.size) + ", " + std::to_string(bell.sigma));
    const GaussianKernel kernel = make_gaussian_kernel(bell.size, bell.sigma).value();
    TestPicture expected(shape);
    TestPicture out(shape);
    ASSERT_EQ(reference::gaussian_blur(in.view(), kernel, Border::Clamp, expected.view()), Status::Ok);
    const DeviceSteps steps{DeviceGaussian{kernel, Border::Clamp}};
    const auto worker = make_worker(1, limits_of(steps, {shape.width_px, shape.height_px, 1}));
    ASSERT_EQ(run(*worker, steps, in.view(), out.view()), Status::Ok);
    ASSERT_EQ(out.values(), expected.values());
  }
}

TEST_F(BlursOnDevice, RoundWhatIsWeighedByEvenNumbers) {
  GaussianKernel kernel = make_gaussian_kernel(5, 1.5).value();
  kernel.side[0] = static_cast<std::int16_t>(kernel.side[0] + 1);
  kernel.around = static_cast<std::int16_t>(kernel.around + 2);
  expect_reference_bytes({DeviceGaussian{kernel, Border::Reflect}}, [&](auto in, auto out) {
    return reference::gaussian_blur(in, kernel, Border::Reflect, out);
  });
}

/// Higher than a tile and wider, for all that the compiler knows of a kernel and for what it does not.
TEST_F(BlursOnDevice, GiveTheSameBytesAcrossTiles) {
  for (const int channels : {1, 3, 4}) {
    for (const int size : {3, 5, 7, 9, 15}) {
      SCOPED_TRACE(std::to_string(size) + " with channels " + std::to_string(channels));
      const std::vector<Shape> shapes{{channels == 1 ? 261 : 67, 131, channels}, {128, 64, channels}};
      const GaussianKernel kernel = make_gaussian_kernel(size, 0.3 * size).value();
      expect_reference_bytes(
          {DeviceGaussian{kernel, Border::Wrap}},
          [&](auto in, auto out) { return reference::gaussian_blur(in, kernel, Border::Wrap, out); }, shapes);
      expect_reference_bytes(
          {DeviceBoxBlur{size}}, [&](auto in, auto out) { return reference::box_blur(in, size, out); },
          shapes);
    }
  }
}

/// Alpha is none of it, whichever way a mean is found.
TEST_F(BlursOnDevice, GiveTheBytesOfAdaptiveThresholds) {
  for (const int size : {3, 11, 31}) {
    SCOPED_TRACE(size);
    expect_reference_bytes({DeviceBoxBlur{size, BoxUse::Threshold, 5, Polarity::DarkIsWhite}},
                           [&](auto in, auto out) {
                             return reference::threshold_adaptive(in, size, 5, Polarity::DarkIsWhite, out);
                           },
                           {{1, 1, 1}, {37, 70, 1}, {19, 9, 4}, {33, 5, 3}});
  }
}

TEST_F(BlursOnDevice, GiveTheBytesOfUnsharpMasks) {
  const UnsharpWeights weights = make_unsharp_weights(1.7, 9).value();
  for (const Bell& bell : {Bell{3, 1.0}, Bell{5, 1.0}, Bell{9, 2.0}, Bell{63, 20.0}}) {
    const GaussianKernel kernel = make_gaussian_kernel(bell.size, bell.sigma).value();
    expect_reference_bytes(
        {DeviceGaussian{kernel, Border::Reflect, BlurUse::UnsharpMask, weights}},
        [&](auto in, auto out) { return reference::unsharp_mask(in, kernel, weights, out); });
  }
}

TEST_F(BlursOnDevice, GiveTheBytesOfTheHighPass) {
  for (const Bell& bell : {Bell{7, 2.0}, Bell{63, 20.0}}) {
    const GaussianKernel kernel = make_gaussian_kernel(bell.size, bell.sigma).value();
    expect_reference_bytes({DeviceGaussian{kernel, Border::Reflect, BlurUse::HighPass}},
                           [&](auto in, auto out) { return reference::high_pass(in, kernel, out); });
  }
}

}  // namespace
}  // namespace framewright::kernels
