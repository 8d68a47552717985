// Runs what the command line asked for.
#pragma once

#include "app/command_line.hpp"

namespace framewright::app {

/// Returns the exit status; what went wrong has been said on standard error.
int run(const Command& command);

}  // namespace framewright::app
