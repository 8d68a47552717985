// PNG pixels by libpng: what our own decoder is compared with.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/media.hpp"

namespace framewright::engine {

/// Tightly packed pixels, as a frame of that geometry has them; nothing when libpng refuses the file, or when
/// its size is another.
std::optional<std::vector<std::uint8_t>> libpng_pixels(std::span<const std::uint8_t> bytes,
                                                       const Geometry& geometry);

}  // namespace framewright::engine
