// Morphology: the darkest and the lightest value around each pixel, and what is built of them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

inline constexpr int kMorphologyMaxSize = 99;

enum class ElementShape : std::uint8_t { Rectangle, Ellipse, Cross };

/// The pixels around a pixel that count: in the row at vertical distance d, those at most half_width_px[d]
/// away to either side.
struct StructuringElement {
  int radius_px = 0;
  std::array<std::uint8_t, kMorphologyMaxSize / 2 + 1> half_width_px{};

  int size_px() const { return 2 * radius_px + 1; }
  /// Whether every row is as wide as the middle one: a square, which a cheaper way takes.
  bool is_square() const {
    const auto* const middle = half_width_px.begin();
    return std::all_of(middle, middle + radius_px + 1, [&](int width) { return width == radius_px; });
  }
};

/// Units    size_px odd, 3..99.
/// Rounds   an ellipse is as wide at distance d as sqrt(radius^2 - d^2), rounded to nearest.
/// Errors   none when size_px is even or outside its range.
std::optional<StructuringElement> make_structuring_element(ElementShape shape, int size_px) noexcept;

enum class Morphology : std::uint8_t {
  Erode,     ///< the darkest value under the element
  Dilate,    ///< the lightest
  Open,      ///< Erode, then Dilate: light specks go
  Close,     ///< Dilate, then Erode: dark specks go
  Gradient,  ///< Dilate - Erode: outlines
  TopHat,    ///< in - Open: the light specks
  BlackHat,  ///< Close - in: the dark specks
};

/// Scratch that morphology needs for pictures of this width.
std::size_t morphology_scratch_bytes(int width_px, int channels, Morphology operation,
                                     const StructuringElement& element) noexcept;

/// Applies the operation to every colour channel on its own; alpha is copied. What lies outside the picture
/// does not count. The cost of a square does not depend on its size; that of other shapes grows with their
/// height.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; the views may not overlap. Any size of element on any size of
///          picture.
/// Rounds   nothing.
/// Errors   BadShape when a view is malformed or the shapes differ; BadParameter when the element was not
///          made by make_structuring_element, or scratch is too small.
/// Source   M. van Herk 1992, and J. Gil and M. Werman 1993, for squares.
Status morphology(const ConstImageView& in, Morphology operation, const StructuringElement& element,
                  const ImageView& out, Scratch scratch) noexcept;

}  // namespace framewright::kernels
