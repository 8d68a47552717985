#include "net/multipart.hpp"

#include <algorithm>

#include "net/headers.hpp"
#include "net/media_type.hpp"

namespace framewright::net {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;

namespace {

engine::Unexpected malformed(std::string_view what) {
  return unexpected(ErrorCode::InvalidArgument, "malformed multipart body: " + std::string(what));
}

/// Takes one header line into `headers`; those that forms do not use are passed over.
void take_line(std::string_view line, PartHeaders& headers) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const auto name = line.substr(0, colon);
  auto value = parse_media_type(line.substr(colon + 1));
  if (equal_ignoring_case(name, "Content-Type")) headers.media_type = std::move(value.type);
  if (!equal_ignoring_case(name, "Content-Disposition") || value.type != "form-data") return;
  if (const auto* field = value.parameter("name")) headers.name = *field;
  if (const auto* filename = value.parameter("filename")) {
    headers.filename = *filename;
    headers.has_filename = true;
  }
}

}  // namespace

MultipartParser::MultipartParser(std::string_view boundary) : delimiter_("\r\n--") { delimiter_ += boundary; }

Result<MultipartParser::Event> MultipartParser::next(std::span<const std::uint8_t> input) {
  const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
  switch (state_) {
    case State::Start: return start(text);
    case State::Preamble: return preamble(text);
    case State::AfterDelimiter: return after_delimiter(text);
    case State::Headers: return read_headers(text);
    case State::Data: return read_data(text);
    case State::Done: break;
  }
  return Event{Kind::End, input.size(), {}};
}

Result<MultipartParser::Event> MultipartParser::start(std::string_view text) {
  // At the very start a delimiter needs no line break of its own.
  const auto first = std::string_view(delimiter_).substr(2);
  if (text.size() < first.size() && first.starts_with(text)) return Event{};
  if (!text.starts_with(first)) {
    state_ = State::Preamble;
    return preamble(text);
  }
  state_ = State::AfterDelimiter;
  return Event{Kind::NeedMore, first.size(), {}};
}

Result<MultipartParser::Event> MultipartParser::preamble(std::string_view text) {
  const auto found = text.find(delimiter_);
  const auto held_back = delimiter_.size() - 1;
  const auto size = found != std::string_view::npos ? found : text.size() - std::min(text.size(), held_back);
  preamble_bytes_ += size;
  if (preamble_bytes_ > kMaxPreambleBytes) return malformed("it does not start with its boundary");
  if (found == std::string_view::npos) return Event{Kind::NeedMore, size, {}};
  state_ = State::AfterDelimiter;
  return Event{Kind::NeedMore, found + delimiter_.size(), {}};
}

Result<MultipartParser::Event> MultipartParser::after_delimiter(std::string_view text) {
  const auto end = std::min(text.find_first_not_of(" \t"), text.size());
  if (end > kMaxBoundaryBytes) return malformed("a boundary is followed by something else");
  if (text.size() < end + 2) return Event{};
  const auto mark = text.substr(end, 2);
  if (mark == "--") {
    state_ = State::Done;
    return Event{Kind::End, text.size(), {}};
  }
  if (mark != "\r\n") return malformed("a boundary is followed by something else");
  state_ = State::Headers;
  // The line break goes with the headers: they then always end with an empty line, also where there are none.
  auto event = read_headers(text.substr(end));
  if (event) event->consumed += end;
  return event;
}

Result<MultipartParser::Event> MultipartParser::read_headers(std::string_view text) {
  constexpr std::string_view kEmptyLine = "\r\n\r\n";
  const auto end = text.find(kEmptyLine);
  // Where they end at the earliest: the limit is then the same however the bytes arrive.
  const auto at_least =
      end != std::string_view::npos ? end : text.size() - std::min(text.size(), kEmptyLine.size() - 1);
  if (at_least > kMaxHeaderBytes) return malformed("the headers of a part are too long");
  if (end == std::string_view::npos) return Event{};
  headers_ = {};
  auto lines = text.substr(0, end);
  while (!lines.empty()) {
    lines.remove_prefix(2);
    const auto line = lines.substr(0, lines.find("\r\n"));
    take_line(line, headers_);
    lines.remove_prefix(line.size());
  }
  if (headers_.name.empty()) return malformed("a part has no name");
  state_ = State::Data;
  return Event{Kind::Part, end + kEmptyLine.size(), {}};
}

MultipartParser::Event MultipartParser::read_data(std::string_view text) {
  const auto found = text.find(delimiter_);
  if (found == 0) {
    state_ = State::AfterDelimiter;
    return {Kind::PartEnd, delimiter_.size(), {}};
  }
  // The end of the input may be the beginning of a delimiter.
  const auto held_back = delimiter_.size() - 1;
  const auto size = found != std::string_view::npos ? found : text.size() - std::min(text.size(), held_back);
  if (size == 0) return {};
  return {Kind::Data, size, {reinterpret_cast<const std::uint8_t*>(text.data()), size}};
}

}  // namespace framewright::net
