// The ways of resizing, each laid out in scratch by its own file. Called by resize.cpp alone, after its
// checks: first prepare_x(), which makes the weights, then resize_x() for any rows.
#pragma once

#include <cstddef>

#include "kernels/resize.hpp"

namespace framewright::kernels {

std::size_t resize_nearest_scratch_bytes(const ConstImageView& in, const ConstImageView& out);
void prepare_nearest(const ConstImageView& in, const ConstImageView& out, std::byte* scratch);
void resize_nearest(const ConstImageView& in, const OutputRows& out, std::byte* scratch);

/// To half the width and half the height, where Area and Bilinear are the same mean of four. No scratch.
void resize_half(const ConstImageView& in, const OutputRows& out);

/// By weights of 16 bits, where is_narrow().
std::size_t resize_narrow_scratch_bytes(const ConstImageView& in, Interpolation interpolation,
                                        const ConstImageView& out);
void prepare_narrow(const ConstImageView& in, Interpolation interpolation, const ConstImageView& out,
                    std::byte* scratch);
void resize_narrow(const ConstImageView& in, Interpolation interpolation, const OutputRows& out,
                   std::byte* scratch);

/// By weights of 32 bits: for pictures made much smaller.
std::size_t resize_wide_scratch_bytes(const ConstImageView& in, Interpolation interpolation,
                                      const ConstImageView& out);
void prepare_wide(const ConstImageView& in, Interpolation interpolation, const ConstImageView& out,
                  std::byte* scratch);
void resize_wide(const ConstImageView& in, Interpolation interpolation, const OutputRows& out,
                 std::byte* scratch);

}  // namespace framewright::kernels
