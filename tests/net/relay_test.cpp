#include "net/relay.hpp"

#include <gtest/gtest.h>
#include <time.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <thread>

#include "tests/net/link_files.hpp"
#include "tests/net/tls_caller.hpp"

namespace framewright::net {
namespace {

using namespace std::chrono_literals;
using std::chrono::hours;

/// Two nodes: "caller" dials, "server.test" listens and carries to `caf`, which the test plays.
class RelayPair : public ::testing::Test {
 protected:
  std::unique_ptr<Relay> started(RelayOptions options) {
    auto relay = Relay::start(std::move(options));
    EXPECT_TRUE(relay) << (relay ? "" : relay.error().detail);
    return relay ? std::move(*relay) : nullptr;
  }
  RelayOptions server_options() {
    return {.files = server_files, .listen = RelayListen{.target_port = caf.port()}};
  }
  RelayOptions caller_options() { return {.files = caller_files}; }
  void start() {
    server = started(server_options());
    caller = started(caller_options());
  }
  /// A connection of CAF's on the caller's machine.
  PlainSocket dial() {
    const auto port = caller->local_port_for("127.0.0.1", server->listen_port());
    EXPECT_TRUE(port);
    return PlainSocket::connected_to(port ? *port : 0);
  }
  /// Answers what a TlsCaller asks, and says whether it was let in.
  bool lets_in(const Credentials& shown, int version = TLS1_3_VERSION) {
    const auto before = server->counters();
    TlsCaller peer(server->listen_port(), shown, version);
    const auto now = [this] { return server->counters(); };
    EXPECT_TRUE(eventually(
        [&] { return now().links > before.links || now().handshakes_refused > before.handshakes_refused; }));
    std::jthread echo;
    if (now().links > before.links) {
      echo = std::jthread([this] {
        auto socket = caf.accept();
        socket.send(socket.receive(1));
      });
    }
    return peer.is_let_in();
  }
  /// For what another thread counts: looks again until it is so, for 20 s at most.
  template <class Condition>
  static bool eventually(Condition condition) {
    const auto give_up = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      std::this_thread::yield();
    }
    return true;
  }

  ScratchFolder folder;
  Credentials authority = authority_for_tests();
  LinkFiles server_files =
      folder.write_node("server", authority.certificate, node_of(authority, {"server.test", "127.0.0.1"}));
  LinkFiles caller_files =
      folder.write_node("caller", authority.certificate, node_of(authority, {"caller.test"}));
  PlainListener caf;
  std::unique_ptr<Relay> server;
  std::unique_ptr<Relay> caller;
};

TEST_F(RelayPair, KeepsPortsForNoMorePeersThanLinks) {
  auto options = caller_options();
  options.links = 2;
  caller = started(std::move(options));
  const auto first = caller->local_port_for("a.test", 1);
  ASSERT_TRUE(first);
  ASSERT_TRUE(caller->local_port_for("b.test", 1));
  const auto third = caller->local_port_for("c.test", 1);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, engine::ErrorCode::Overloaded);
  EXPECT_EQ(caller->local_port_for("a.test", 1).value(), *first) << "the same as before";
}

TEST_F(RelayPair, GivesThePortThatWasUsedLongestAgoToAnotherPeer) {
  auto options = caller_options();
  options.links = 2;
  options.port_kept = 0ms;
  caller = started(std::move(options));
  const int first = caller->local_port_for("a.test", 1).value();
  const int second = caller->local_port_for("b.test", 1).value();
  EXPECT_EQ(caller->local_port_for("a.test", 1).value(), first);
  const int third = caller->local_port_for("c.test", 1).value();
  EXPECT_TRUE(eventually([&] { return !PlainSocket::listens_on(second); }));
  EXPECT_TRUE(PlainSocket::listens_on(first));
  EXPECT_TRUE(PlainSocket::listens_on(third));
}

TEST_F(RelayPair, TakesNoPortFromAPeerThatIsLinked) {
  server = started(server_options());
  auto options = caller_options();
  options.links = 1;
  options.port_kept = 0ms;
  caller = started(std::move(options));
  auto near = dial();
  near.send("x");
  auto far = caf.accept();
  far.receive(1);
  EXPECT_FALSE(caller->local_port_for("b.test", 1));
  near.close();
  far.close();
  EXPECT_TRUE(eventually([&] { return caller->local_port_for("b.test", 1).has_value(); }));
}

