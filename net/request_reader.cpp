#include "net/request_reader.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cctype>
#include <cstring>

namespace framewright::net {

namespace http = boost::beast::http;
using boost::system::error_code;
using engine::ErrorCode;
using engine::Result;
using engine::unexpected;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t kReadBytes = 4096;
constexpr std::uint64_t kShortRestBytes = 64 << 10;

Response refuse(int status, std::string detail) {
  return problem({ErrorCode::InvalidArgument, std::move(detail)}, status);
}

Response refusal_of(error_code failed) {
  if (failed == http::error::header_limit) return refuse(431, "the request header is too large");
  if (failed == http::error::bad_version) return refuse(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  return refuse(400, "not a valid HTTP request: " + failed.message());
}

/// Whether the value holds only what a host and a port are written with (RFC 9110, section 7.2). Empty is
/// fine.
bool is_host(std::string_view value) noexcept {
  return std::all_of(value.begin(), value.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view{"-._~!$&'()*+,;=%:[]"}.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

Headers copied(const http::fields& fields) {
  Headers headers;
  for (const auto& field : fields) headers.add(std::string(field.name_string()), std::string(field.value()));
  return headers;
}

}  // namespace

struct RequestReader::Parser {
  http::request_parser<http::buffer_body> http;
};

RequestReader::RequestReader(Connection& connection, ReaderLimits limits)
    : connection_(connection), limits_(limits), buffer_(limits.header_bytes + 2 * kReadBytes) {}

RequestReader::~RequestReader() = default;

Awaitable<HeadOutcome> RequestReader::read_head() {
  parser_ = std::make_unique<Parser>();
  parser_->http.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
  parser_->http.body_limit(boost::none);  // Whoever reads the body knows its limit.
  const auto patience = first_request_ ? limits_.header_timeout : limits_.keep_alive_timeout;
  first_request_ = false;

  skip_empty_lines();
  if (buffer_.size() == 0) {
    idle_ = true;
    const auto count = co_await fill(steady_clock::now() + patience);
    idle_ = false;
    if (count == 0) co_return HeadOutcome{};
  }
  const auto deadline = steady_clock::now() + limits_.header_timeout;
  std::size_t head_bytes = 0;
  while (true) {
    error_code failed;
    const bool has_begun = head_bytes > 0 || skip_empty_lines();
    const auto consumed = has_begun ? parser_->http.put(buffer_.data(), failed) : 0;
    buffer_.consume(consumed);
    head_bytes += consumed;
    const bool complete = !failed && parser_->http.is_header_done();
    if (failed == http::error::need_more) failed = {};
    // Beast holds the limit against the request line and the fields one by one.
    const auto least_bytes = complete ? head_bytes : head_bytes + buffer_.size();
    if (!failed && least_bytes > limits_.header_bytes) failed = http::error::header_limit;
    if (failed) co_return HeadOutcome{HeadState::Refused, {}, refusal_of(failed)};
    if (complete) co_return inspect_head();
    const auto count = co_await fill(deadline);
    if (count > 0) continue;
    if (!connection_.timed_out()) co_return HeadOutcome{};
    co_return HeadOutcome{HeadState::Refused,
                          {},
                          problem({ErrorCode::Timeout, "the request header did not arrive in time"}, 408)};
  }
}

bool RequestReader::skip_empty_lines() {
  const auto rest = [this] {
    return std::string_view(static_cast<const char*>(buffer_.data().data()), buffer_.size());
  };
  while (rest().starts_with("\r\n")) buffer_.consume(2);
  return rest() != "\r";
}

Awaitable<std::size_t> RequestReader::fill(engine::SteadyTime deadline) {
  if (buffer_.size() + kReadBytes > buffer_.max_size()) co_return 0;
  const auto space = buffer_.prepare(kReadBytes);
  const std::size_t count =
      co_await connection_.read_some({static_cast<std::uint8_t*>(space.data()), space.size()}, deadline);
  buffer_.commit(count);
  co_return count;
}

HeadOutcome RequestReader::inspect_head() {
  auto& http = parser_->http;
  HeadOutcome outcome;
  auto& head = outcome.head;
  head.request.method = std::string(http.get().method_string());
  head.request.headers = copied(http.get());
  head.request.request_id = read_request_id(head.request.headers);
  head.request.trace = read_trace_context(head.request.headers);
  head.target = std::string(http.get().target());
  head.keep_alive = http.keep_alive();
  head.http_1_0 = http.get().version() < 11;
  head.wants_websocket =
      head.request.method == "GET" && http.upgrade() && head.request.headers.has_word("Upgrade", "websocket");

  const auto& headers = head.request.headers;
  remaining_bytes_ = http.content_length().value_or(0);
  start_patience();
  must_send_continue_ = !head.http_1_0 && equal_ignoring_case(headers.get("Expect"), "100-continue");
  auto refusal = refusal_of_head(head);
  outcome.state = refusal ? HeadState::Refused : HeadState::Complete;
  if (refusal) outcome.refusal = std::move(*refusal);
  http.eager(true);
  return outcome;
}

std::optional<Response> RequestReader::refusal_of_head(const RequestHead& head) const {
  const auto& headers = head.request.headers;
  const auto hosts = headers.count("Host");
  if (hosts > 1 || (hosts == 0 && !head.http_1_0)) return refuse(400, "exactly one Host header is required");
  if (!is_host(headers.get("Host"))) return refuse(400, "the Host header names no host");
  if (headers.has("Transfer-Encoding")) {
    if (headers.has("Content-Length")) return refuse(400, "both Content-Length and Transfer-Encoding");
    if (head.http_1_0) return refuse(400, "Transfer-Encoding in HTTP/1.0");
    const bool only_chunked = headers.count("Transfer-Encoding") == 1 &&
                              equal_ignoring_case(headers.get("Transfer-Encoding"), "chunked");
    if (!only_chunked) return refuse(501, "the only transfer coding known here is chunked");
  }
  const bool one_length =
      headers.count("Content-Length") <= 1 &&
      headers.get("Content-Length").find_first_not_of("0123456789") == std::string_view::npos;
  if (!one_length) return refuse(400, "Content-Length must be one number");
  // HTTP/1.0 knows no interim answers: whatever such a client expects is not heard (RFC 9110, section
  // 10.1.1).
  const bool expects = headers.has("Expect") && !head.http_1_0;
  if (expects && !must_send_continue_) return refuse(417, "only 100-continue can be expected");
  return std::nullopt;
}

std::optional<std::uint64_t> RequestReader::declared_bytes() const {
  if (parser_->http.chunked()) return std::nullopt;
  return parser_->http.content_length().value_or(0);
}

bool RequestReader::finished() const {
  return parser_->http.chunked() ? parser_->http.is_done() : remaining_bytes_ == 0;
}

Awaitable<Result<std::size_t>> RequestReader::read_some(std::span<std::uint8_t> into) {
  if (finished() || into.empty()) co_return std::size_t{0};
  if (must_send_continue_) {
    const bool sent = co_await send_continue();
    if (!sent) co_return body_broken();
  }
  if (parser_->http.chunked()) co_return co_await read_chunked(into);
  co_return co_await read_sized(into);
}

Awaitable<bool> RequestReader::send_continue() {
  must_send_continue_ = false;
  co_return co_await connection_.write("HTTP/1.1 100 Continue\r\n\r\n", {}, limits_.body_timeout);
}

void RequestReader::start_patience() noexcept {
  patience_ = limits_.body_timeout;
  bytes_since_patience_began_ = 0;
}

/// Only waiting counts: what passes here between two reads is not the client's fault.
void RequestReader::spend_patience(engine::SteadyTime since, std::size_t bytes) noexcept {
  patience_ -= steady_clock::now() - since;
  bytes_since_patience_began_ += bytes;
  if (bytes_since_patience_began_ >= kLeastBodyBytes) start_patience();
}

Awaitable<Result<std::size_t>> RequestReader::read_sized(std::span<std::uint8_t> into) {
  into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), remaining_bytes_)));
  std::size_t count = boost::asio::buffer_copy(boost::asio::buffer(into.data(), into.size()), buffer_.data());
  buffer_.consume(count);
  if (count == 0) {
    const auto since = steady_clock::now();
    count = co_await connection_.read_some(into, since + patience_);
    if (count == 0) co_return body_broken();
    spend_patience(since, count);
  }
  remaining_bytes_ -= count;
  co_return count;
}

