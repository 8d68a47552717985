// Text messages of a client: every one is read or refused with an error that can be written.
#include <cstdint>
#include <string_view>

#include "engine/check.hpp"
#include "net/control_messages.hpp"

namespace framewright::net {
namespace {

constexpr int kMaxFilters = 16;
constexpr std::size_t kMaxErrorBytes = 64 << 10;

void take(std::string_view text) {
  const auto parsed = parse_control(text, kMaxFilters);
  if (!parsed.message) {
    FW_CHECK(error_message(parsed.message.error(), parsed.subject).size() < kMaxErrorBytes);
  } else if (const auto* open = std::get_if<OpenStream>(&*parsed.message)) {
    const auto settings = open->settings.applied_to({});
    FW_CHECK(settings.window >= 1 && settings.window <= engine::kMaxStreamWindow);
    FW_CHECK(!stream_opened_message(settings).empty());
  }
}

}  // namespace
}  // namespace framewright::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  framewright::net::take({reinterpret_cast<const char*>(data), size});
  return 0;
}
