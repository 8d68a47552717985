// Canny: thin edges, kept where they are strong or hang together with a strong one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

enum class GradientNorm : std::uint8_t {
  L1,  ///< |gx| + |gy|
  L2,  ///< sqrt(gx^2 + gy^2)
};

/// Gradients above `high` are strong, those above `low` weak.
struct CannyThresholds {
  GradientNorm norm = GradientNorm::L1;
  int low = 0;
  int high = 0;
};

/// The largest gradient there is, in L1.
inline constexpr int kCannyMaxThreshold = 2040;

/// Whether make_canny_thresholds() could have made them.
constexpr bool are_canny_thresholds(const CannyThresholds& thresholds) {
  return 0 <= thresholds.low && thresholds.low <= thresholds.high && thresholds.high <= kCannyMaxThreshold;
}

/// Units    that of the 3x3 Sobel gradient without normalisation, 0..2040; the lower of the two is `low`.
/// Errors   none when a threshold is outside its range.
std::optional<CannyThresholds> make_canny_thresholds(GradientNorm norm, int one, int other) noexcept;

/// Scratch that canny needs: some rows, and a byte for each pixel, because an edge may run across the
/// picture.
std::size_t canny_scratch_bytes(int width_px, int height_px) noexcept;

/// Makes an edge map: 255 on edges, 0 elsewhere. A pixel is on an edge when its gradient is larger than those
/// of its two neighbours in the direction of the gradient (one of four), and it is strong, or weak and joined
/// to a strong one by such pixels. The border of the gradient is Reflect; outside the picture it is 0. These
/// are the bytes of OpenCV's Canny with aperture 3.
///
/// Shapes   in u8[h, w, 1] -> out u8[h, w, 1]; the views may not overlap.
/// Rounds   nothing.
/// Errors   BadShape when a view is malformed, the shapes differ or there is more than one channel;
///          BadParameter when the thresholds were not made by make_canny_thresholds, or scratch is too small.
/// Source   J. Canny 1986.
Status canny(const ConstImageView& in, const CannyThresholds& thresholds, const ImageView& out,
             Scratch scratch) noexcept;

}  // namespace framewright::kernels
