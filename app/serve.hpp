// `framewright serve`: the whole engine in one process.
#pragma once

#include <optional>

#include "config/loader.hpp"

namespace framewright::app {

/// Runs until SIGTERM or SIGINT; returns the exit status. Prints `listening http=ADDRESS:PORT` on standard
/// output once ready, and one line on standard error when it cannot start.
int run_serve(const config::Configuration& configuration, std::optional<int> workers);

}  // namespace framewright::app
