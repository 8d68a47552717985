// Request targets: path segments and query parameters are decoded within their limits, read back as they
// were when they are encoded again, and every mistake in them can be told.
#include <cstdint>
#include <string_view>

#include "engine/check.hpp"
#include "engine/page_cursor.hpp"
#include "net/problem.hpp"
#include "net/query_input.hpp"
#include "net/target.hpp"

namespace framewright::net {
namespace {

std::string encoded(const Target& target) {
  std::string text;
  for (const auto& segment : target.segments) text.append("/").append(percent_encode(segment));
  char separator = '?';
  for (const auto& [name, value] : target.query) {
    text.append(1, separator).append(percent_encode(name)).append("=").append(percent_encode(value));
    separator = '&';
  }
  return text;
}

void read(const QueryParameters& query) {
  QueryInput input(query);
  const auto quality = input.integer("quality", {1, 100});
  FW_CHECK(!quality || (*quality >= 1 && *quality <= 100));
  const auto format = input.choice("format", {"jpeg", "png"});
  const auto cursor = engine::parse_page_cursor(input.text("cursor"));
  if (!cursor) problem_json(cursor.error(), {});
  if (const auto read = input.finish(); !read) problem_json(read.error(), {});
}

void run(std::string_view text) {
  const auto target = parse_target(text);
  if (!target) {
    FW_CHECK(!problem_json(target.error(), {}).empty());
    return;
  }
  FW_CHECK(target->query.size() <= kMaxQueryParameters);
  for (const auto& segment : target->segments) FW_CHECK(segment.find('\0') == std::string::npos);
  if (!target->segments.empty()) {
    const auto again = parse_target(encoded(*target));
    FW_CHECK(again && again->segments == target->segments && again->query == target->query);
  }
  read(target->query);
}

}  // namespace
}  // namespace framewright::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  framewright::net::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
