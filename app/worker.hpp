// `framewright worker`: an engine without a network front, which works for gateways.
#pragma once

#include <optional>

#include "config/loader.hpp"

namespace framewright::app {

/// Runs until a signal comes or every gateway has let it go. `workers` counts those on the CPU; none: as the
/// settings say.
int run_worker(const config::Configuration& configuration, std::optional<int> workers);

}  // namespace framewright::app
