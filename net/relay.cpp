#include "net/relay.hpp"

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "engine/time_slice.hpp"
#include "net/address_count.hpp"
#include "net/connection_count.hpp"
#include "net/relay_link.hpp"

namespace framewright::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using engine::Result;
using engine::unexpected;
using std::chrono::steady_clock;
using std::chrono::system_clock;

namespace {

constexpr std::chrono::milliseconds kAcceptRetry{
    100};                                              // Out of descriptors: somebody has to close one first.
constexpr std::chrono::seconds kBetweenComplaints{1};  // A hostile peer fills no disk with log lines.
constexpr std::chrono::hours kExpiresSoon{14 * 24};
constexpr int kBacklog = 128;

using Link = std::shared_ptr<RelayLink>;

struct Peer {
  std::string host;
  int port = 0;
  std::string name;  ///< in its certificate
  auto operator<=>(const Peer&) const = default;
};

template <class T>
using Awaitable = asio::awaitable<T>;

struct Counts {
  std::atomic<std::uint64_t> links_open{0}, links{0}, handshakes_refused{0}, handshakes_timed_out{0},
      turned_away{0}, dials_failed{0}, from_peers{0}, to_peers{0}, reloads{0}, reloads_failed{0};
};

Result<void> listen_on(tcp::acceptor& acceptor, const std::string& host, int port) {
  error_code failed;
  const auto address = asio::ip::make_address(host, failed);
  const tcp::endpoint endpoint(address, static_cast<std::uint16_t>(port));
  if (!failed) acceptor.open(endpoint.protocol(), failed);
  if (!failed) acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) acceptor.bind(endpoint, failed);
  if (!failed) acceptor.listen(kBacklog, failed);
  if (!failed) return {};
  return unexpected(engine::ErrorCode::InvalidArgument,
                    "cannot listen on " + host + " port " + std::to_string(port) + ": " + failed.message());
}

std::string text_of(const tcp::endpoint& endpoint) {
  return endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
}

}  // namespace

class Relay::Impl {
 public:
  explicit Impl(RelayOptions options)
      : options_(std::move(options)),
        unauthenticated_(options_.unauthenticated_per_address, options_.unauthenticated),
        answered_(options_.links),
        dialled_(options_.links),
        work_(asio::make_work_guard(context_)),
        acceptor_(context_),
        reload_(context_) {}

  ~Impl() { stop(); }

  Result<void> start() {
    marks_ = marks_of(options_.files);
    auto identity = LinkIdentity::load(options_.files);
    if (!identity) return unexpected(std::move(identity).error());
    identity_ = std::move(*identity);
    if (options_.listen) {
      const auto& listen = *options_.listen;
      if (auto listening = listen_on(acceptor_, listen.address, listen.port); !listening) return listening;
      listen_port_ = acceptor_.local_endpoint().port();
      asio::co_spawn(context_, accept_peers(), asio::detached);
    }
    asio::co_spawn(context_, watch_files(), asio::detached);
    thread_ = std::thread([this] {
      ::pthread_setname_np(::pthread_self(), "fw.relay");
      engine::ask_for_time_slice(engine::kCoordinatingSlice);
      context_.run();
    });
    return {};
  }

  int listen_port() const noexcept { return listen_port_; }

  Result<int> local_port_for(const Peer& peer) {
    const std::lock_guard lock(mutex_);
    if (stopped_) return unexpected(engine::ErrorCode::Draining, "the relay has stopped");
    if (const auto found = local_ports_.find(peer); found != local_ports_.end()) {
      found->second->used_at = steady_clock::now();
      return found->second->number;
    }
    if (local_ports_.size() >= static_cast<std::size_t>(options_.links) && !free_idle_port()) {
      return unexpected(engine::ErrorCode::Overloaded, "ports for " + std::to_string(local_ports_.size()) +
                                                           " peers are in use, and no more");
    }
    auto port = std::make_shared<LocalPort>(tcp::acceptor(context_));
    if (auto listening = listen_on(port->acceptor, "127.0.0.1", 0); !listening) {
      return unexpected(listening.error());
    }
    port->number = port->acceptor.local_endpoint().port();
    asio::co_spawn(context_, accept_locals(port, peer), asio::detached);
    local_ports_[peer] = port;
    return port->number;
  }

  RelayCounters counters() const noexcept {
    return {.links_open = counts_.links_open,
            .links = counts_.links,
            .handshakes_refused = counts_.handshakes_refused,
            .handshakes_timed_out = counts_.handshakes_timed_out,
            .turned_away = counts_.turned_away,
            .dials_failed = counts_.dials_failed,
            .bytes_from_peers = counts_.from_peers,
            .bytes_to_peers = counts_.to_peers,
            .reloads = counts_.reloads,
            .reloads_failed = counts_.reloads_failed};
  }

