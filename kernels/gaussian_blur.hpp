// Gaussian blur: a separable weighted mean of the neighbourhood.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

inline constexpr int kGaussianMinSize = 3;
inline constexpr int kGaussianMaxSize = 255;
/// The farthest that a kernel looks, with what its weights are smoothed by.
inline constexpr int kGaussianMaxReach = 142;
/// Room for the weights on one side of the centre. Up to 24 are made; an array that is shorter than this nvcc
/// copies to memory of each thread.
inline constexpr int kGaussianMaxTaps = 63;
/// The most weights of a kernel that has_odd_weights().
inline constexpr int kGaussianOddTaps = 7;
/// The most pixels between two weights.
inline constexpr int kGaussianMaxSpacing = 8;

/// One half of a symmetric kernel, in units of 1/32768. The weight of the centre is 1 - `around`, so that all
/// weights sum to one whatever rounding did to the others: exactly, or to 2 units more where weights are odd.
///
/// A wide kernel is smooth, so its weights stand 2, 4 or 8 pixels apart, and what has been weighed is then
/// smoothed along the same line. There are two ways:
///   - by [1 2 1] / 4, at 4 pixels again by [1 0 2 0 1] / 4, at 8 once more: between its weights the kernel
///     runs in straight lines. Where it is cut off, the last line is not what it should be: single pixels
///     whose part is not smoothed, the edge taps, make up for it.
///   - by [1 4 6 4 1] / 16 in the same way: it runs in cubic curves, which need fewer weights, but end
///     softly.
struct GaussianKernel {
  int taps = 0;
  int spacing_px = 1;  ///< 1, 2, 4 or 8
  /// Pixels with weights of their own next to the last tap: spacing_px - 1, or 0 where curves are cubic.
  int edge_taps = 0;
  std::int16_t around = 0;  ///< twice the sum of `side`, or 2 less
  /// Of taps at distance 1, 2, ... in spacings, and then of edge taps.
  std::array<std::int16_t, kGaussianMaxTaps> side{};

  int weights() const { return taps + edge_taps; }

  /// Neighbours on each side that smoothing looks at: 2 by five weights, 1 by three.
  int smoothed_neighbours() const { return spacing_px > 1 && edge_taps == 0 ? 2 : 1; }

  /// How far all smoothing looks.
  int smoothing_px() const { return smoothed_neighbours() * (spacing_px - 1); }

  /// How far the kernel looks.
  int reach_px() const { return taps * spacing_px + smoothing_px(); }
};

/// Whether there are few weights, side by side, and they are odd, and so is half of `around`, unless they are
/// 0: those of all small kernels that make_gaussian_kernel() makes. If values are counted from the middle of
/// their range, products then are rounded with halves up by rounding them down and adding a constant, which
/// devices do while they add (kernels/gaussian_tile.cuh).
bool has_odd_weights(const GaussianKernel& kernel) noexcept;

/// Weights proportional to exp(-x^2 / (2 sigma^2)) at x = 0, 1, ... (size - 1) / 2. Those at the end that
/// round to nothing are left out. Where more than 15 are left on a side they stand apart if that gives fewer,
/// in the way that gives fewest and, whatever the picture, is less than 0.48 of 255 off before rounding.
///
/// Units    size odd, 3..255 pixels; sigma 0.1..50 pixels.
/// Errors   none when a parameter is outside its range or not a number.
std::optional<GaussianKernel> make_gaussian_kernel(int size, double sigma) noexcept;

/// Whether make_gaussian_kernel() could have made it.
bool is_gaussian_kernel(const GaussianKernel& kernel) noexcept;

/// Scratch that gaussian_blur needs for pictures of this width.
std::size_t gaussian_blur_scratch_bytes(int width_px, int channels, const GaussianKernel& kernel) noexcept;

/// Blurs every colour channel; alpha is copied.
///
/// The kernel is applied along rows, then along columns, with six fractional bits between the two; this order
/// and these bits are part of the definition, so that every path gives the same bytes.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; the views may not overlap. Any size of kernel on any size.
/// Rounds   within 1 of the real-valued definition; one flat colour stays exactly what it is.
/// Errors   BadShape when a view is malformed, the shapes differ or there are no such rows; BadParameter when
///          scratch is too small.
Status gaussian_blur(const ConstImageView& in, const GaussianKernel& kernel, Border border,
                     const OutputRows& out, Scratch scratch) noexcept;

}  // namespace framewright::kernels
