#include "app/rest_client.hpp"

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>

namespace framewright::app {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using engine::Error;
using engine::ErrorCode;
using engine::Result;
using engine::unexpected;

constexpr std::uint64_t kMaxOfferAnswerBytes = 1ULL << 20;

}  // namespace

/// One exchange on a connection of its own. The steps are asynchronous because only those obey a time limit.
class RestClient::Exchange {
 public:
  Exchange(const ServerAddress& address, const Limits& limits)
      : address_(address), limits_(limits), resolver_(io_), stream_(io_) {
    parser_.body_limit(limits.answer_bytes);
    if (limits.whole) over_at_ = std::chrono::steady_clock::now() + *limits.whole;
  }

  /// The first failure of the steps, if any.
  beast::error_code run(const http::request<http::string_body>& request) {
    resolver_.async_resolve(address_.host, address_.port, [this, &request](auto failure, const auto& found) {
      if (failure) return fail(failure);
      start_patience();
      stream_.async_connect(found, [this, &request](auto refused, const auto&) {
        if (refused) return fail(refused);
        write(request);
      });
    });
    io_.run();
    return failure_;
  }

  http::response<http::string_body> answer() { return parser_.release(); }

 private:
  void fail(beast::error_code failure) { failure_ = failure; }

  void start_patience() {
    const auto silent_at = std::chrono::steady_clock::now() + limits_.silence;
    stream_.expires_at(over_at_ ? std::min(*over_at_, silent_at) : silent_at);
  }

  void write(const http::request<http::string_body>& request) {
    start_patience();
    http::async_write(stream_, request, [this](beast::error_code, std::size_t) {
      // A server that refuses a body early stops reading it; its answer is there all the same.
      read();
    });
  }

  void read() {
    start_patience();
    http::async_read_some(stream_, buffer_, parser_, [this](beast::error_code failure, std::size_t) {
      if (failure) return fail(failure);
      if (!parser_.is_done()) read();
    });
  }

  // Given.
  const ServerAddress& address_;
  const Limits limits_;
  // Owned.
  std::optional<std::chrono::steady_clock::time_point> over_at_;
  asio::io_context io_{1};
  asio::ip::tcp::resolver resolver_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
  beast::error_code failure_;
};

namespace {

Error transport_error(const ServerAddress& address, beast::error_code failure) {
  const auto where = "server " + address.host + ":" + address.port;
  if (failure == beast::error::timeout) return {ErrorCode::Timeout, where + " does not answer"};
  return {ErrorCode::Internal, where + ": " + failure.message()};
}

ErrorCode code_named(std::string_view name) {
  for (const auto code : engine::all_error_codes()) {
    if (engine::to_string(code) == name) return code;
  }
  return ErrorCode::Internal;
}

std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// What an RFC 9457 body says; servers and proxies that send none are named by their status.
Error refusal(const HttpAnswer& answer) {
  const auto status = "the server answers " + std::to_string(answer.status);
  const auto problem = nlohmann::json::parse(answer.body, nullptr, false);
  if (!problem.is_object()) return {ErrorCode::Internal, status};
  const auto code = text_of(problem, "code");
  const auto detail = text_of(problem, "detail");
  Error error{code_named(code),
              status + (code.empty() ? "" : " " + code) + (detail.empty() ? "" : ": " + detail)};
  const auto fields = problem.find("errors");
  if (fields == problem.end() || !fields->is_array()) return error;
  for (const auto& field : *fields) {
    if (field.is_object()) error.fields.push_back({text_of(field, "field"), text_of(field, "message")});
  }
  return error;
}

}  // namespace

Result<ServerAddress> ServerAddress::parse(std::string_view url, std::string_view what) {
  const auto wrong = [url, what](const char* why) {
    return unexpected(ErrorCode::InvalidArgument, std::string(what) + " '" + std::string(url) + "': " + why);
  };
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return wrong("expected http://HOST:PORT");
  auto rest = url.substr(kScheme.size());
  ServerAddress address;
  if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
    address.prefix = rest.substr(slash);
    while (address.prefix.ends_with('/')) address.prefix.pop_back();
    rest = rest.substr(0, slash);
  }
  const auto bracket = rest.rfind(']');
  const auto colon = rest.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  address.host = rest.substr(0, has_port ? colon : rest.size());
  address.port = has_port ? rest.substr(colon + 1) : "80";
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  if (address.host.empty()) return wrong("names no host");
  if (address.port.empty() || address.port.find_first_not_of("0123456789") != std::string::npos) {
    return wrong("the port is not a number");
  }
  return address;
}

RestClient::RestClient(ServerAddress address, std::chrono::milliseconds silence)
    : address_(std::move(address)), silence_(silence) {}

Result<HttpAnswer> RestClient::get(const std::string& target) { return send({"GET", target, "", ""}); }

Result<HttpAnswer> RestClient::remove(const std::string& target) { return send({"DELETE", target, "", ""}); }

Result<HttpAnswer> RestClient::post(const std::string& target, const std::string& media_type,
                                    std::string body) {
  return send({"POST", target, media_type, std::move(body)});
}

Result<HttpAnswer> RestClient::offer(const std::string& target, const std::string& media_type,
                                     std::string body) {
  return exchange({"POST", target, media_type, std::move(body)}, {silence_, silence_, kMaxOfferAnswerBytes});
}

Result<HttpAnswer> RestClient::send(Request request) {
  auto answer = exchange(std::move(request), {.silence = silence_});
  if (answer && answer->status >= 400) return unexpected(refusal(*answer));
  return answer;
}

Result<HttpAnswer> RestClient::exchange(Request request, const Limits& limits) {
  http::request<http::string_body> message;
  message.method_string(request.method);
  message.target(address_.prefix + request.target);
  message.set(http::field::host, address_.host + ":" + address_.port);
  message.set(http::field::user_agent, "framewright");
  message.set(http::field::accept, "application/json, */*");
  message.keep_alive(false);
  if (!request.media_type.empty()) message.set(http::field::content_type, request.media_type);
  message.body() = std::move(request.body);
  message.prepare_payload();
  try {
    Exchange one(address_, limits);
    if (const auto failure = one.run(message)) return unexpected(transport_error(address_, failure));
    auto response = one.answer();
    const std::string media_type(response[http::field::content_type]);
    return HttpAnswer{static_cast<int>(response.result_int()), media_type.substr(0, media_type.find(';')),
                      std::move(response.body()), std::string(response[http::field::retry_after])};
  } catch (const boost::system::system_error& failure) {
    return unexpected(transport_error(address_, failure.code()));
  }
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
      encoded += c;
    } else {
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return encoded;
}

}  // namespace framewright::app
