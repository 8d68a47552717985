#include "net/websocket_hub.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <list>
#include <utility>

#include "net/upgrade_request.hpp"

namespace framewright::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using engine::ErrorCode;
using engine::SteadyTime;

/// Often enough to be exact to a tenth of the shortest timeout; at most 50 times and at least once a second.
std::chrono::milliseconds tick_period(const SessionTimeouts& timeouts) {
  const auto shortest =
      std::min({timeouts.handshake, timeouts.message, timeouts.keep_alive / 2, timeouts.slow_client});
  return std::clamp(shortest / 10, std::chrono::milliseconds(20), std::chrono::milliseconds(1000));
}

UpgradeMistake refusal(ErrorCode code, std::string detail) {
  return {{code, std::move(detail)}, engine::mapping_of(code).http_status};
}

/// Answers what does not become a WebSocket, and closes.
void refuse(UpgradedConnection connection, const UpgradeRequest& request, const UpgradeMistake& mistake) {
  struct Farewell {
    UpgradedConnection connection;
    http::response<http::string_body> response;
  };
  auto farewell =
      std::make_shared<Farewell>(Farewell{std::move(connection), upgrade_refusal(mistake, request)});
  auto& [owner, response] = *farewell;
  http::async_write(owner.socket, response, [farewell](error_code, std::size_t) {
    error_code ignored;  // The client may be gone already.
    farewell->connection.socket.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  });
}

}  // namespace

/// The sessions of one io thread. Kept alive by its own timer, which runs while there are any.
class WebSocketHub::Lane : public std::enable_shared_from_this<Lane> {
 public:
  Lane(const asio::any_io_executor& executor, const engine::Clock& clock, const SessionTimeouts& timeouts)
      : timer_(executor), clock_(clock), period_(tick_period(timeouts)) {}

  void start(std::shared_ptr<WebSocketSession> session, UpgradeRequest request,
             const std::shared_ptr<std::atomic<int>>& open_sessions) {
    open_sessions->fetch_add(1, std::memory_order_relaxed);
    const auto place = sessions_.insert(sessions_.end(), session);
    session->start(std::move(request), [weak = weak_from_this(), place, open_sessions] {
      open_sessions->fetch_sub(1, std::memory_order_relaxed);
      if (const auto lane = weak.lock()) lane->sessions_.erase(place);
    });
    if (!ticking_) tick_later();
  }

  void drain(SteadyTime deadline) {
    for_each([deadline](WebSocketSession& session) { session.drain(deadline); });
  }

  asio::any_io_executor executor() { return timer_.get_executor(); }

 private:
  /// A session may end, and leave the list, while it is called.
  template <class Call>
  void for_each(const Call& call) {
    for (auto next = sessions_.begin(); next != sessions_.end();) {
      const auto session = *next++;
      call(*session);
    }
  }

  void tick_later() {
    ticking_ = true;
    timer_.expires_after(period_);
    timer_.async_wait([self = shared_from_this()](error_code error) {
      self->ticking_ = false;
      if (error) return;
      self->for_each([now = self->clock_.now()](WebSocketSession& session) { session.tick(now); });
      if (!self->sessions_.empty()) self->tick_later();
    });
  }

  // Given.
  asio::steady_timer timer_;
  const engine::Clock& clock_;
  const std::chrono::milliseconds period_;
  // Owned.
  std::list<std::shared_ptr<WebSocketSession>> sessions_;
  bool ticking_ = false;
};

WebSocketHub::WebSocketHub(SessionServices services, const SessionTimeouts& timeouts, OriginPolicy origins)
    : services_(services), timeouts_(timeouts), origins_(std::move(origins)) {}

WebSocketHub::~WebSocketHub() = default;

void WebSocketHub::accept(UpgradedConnection connection, UpgradeRequest request) {
  if (const auto mistake = mistake_in(request)) return refuse(std::move(connection), request, *mistake);
  if (!origins_.allows(request[http::field::origin], request[http::field::host])) {
    return refuse(std::move(connection), request,
                  refusal(ErrorCode::PermissionDenied, "pages of this origin may not open a WebSocket here"));
  }
  if (connection.leftover.size() > 0) {
    return refuse(std::move(connection), request,
                  refusal(ErrorCode::InvalidArgument, "data before the upgrade was answered"));
  }
  const auto lane = lane_of(connection.socket.get_executor());
  if (lane == nullptr) {
    return refuse(std::move(connection), request,
                  refusal(ErrorCode::Draining, "the server is shutting down"));
  }
  lane->start(make_websocket_session(std::move(connection), services_, timeouts_), std::move(request),
              open_sessions_);
}

void WebSocketHub::drain(SteadyTime deadline) {
  const std::lock_guard lock(mutex_);
  drain_deadline_ = deadline;
  for (const auto& [context, weak] : lanes_) {
    if (const auto lane = weak.lock()) {
      asio::post(lane->executor(), [lane, deadline] { lane->drain(deadline); });
    }
  }
}

std::shared_ptr<WebSocketHub::Lane> WebSocketHub::lane_of(const asio::any_io_executor& executor) {
  const std::lock_guard lock(mutex_);
  if (drain_deadline_) return nullptr;
  auto& known = lanes_[&asio::query(executor, asio::execution::context)];
  auto lane = known.lock();
  if (lane == nullptr) {
    lane = std::make_shared<Lane>(executor, services_.clock, timeouts_);
    known = lane;
  }
  return lane;
}

}  // namespace framewright::net
