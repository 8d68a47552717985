// An encoder turns processed pixels into the answer of their errand; where a device failed it runs the plan
// first.
//
// Messages  encode PicturePtr      the pixels are processed
//           fall_back PicturePtr   the device could not: run the plan on this thread, then encode
//           each answers `done` to the errand's waiter and to the sender
#pragma once

#include <caf/all.hpp>
#include <memory>

#include "actors/decoder.hpp"
#include "engine/codec.hpp"

namespace framewright::actors {

struct EncoderState {
  static inline const char* name = "encoder";
  std::unique_ptr<engine::Encoder> encoder;
};

caf::behavior encoder(caf::stateful_actor<EncoderState>* self, CodecOptions options);

}  // namespace framewright::actors
