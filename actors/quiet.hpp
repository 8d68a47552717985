// Every actor is quiet: what CAF would print to standard output goes to the log instead.
#pragma once

#include <caf/all.hpp>

namespace framewright::actors {

/// Logs unexpected messages and what an actor died of; the actor still dies, and its supervisor sees why.
void quiet(caf::scheduled_actor* self);

}  // namespace framewright::actors
