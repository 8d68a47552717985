#include "actors/encoder.hpp"

#include "actors/picture.hpp"
#include "actors/quiet.hpp"
#include "engine/process_frame.hpp"

namespace framewright::actors {
namespace {

using Self = caf::stateful_actor<EncoderState>*;

void answer(Self self, const ErrandPtr& errand) {
  self->send(errand->reply_to, done_atom_v, errand);
  self->send(caf::actor_cast<caf::actor>(self->current_sender()), done_atom_v, errand);
}

void encode(Self self, const PicturePtr& picture, const CodecOptions& options) {
  auto& errand = picture->errand;
  auto& frame = picture->frame;
  const auto scan_bits = picture->scan_bits;
  if (scan_bits > 0) {
    engine::encode_scan_stage(*errand, std::move(frame), scan_bits, *self->state.encoder, options.clock);
  } else {
    engine::encode_stage(*errand, std::move(frame), *self->state.encoder, options.clock);
  }
  answer(self, picture->errand);
}

void fall_back(Self self, const PicturePtr& picture, const CodecOptions& options) {
  auto frame = engine::run_stage(*picture->errand, std::move(picture->frame), options.pool, options.clock);
  if (!frame) return answer(self, picture->errand);
  picture->frame = std::move(*frame);
  encode(self, picture, options);
}

}  // namespace

caf::behavior encoder(Self self, CodecOptions options) {
  quiet(self);
  self->state.encoder = std::make_unique<engine::Encoder>(options.pool);
  return {
      [=](encode_atom, const PicturePtr& picture) { encode(self, picture, options); },
      [=](fall_back_atom, const PicturePtr& picture) { fall_back(self, picture, options); },
  };
}

}  // namespace framewright::actors
