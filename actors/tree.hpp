// The tree of one process: which children the supervisor starts, and in which order.
#pragma once

#include <vector>

#include "actors/core.hpp"
#include "actors/supervisor.hpp"

namespace framewright::actors {

/// The dispatcher first, then those that offer themselves to it.
std::vector<ChildSpec> children_of(EngineCore& core, int cpu_workers);

}  // namespace framewright::actors
