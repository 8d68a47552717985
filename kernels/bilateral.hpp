// Bilateral filter: smooths surfaces and keeps edges, because only neighbours of similar colour count.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

inline constexpr int kBilateralMaxSize = 15;

/// A neighbour and the one opposite to it: both count by `weight`, 1/32768ths, for their place.
struct BilateralTap {
  std::int8_t dx = 0;
  std::int8_t dy = 0;
  std::int16_t weight = 0;
  std::int16_t first_row = 0;  ///< of the dy + 1 rows of scratch that keep its weights
};

/// How much a neighbour counts for its colour; read by colour_weight() in kernels/bilateral_math.hpp.
struct ColourCurve {
  std::int16_t far = 0;  ///< from this distance on, nothing
  std::int16_t shift = 0;
  std::int16_t factor = 0;
};

struct BilateralKernel {
  /// Half of the neighbours in the circle of radius 7, the centre not among them.
  static constexpr std::size_t kMaxTaps = 74;

  int radius = 0;
  ColourCurve curve;
  std::size_t tap_count = 0;
  std::size_t weight_rows = 0;
  std::array<BilateralTap, kMaxTaps> taps{};
};

/// Units    kernel_size_px odd, 3..15: the diameter of a circle; sigma_colour 1..500, in distances of colour;
///          sigma_space_px 0.1..100.
/// Errors   none when a parameter is outside its range or not a number.
std::optional<BilateralKernel> make_bilateral_kernel(int kernel_size_px, double sigma_colour,
                                                     double sigma_space_px) noexcept;

/// Scratch that bilateral needs for pictures of this width.
std::size_t bilateral_scratch_bytes(int width_px, int channels, const BilateralKernel& kernel) noexcept;

/// Replaces each pixel by the mean of those in the circle around it, weighted by
/// exp(-distance^2 / (2 sigma_space^2)) * exp(-difference^2 / (2 sigma_colour^2)), where `difference` is
/// |dR| + |dG| + |dB|, or |dV| for gray; alpha is copied, and does not count. The border is Reflect.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; the views may not overlap. Any circle on any size of picture.
/// Rounds   within 1 of the real-valued definition, the same on every accelerator: weights in 1/32768, sums
///          exact, one division of floats that every machine rounds alike.
/// Errors   BadShape when a view is malformed or the shapes differ; BadParameter when scratch is too small.
/// Source   Tomasi and Manduchi, "Bilateral filtering for gray and color images", 1998; circle and difference
///          as OpenCV has them.
Status bilateral(const ConstImageView& in, const BilateralKernel& kernel, const ImageView& out,
                 Scratch scratch) noexcept;

}  // namespace framewright::kernels
