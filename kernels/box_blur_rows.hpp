// The two ways of box_blur, each laid out in scratch by its own file. Called by box_blur() alone, after its
// checks.
#pragma once

#include <cstddef>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// The largest square whose sum fits into 16 bits.
inline constexpr int kBoxBlurMaxSmallSize = 15;

/// What the last vectors of a row read beyond it; as much for every SIMD target.
inline constexpr std::size_t kBoxBlurSpareElements = 128;

/// Adds up every square from the sums of its columns. kernel_size_px 3..15.
std::size_t box_blur_small_scratch_bytes(int width_px, int channels, int kernel_size_px);
void box_blur_small(const ConstImageView& in, int kernel_size_px, const OutputRows& out, std::byte* scratch);

/// Keeps a running sum, so that the size does not matter. Any size.
std::size_t box_blur_large_scratch_bytes(int width_px, int channels, int kernel_size_px);
void box_blur_large(const ConstImageView& in, int kernel_size_px, const OutputRows& out, std::byte* scratch);

}  // namespace framewright::kernels
