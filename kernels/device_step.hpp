// What a device runs for one filter: plain numbers, so that the host plans without knowing the device.
#pragma once

#include <variant>

#include "kernels/gaussian_blur.hpp"
#include "kernels/grayscale.hpp"
#include "kernels/image_view.hpp"
#include "kernels/point_table.hpp"
#include "kernels/sepia.hpp"

namespace framewright::kernels {

struct DeviceGrayscale {
  GrayscaleAlgorithm algorithm;
};

/// Every filter that is one table for each colour channel: invert, brightness and contrast, gamma, and their
/// chains.
struct DevicePointTable {
  PointTable table;
};

struct DeviceSepia {
  SepiaMatrix matrix;
};

/// Whether a device can: the surroundings of a tile must fit into shared memory.
inline bool device_blurs(const GaussianKernel& kernel) {
  return is_gaussian_kernel(kernel) && kernel.reach_px() <= 15;
}

struct DeviceGaussian {
  GaussianKernel kernel;
  Border border;
};

using DeviceStep = std::variant<DeviceGrayscale, DevicePointTable, DeviceSepia, DeviceGaussian>;

/// Channels that a step makes of a picture with `channels`; every step keeps width and height.
inline int output_channels(const DeviceStep& step, int channels) {
  return std::holds_alternative<DeviceGrayscale>(step) ? 1 : channels;
}

}  // namespace framewright::kernels
