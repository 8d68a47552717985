#include "net/http_server.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>

#include "net/io_thread.hpp"

namespace framewright::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using engine::Result;

namespace {

constexpr std::chrono::milliseconds kAcceptRetry{
    100};  // Out of descriptors: somebody has to close one first.
constexpr std::chrono::milliseconds kAbortPatience{2000};

engine::Unexpected cannot_listen(const ListenOptions& options, const error_code& failed) {
  return engine::unexpected(engine::ErrorCode::InvalidArgument, "cannot listen on " + options.address +
                                                                    " port " + std::to_string(options.port) +
                                                                    ": " + failed.message());
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(ListenOptions options, std::unique_ptr<HttpFront> front)
      : options_(std::move(options)),
        front_(std::move(front)),
        served_(options_.connections),
        refused_(kMaxRefusedAtOnce) {
    for (int i = 0; i < std::max(options_.threads, 1); ++i) threads_.push_back(std::make_unique<IoThread>());
    acceptor_ = std::make_unique<tcp::acceptor>(threads_.front()->context());
    retry_ = std::make_unique<asio::steady_timer>(threads_.front()->context());
  }

  ~Impl() {
    for (const auto& thread : threads_) thread->stop();
  }

  Result<void> listen() {
    error_code failed;
    const auto address = asio::ip::make_address(options_.address, failed);
    if (failed) return cannot_listen(options_, failed);
    const tcp::endpoint endpoint(address, static_cast<std::uint16_t>(options_.port));
    acceptor_->open(endpoint.protocol(), failed);
    if (!failed) acceptor_->set_option(tcp::acceptor::reuse_address(true), failed);
    if (!failed) acceptor_->bind(endpoint, failed);
    if (!failed) acceptor_->listen(kBacklog, failed);
    if (!failed) port_ = acceptor_->local_endpoint(failed).port();
    if (failed) return cannot_listen(options_, failed);
    accept_next();
    for (const auto& thread : threads_) thread->start();
    return {};
  }

  int port() const noexcept { return port_; }
  int open_connections() const noexcept { return served_.open(); }

  void stop(engine::SteadyTime deadline) {
    front_->draining = true;
    asio::post(threads_.front()->context(), [this] { stop_accepting(); });
    each_session([](HttpSession& session) { session.drain(); });
    if (front_->websockets != nullptr) front_->websockets->drain(deadline);
    served_.wait_until_none(deadline);
    each_session([](HttpSession& session) { session.abort(); });
    served_.wait_until_none(std::chrono::steady_clock::now() + kAbortPatience);
  }

 private:
  static constexpr int kBacklog = 4096;

  void accept_next() {
    auto& thread = *threads_[next_thread_++ % threads_.size()];
    acceptor_->async_accept(thread.context(), [this, &thread](error_code failed, tcp::socket socket) {
      if (!acceptor_->is_open()) return;
      if (failed) return accept_later();
      take(thread, std::move(socket));
      accept_next();
    });
  }

  void accept_later() {
    retry_->expires_after(kAcceptRetry);
    retry_->async_wait([this](error_code cancelled) {
      if (!cancelled) accept_next();
    });
  }

  void take(IoThread& thread, tcp::socket socket) {
    auto admission = Admission::Served;
    auto ticket = served_.take();
    if (!ticket) {
      admission = Admission::Refused;
      ticket = refused_.take();
    }
    if (!ticket) return;
    error_code ignored;  // A socket that is gone already says so at its first read.
    socket.set_option(tcp::no_delay(true), ignored);
    auto connection = std::make_shared<Connection>(std::move(socket), std::move(*ticket));
    asio::post(thread.context(), [this, &thread, admission, connection = std::move(connection)] {
      auto session = std::make_shared<HttpSession>(connection, *front_, thread.sessions(), admission);
      asio::co_spawn(thread.context(), [session] { return session->run(); }, asio::detached);
      if (front_->draining) session->drain();
    });
  }

  void stop_accepting() {
    error_code ignored;  // Closing is all that is wanted of it.
    acceptor_->close(ignored);
    retry_->cancel();
  }

  /// Runs `act` on every session, on the session's own thread.
  template <class Act>
  void each_session(Act act) {
    for (const auto& thread : threads_) {
      asio::post(thread->context(), [&sessions = thread->sessions(), act] {
        const std::vector<HttpSession*> now(sessions.begin(), sessions.end());
        for (auto* session : now) {
          if (sessions.contains(session)) act(*session);
        }
      });
    }
  }

  // Given.
  const ListenOptions options_;
  const std::unique_ptr<HttpFront> front_;
  // Owned.
  ConnectionCount served_;
  ConnectionCount refused_;
  std::vector<std::unique_ptr<IoThread>> threads_;
  std::unique_ptr<tcp::acceptor> acceptor_;  ///< used by the first thread, once the threads run
  std::unique_ptr<asio::steady_timer> retry_;
  std::size_t next_thread_ = 0;
  int port_ = 0;
};

Result<std::unique_ptr<HttpServer>> HttpServer::start(ListenOptions options,
                                                      std::unique_ptr<HttpFront> front) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(front));
  if (auto listening = impl->listen(); !listening) return engine::unexpected(std::move(listening).error());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;
int HttpServer::port() const noexcept { return impl_->port(); }
int HttpServer::open_connections() const noexcept { return impl_->open_connections(); }
void HttpServer::stop(engine::SteadyTime deadline) { impl_->stop(deadline); }

}  // namespace framewright::net
