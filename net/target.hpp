// The target of a request, taken apart: path segments and query parameters, percent-decoded.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/result.hpp"

namespace framewright::net {

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

struct Target {
  std::vector<std::string> segments;  ///< "/api/v1/jobs" is {"api", "v1", "jobs"}; a trailing "/" adds ""
  QueryParameters query;
};

inline constexpr std::size_t kMaxQueryParameters = 64;

/// Origin form ("/a/b?c=d"), absolute form ("http://host/a") and "*" (no segments).
///
/// Errors   InvalidArgument: a broken percent sign, a NUL, more than 64 parameters, another form.
engine::Result<Target> parse_target(std::string_view target);

/// Decodes %XX, and '+' to a space where `plus_is_space`.
engine::Result<std::string> percent_decode(std::string_view text, bool plus_is_space);

/// Encodes everything but letters, digits and "-._~".
std::string percent_encode(std::string_view text);

}  // namespace framewright::net
