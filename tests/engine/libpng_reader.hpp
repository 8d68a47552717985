// PNG pixels by libpng: what our own decoder is compared with.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/media.hpp"

namespace framewright::engine {

struct LibpngPicture {
  Geometry geometry;
  std::vector<std::uint8_t> bytes;  ///< tightly packed
};

/// The picture as a frame has it: 8 bits, gray or RGB, or RGBA where anything is transparent. Read to the end
/// of the file by libpng as it is by default; nothing when it refuses the file.
std::optional<LibpngPicture> read_by_libpng(std::span<const std::uint8_t> bytes);

}  // namespace framewright::engine
