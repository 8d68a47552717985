#include "engine/page_cursor.hpp"

#include <charconv>
#include <limits>
#include <string_view>

namespace framewright::engine {
namespace {

constexpr std::string_view kPrefix = "c1";  // form 1 of the cursor
constexpr int kBase = 36;

}  // namespace

std::string page_cursor(std::int64_t last_number) {
  char digits[16];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), last_number, kBase);
  return std::string(kPrefix).append(std::begin(digits), end.ptr);
}

Result<std::int64_t> parse_page_cursor(const std::optional<std::string>& cursor) {
  if (!cursor) return std::numeric_limits<std::int64_t>::max();
  std::int64_t number = 0;
  const char* const last = cursor->data() + cursor->size();
  if (cursor->starts_with(kPrefix)) {
    const auto [end, failure] = std::from_chars(cursor->data() + kPrefix.size(), last, number, kBase);
    if (failure == std::errc{} && end == last && number > 0) return number;
  }
  return unexpected(Error{ErrorCode::InvalidArgument,
                          "the cursor is not one that a page gave",
                          {{"cursor", "the next_cursor of the page before"}}});
}

}  // namespace framewright::engine
