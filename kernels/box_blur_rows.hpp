// The three ways of box_blur, each laid out in scratch by its own file. Called by box_blur() alone, after its
// checks.
#pragma once

#include <cstddef>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// Up to here adding up every square takes no longer than moving it.
inline constexpr int kBoxBlurMaxSmallSize = 5;

/// The largest square for which what a row adds to it, and what its division leaves over, fit into 16 bits.
inline constexpr int kBoxBlurMaxMiddleSize = 53;

/// What the last vectors of a row read beyond it; as much for every SIMD target.
inline constexpr std::size_t kBoxBlurSpareElements = 128;

/// Adds up every square from the sums of its columns. kernel_size_px 3..15, so that a sum fits into 16 bits.
std::size_t box_blur_small_scratch_bytes(int width_px, int channels, int kernel_size_px);
void box_blur_small(const ConstImageView& in, int kernel_size_px, const OutputRows& out, std::byte* scratch);

/// Moves every square down the rows, and keeps of it the mean and what the division left over. Up to
/// kBoxBlurMaxMiddleSize, from 3.
std::size_t box_blur_middle_scratch_bytes(int width_px, int channels, int kernel_size_px);
void box_blur_middle(const ConstImageView& in, int kernel_size_px, const OutputRows& out, std::byte* scratch);

/// Keeps a running sum, so that the size does not matter. Any size.
std::size_t box_blur_large_scratch_bytes(int width_px, int channels, int kernel_size_px);
void box_blur_large(const ConstImageView& in, int kernel_size_px, const OutputRows& out, std::byte* scratch);

}  // namespace framewright::kernels
