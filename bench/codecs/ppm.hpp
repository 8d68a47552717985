// Pictures as make_photo writes them.
#pragma once

#include <string>

#include "engine/frame.hpp"

namespace framewright::engine::bench {

/// The RGB pixels of a PPM file of 8 bits. Ends the program when it is none.
Frame read_ppm(const std::string& path, FramePool& pool);

}  // namespace framewright::engine::bench