  void stop() {
    context_.stop();
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    if (thread_.joinable()) thread_.join();
    // Nobody else runs now. What waits in coroutines ends with the context.
    error_code ignored;  // Closing is all that is wanted of them.
    acceptor_.close(ignored);
    for (const auto& [peer, port] : local_ports_) port->acceptor.close(ignored);
    for (auto* link : open_) link->close();
    open_.clear();
    counts_.links_open = 0;
  }

 private:
  /// Where CAF reaches one peer. The relay's thread carries what comes there, others ask who uses it.
  struct LocalPort {
    explicit LocalPort(tcp::acceptor closed) : acceptor(std::move(closed)) {}

    tcp::acceptor acceptor;
    int number = 0;
    std::atomic<int> connections{0};
    std::atomic<steady_clock::time_point> used_at{steady_clock::now()};
  };
  using LocalPortPtr = std::shared_ptr<LocalPort>;

  /// Closes the port that was used longest ago, if that is long enough; `mutex_` is held. Whoever still wants
  /// that peer dials every few seconds, so nobody does.
  bool free_idle_port() {
    const auto last_use = [](const auto& entry) {
      return entry.second->connections > 0 ? steady_clock::now() : entry.second->used_at.load();
    };
    const auto oldest = std::ranges::min_element(local_ports_, {}, last_use);
    if (oldest == local_ports_.end() || oldest->second->connections > 0) return false;
    if (steady_clock::now() - oldest->second->used_at.load() < options_.port_kept) return false;
    asio::post(context_, [this, peer = oldest->first, port = oldest->second] {
      error_code ignored;  // Closing is all that is wanted of it.
      port->acceptor.close(ignored);
      troubles_.erase(peer);
    });
    local_ports_.erase(oldest);
    return true;
  }