TEST_F(RelayPair, CarriesBothWays) {
  start();
  auto near = dial();
  ASSERT_TRUE(near.send("ping"));
  auto far = caf.accept();
  EXPECT_EQ(far.receive(4), "ping");
  ASSERT_TRUE(far.send("pong!"));
  EXPECT_EQ(near.receive(5), "pong!");
  EXPECT_TRUE(eventually([&] { return server->counters().bytes_to_peers == 5; }));
  EXPECT_EQ(server->counters().bytes_from_peers, 4u);
  EXPECT_EQ(server->counters().links_open, 1u);
  EXPECT_EQ(caller->counters().links, 1u);
}

TEST_F(RelayPair, KeepsOneLocalPortForOnePeer) {
  start();
  const auto port = caller->local_port_for("127.0.0.1", 4950);
  EXPECT_EQ(*caller->local_port_for("127.0.0.1", 4950), *port);
  EXPECT_NE(*caller->local_port_for("127.0.0.1", 4951), *port);
  caller->stop();
  EXPECT_FALSE(caller->local_port_for("127.0.0.1", 4952));
}

TEST_F(RelayPair, LetsEachSideEndItsDirection) {
  start();
  auto near = dial();
  near.send("question");
  near.end_sending();
  auto far = caf.accept();
  EXPECT_EQ(far.receive(100), "question");
  far.send("answer");
  far.close();
  EXPECT_EQ(near.receive(100), "answer");
  near.close();
  EXPECT_TRUE(eventually([&] { return server->counters().links_open == 0; }));
  EXPECT_TRUE(eventually([&] { return caller->counters().links_open == 0; }));
}

TEST_F(RelayPair, LetsInWhoeverTheAuthoritySigned) {
  start();
  const auto peer = node_of(authority, {"any.test"});
  EXPECT_TRUE(lets_in(peer));
  EXPECT_TRUE(lets_in(peer, TLS1_2_VERSION));
}

TEST_F(RelayPair, RefusesEveryOtherCertificate) {
  start();
  EXPECT_FALSE(lets_in({}));
  EXPECT_FALSE(lets_in({}, TLS1_2_VERSION));
  EXPECT_FALSE(lets_in(node_of(authority_for_tests(), {"caller.test"})));
  EXPECT_FALSE(lets_in(node_of(authority, {"caller.test"}, valid_from_to(hours(-48), hours(-24)))));
  EXPECT_FALSE(lets_in(node_of(authority, {"caller.test"}, valid_from_to(hours(24), hours(48)))));
  EXPECT_FALSE(lets_in(node_of(authority, {"caller.test"}), TLS1_1_VERSION));
  EXPECT_TRUE(eventually([&] { return server->counters().handshakes_refused == 6; }));
  EXPECT_EQ(server->counters().links, 0u);
  EXPECT_TRUE(lets_in(node_of(authority, {"caller.test"})));
}

TEST_F(RelayPair, ChecksNamesAgainstTheList) {
  auto options = server_options();
  options.peers = {"caller.test", ".workers.test"};
  server = started(std::move(options));
  EXPECT_TRUE(lets_in(node_of(authority, {"caller.test"})));
  EXPECT_TRUE(lets_in(node_of(authority, {"other.test", "CALLER.test"})));
  EXPECT_TRUE(lets_in(node_of(authority, {"w7.workers.test"})));
  EXPECT_FALSE(lets_in(node_of(authority, {"other.test"})));
  EXPECT_FALSE(lets_in(node_of(authority, {"workers.test"})));
  EXPECT_FALSE(lets_in(node_of(authority, {"caller.test.evil.test"})));
}

TEST_F(RelayPair, HangsUpOnAServerOfAnotherName) {
  start();
  const auto port = caller->local_port_for("localhost", server->listen_port());  // Not in the certificate.
  EXPECT_TRUE(PlainSocket::connected_to(*port).ends());
  EXPECT_TRUE(eventually([&] { return caller->counters().dials_failed == 1; }));
  EXPECT_EQ(caller->counters().links, 0u);
}

TEST_F(RelayPair, HangsUpOnAServerOfAnotherAuthority) {
  const auto other = authority_for_tests();
  server_files = folder.write_node("evil", other.certificate, node_of(other, {"127.0.0.1"}));
  start();
  EXPECT_TRUE(dial().ends());
  EXPECT_TRUE(eventually([&] { return caller->counters().dials_failed == 1; }));
}

TEST_F(RelayPair, HangsUpWhenNobodyIsThere) {
  start();
  int dead = 0;
  {
    PlainListener gone;
    dead = gone.port();
  }
  EXPECT_TRUE(PlainSocket::connected_to(*caller->local_port_for("127.0.0.1", dead)).ends());
  EXPECT_TRUE(PlainSocket::connected_to(*caller->local_port_for("no-such-host.invalid", 1)).ends());
  EXPECT_TRUE(eventually([&] { return caller->counters().dials_failed == 2; }));
}

