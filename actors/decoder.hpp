// A decoder turns the input of errands into pixels for a device. (A cpu_worker decodes for itself.)
//
// Messages  decode ErrandPtr     answered `decoded PicturePtr`, or `answered ErrandPtr` when it failed or its
//                                route needs no device
#pragma once

#include <caf/all.hpp>
#include <memory>

#include "engine/clock.hpp"
#include "engine/codec.hpp"

namespace framewright::actors {

struct DecoderState {
  static inline const char* name = "decoder";
  std::unique_ptr<engine::Decoder> decoder;
  std::unique_ptr<engine::Encoder> encoder;  ///< for routes that need no device
};

struct CodecOptions {
  engine::FramePool& pool;
  const engine::Clock& clock;
};

caf::behavior decoder(caf::stateful_actor<DecoderState>* self, CodecOptions options);

}  // namespace framewright::actors
