#include "actors/cpu_worker.hpp"

#include "actors/messages.hpp"
#include "actors/quiet.hpp"
#include "actors/worker_link.hpp"
#include "engine/process_frame.hpp"

namespace framewright::actors {

caf::behavior cpu_worker(caf::stateful_actor<CpuWorkerState>* self, CpuWorkerOptions options) {
  quiet(self);
  self->state.decoder = std::make_unique<engine::Decoder>(options.pool);
  self->state.encoder = std::make_unique<engine::Encoder>(options.pool);
  const auto dispatcher = offer_to_dispatcher(self, options.directory, {.frames = options.credit});
  return {
      [=](submit_atom, const ErrandPtr& errand) {
        engine::process_on_cpu(*errand, *self->state.decoder, *self->state.encoder, options.pool,
                               options.clock);
        if (options.choice != nullptr) options.choice->record(*errand, errand->times.process);
        self->send(errand->reply_to, done_atom_v, errand);
        self->send(dispatcher, done_atom_v, errand);
      },
  };
}

}  // namespace framewright::actors
