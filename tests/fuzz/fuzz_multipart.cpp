// Forms: the first line is the Content-Type, the rest the body. However the body arrives, its parts are the
// same, and no more is ever held back than MultipartParser says.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/check.hpp"
#include "net/media_type.hpp"
#include "net/multipart.hpp"

namespace framewright::net {
namespace {

using Kind = MultipartParser::Kind;

struct Part {
  std::string name;
  std::string filename;
  std::string data;
  bool ended = false;

  bool operator==(const Part&) const = default;
};

struct Outcome {
  std::vector<Part> parts;
  std::optional<bool> failed;  ///< none: neither ended nor refused

  bool operator==(const Outcome&) const = default;
};

void take(const MultipartParser::Event& event, const PartHeaders& headers, Outcome& outcome) {
  switch (event.kind) {
    case Kind::NeedMore: break;
    case Kind::Part: outcome.parts.push_back({headers.name, headers.filename, {}}); break;
    case Kind::Data: outcome.parts.back().data.append(event.data.begin(), event.data.end()); break;
    case Kind::PartEnd: outcome.parts.back().ended = true; break;
    case Kind::End: outcome.failed = false; break;
  }
}

Outcome parse(std::string_view boundary, std::string_view body, std::size_t step) {
  MultipartParser parser(boundary);
  Outcome outcome;
  std::size_t begin = 0;
  std::size_t end = 0;
  while (!outcome.failed) {
    const auto input = body.substr(begin, end - begin);
    const auto event = parser.next({reinterpret_cast<const std::uint8_t*>(input.data()), input.size()});
    if (!event) {
      outcome.failed = true;
      break;
    }
    FW_CHECK(event->consumed <= input.size() && event->data.size() <= event->consumed);
    begin += event->consumed;
    take(*event, parser.headers(), outcome);
    if (event->kind != Kind::NeedMore || event->consumed > 0) continue;
    FW_CHECK(end - begin <= MultipartParser::kMaxLookaheadBytes);
    if (end == body.size()) break;
    end = std::min(end + step, body.size());
  }
  return outcome;
}

void run(std::string_view text) {
  const auto line = text.substr(0, text.find('\n'));
  const auto type = parse_media_type(line);
  const auto* boundary = type.parameter("boundary");
  if (boundary == nullptr || boundary->empty() || boundary->size() > MultipartParser::kMaxBoundaryBytes)
    return;
  const auto body = text.substr(std::min(line.size() + 1, text.size()));
  const auto whole = parse(*boundary, body, body.size());
  for (const std::size_t step : {1u, 7u, 100u}) FW_CHECK(parse(*boundary, body, step) == whole);
}

}  // namespace
}  // namespace framewright::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  framewright::net::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