TEST_F(RelayPair, HangsUpOnAServerThatStaysSilent) {
  auto options = caller_options();
  options.handshake_timeout = 50ms;
  caller = started(std::move(options));
  EXPECT_TRUE(PlainSocket::connected_to(*caller->local_port_for("127.0.0.1", caf.port())).ends());
  EXPECT_TRUE(eventually([&] { return caller->counters().dials_failed == 1; }));
}

TEST_F(RelayPair, DropsAPeerWhoseNodeDoesNotListen) {
  auto options = server_options();
  {
    PlainListener gone;
    options.listen->target_port = gone.port();
  }
  server = started(std::move(options));
  caller = started(caller_options());
  EXPECT_TRUE(dial().ends());
}

double cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

TEST_F(RelayPair, DropsASilentClientAtTheDeadlineForNoWork) {
  auto options = server_options();
  options.handshake_timeout = 500ms;
  server = started(std::move(options));
  auto silent = PlainSocket::connected_to(server->listen_port());
  const auto before = cpu_seconds();
  EXPECT_TRUE(silent.ends());
  EXPECT_LT(cpu_seconds() - before, 0.1);
  EXPECT_TRUE(eventually([&] { return server->counters().handshakes_timed_out == 1; }));
}

TEST_F(RelayPair, DropsAClientThatStopsHalfWay) {
  auto options = server_options();
  options.handshake_timeout = 50ms;
  server = started(std::move(options));
  auto half = PlainSocket::connected_to(server->listen_port());
  half.send(std::string("\x16\x03\x01\x02\x00\x01", 6));  // The start of a ClientHello of 512 bytes.
  EXPECT_TRUE(half.ends());
  EXPECT_TRUE(eventually([&] { return server->counters().handshakes_timed_out == 1; }));
}

TEST_F(RelayPair, RefusesBytesThatAreNotTls) {
  start();
  auto http = PlainSocket::connected_to(server->listen_port());
  http.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  static_cast<void>(http.receive(1000));  // An alert at most, and then the end.
  EXPECT_TRUE(eventually([&] { return server->counters().handshakes_refused == 1; }));
}

TEST_F(RelayPair, OutlivesAnyBytes) {
  start();
  std::mt19937 random(20);
  std::uint64_t sent = 0;
  for (int round = 0; round < 300; ++round) {
    std::string noise(1 + random() % 2000, '\0');
    for (auto& byte : noise) byte = static_cast<char>(random());
    // Two of three look like a record, and one of those like a ClientHello, so that more of them is parsed.
    if (round % 3 != 0) noise.replace(0, std::min<std::size_t>(noise.size(), 3), "\x16\x03\x01", 3);
    if (round % 3 == 2 && noise.size() > 5) noise[5] = '\x01';
    auto peer = PlainSocket::connected_to(server->listen_port());
    peer.send(noise);
    peer.end_sending();
    static_cast<void>(peer.receive(1000));
    ++sent;
  }
  EXPECT_TRUE(eventually([&] { return server->counters().handshakes_refused == sent; }));
  EXPECT_TRUE(lets_in(node_of(authority, {"caller.test"})));
}

TEST_F(RelayPair, BoundsWhoHasNotShownACertificate) {
  auto options = server_options();
  options.unauthenticated = 6;
  options.unauthenticated_per_address = 4;
  server = started(std::move(options));
  caller = started(caller_options());
  std::vector<PlainSocket> crowd;
  for (int i = 0; i < 1000; ++i) {
    crowd.push_back(PlainSocket::connected_to(server->listen_port(), "127.0.0.2"));
    if (crowd.size() <= 4) continue;
    EXPECT_TRUE(crowd.back().ends());
    crowd.pop_back();
  }
  EXPECT_EQ(crowd.size(), 4u);
  EXPECT_EQ(server->counters().turned_away, 996u);
  // The others are let in all the while, ...
  auto near = dial();
  near.send("x");
  EXPECT_EQ(caf.accept().receive(1), "x");
  // ... until all places are taken.
  for (const auto* address : {"127.0.0.3", "127.0.0.4"}) {
    crowd.push_back(PlainSocket::connected_to(server->listen_port(), address));
  }
  EXPECT_TRUE(PlainSocket::connected_to(server->listen_port(), "127.0.0.5").ends());
  crowd.clear();
  EXPECT_TRUE(eventually([&] { return server->counters().handshakes_refused == 6; }));
  EXPECT_TRUE(lets_in(node_of(authority, {"caller.test"})));
}

