#include "actors/decoder.hpp"

#include "actors/picture.hpp"
#include "actors/quiet.hpp"
#include "engine/process_frame.hpp"

namespace framewright::actors {

caf::behavior decoder(caf::stateful_actor<DecoderState>* self, CodecOptions options) {
  quiet(self);
  self->state.decoder = std::make_unique<engine::Decoder>(options.pool);
  self->state.encoder = std::make_unique<engine::Encoder>(options.pool);
  return {
      [=](decode_atom, const ErrandPtr& errand) {
        const auto owner = caf::actor_cast<caf::actor>(self->current_sender());
        if (!engine::has_pixels(errand->route)) {  // No work for a device.
          engine::process_on_cpu(*errand, *self->state.decoder, *self->state.encoder, options.pool,
                                 options.clock);
          return self->send(owner, answered_atom_v, errand);
        }
        auto frame = engine::decode_stage(*errand, *self->state.decoder, options.clock);
        if (frame) {
          self->send(owner, decoded_atom_v, std::make_shared<Picture>(Picture{errand, std::move(*frame)}));
        } else {
          self->send(owner, answered_atom_v, errand);
        }
      },
  };
}

}  // namespace framewright::actors
