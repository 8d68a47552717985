// The events of one job as a response body: those there are, then those to come, until the final state.
#pragma once

#include <string>

#include "net/http_exchange.hpp"
#include "net/rest_dependencies.hpp"

namespace framewright::net {

/// Begins behind the event with number `after`. Ends early when the server drains: clients come back with
/// `Last-Event-ID`.
StreamBody job_events_stream(const RestDependencies& rest, std::string job_id, std::uint64_t after);

}  // namespace framewright::net
