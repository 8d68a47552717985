#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/net/rest_server.hpp"

namespace framewright::net {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RestCluster : public ::testing::Test {
 protected:
  RestCluster() {
    engine::ClusterNode gateway;
    gateway.id = "front";
    gateway.role = "gateway";
    gateway.workers = 2;
    gateway.accelerators = {engine::Accelerator::Cpu};
    engine::ClusterNode busy;
    busy.id = "busy";
    busy.role = "worker";
    busy.breaker = engine::BreakerState::HalfOpen;
    busy.address = "machine-7";
    busy.accelerators = {engine::Accelerator::Cpu, engine::Accelerator::Cuda};
    busy.workers = 4;
    busy.load = 1.5;
    busy.last_seen_at = engine::WallTime{std::chrono::seconds{1'700'000'000}};
    busy.frames_held = 6;
    busy.frames_answered = 100;
    busy.frames_given_back = 2;
    engine::ClusterNode leaving;
    leaving.id = "leaving";
    leaving.role = "worker";
    leaving.state = engine::NodeState::Draining;
    server.nodes() = {gateway, busy, leaving};
  }

  RestServer server;
};

TEST_F(RestCluster, TellsOfNodesPageByPage) {
  const auto first = json_of(server.ask("GET", "/api/v1/cluster?limit=2"));
  EXPECT_EQ(first["nodes"].size(), 2U);
  const auto cursor = first["next_cursor"].get<std::string>();
  const auto second = json_of(server.ask("GET", "/api/v1/cluster?limit=2&cursor=" + cursor));
  EXPECT_EQ(second["nodes"].size(), 1U);
  EXPECT_EQ(second["nodes"][0]["id"], "leaving");
  EXPECT_TRUE(second["next_cursor"].is_null());
  EXPECT_EQ(server.ask("GET", "/api/v1/cluster?cursor=x").status, 400);
}

TEST_F(RestCluster, TellsOfEveryNode) {
  const auto nodes = json_of(server.ask("GET", "/api/v1/cluster"))["nodes"];
  ASSERT_EQ(nodes.size(), 3U);
  EXPECT_EQ(nodes[0]["id"], "front");
  EXPECT_EQ(nodes[0]["role"], "gateway");
  EXPECT_EQ(nodes[0]["state"], "ready");
  const nlohmann::json busy = {{"id", "busy"},
                               {"role", "worker"},
                               {"state", "ready"},
                               {"breaker", "half_open"},
                               {"address", "machine-7"},
                               {"version", ""},
                               {"accelerators", {"cpu", "cuda"}},
                               {"workers", 4},
                               {"load", 1.5},
                               {"last_seen_at", "2023-11-14T22:13:20.000000Z"},
                               {"frames_held", 6},
                               {"frames_answered", 100},
                               {"frames_given_back", 2}};
  EXPECT_EQ(nodes[1], busy);
  EXPECT_EQ(nodes[2]["state"], "draining");
}

TEST_F(RestCluster, DrainsANodeAndSaysSo) {
  for (int i = 0; i < 2; ++i) {
    const auto answer = server.ask("POST", "/api/v1/cluster/nodes/busy/drain");
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(json_of(answer)["id"], "busy");
    EXPECT_EQ(json_of(answer)["state"], "draining");
  }
  EXPECT_THAT(server.drained(), ElementsAre("busy", "busy"));
}

TEST_F(RestCluster, DrainsNobodyWhoIsNotThere) {
  const auto unknown = server.ask("POST", "/api/v1/cluster/nodes/nobody/drain");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.body, HasSubstr("nobody"));
  EXPECT_EQ(server.ask("POST", "/api/v1/cluster/nodes/leaving/drain").status, 404) << "gone meanwhile";
  EXPECT_THAT(server.drained(), ElementsAre("leaving"));
}

TEST_F(RestCluster, DrainsNoGateway) {
  const auto answer = server.ask("POST", "/api/v1/cluster/nodes/front/drain");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(json_of(answer)["code"], "conflict");
  EXPECT_TRUE(server.drained().empty());
}

TEST_F(RestCluster, TakesOnlyTheMethodsThatItHas) {
  EXPECT_EQ(server.ask("POST", "/api/v1/cluster").status, 405);
  EXPECT_EQ(server.ask("GET", "/api/v1/cluster/nodes/busy/drain").status, 405);
}

}  // namespace
}  // namespace framewright::net
