// A client that says exactly what a test tells it, byte for byte, and understands enough HTTP to read the
// answers.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace framewright::net {

struct RawResponse {
  int status = 0;                              ///< 0: the connection ended before a response
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;                            ///< chunked coding taken off
};

class RawClient {
 public:
  explicit RawClient(int port);
  RawClient(RawClient&&) noexcept;
  ~RawClient();

  /// False when the server has closed the connection.
  bool send(std::string_view bytes);
  /// Sends and reads one response.
  RawResponse ask(std::string_view bytes);
  /// Reads one response; `head_only` for the answer to a HEAD.
  RawResponse read(bool head_only = false);
  /// Reads until the next blank line or the end.
  std::string read_head();
  /// Exactly that many bytes, or fewer at the end of the connection.
  std::string read_bytes(std::size_t count);
  std::string read_line();
  /// Whether the server closes without sending anything more. Blocks until it does one of the two.
  bool closed();
  void shutdown_send();
  void close();

 private:
  struct Socket;

  bool fill();
  std::string read_chunked();

  std::unique_ptr<Socket> socket_;
  std::string buffer_;
};

/// A request with a Host header; `extra` is whole header lines.
std::string request_text(std::string_view method, std::string_view target, std::string_view body = {},
                         std::string_view extra = {});

}  // namespace framewright::net
