// The two ways of finding medians, each laid out in scratch by its own file. Called by median_blur() alone,
// after its checks.
#pragma once

#include <cstddef>

#include "kernels/image_view.hpp"

namespace framewright::kernels {

/// For squares of 3 and 5.
std::size_t median_network_scratch_bytes();
void median_by_network(const ConstImageView& in, int kernel_size_px, const ImageView& out,
                       std::byte* scratch);

/// For squares up to kMedianMaxSize.
std::size_t median_counts_scratch_bytes(int kernel_size_px);
void median_by_counts(const ConstImageView& in, int kernel_size_px, const ImageView& out, std::byte* scratch);

}  // namespace framewright::kernels
