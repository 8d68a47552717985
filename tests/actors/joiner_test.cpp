// A process and the gateways that it joins, all on one testing scheduler.
#include "actors/joiner.hpp"

#include <gmock/gmock.h>

#include "tests/actors/cluster_world.hpp"

namespace framewright::actors {
namespace {

using namespace std::chrono_literals;
using engine::ErrorCode;
using testing::ElementsAre;
using testing::IsEmpty;

/// A gateway that does what the test says.
struct FakeGateway {
  caf::actor lobby;
  std::string id;
  std::vector<Hello> hellos;
  std::vector<std::uint64_t> credits;
  caf::actor node;  ///< who has said hello last
  int drains = 0;
};

class Joiner : public ActorWorld {
 protected:
  static constexpr std::uint64_t kShared = 24U << 20;

  Joiner() { keep(directory_dispatcher()); }
  ~Joiner() override {
    worker = nullptr;
    for (auto& [address, gateway] : gateways) gateway.lobby = gateway.node = nullptr;
    directory.clear();
    end_actors();
  }

  FakeGateway& add_gateway(const std::string& address, const std::string& id) {
    auto& gateway = gateways[address];
    gateway.id = id;
    gateway.lobby = keep(system.spawn([&gateway](caf::event_based_actor* self) -> caf::behavior {
      return {
          [&gateway, self](hello_atom, const Hello& hello) {
            gateway.hellos.push_back(hello);
            gateway.node = caf::actor_cast<caf::actor>(self->current_sender());
            self->send(gateway.node, welcome_atom_v, gateway.id);
          },
          [&gateway](credit_atom, std::uint64_t bytes) { gateway.credits.push_back(bytes); },
          [&gateway](drain_atom) { ++gateway.drains; },
          [](parted_atom) {},
          [](pong_atom) {},
      };
    }));
    return gateway;
  }

  void start(NodeRole role = NodeRole::Worker) {
    auto hello = hello_of("w");
    hello.role = role;
    const auto dialler = keep(system.spawn([this](caf::event_based_actor*) -> caf::behavior {
      using Found = caf::result<caf::node_id, caf::strong_actor_ptr, std::set<std::string>>;
      return {[this](caf::connect_atom, const std::string& host, std::uint16_t) -> Found {
        const auto found = gateways.find(host);
        if (found == gateways.end()) return caf::make_error(caf::sec::cannot_connect_to_node);
        return {caf::node_id{}, caf::actor_cast<caf::strong_actor_ptr>(found->second.lobby),
                std::set<std::string>{}};
      }};
    }));
    // The address stands for the host, so that the dialler knows whom to find.
    const auto reach = [](const GatewayName& name) -> engine::Result<GatewayAddress> {
      if (name.address == "far:1") return engine::unexpected(ErrorCode::InvalidArgument, "out of bounds");
      return GatewayAddress{name.address, 1};
    };
    worker = keep(
        system.spawn(joiner, JoinerOptions{{directory, pool, plans, clock, dialler, hello}, reach, kShared}));
    run();
  }

  void join(const std::string& address) {
    caf::anon_send(worker, join_atom_v, GatewayName{.address = address});
    run();
  }
  void say(const FakeGateway& from, const std::string& id, const std::string& address) {
    caf::send_as(from.lobby, from.node, gateway_atom_v, id, address);
    run();
  }
  void let_go(const FakeGateway& gateway) {
    caf::send_as(gateway.lobby, gateway.node, farewell_atom_v);
    run();
  }

  std::map<std::string, FakeGateway> gateways;  ///< by address
  caf::actor worker;

