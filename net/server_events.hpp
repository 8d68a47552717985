// Server-Sent Events (HTML standard, section 9.2): how they are written and where a client wants to go on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/result.hpp"
#include "net/headers.hpp"

namespace framewright::net {

struct ServerEvent {
  std::uint64_t id = 0;
  std::string_view event;
  std::string_view data;  ///< one line
};

std::string to_text(const ServerEvent& event);

/// Keeps proxies and clients from taking silence for the end.
inline constexpr std::string_view kKeepAliveComment = ": still here\n\n";

/// The number in `Last-Event-ID`; 0 where there is none.
///
/// Errors   InvalidArgument when it is no number.
engine::Result<std::uint64_t> last_event_id(const Headers& headers);

}  // namespace framewright::net