Awaitable<Result<std::size_t>> RequestReader::read_chunked(std::span<std::uint8_t> into) {
  auto& http = parser_->http;
  auto& body = http.get().body();
  body.data = into.data();
  body.size = into.size();
  while (!http.is_done()) {
    error_code failed;
    const auto consumed = http.put(buffer_.data(), failed);
    buffer_.consume(consumed);
    const auto produced = into.size() - body.size;
    const bool waits = failed == http::error::need_more || failed == http::error::need_buffer;
    if (failed && !waits) {
      co_return unexpected(ErrorCode::InvalidArgument, "a broken chunked body: " + failed.message());
    }
    if (produced > 0) co_return produced;
    if (http.is_done()) break;
    if (consumed > 0 && !failed) continue;
    const auto since = steady_clock::now();
    const auto count = co_await fill(since + patience_);
    if (count == 0) co_return body_broken();
    spend_patience(since, count);
  }
  co_return std::size_t{0};
}

engine::Unexpected RequestReader::body_broken() const {
  if (connection_.timed_out()) return unexpected(ErrorCode::Timeout, "the request body stopped arriving");
  return unexpected(ErrorCode::Cancelled, "the client went away while it sent the body");
}

Awaitable<bool> RequestReader::skip_short_rest() {
  if (finished()) co_return true;
  const bool is_short =
      !parser_->http.chunked() && remaining_bytes_ <= kShortRestBytes && !must_send_continue_;
  if (!is_short) co_return false;
  std::array<std::uint8_t, kReadBytes> discarded;
  while (!finished()) {
    const auto count = co_await read_sized(discarded);
    if (!count) co_return false;
  }
  co_return true;
}

UpgradeRequest RequestReader::take_upgrade() {
  http::request_header<>& header = parser_->http.get();
  return UpgradeRequest{std::move(header)};
}

}  // namespace framewright::net
