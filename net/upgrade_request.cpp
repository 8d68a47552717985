#include "net/upgrade_request.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/rfc7230.hpp>

#include "net/base64.hpp"
#include "net/problem.hpp"
#include "net/trace_context.hpp"

namespace framewright::net {
namespace {

namespace http = boost::beast::http;
using engine::ErrorCode;

constexpr std::string_view kVersion = "13";
constexpr int kUpgradeRequired = 426;

UpgradeMistake mistake(std::string detail, int status = 400) {
  return {{ErrorCode::InvalidArgument, std::move(detail)}, status};
}

/// 16 bytes in base64.
bool is_key(std::string_view text) noexcept {
  std::array<std::uint8_t, 16> bytes;
  return base64_decoded_bytes(text) == bytes.size() && decode_base64(text, bytes);
}

}  // namespace

Headers headers_of(const UpgradeRequest& request) {
  Headers headers;
  for (const auto& field : request) headers.add(std::string(field.name_string()), std::string(field.value()));
  return headers;
}

std::optional<UpgradeMistake> mistake_in(const UpgradeRequest& request) {
  if (request.version() < 11) return mistake("a WebSocket begins with HTTP/1.1");
  if (request.count(http::field::sec_websocket_key) != 1 || !is_key(request[http::field::sec_websocket_key]))
    return mistake("Sec-WebSocket-Key must be 16 bytes in base64");
  if (request.count(http::field::sec_websocket_version) == 0)
    return mistake("Sec-WebSocket-Version is missing");
  if (request[http::field::sec_websocket_version] != kVersion)
    return mistake("the only Sec-WebSocket-Version that is spoken here is 13", kUpgradeRequired);
  return std::nullopt;
}

bool offers_subprotocol(const UpgradeRequest& request, std::string_view subprotocol) {
  const auto [first, last] = request.equal_range(http::field::sec_websocket_protocol);
  return std::any_of(first, last, [subprotocol](const auto& field) {
    const http::token_list offered(field.value());
    return std::find(offered.begin(), offered.end(), subprotocol) != offered.end();
  });
}

http::response<http::string_body> upgrade_refusal(const UpgradeMistake& mistake,
                                                  const UpgradeRequest& request) {
  const auto headers = headers_of(request);
  const auto request_id = read_request_id(headers);
  const auto trace = read_trace_context(headers);
  http::response<http::string_body> response(http::int_to_status(static_cast<unsigned>(mistake.status)), 11);
  response.set(http::field::content_type, "application/problem+json");
  response.set(http::field::connection, "close");
  response.set("X-Request-Id", request_id);
  if (mistake.status == kUpgradeRequired) response.set(http::field::sec_websocket_version, kVersion);
  if (const auto seconds = retry_after_s(mistake.error.code); seconds > 0)
    response.set(http::field::retry_after, std::to_string(seconds));
  response.body() = problem_json(mistake.error, {mistake.status, request_id, trace.trace_id});
  response.prepare_payload();
  return response;
}

}  // namespace framewright::net
