// The three ways of resizing, each laid out in scratch by its own file. Called by resize() alone, after its
// checks.
#pragma once

#include <cstddef>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

std::size_t resize_nearest_scratch_bytes(const ConstImageView& in, const ConstImageView& out);
void resize_nearest(const ConstImageView& in, const ImageView& out, std::byte* scratch);

std::size_t resize_bilinear_scratch_bytes(const ConstImageView& in, const ConstImageView& out);
void resize_bilinear(const ConstImageView& in, const ImageView& out, std::byte* scratch);

std::size_t resize_area_scratch_bytes(const ConstImageView& in, const ConstImageView& out);
void resize_area(const ConstImageView& in, const ImageView& out, std::byte* scratch);

}  // namespace framewright::kernels
