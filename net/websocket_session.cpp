// The only translation unit that instantiates Beast's WebSocket: it takes longer to compile than the rest of
// net/.
#include "net/websocket_session.hpp"

#include <spdlog/spdlog.h>
#include <sys/ioctl.h>

#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <optional>
#include <random>
#include <utility>

#include "engine/check.hpp"
#include "engine/log_context.hpp"
#include "net/joining_socket.hpp"
#include "net/message_buffer.hpp"
#include "net/trace_context.hpp"
#include "net/upgrade_request.hpp"
#include "net/wire_message.hpp"

namespace framewright::net {

/// How Beast ends a connection; it looks for this beside the class.
template <class Handler>
void async_teardown(boost::beast::role_type role, JoiningSocket& socket, Handler&& handler) {
  socket.async_flush(
      [role, &socket, handler = std::forward<Handler>(handler)](boost::system::error_code error) mutable {
        if (error) return std::move(handler)(error);
        boost::beast::websocket::async_teardown(role, socket.next_layer(), std::move(handler));
      });
}

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using engine::SteadyTime;
using websocket::close_code;

constexpr std::string_view kSubprotocol = "framewright.v1";

std::string new_session_id() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  return fmt::format("{:016x}", random());
}

/// What is still to be sent, or to be acknowledged.
std::uint64_t unsent_bytes(JoiningSocket& socket) {
  int bytes = 0;
  const bool known = ::ioctl(socket.next_layer().native_handle(), TIOCOUTQ, &bytes) == 0;
  return socket.waiting_bytes() + (known ? static_cast<std::uint64_t>(bytes) : 0);
}

class BeastSession final : public WebSocketSession, public std::enable_shared_from_this<BeastSession> {
 public:
  BeastSession(UpgradedConnection connection, const SessionServices& services,
               const SessionTimeouts& timeouts)
      : services_(services),
        timeouts_(timeouts),
        ticket_(std::move(connection.ticket)),
        stream_(std::move(connection.socket)),
        buffer_(services.pool),
        watch_(timeouts_, services.clock.now()),
        phase_deadline_(services.clock.now() + timeouts.handshake) {}

  ~BeastSession() override { end_streams(); }

  void start(UpgradeRequest request, std::function<void()> ended) override;
  void drain(SteadyTime deadline) override;
  void tick(SteadyTime now) override;

 private:
  /// PeerClosing: the client closes, or Beast does for it, inside the read that is under way.
  enum class Phase : std::uint8_t { Handshake, Open, PeerClosing, Closing, Closed };

  void configure(const UpgradeRequest& request);
  void on_accepted(error_code error);
  void begin_draining();

  /// Does whatever can be done now: write, read on, close when drained.
  void pump();
  void read_on();
  void on_read(error_code error, std::size_t count);
  void take_what_was_read(engine::Reservation memory);
  bool make_room(std::size_t more, engine::Reservation& memory);
  void wait_for_memory(std::uint64_t bytes);
  void on_memory(engine::Reservation memory);
  void skip_message();
  void deliver();
  void write_next();
  void on_written(error_code error);

  SessionActivity activity();
  void check(SteadyTime now);
  void close(close_code code, std::string_view reason);
  void finish(bool reset_connection);
  void end_streams();
  tcp::socket& socket() { return stream_.next_layer().next_layer(); }

  // Given.
  const SessionServices services_;
  const SessionTimeouts& timeouts_;
  const ConnectionTicket ticket_;
  const std::string id_ = new_session_id();
  std::function<void()> ended_;
  // Owned.
  websocket::stream<JoiningSocket, false> stream_;
  std::shared_ptr<StreamSession> session_;
  MessageBuffer buffer_;
  std::optional<WireMessage> writing_;
  std::optional<std::uint64_t> memory_ticket_;
  SessionWatch watch_;
  Phase phase_ = Phase::Handshake;
  SteadyTime phase_deadline_;
  std::optional<SteadyTime> drain_deadline_;
  bool reading_ = false;
  bool skipping_ = false;  ///< the rest of a message that was refused
  bool pinging_ = false;
  // Measured.
  std::uint64_t bytes_read_ = 0;
  std::uint64_t messages_read_ = 0;
  std::uint64_t messages_written_ = 0;
  std::uint64_t pongs_ = 0;
};

// --- Beginning.

void BeastSession::start(UpgradeRequest request, std::function<void()> ended) {
  ended_ = std::move(ended);
  services_.metrics.connections_changed("websocket", 1);
  const auto executor = stream_.get_executor();
  const auto post = [executor](std::function<void()> call) { asio::post(executor, std::move(call)); };
  session_ = std::make_shared<StreamSession>(services_, post, [this] { pump(); });
  session_->follow(read_trace_context(headers_of(request)).traceparent_of_caller());
  configure(request);
  stream_.async_accept(request, beast::bind_front_handler(&BeastSession::on_accepted, shared_from_this()));
}

