#include "net/server_events.hpp"

#include <charconv>

namespace framewright::net {

std::string to_text(const ServerEvent& event) {
  std::string text = "id: " + std::to_string(event.id) + "\nevent: ";
  return text.append(event.event).append("\ndata: ").append(event.data).append("\n\n");
}

engine::Result<std::uint64_t> last_event_id(const Headers& headers) {
  const auto text = headers.get("Last-Event-ID");
  if (text.empty()) return std::uint64_t{0};
  std::uint64_t id = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (failed == std::errc{} && end == text.data() + text.size()) return id;
  return engine::unexpected(engine::ErrorCode::InvalidArgument,
                            "Last-Event-ID must be the number of an event");
}

}  // namespace framewright::net
