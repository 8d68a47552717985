// The Relay is the only port of the cluster that faces a network. CAF, which trusts whoever reaches it,
// listens on loopback; the relay carries its connections between machines under TLS with certificates on both
// sides.
//
//   CAF -> local_port_for("b", 4950) -> relay of a == TLS ==> relay of b, listen_port() -> CAF on 127.0.0.1
//
// Bounds    Two buffers of 64 KiB a link, read again only when the other side has taken them. Connections
//           that have not shown a certificate are few, and few of one address; they are closed at the
//           deadline.
// Files     are looked at every `reload_interval`: what changed is used for new links. While the new files
//           are wrong the old ones stay, and the log says so.
// Threads   One of its own carries everything; every method may be called from any thread.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/link_identity.hpp"

namespace framewright::net {

struct RelayListen {
  std::string address = "127.0.0.1";
  int port = 0;         ///< 0 picks a free one
  int target_port = 0;  ///< on 127.0.0.1, where peers are carried to
};

struct RelayOptions {
  LinkFiles files;
  /// Names of which a caller's certificate has to carry one; ".example.org" stands for every name below it.
  /// None: any certificate of the authority.
  std::vector<std::string> peers = {};
  std::optional<RelayListen> listen = {};  ///< none: this node only dials
  /// From accepting a connection, or from being asked to dial, until both sides have proved who they are.
  std::chrono::milliseconds handshake_timeout{5'000};
  int unauthenticated = 64;              ///< connections without a certificate yet; more are closed at once
  int unauthenticated_per_address = 16;  ///< so that one machine cannot keep the others out
  int links = 1024;  ///< that this node answers, as many that it dials, and as many peers that it may reach
  /// A port on which nobody has called for so long may be taken from its peer when another one needs it.
  std::chrono::milliseconds port_kept{60'000};
  std::chrono::milliseconds reload_interval{2'000};
};

/// Since the start, except `links_open`.
struct RelayCounters {
  std::uint64_t links_open = 0;
  std::uint64_t links = 0;                 ///< that both sides agreed to
  std::uint64_t handshakes_refused = 0;    ///< no certificate, a wrong one, no TLS, an early end
  std::uint64_t handshakes_timed_out = 0;  ///< silent at the deadline
  std::uint64_t turned_away = 0;           ///< closed unheard, at a limit
  std::uint64_t dials_failed = 0;          ///< no such host, nobody there, the wrong peer
  std::uint64_t bytes_from_peers = 0;
  std::uint64_t bytes_to_peers = 0;
  std::uint64_t reloads = 0;
  std::uint64_t reloads_failed = 0;
};

class Relay {
 public:
  /// Reads the certificates, listens, and starts the thread.
  ///
  /// Errors   InvalidArgument (a file, a name or an address, with what is wrong with it).
  static engine::Result<std::unique_ptr<Relay>> start(RelayOptions options);
  ~Relay();

  /// Where peers come in; 0 when this node only dials.
  int listen_port() const noexcept;
  /// The port on 127.0.0.1 whose connections are carried to the relay at `host` and `port`. Made at the first
  /// call, and the same for as long as somebody calls on it. `host` is a name or an address. The peer's
  /// certificate has to be for `name`; empty: for `host`.
  ///
  /// Errors   InvalidArgument (the system's reason why there is no port), Overloaded (as many peers as links
  ///          are in use), Draining (stopped).
  engine::Result<int> local_port_for(const std::string& host, int port, const std::string& name = {});
  RelayCounters counters() const noexcept;
  /// Closes every link and port. The destructor does so too.
  void stop();

 private:
  class Impl;
  explicit Relay(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace framewright::net
