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
  // Spacings 1, 2 and 4; the last has the longest reach there is.
  for (const Bell& bell : {Bell{63, 10.0}, Bell{127, 50.0}, Bell{101, 16.0}, Bell{255, 50.0}}) {
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
  for (const int size : {1, 3, 31, 255}) {
    SCOPED_TRACE(size);
    expect_reference_bytes({DeviceBoxBlur{size}},
                           [&](auto in, auto out) { return reference::box_blur(in, size, out); },
                           {{1, 1, 1}, {1, 7, 3}, {9, 4, 4}, {261, 2, 1}, {3, 66, 1}});
  }
}

TEST_F(BlursOnDevice, GiveTheBytesOfUnsharpMasks) {
  const UnsharpWeights weights = make_unsharp_weights(1.7, 9).value();
  for (const Bell& bell : {Bell{5, 1.0}, Bell{63, 20.0}}) {
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
