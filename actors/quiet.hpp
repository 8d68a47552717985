// Every actor is quiet: what CAF would print to standard output goes to the log instead.
#pragma once

#include <caf/all.hpp>

namespace framewright::actors {

/// Logs unexpected messages and what an actor died of; the actor still dies, and its supervisor sees why.
void quiet(caf::scheduled_actor* self);

/// Whether the message that is being handled was sent by the actor itself, as what it has delayed is. Others
/// may be on another machine.
inline bool is_own(caf::scheduled_actor* self) {
  return self->current_sender() == caf::actor_cast<caf::strong_actor_ptr>(self);
}

}  // namespace framewright::actors
