// What the log says of single frames, under the trace that they belong to: for whoever follows one request
// through the cluster.
#pragma once

#include <string>

#include "actors/messages.hpp"

namespace framewright::actors {

/// Logs an answered frame at level debug: `what` ("ran on node b"), and how long each stage took.
void log_frame(const std::string& what, const Errand& errand);

}  // namespace framewright::actors