void BeastSession::configure(const UpgradeRequest& request) {
  error_code ignored;  // A socket that refuses this still works, only slower.
  socket().set_option(tcp::no_delay(true), ignored);
  stream_.read_message_max(services_.limits.message_bytes);
  stream_.auto_fragment(false);
  const bool with_subprotocol = offers_subprotocol(request, kSubprotocol);
  const auto request_id = read_request_id(headers_of(request));
  stream_.set_option(
      websocket::stream_base::decorator([with_subprotocol, request_id](websocket::response_type& response) {
        response.set(beast::http::field::server, "framewright");
        response.set("X-Request-Id", request_id);
        if (with_subprotocol) response.set(beast::http::field::sec_websocket_protocol, kSubprotocol);
      }));
  stream_.control_callback([this](websocket::frame_type type, beast::string_view) {
    if (type == websocket::frame_type::pong) ++pongs_;
  });
}

void BeastSession::on_accepted(error_code error) {
  if (phase_ == Phase::Closed) return;
  if (error) {  // Beast has written why.
    return stream_.next_layer().async_flush([self = shared_from_this()](error_code) { self->finish(false); });
  }
  phase_ = Phase::Open;
  {
    const engine::LogContext context({.session_id = id_});
    spdlog::debug("open");
  }
  session_->welcome(id_, timeouts_.slow_client);
  if (drain_deadline_) begin_draining();
  pump();
}

void BeastSession::drain(SteadyTime deadline) {
  drain_deadline_ = deadline;
  if (phase_ != Phase::Open) return;
  begin_draining();
  pump();
}

void BeastSession::begin_draining() {
  const auto left =
      std::chrono::duration_cast<engine::WallTime::duration>(*drain_deadline_ - services_.clock.now());
  session_->drain(engine::unix_us(services_.clock.wall_now() + left));
}

void BeastSession::pump() {
  if (phase_ != Phase::Open) return;
  write_next();
  read_on();
  if (session_->drained() && !writing_) close(close_code::going_away, "the server is shutting down");
}

// --- Reading.

void BeastSession::read_on() {
  if (reading_ || memory_ticket_ || !session_->wants_more()) return;
  reading_ = true;
  const auto space = buffer_.space();
  stream_.async_read_some(asio::buffer(space.data(), space.size()),
                          beast::bind_front_handler(&BeastSession::on_read, shared_from_this()));
}

void BeastSession::on_read(error_code error, std::size_t count) {
  reading_ = false;
  if (phase_ == Phase::PeerClosing) return finish(false);
  if (phase_ != Phase::Open) return;
  if (error) return finish(false);
  bytes_read_ += count;
  buffer_.commit(count);
  take_what_was_read({});
  pump();
}

void BeastSession::take_what_was_read(engine::Reservation memory) {
  const bool done = stream_.is_message_done();
  if (skipping_) {
    buffer_.clear();
    skipping_ = !done;
    if (done) ++messages_read_;
  } else if (!done) {
    // An unfragmented message says how much follows; a fragmented one doubles its buffer.
    if (buffer_.space().empty()) {
      make_room(std::max(stream_.read_size_hint(1), buffer_.bytes().size()), memory);
    }
  } else if (!stream_.got_binary() || buffer_.is_pooled() || make_room(0, memory)) {
    deliver();
  }
}

bool BeastSession::make_room(std::size_t more, engine::Reservation& memory) {
  const auto made = buffer_.make_room(more, memory);
  if (made) return true;
  if (made.error().code != engine::ErrorCode::Overloaded) {
    session_->refuse(made.error(), buffer_.bytes());
    skip_message();
  } else if (stream_.got_binary() && session_->drops_for_want_of_memory(buffer_.bytes())) {
    skip_message();
  } else {
    wait_for_memory(buffer_.bytes_for(more));
  }
  return false;
}

void BeastSession::skip_message() {
  buffer_.clear();
  skipping_ = !stream_.is_message_done();
  if (!skipping_) ++messages_read_;
}

void BeastSession::wait_for_memory(std::uint64_t bytes) {
  // Called by whichever thread gives memory back, perhaps at once.
  const auto ready = [weak = weak_from_this(),
                      executor = stream_.get_executor()](engine::Reservation memory) {
    asio::post(executor, [weak, memory = std::move(memory)]() mutable {
      if (const auto self = weak.lock()) self->on_memory(std::move(memory));
    });
  };
  memory_ticket_ = services_.pool.inputs().wait_for(bytes, ready);
}

