// Cross-origin resource sharing: what pages of other origins may do, as the Fetch standard has it.
#pragma once

#include <optional>

#include "net/http_exchange.hpp"
#include "net/origin.hpp"

namespace framewright::net {

/// The answer to a preflight request; none when `request` is no preflight.
std::optional<Response> answer_preflight(const OriginPolicy& policy, const Request& request);

/// A request that changes something and comes from a page that is not allowed here: browsers send some of
/// those without asking first. None when it may pass.
std::optional<Response> refuse_foreign_write(const OriginPolicy& policy, const Request& request);

/// Lets the page at an allowed origin read the response.
void add_cors_headers(const OriginPolicy& policy, const Request& request, Response& response);

}  // namespace framewright::net