 private:
  caf::actor directory_dispatcher() { return spawn_dispatcher(); }
};

TEST_F(Joiner, JoinsEachGatewayOnce) {
  auto& a = add_gateway("a:1", "ga");
  start();
  EXPECT_FALSE(directory.joined());
  join("a:1");
  join("a:1");
  EXPECT_EQ(a.hellos.size(), 1u);
  EXPECT_TRUE(directory.joined());
}

TEST_F(Joiner, JoinsGatewaysThatAGatewayTellsOf) {
  auto& a = add_gateway("a:1", "ga");
  auto& b = add_gateway("b:1", "gb");
  start();
  join("a:1");
  say(a, "gb", "b:1");
  say(a, "gb", "b:1");
  EXPECT_EQ(b.hellos.size(), 1u);
  say(b, "ga", "another-name-of-a:1");
  EXPECT_EQ(a.hellos.size(), 1u) << "it has met that one";
}

TEST_F(Joiner, BelievesNoNameThatIsNone) {
  auto& a = add_gateway("a:1", "ga");
  auto& b = add_gateway("b", "gb");
  start();
  join("a:1");
  say(a, "gb", "b");
  say(a, "g b", "b:1");
  say(a, "gb", "b:70000");
  say(a, "gb", "b:1x");
  EXPECT_THAT(b.hellos, IsEmpty());
}

TEST_F(Joiner, JoinsNoMoreGatewaysThanItMay) {
  auto& a = add_gateway("a:1", "ga");
  start();
  join("a:1");
  for (int i = 0; i < 100; ++i) say(a, "g" + std::to_string(i), "g" + std::to_string(i) + ":1");
  EXPECT_EQ(a.credits.back(), kShared / kMostGateways);
}

TEST_F(Joiner, DividesWhatGatewaysMayHaveHereAmongThem) {
  auto& a = add_gateway("a:1", "ga");
  auto& b = add_gateway("b:1", "gb");
  start();
  join("a:1");
  EXPECT_EQ(a.hellos.at(0).credit_bytes, kShared);
  join("b:1");
  EXPECT_EQ(a.credits.back(), kShared / 2);
  EXPECT_EQ(b.credits.back(), kShared / 2);
}

TEST_F(Joiner, LeavesTheOthersWhenOneLetsItGo) {
  auto& a = add_gateway("a:1", "ga");
  auto& b = add_gateway("b:1", "gb");
  start();
  join("a:1");
  join("b:1");
  directory.set_joiner(worker);
  let_go(a);
  EXPECT_EQ(b.drains, 1);
  join("c:1");
  let_go(b);
  EXPECT_FALSE(directory.joined());
  EXPECT_THAT(a.hellos.size() + b.hellos.size(), 2u) << "nobody is joined again";
}

TEST_F(Joiner, ForgetsAGatewayThatItWasToldOfAndNeverReaches) {
  auto& a = add_gateway("a:1", "ga");
  start();
  join("a:1");
  say(a, "gb", "b:1");
  EXPECT_EQ(a.credits.back(), kShared / 2);
  for (int i = 0; i < 700; ++i) {
    advance(1000ms);
    caf::send_as(a.lobby, a.node, ping_atom_v);
  }
  EXPECT_EQ(a.credits.back(), kShared);
}

TEST_F(Joiner, SaysWhereAGatewayIsThatCannotBeReachedFromHere) {
  auto& a = add_gateway("a:1", "ga");
  start();
  join("far:1");
  join("a:1");
  EXPECT_EQ(a.hellos.at(0).credit_bytes, kShared) << "that one has no share";
}

TEST_F(Joiner, TellsItsOwnClusterOfGatewaysAndJoinsOnlyThoseItWasToldToWhenItIsAGatewayItself) {
  auto& a = add_gateway("a:1", "ga");
  auto& b = add_gateway("b:1", "gb");
  std::vector<std::string> heard;
  directory.set_cluster(keep(system.spawn([&heard](caf::event_based_actor*) -> caf::behavior {
    return {[&heard](gateway_atom, const std::string& id, const std::string& address) {
      heard.push_back(id + " " + address);
    }};
  })));
  start(NodeRole::Gateway);
  join("a:1");
  say(a, "gb", "b:1");
  EXPECT_THAT(heard, ElementsAre("ga a:1", "gb b:1"));
  EXPECT_THAT(b.hellos, IsEmpty());
}

}  // namespace
}  // namespace framewright::actors
