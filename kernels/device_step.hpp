// What a device runs for one filter: plain numbers, so that the host plans without knowing the device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "kernels/colour_matrix.hpp"
#include "kernels/gaussian_blur.hpp"
#include "kernels/grayscale.hpp"
#include "kernels/image_view.hpp"
#include "kernels/point_table.hpp"
#include "kernels/sepia.hpp"
#include "kernels/unsharp_mask.hpp"
#include "kernels/vignette.hpp"

namespace framewright::kernels {

/// The shape of a picture between two steps.
struct DeviceShape {
  int width_px = 0;
  int height_px = 0;
  int channels = 0;

  std::size_t pixels() const {
    return static_cast<std::size_t>(width_px) * static_cast<std::size_t>(height_px);
  }
  std::size_t bytes() const { return pixels() * static_cast<std::size_t>(channels); }
};

struct DeviceGrayscale {
  GrayscaleAlgorithm algorithm;
};

/// Every filter that is one table for each colour channel: invert, brightness and contrast, gamma, and their
/// chains.
struct DevicePointTable {
  PointTable table;
};

/// Sepia, YCbCr, hue and saturation; gray is copied.
struct DeviceColourMatrix {
  ColourMatrix matrix;
};

/// The same sums: 64 times 128 is the half of 2^14.
inline DeviceColourMatrix device_sepia(const SepiaMatrix& sepia) {
  DeviceColourMatrix step{{{}, 14}};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& row = sepia.weights[i];
    step.matrix.weights[i] = {row[0], row[1], row[2], 64};
  }
  return step;
}

enum class ColourConversion : std::uint8_t { RgbToHsv, HsvToRgb, RgbToLab, LabToRgb };

struct DeviceConversion {
  ColourConversion conversion;
};

struct DeviceVignette {
  Vignette vignette;
};

/// What becomes of a value and the blurred value in its place.
enum class BlurUse : std::uint8_t { Blur, UnsharpMask, HighPass };

struct DeviceGaussian {
  GaussianKernel kernel;
  Border border = Border::Reflect;
  BlurUse use = BlurUse::Blur;
  UnsharpWeights weights = {};
};

/// Whether a tile with its surroundings fits into shared memory.
inline bool blurs_in_one_pass(const GaussianKernel& kernel) {
  return kernel.spacing_px == 1 && kernel.taps <= 15;
}

using DeviceStep = std::variant<DeviceGrayscale, DevicePointTable, DeviceColourMatrix, DeviceConversion,
                                DeviceVignette, DeviceGaussian>;

/// The shape that a step makes of a picture.
DeviceShape output_shape(const DeviceStep& step, const DeviceShape& in);

/// Device memory that a step needs beside its input and its output.
std::size_t device_scratch_bytes(const DeviceStep& step, const DeviceShape& in);

using DeviceSteps = std::vector<DeviceStep>;

/// Longest side of a picture on a device.
inline constexpr int kDeviceMaxSide = 32767;

struct DeviceLimits {
  std::size_t frame_bytes = 0;    ///< largest picture, before or after any step, packed
  std::size_t scratch_bytes = 0;  ///< of any step
};

/// Sets `out` to the shape that the steps make of `in`.
///
/// Errors   BadShape when a step cannot take what the one before it makes, or something is beyond the limits;
///          BadParameter when the numbers of a step were not made by the functions that make them.
Status check_device_steps(const DeviceSteps& steps, const DeviceShape& in, const DeviceLimits& limits,
                          DeviceShape& out);

}  // namespace framewright::kernels
