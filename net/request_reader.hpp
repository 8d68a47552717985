// Reads the requests of one connection, one after the other: head first, then as much of the body as is
// wanted.
//
// Memory    a read buffer bounded by the header limit; a body of declared length goes from the socket to
//           whoever reads it, past that buffer.
// Threads   belongs to the io thread of its connection.
#pragma once

#include <memory>

#include "net/connection.hpp"
#include "net/http_exchange.hpp"
#include "net/websocket_acceptor.hpp"

namespace framewright::net {

/// A body that brings less within its timeout is given up: its client would hold memory for as long as it
/// likes.
inline constexpr std::size_t kLeastBodyBytes = 4096;

struct ReaderLimits {
  std::uint64_t header_bytes = 16ULL << 10;
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{30'000};        ///< for each kLeastBodyBytes of it, and for the last
  std::chrono::milliseconds keep_alive_timeout{60'000};  ///< between two requests
};

/// What a request says about the connection itself.
struct RequestHead {
  Request request;
  std::string target;  ///< as sent
  bool keep_alive = false;
  bool http_1_0 = false;
  bool wants_websocket = false;
};

enum class HeadState : std::uint8_t {
  Complete,
  Closed,   ///< no request came: closed by the peer, idle for too long, or reset
  Refused,  ///< what came is no request that can be served: answer `refusal`, then close
};

struct HeadOutcome {
  HeadState state = HeadState::Closed;
  RequestHead head = {};
  Response refusal = {};
};

class RequestReader final : public BodySource {
 public:
  RequestReader(Connection& connection, ReaderLimits limits);
  ~RequestReader() override;

  Awaitable<HeadOutcome> read_head();

  std::optional<std::uint64_t> declared_bytes() const override;
  Awaitable<engine::Result<std::size_t>> read_some(std::span<std::uint8_t> into) override;

  /// Whether the whole body has been read (or there is none).
  bool finished() const;
  /// Reads the rest of a body that nobody wanted, if it is short and on its way already; else false.
  Awaitable<bool> skip_short_rest();

  /// Whether the connection is between two requests.
  bool idle() const noexcept { return idle_; }

  /// Bytes that came behind the last request.
  std::size_t buffered_bytes() const noexcept { return buffer_.size(); }

  /// For a request that becomes a WebSocket.
  UpgradeRequest take_upgrade();
  boost::beast::flat_buffer take_leftover() { return std::move(buffer_); }

 private:
  struct Parser;

  /// Old clients end a body with one more line than it has (RFC 9112, section 2.2).
  /// False when more has to come before it is known whether there is another.
  bool skip_empty_lines();
  Awaitable<std::size_t> fill(engine::SteadyTime deadline);
  Awaitable<engine::Result<std::size_t>> read_sized(std::span<std::uint8_t> into);
  Awaitable<engine::Result<std::size_t>> read_chunked(std::span<std::uint8_t> into);
  Awaitable<bool> send_continue();
  void start_patience() noexcept;
  void spend_patience(engine::SteadyTime since, std::size_t bytes) noexcept;
  engine::Unexpected body_broken() const;
  HeadOutcome inspect_head();
  std::optional<Response> refusal_of_head(const RequestHead& head) const;

  // Given.
  Connection& connection_;
  const ReaderLimits limits_;
  // Owned.
  boost::beast::flat_buffer buffer_;
  std::unique_ptr<Parser> parser_;
  std::uint64_t remaining_bytes_ = 0;           ///< of a body with a declared length
  engine::SteadyTime::duration patience_{0};    ///< left for the next kLeastBodyBytes of the body
  std::size_t bytes_since_patience_began_ = 0;  ///< of the body
  bool first_request_ = true;
  bool idle_ = false;
  bool must_send_continue_ = false;
};

}  // namespace framewright::net
