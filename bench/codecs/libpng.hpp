// PNG by libpng, as the codec benchmarks compare with.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/image_view.hpp"

namespace framewright::engine::bench {

/// Level of zlib; filters and strategy are libpng's defaults.
std::vector<std::uint8_t> libpng_encode(const kernels::ConstImageView& rgb, int level);
/// Replaces what is in `bytes`, whose memory is used again.
void libpng_encode(const kernels::ConstImageView& rgb, int level, std::vector<std::uint8_t>& bytes);
/// Decodes an RGB picture of that size.
void libpng_decode(std::span<const std::uint8_t> bytes, const kernels::ImageView& rgb);

}  // namespace framewright::engine::bench
