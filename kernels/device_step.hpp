// What a device runs for one filter: plain numbers, so that the host plans without knowing the device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "kernels/bilateral.hpp"
#include "kernels/blend.hpp"
#include "kernels/canny.hpp"
#include "kernels/clahe.hpp"
#include "kernels/colour_matrix.hpp"
#include "kernels/gaussian_blur.hpp"
#include "kernels/grayscale.hpp"
#include "kernels/image_view.hpp"
#include "kernels/laplacian_of_gaussian.hpp"
#include "kernels/morphology.hpp"
#include "kernels/point_table.hpp"
#include "kernels/resize.hpp"
#include "kernels/sepia.hpp"
#include "kernels/sharpen.hpp"
#include "kernels/threshold.hpp"
#include "kernels/turn.hpp"
#include "kernels/unsharp_mask.hpp"
#include "kernels/vignette.hpp"
#include "kernels/white_balance.hpp"

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

/// What becomes of a value and the mean of its square.
enum class BoxUse : std::uint8_t { Mean, Threshold };

struct DeviceBoxBlur {
  int kernel_size_px = 0;
  BoxUse use = BoxUse::Mean;
  int offset = 0;  ///< of the threshold, below the mean
  Polarity polarity = Polarity::BrightIsWhite;
};

enum class NeighbourhoodKind : std::uint8_t { Sobel, Scharr, Sharpen };

struct DeviceNeighbourhood {
  NeighbourhoodKind kind;
  SharpenWeight strength = {};
};

struct DeviceLog {
  LogKernel kernel;
  LogOutput output;
};

struct DeviceMorphology {
  Morphology operation;
  StructuringElement element;
};

struct DeviceMedian {
  int kernel_size_px;
};

struct DeviceBilateral {
  BilateralKernel kernel;
};

struct DeviceOilPainting {
  int radius_px;
};

/// Of one channel.
struct DeviceCanny {
  CannyThresholds thresholds;
};

struct DeviceEqualize {};

struct DeviceClahe {
  ClipLimit limit;
  TileGrid grid;
};

struct DeviceOtsu {
  Polarity polarity;
};

struct DeviceWhiteBalance {
  WhiteReference reference;
};

struct DevicePixelate {
  int block_size_px;
};

struct DeviceTurn {
  Turn turn;
};

struct PixelRectangle {
  int x = 0;
  int y = 0;
  int width_px = 0;
  int height_px = 0;
};

struct DeviceCrop {
  PixelRectangle part;
};

struct DeviceResize {
  int width_px;
  int height_px;
  Interpolation interpolation;
};

/// The picture resized into a part of another, which is gray around it, its alpha opaque.
struct DeviceLetterbox {
  int width_px;
  int height_px;
  PixelRectangle picture;
  Interpolation interpolation;
  std::uint8_t background;
};

struct DeviceBlend;

using DeviceStep =
    std::variant<DeviceGrayscale, DevicePointTable, DeviceColourMatrix, DeviceConversion, DeviceVignette,
                 DeviceGaussian, DeviceBoxBlur, DeviceNeighbourhood, DeviceLog, DeviceMorphology,
                 DeviceMedian, DeviceBilateral, DeviceOilPainting, DeviceCanny, DeviceEqualize, DeviceClahe,
                 DeviceOtsu, DeviceWhiteBalance, DevicePixelate, DeviceTurn, DeviceCrop, DeviceResize,
                 DeviceLetterbox, DeviceBlend>;
using DeviceSteps = std::vector<DeviceStep>;

/// What two lists of steps make of one picture, mixed; an empty list is the picture itself.
struct DeviceBlend {
  DeviceSteps first;
  DeviceSteps second;
  BlendWeight weight;
};

/// The shape that a step makes of a picture.
DeviceShape output_shape(const DeviceStep& step, const DeviceShape& in);

/// Device memory that a step needs beside its input and its output.
std::size_t device_scratch_bytes(const DeviceStep& step, const DeviceShape& in);

/// Pinned memory for what the host copies to the device ahead of a step.
std::size_t device_staging_bytes(const DeviceStep& step, const DeviceShape& in);

/// Pictures that the steps of one part of a blend take turns in, and the size of each.
std::size_t blend_buffers(const DeviceSteps& steps);
std::size_t blend_picture_bytes(const DeviceSteps& steps, const DeviceShape& in);

/// Of the filters that count values.
inline constexpr std::size_t kHistogramScratchBytes = 4608;

/// Pictures in device memory are packed, and have room up to a multiple of this: whole groups of four
/// pixels of three bytes, and whole words of 16 bytes.
inline constexpr std::size_t kDeviceRounding = 48;

inline std::size_t device_bytes(std::size_t bytes) {
  return (bytes + kDeviceRounding - 1) / kDeviceRounding * kDeviceRounding;
}

/// Longest side of a picture on a device.
inline constexpr int kDeviceMaxSide = 32767;

/// The most bytes of a picture on a device, and the most values of one between two passes: kernels count in
/// int, because 64 bits take two registers and several operations for one, and the last block of a launch
/// counts beyond the picture.
inline constexpr std::size_t kDeviceMaxBytes = (std::size_t{1} << 31) - (std::size_t{1} << 20);

struct DeviceLimits {
  std::size_t frame_bytes = 0;    ///< largest picture, before or after any step, packed; to kDeviceMaxBytes
  std::size_t scratch_bytes = 0;  ///< of any step
  std::size_t staging_bytes = 0;  ///< of all steps together
};

/// Sets `out` to the shape that the steps make of `in`.
///
/// Errors   BadShape when a step cannot take what the one before it makes, or something is beyond the limits
///          or kDeviceMaxBytes; BadParameter when the numbers of a step were not made by the functions that
///          make them.
Status check_device_steps(const DeviceSteps& steps, const DeviceShape& in, const DeviceLimits& limits,
                          DeviceShape& out);

}  // namespace framewright::kernels
