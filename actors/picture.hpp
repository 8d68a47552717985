// A Picture is what decoder, device and encoder pass on between them: an errand and its pixels.
#pragma once

#include <caf/all.hpp>
#include <cstdint>
#include <memory>

#include "actors/messages.hpp"
#include "engine/frame.hpp"

namespace framewright::actors {

struct Picture {
  ErrandPtr errand;
  engine::Frame frame;
  std::uint64_t scan_bits = 0;      ///< that `frame` holds of the scan of a JPEG; 0 where it holds pixels
  engine::SteadyTime came_at = {};  ///< to a device, decoded
};

/// One holder at a time, as with errands.
using PicturePtr = std::shared_ptr<Picture>;

}  // namespace framewright::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(framewright::actors::PicturePtr)
