// A blocking TCP socket of a test. Whatever would wait for more than 20 s fails instead.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace framewright::net {

class PlainSocket {
 public:
  static PlainSocket connected_to(int port, const char* from = "127.0.0.1");
  /// Whether somebody takes connections on that port of 127.0.0.1.
  static bool listens_on(int port);
  explicit PlainSocket(int handle) : handle_(handle) {}
  PlainSocket(PlainSocket&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}
  PlainSocket& operator=(PlainSocket&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~PlainSocket();

  /// False when the peer has gone.
  bool send(std::string_view bytes);
  /// How many bytes the system took before nobody could write for `patience_ms`.
  std::size_t send_until_full(std::string_view piece, std::size_t limit_bytes, int patience_ms);
  /// Exactly that many bytes, or fewer at the end of the connection.
  std::string receive(std::size_t count);
  /// Whether the connection ends, orderly or not, before another byte comes.
  bool ends();
  void end_sending();
  void close();
  int handle() const noexcept { return handle_; }

 private:
  int handle_;
};

/// Listens on a free port of 127.0.0.1.
class PlainListener {
 public:
  PlainListener();
  ~PlainListener();
  int port() const noexcept { return port_; }
  PlainSocket accept();

 private:
  int handle_;
  int port_ = 0;
};

}  // namespace framewright::net
