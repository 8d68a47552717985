// Who is let in.
#include "actors/cluster.hpp"

#include <gmock/gmock.h>

#include "tests/actors/remote_worker_world.hpp"

namespace framewright::actors {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;

class ClusterDoor : public RemoteWorker {
 protected:
  std::string reason(const Hello& hello) {
    const auto mail = std::make_shared<NodeMail>();
    spawn_fake_node(mail, hello);
    EXPECT_TRUE(board.nodes().empty() || !mail->refused.empty());
    return mail->refused;
  }

  /// From the gateway's own joiner.
  void hear_of(const std::string& id, const std::string& address) {
    caf::send_as(own_joiner, gateway_cluster, gateway_atom_v, id, address);
    run();
  }

 private:
  caf::actor own_joiner =
      keep(system.spawn([](caf::event_based_actor*) -> caf::behavior { return {[](int) {}}; }));
};

TEST_F(ClusterDoor, RefusesAnotherProtocolWithAReason) {
  auto hello = hello_of("a");
  hello.protocol = 99;
  EXPECT_THAT(reason(hello), HasSubstr("protocol 99"));
}

TEST_F(ClusterDoor, RefusesWhatCannotBe) {
  auto hello = hello_of("a");
  hello.cpu_workers = 0;
  EXPECT_THAT(reason(hello), HasSubstr("CPU workers"));
  hello = hello_of("a/../b");
  EXPECT_THAT(reason(hello), HasSubstr("id"));
  hello = hello_of("a");
  hello.address = "here\xff";
  EXPECT_THAT(reason(hello), HasSubstr("machine's name"));
  hello = hello_of("a");
  hello.credit_bytes = 1;
  EXPECT_THAT(reason(hello), HasSubstr("room"));
  hello = hello_of("a");
  hello.filters.resize(1025);
  EXPECT_THAT(reason(hello), HasSubstr("1025 filters"));
}

Hello gateway_hello(const std::string& id, const std::string& address) {
  Hello hello = hello_of(id);
  hello.role = NodeRole::Gateway;
  hello.address = address;
  hello.cpu_workers = 0;
  return hello;
}

TEST_F(ClusterDoor, RefusesItselfAndGatewaysWithoutAnAddress) {
  EXPECT_THAT(reason(gateway_hello("gateway", "h:1")), HasSubstr("itself"));
  EXPECT_THAT(reason(gateway_hello("g", "")), HasSubstr("address"));
  EXPECT_THAT(reason(gateway_hello("g", "h:0")), HasSubstr("address"));
  auto hello = gateway_hello("g", "h:1");
  hello.cpu_workers = 1;
  EXPECT_THAT(reason(hello), HasSubstr("workers to offer"));
  hello.role = static_cast<NodeRole>(7);
  EXPECT_THAT(reason(hello), HasSubstr("neither"));
}

TEST_F(ClusterDoor, GivesAGatewayNoWork) {
  spawn_fake_node(first, gateway_hello("g", "h:1"));
  EXPECT_TRUE(first->gateway) << "welcome";
  EXPECT_EQ(board.nodes().at(0).role, "gateway");
  EXPECT_FALSE(readiness.ready());
  EXPECT_EQ(submit_picture()->answer.error().code, engine::ErrorCode::Overloaded);
  EXPECT_TRUE(first->work.empty());
}

TEST_F(ClusterDoor, TellsWorkersOfGatewaysAndGatewaysOfThoseThatHaveComeThemselves) {
  const auto third = std::make_shared<NodeMail>();
  const auto fourth = std::make_shared<NodeMail>();
  join(first, "early");
  spawn_fake_node(second, gateway_hello("g1", "h:1"));
  spawn_fake_node(third, gateway_hello("g2", "h:2"));
  caf::anon_send(gateway_cluster, gateway_atom_v, std::string{"far"}, std::string{"far:1"});
  hear_of("g3", "h:3");
  join(fourth, "late");
  EXPECT_THAT(first->told, ElementsAre("h:1", "h:2", "h:3"));
  EXPECT_THAT(second->told, ElementsAre("h:2"));
  EXPECT_THAT(third->told, ElementsAre("h:1"));
  EXPECT_THAT(fourth->told, ElementsAre("h:1", "h:2", "h:3"));
}

TEST_F(ClusterDoor, ForgetsTheGatewayThatItHeardOfLongestAgo) {
  std::vector<std::string> latest;
  for (std::size_t i = 0; i < kMostGateways; ++i) {
    const auto number = std::to_string(99 - i);  // Not in the order of their names.
    hear_of("g" + number, "h:" + number);
    latest.push_back("h:" + number);
  }
  hear_of("g99", "moved:99");  // The first one again.
  hear_of("g0", "h:1");
  latest.erase(latest.begin(), latest.begin() + 2);
  latest.insert(latest.end(), {"moved:99", "h:1"});
  join(first, "late");
  EXPECT_THAT(first->told, ElementsAreArray(latest));
}

TEST_F(ClusterDoor, RefusesASecondNodeOfOneName) {
  join(first, "a");
  EXPECT_THAT(reason(hello_of("a")), HasSubstr("already"));
}

TEST_F(ClusterDoor, LetsTheSecondNodeOfANameInOnceTheFirstIsSilent) {
  const auto silent = keep(system.spawn([](caf::event_based_actor*) -> caf::behavior {
    return {[](welcome_atom, const std::string&) {}, [](ping_atom) {}};
  }));
  caf::send_as(silent, gateway_cluster, hello_atom_v, hello_of("a"));
  run();
  EXPECT_THAT(reason(hello_of("a")), HasSubstr("already"));
  for (int i = 0; i < 14; ++i) advance(250ms);
  join(second, "a");
  EXPECT_TRUE(second->gateway);
  EXPECT_EQ(second->refused, "");
}

TEST_F(ClusterDoor, IsNotReadyThoughTheActorHasHadNoTurnYet) {
  engine::Readiness fresh;
  keep(start_cluster(system, ClusterOptions{{directory, pool, clock, board, "another"}, fresh, false}));
  EXPECT_FALSE(fresh.ready());
}

TEST_F(ClusterDoor, IsReadyWhileANodeIsHere) {
  EXPECT_FALSE(readiness.ready());
  const auto node = join(first, "a");
  EXPECT_TRUE(readiness.ready());
  caf::anon_send_exit(node, caf::exit_reason::kill);
  run();
  EXPECT_FALSE(readiness.ready());
}

// The dispatcher of this world takes its messages when posted functions run, not before.
TEST_F(ClusterDoor, IsReadyOnlyOnceTheDispatcherHasTheWorkersOfANode) {
  const auto node = keep(system.spawn(
      [](caf::event_based_actor*) -> caf::behavior { return {[](welcome_atom, const std::string&) {}}; }));
  caf::send_as(node, gateway_cluster, hello_atom_v, hello_of("a"));
  scheduler().run();
  EXPECT_FALSE(readiness.ready());
  EXPECT_TRUE(board.nodes().empty());
  run();
  EXPECT_TRUE(readiness.ready());
  EXPECT_EQ(board.nodes().size(), 1u);
}

}  // namespace
}  // namespace framewright::actors