TEST_F(RelayPair, BoundsLinks) {
  auto options = server_options();
  options.links = 1;
  server = started(std::move(options));
  caller = started(caller_options());
  auto first = dial();
  first.send("x");
  auto far = caf.accept();
  EXPECT_EQ(far.receive(1), "x");
  EXPECT_TRUE(dial().ends());
  first.close();
  far.close();
  EXPECT_TRUE(eventually([&] { return server->counters().links_open == 0; }));
  auto next = dial();
  next.send("y");
  EXPECT_EQ(caf.accept().receive(1), "y");
}

std::string noise_of(std::size_t size, unsigned seed) {
  std::mt19937_64 random(seed);
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i + 8 <= size; i += 8) {
    const auto word = random();
    bytes.replace(i, 8, reinterpret_cast<const char*>(&word), 8);
  }
  return bytes;
}

TEST_F(RelayPair, CarriesMuchBothWaysAtOnce) {
  start();
  const auto up = noise_of(10 << 20, 1);
  const auto down = noise_of(10 << 20, 2);
  auto near = dial();
  const std::jthread sender([&] { near.send(up); });
  auto far = caf.accept();
  const std::jthread answerer([&] { far.send(down); });
  std::string got_up;
  const std::jthread reader([&] {
    while (got_up.size() < up.size()) got_up += far.receive(64 << 10);
    EXPECT_TRUE(got_up == up);
  });
  EXPECT_TRUE(near.receive(down.size()) == down);
}

std::size_t resident_bytes() {
  std::size_t total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

TEST_F(RelayPair, StopsReadingWhatNobodyTakes) {
  constexpr std::size_t kMuch = 256 << 20;  // Far more than the system's own buffers of three connections.
  start();
  const auto piece = noise_of(1 << 20, 3);
  auto near = dial();
  near.send("x");
  auto far = caf.accept();
  far.receive(1);
  const auto before = resident_bytes();
  const auto sent = near.send_until_full(piece, kMuch, 500);
  EXPECT_LT(sent, kMuch);
  EXPECT_LT(resident_bytes(), before + (32 << 20));
  near.end_sending();
  std::size_t received = 0;
  bool same = true;
  while (received < sent) {
    const auto count = std::min<std::size_t>(piece.size() - received % piece.size(), sent - received);
    const auto got = far.receive(count);
    if (got.empty()) break;
    same = same && got == std::string_view(piece).substr(received % piece.size(), count);
    received += got.size();
  }
  EXPECT_EQ(received, sent);
  EXPECT_TRUE(same);
  EXPECT_TRUE(far.ends());
}

TEST_F(RelayPair, TellsBothSidesWhenTheOtherNodeGoes) {
  start();
  auto near = dial();
  near.send("x");
  auto far = caf.accept();
  far.receive(1);
  caller->stop();
  EXPECT_TRUE(near.ends());
  EXPECT_TRUE(far.ends());
  EXPECT_TRUE(eventually([&] { return server->counters().links_open == 0; }));
  EXPECT_EQ(caller->counters().links_open, 0u);
}

TEST_F(RelayPair, TakesNewCertificatesWithoutARestart) {
  auto options = server_options();
  options.reload_interval = 5ms;
  server = started(std::move(options));
  caller = started(caller_options());
  auto old_link = dial();
  old_link.send("x");
  auto far = caf.accept();
  far.receive(1);

  const auto next = authority_for_tests();
  const auto next_node = node_of(next, {"127.0.0.1"});
  folder.write("server.key", "broken half way\n");
  ASSERT_TRUE(eventually([&] { return server->counters().reloads_failed >= 1; }));
  EXPECT_TRUE(lets_in(node_of(authority, {"caller.test"})));  // What was in use stays in use.

  folder.write_node("server", next.certificate, next_node);
  ASSERT_TRUE(eventually([&] { return server->counters().reloads >= 1; }));
  EXPECT_TRUE(lets_in(node_of(next, {"caller.test"})));
  EXPECT_FALSE(lets_in(node_of(authority, {"caller.test"})));
  old_link.send("y");  // Links that stand are not touched.
  EXPECT_EQ(far.receive(1), "y");
}

TEST_F(RelayPair, RefusesToStartWithWhatIsWrong) {
  auto options = server_options();
  options.files.key = caller_files.key;
  const auto mismatched = Relay::start(options);
  ASSERT_FALSE(mismatched);
  EXPECT_NE(mismatched.error().detail.find("caller.key"), std::string::npos);

  options = server_options();
  options.listen->port = caf.port();
  const auto taken = Relay::start(options);
  ASSERT_FALSE(taken);
  EXPECT_NE(taken.error().detail.find("cannot listen on 127.0.0.1 port"), std::string::npos);
}

}  // namespace
}  // namespace framewright::net
