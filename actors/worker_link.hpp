// What every worker does when it starts: finds its dispatcher, fails with it, and offers its credit.
#pragma once

#include <caf/all.hpp>

#include "actors/directory.hpp"
#include "engine/credit_ledger.hpp"

namespace framewright::actors {

/// Offers `self` with `credit` to the dispatcher of the directory, and lets it fail when the dispatcher ends,
/// so that its supervisor starts it anew with the next one. Without a dispatcher the worker fails at once.
caf::actor offer_to_dispatcher(caf::event_based_actor* self, const Directory& directory,
                               engine::WorkerCredit credit);

}  // namespace framewright::actors
