// A small blocking HTTP client for the subcommands that talk to a server. The app's only door to Beast.
//
// Threads   one client belongs to one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/result.hpp"

namespace framewright::app {

/// Where a server listens: "http://127.0.0.1:8080", with a path in front of /api where a proxy asks for one.
struct ServerAddress {
  std::string host;
  std::string port;
  std::string prefix;  ///< "" or "/path", without a slash at the end

  /// `what` names the option or setting, for people.
  ///
  /// Errors   InvalidArgument.
  static engine::Result<ServerAddress> parse(std::string_view url, std::string_view what = "--server");
};

struct HttpAnswer {
  int status = 0;
  std::string media_type;  ///< without parameters
  std::string body;
  std::string retry_after;  ///< the header, as it came; empty without one
};

class RestClient {
 public:
  /// `silence` is how long the server may say nothing.
  explicit RestClient(ServerAddress address, std::chrono::milliseconds silence = std::chrono::seconds{60});

  /// Errors   Timeout; Internal when there is no connection or the answer is not HTTP or beyond 1 GiB. A
  ///          status of 400 and more becomes an error with the code, detail and fields that the server gave.
  engine::Result<HttpAnswer> get(const std::string& target);
  engine::Result<HttpAnswer> remove(const std::string& target);
  engine::Result<HttpAnswer> post(const std::string& target, const std::string& media_type, std::string body);
  /// As post(), but every status is an answer, the silence is that of the whole exchange, and an answer has 1
  /// MiB at most: for servers that are not ours.
  engine::Result<HttpAnswer> offer(const std::string& target, const std::string& media_type,
                                   std::string body);

 private:
  struct Request {
    std::string method;
    std::string target;
    std::string media_type;
    std::string body;
  };
  struct Limits {
    std::chrono::milliseconds silence;
    std::optional<std::chrono::milliseconds> whole = {};
    std::uint64_t answer_bytes = 1ULL << 30;
  };
  class Exchange;
  engine::Result<HttpAnswer> send(Request request);
  engine::Result<HttpAnswer> exchange(Request request, const Limits& limits);

  // Given.
  const ServerAddress address_;
  const std::chrono::milliseconds silence_;
};

/// Text as one segment of a path or one value of a query.
std::string percent_encoded(std::string_view text);

}  // namespace framewright::app
