// The value of a Content-Type or Content-Disposition header: a word and its parameters (RFC 9110, section
// 8.3.1).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace framewright::net {

struct MediaType {
  std::string type;  ///< "image/jpeg", in lower case; "" where there is none
  std::vector<std::pair<std::string, std::string>> parameters;  ///< names in lower case, values unquoted

  /// nullptr where there is no such parameter.
  const std::string* parameter(std::string_view name) const noexcept;
};

/// Takes what it can: a malformed parameter ends the list.
MediaType parse_media_type(std::string_view text);

}  // namespace framewright::net
