// A gateway's door as another process finds it: over a real socket.
#include <gmock/gmock.h>

#include <caf/io/all.hpp>
#include <set>

#include "actors/core.hpp"
#include "actors/engine_system.hpp"
#include "tests/actors/cluster_world.hpp"

namespace framewright::actors {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class Door : public ::testing::Test {
 protected:
  Door() {
    const auto opened = gateway.listen();
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().detail);
    port = opened ? *opened : 0;
  }
  ~Door() override { EXPECT_TRUE(gateway.stop(30s)); }

  /// What the gateway answers to this hello: a reason to refuse it, or "welcome".
  std::string answer_to(const Hello& hello) {
    SystemConfig config{1, true};
    caf::actor_system peer{config};
    caf::scoped_actor self{peer};
    std::string answer;
    const auto failed = [&](const caf::error& error) { answer = peer.render(error); };
    self->request(peer.middleman().actor_handle(), 10s, caf::connect_atom_v, std::string{"127.0.0.1"},
                  static_cast<std::uint16_t>(port))
        .receive(
            [&](const caf::node_id&, const caf::strong_actor_ptr& lobby, const std::set<std::string>&) {
              self->send(caf::actor_cast<caf::actor>(lobby), hello_atom_v, hello);
            },
            failed);
    if (!answer.empty()) return answer;
    self->receive([&](refused_atom, const std::string& why) { answer = why; },
                  [&](welcome_atom, const std::string&) { answer = "welcome"; },
                  caf::after(10s) >> [&] { answer = "silence"; });
    return answer;
  }

  engine::FrameBudget budget{64U << 20};
  engine::FramePool pool{budget};
  engine::PlanCache plans{engine::ImageLimits{}, 16};
  engine::SilentMetrics metrics;
  engine::Readiness readiness;
  engine::ClusterBoard board;
  EngineSystem gateway{EngineServices{pool, plans, metrics, readiness, engine::system_clock()},
                       EngineOptions{.cpu_workers = 1,
                                     .cluster = ClusterSettings{.board = board,
                                                                .id = "gateway",
                                                                .version = "1.0",
                                                                .host = "here",
                                                                .listen = GatewayAddress{"127.0.0.1", 0}}}};
  int port = 0;
};

TEST_F(Door, WelcomesAWorker) { EXPECT_EQ(answer_to(hello_of("a")), "welcome"); }

TEST_F(Door, TellsAWorkerOfAnotherProtocolWhyItMayNotJoin) {
  auto hello = hello_of("a");
  hello.protocol = kWireProtocol + 1;
  EXPECT_THAT(answer_to(hello), HasSubstr("it speaks protocol " + std::to_string(hello.protocol)));
}

}  // namespace
}  // namespace framewright::actors
