// Writes one response to a connection: its head, then its body in whatever form it has.
#pragma once

#include "net/blocking_pool.hpp"
#include "net/connection.hpp"
#include "net/http_exchange.hpp"

namespace framewright::net {

struct WriteOptions {
  bool head_only = false;  ///< the request was a HEAD
  bool keep_alive = true;
  bool http_1_0 = false;                       ///< no chunked bodies: ends with the connection
  std::chrono::milliseconds patience{10'000};  ///< with a client that takes no byte
};

struct Written {
  int status = 0;  ///< as sent: a file that cannot be opened becomes a problem
  std::uint64_t body_bytes = 0;
  bool keep_alive = false;  ///< whether the connection may carry another exchange
};

class ResponseWriter {
 public:
  ResponseWriter(Connection& connection, BlockingPool& files) : connection_(connection), files_(files) {}

  /// `context` goes into problem documents. A body that breaks off after the head ends the connection.
  Awaitable<Written> write(Response&& response, const Request& request, WriteOptions options);

 private:
  Awaitable<Written> write_bytes(const Response& response, std::span<const std::uint8_t> bytes,
                                 WriteOptions options);
  Awaitable<Written> write_file(const Response& response, const Request& request, WriteOptions options);
  Awaitable<Written> write_stream(const Response& response, WriteOptions options);

  Connection& connection_;
  BlockingPool& files_;
};

}  // namespace framewright::net
