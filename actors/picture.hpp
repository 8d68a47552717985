// A Picture is what decoder, device and encoder pass on between them: an errand and its pixels.
#pragma once

#include <caf/all.hpp>
#include <memory>

#include "actors/messages.hpp"
#include "engine/frame.hpp"

namespace framewright::actors {

struct Picture {
  ErrandPtr errand;
  engine::Frame frame;
};

/// One holder at a time, as with errands.
using PicturePtr = std::shared_ptr<Picture>;

}  // namespace framewright::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(framewright::actors::PicturePtr)