  /// Takes the next connection of `acceptor` into `into`; false when there will be none any more.
  Awaitable<bool> accept(tcp::acceptor& acceptor, tcp::socket& into) {
    while (acceptor.is_open()) {
      error_code failed;
      co_await acceptor.async_accept(into, asio::redirect_error(asio::use_awaitable, failed));
      if (!failed) co_return true;
      asio::steady_timer pause(context_, kAcceptRetry);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failed));
    }
    co_return false;
  }

  Awaitable<void> accept_peers() {
    while (true) {
      auto link = std::make_shared<RelayLink>(context_.get_executor());
      if (!co_await accept(acceptor_, link->peer())) co_return;
      error_code gone;
      const auto peer = link->peer().remote_endpoint(gone);
      if (gone) continue;
      if (auto place = unauthenticated_.take(peer.address())) {
        asio::co_spawn(context_, serve_peer(std::move(link), std::move(*place), peer), asio::detached);
      } else {
        ++counts_.turned_away;
        link->reset();
      }
    }
  }

  Awaitable<void> accept_locals(LocalPortPtr port, Peer peer) {
    while (true) {
      auto link = std::make_shared<RelayLink>(context_.get_executor());
      if (!co_await accept(port->acceptor, link->local())) co_return;
      if (auto ticket = dialled_.take()) {
        asio::co_spawn(context_, dial_for(port, std::move(link), std::move(*ticket), peer), asio::detached);
      } else {
        ++counts_.turned_away;
        link->close();
      }
    }
  }

  Awaitable<void> serve_peer(Link link, AddressCount::Place place, tcp::endpoint from) {
    link->close_after(options_.handshake_timeout);
    prepare_socket(link->peer());
    auto& tls = link->secure(identity_);
    if (const auto shaken = co_await tls.answer(options_.peers); !shaken) {
      ++(link->timed_out() ? counts_.handshakes_timed_out : counts_.handshakes_refused);
      complain("refused " + text_of(from),
               link->timed_out() ? "silent during the handshake" : shaken.error().detail);
      co_return end(*link);
    }
    place = {};
    const auto ticket = answered_.take();
    if (!ticket) {
      ++counts_.turned_away;
      complain("turned away " + text_of(from), "all links are in use");
      co_return end(*link);
    }
    error_code failed;
    const tcp::endpoint target(asio::ip::address_v4::loopback(),
                               static_cast<std::uint16_t>(options_.listen->target_port));
    co_await link->local().async_connect(target, asio::redirect_error(asio::use_awaitable, failed));
    if (failed) {
      complain("dropped " + text_of(from), "the node does not listen: " + failed.message());
      co_return end(*link);
    }
    co_await carry(*link);
  }

  Awaitable<void> dial_for(LocalPortPtr port, Link link, ConnectionTicket ticket, Peer peer) {
    ++port->connections;
    co_await dial(std::move(link), std::move(peer));
    port->used_at = steady_clock::now();
    --port->connections;
    static_cast<void>(ticket);  // Its place is taken until here.
  }

  Awaitable<void> dial(Link link, Peer peer) {
    link->close_after(options_.handshake_timeout);
    auto reached = co_await reach(*link, peer.host, peer.port);
    if (reached) {
      prepare_socket(link->peer());
      reached = co_await link->secure(identity_).greet(peer.name);
    }
    if (!reached) {
      ++counts_.dials_failed;
      say_trouble(peer, link->timed_out() ? "no answer in time" : reached.error().detail);
      co_return end(*link);
    }
    troubles_.erase(peer);
    co_await carry(*link);
  }

  Awaitable<Result<void>> reach(RelayLink& link, const std::string& host, int port) {
    error_code failed;
    tcp::resolver resolver(context_);
    const auto endpoints = co_await resolver.async_resolve(host, std::to_string(port),
                                                           asio::redirect_error(asio::use_awaitable, failed));
    if (failed) co_return unexpected(engine::ErrorCode::NotReady, failed.message());
    for (const auto& endpoint : endpoints) {
      if (link.timed_out()) break;
      link.peer().close(failed);
      co_await link.peer().async_connect(endpoint, asio::redirect_error(asio::use_awaitable, failed));
      if (!failed) co_return Result<void>{};
    }
    co_return unexpected(engine::ErrorCode::NotReady, failed.message());
  }

  Awaitable<void> carry(RelayLink& link) {
    link.met();
    prepare_socket(link.local());
    open_.insert(&link);
    ++counts_.links;
    ++counts_.links_open;
    co_await link.carry(counts_.from_peers, counts_.to_peers);
    open_.erase(&link);
    --counts_.links_open;
  }

  void end(RelayLink& link) {
    link.met();
    link.close();
  }

  Awaitable<void> watch_files() {
    while (true) {
      error_code cancelled;
      reload_.expires_after(options_.reload_interval);
      co_await reload_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
      if (cancelled) co_return;
      if (const auto marks = marks_of(options_.files); marks != marks_) reload(marks);
      if (!warned_of_end_ && identity_->good_until() < system_clock::now() + kExpiresSoon) {
        warned_of_end_ = true;
        spdlog::warn("cluster: {} expires within 14 days", options_.files.certificate.string());
      }
    }
  }

  void reload(const FileMarks& marks) {
    marks_ = marks;
    auto identity = LinkIdentity::load(options_.files);
    if (!identity) {
      ++counts_.reloads_failed;
      spdlog::warn("cluster: keeping the certificates in use: {}", identity.error().detail);
      return;
    }
    identity_ = std::move(*identity);
    warned_of_end_ = false;
    ++counts_.reloads;
    spdlog::info("cluster: certificates loaded anew");
  }

  /// Once for each kind of trouble with a peer, however often it is dialled.
  void say_trouble(const Peer& peer, const std::string& why) {
    if (std::exchange(troubles_[peer], why) == why) return;
    spdlog::warn("cluster: cannot reach {}:{}: {}", peer.host, peer.port, why);
  }

  void complain(const std::string& what, const std::string& why) {
    const auto now = steady_clock::now();
    if (now < may_complain_at_) {
      ++silent_complaints_;
      return;
    }
    may_complain_at_ = now + kBetweenComplaints;
    const auto more = silent_complaints_ == 0 ? "" : " (and " + std::to_string(silent_complaints_) + " more)";
    silent_complaints_ = 0;
    spdlog::warn("cluster: {}: {}{}", what, why, more);
  }

  // Given.
  const RelayOptions options_;
  // Owned. The context comes after what its coroutines refer to when they are destroyed.
  std::shared_ptr<const LinkIdentity> identity_;
  AddressCount unauthenticated_;
  ConnectionCount answered_;
  ConnectionCount dialled_;
  std::unordered_set<RelayLink*> open_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  tcp::acceptor acceptor_;
  asio::steady_timer reload_;
  std::mutex mutex_;
  std::map<Peer, LocalPortPtr> local_ports_;
  std::map<Peer, std::string> troubles_;  ///< what was said of peers that are out of reach
  bool stopped_ = false;
  std::thread thread_;
  int listen_port_ = 0;
  FileMarks marks_{};
  bool warned_of_end_ = false;
  // Measured.
  Counts counts_;
  steady_clock::time_point may_complain_at_{};
  std::uint64_t silent_complaints_ = 0;
};

Result<std::unique_ptr<Relay>> Relay::start(RelayOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  if (auto started = impl->start(); !started) return unexpected(std::move(started).error());
  return std::unique_ptr<Relay>(new Relay(std::move(impl)));
}

Relay::Relay(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Relay::~Relay() = default;
int Relay::listen_port() const noexcept { return impl_->listen_port(); }
Result<int> Relay::local_port_for(const std::string& host, int port, const std::string& name) {
  return impl_->local_port_for({host, port, name.empty() ? host : name});
}
RelayCounters Relay::counters() const noexcept { return impl_->counters(); }
void Relay::stop() { impl_->stop(); }

}  // namespace framewright::net