void BeastSession::on_memory(engine::Reservation memory) {
  memory_ticket_.reset();
  if (phase_ != Phase::Open) return;
  take_what_was_read(std::move(memory));
  pump();
}

void BeastSession::deliver() {
  ++messages_read_;
  const auto bytes = buffer_.bytes();
  auto pooled = buffer_.take();
  if (stream_.got_binary()) return session_->take_binary(std::move(pooled), bytes.size());
  session_->take_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, std::move(pooled));
}

// --- Writing.

void BeastSession::write_next() {
  if (writing_) return;
  auto next = session_->next_to_write();
  if (!next) return;
  writing_.emplace(std::move(*next));
  stream_.text(writing_->is_text());
  const auto parts = writing_->parts();
  const std::array buffers{asio::const_buffer(parts[0].data(), parts[0].size()),
                           asio::const_buffer(parts[1].data(), parts[1].size())};
  stream_.async_write(
      buffers, [self = shared_from_this()](error_code error, std::size_t) { self->on_written(error); });
}

void BeastSession::on_written(error_code error) {
  if (phase_ == Phase::Open && !error) {
    ++messages_written_;
    session_->written(writing_->source());
  }
  writing_.reset();
  if (phase_ != Phase::Open) return;
  if (error) return finish(false);
  pump();
}

// --- Keeping time.

void BeastSession::tick(SteadyTime now) {
  switch (phase_) {
    case Phase::Handshake:
    case Phase::PeerClosing:
    case Phase::Closing:
      if (now >= phase_deadline_) finish(true);
      return;
    case Phase::Open: return check(now);
    case Phase::Closed: return;
  }
}

SessionActivity BeastSession::activity() {
  return {.reading = reading_,
          .inside_message = skipping_ || !buffer_.bytes().empty(),
          .writing = writing_.has_value(),
          .bytes_read = bytes_read_,
          .messages_read = messages_read_,
          .pongs = pongs_,
          .messages_written = messages_written_,
          .unsent_bytes = writing_ ? unsent_bytes(stream_.next_layer()) : 0};
}

void BeastSession::check(SteadyTime now) {
  if (!stream_.is_open()) {
    end_streams();
    phase_ = Phase::PeerClosing;
    phase_deadline_ = now + timeouts_.slow_client;
    return;
  }
  if (drain_deadline_ && now >= *drain_deadline_)
    return close(close_code::going_away, "the server is shutting down");
  switch (watch_.check(activity(), now)) {
    case Verdict::Fine: return;
    case Verdict::SlowReader: return close(close_code::policy_error, "results were not read");
    case Verdict::SlowSender: return close(close_code::policy_error, "a message did not arrive in time");
    case Verdict::Gone: return finish(true);
    case Verdict::SendPing: break;
  }
  if (std::exchange(pinging_, true)) return;
  stream_.async_ping({}, [self = shared_from_this()](error_code) { self->pinging_ = false; });
}

// --- Ending.

void BeastSession::close(close_code code, std::string_view reason) {
  FW_CHECK(phase_ == Phase::Open);
  phase_ = Phase::Closing;
  phase_deadline_ = services_.clock.now() + timeouts_.slow_client;
  if (code != close_code::going_away) {
    const engine::LogContext context({.session_id = id_});
    spdlog::info("closed: {}", reason);
  }
  end_streams();
  stream_.async_close({code, beast::string_view(reason.data(), reason.size())},
                      [self = shared_from_this()](error_code) { self->finish(false); });
}

void BeastSession::finish(bool reset_connection) {
  if (phase_ == Phase::Closed) return;
  phase_ = Phase::Closed;
  end_streams();
  error_code ignored;  // The connection ends either way.
  if (reset_connection) socket().set_option(asio::socket_base::linger(true, 0), ignored);
  socket().close(ignored);
  services_.metrics.connections_changed("websocket", -1);
  SPDLOG_DEBUG("session {}: ended after {} messages", id_, messages_read_);
  std::exchange(ended_, nullptr)();
}

void BeastSession::end_streams() {
  if (memory_ticket_) services_.pool.inputs().cancel_wait(*memory_ticket_);
  memory_ticket_.reset();
  if (session_) session_->end();
}

}  // namespace

std::shared_ptr<WebSocketSession> make_websocket_session(UpgradedConnection connection,
                                                         const SessionServices& services,
                                                         const SessionTimeouts& timeouts) {
  return std::make_shared<BeastSession>(std::move(connection), services, timeouts);
}

}  // namespace framewright::net
