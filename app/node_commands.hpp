// `framewright node ls` and `framewright node drain`: the nodes of a server's cluster, over REST.
#pragma once

#include "app/command_line.hpp"

namespace framewright::app {

/// Returns the exit status.
int run_nodes(const NodesCommand& command);

}  // namespace framewright::app
