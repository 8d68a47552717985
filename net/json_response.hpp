// Responses in JSON, and how times are written in them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "engine/clock.hpp"
#include "net/http_exchange.hpp"

namespace framewright::net {

/// Text that is not UTF-8 (a file name) is shown with replacement characters.
Response json_response(const nlohmann::json& document, int status = 200);

/// "2023-11-14T22:13:20.000000Z"
std::string rfc3339(engine::WallTime time);

}  // namespace framewright::net
