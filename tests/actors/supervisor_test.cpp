#include "actors/supervisor.hpp"

#include "tests/actors/actor_world.hpp"

namespace framewright::actors {
namespace {

using namespace std::chrono_literals;

class SupervisorTest : public ActorWorld {
 protected:
  ChildSpec child(const std::string& name, bool required = true) {
    return {name, required, [this, name](caf::event_based_actor* parent) -> caf::actor {
              ++starts[name];
              caf::actor handle = parent->spawn([] { return caf::behavior{[](int) {}}; });
              living[name] = handle;
              return handle;
            }};
  }

  void start(std::vector<ChildSpec> children) {
    keep(system.spawn(supervisor, std::move(children), SupervisorOptions{readiness, clock}));
    run();
  }

  void kill(const std::string& name) {
    caf::anon_send_exit(living.at(name), caf::exit_reason::kill);
    run();
  }

  ~SupervisorTest() override { living.clear(); }

  engine::Readiness readiness;
  std::map<std::string, int> starts;
  std::map<std::string, caf::actor> living;
};

TEST_F(SupervisorTest, StartsEveryChildOnceAndSaysThatItIsReady) {
  start({child("a"), child("b")});
  EXPECT_EQ(starts["a"], 1);
  EXPECT_EQ(starts["b"], 1);
  EXPECT_TRUE(readiness.ready());
}

TEST_F(SupervisorTest, RestartsOnlyTheChildThatFailedAfterABackOff) {
  start({child("a"), child("b")});
  kill("a");
  EXPECT_EQ(starts["a"], 1);
  EXPECT_FALSE(readiness.ready());
  advance(10ms);
  EXPECT_EQ(starts["a"], 2);
  EXPECT_EQ(starts["b"], 1);
  EXPECT_TRUE(readiness.ready());
}

TEST_F(SupervisorTest, LeavesAChildDownThatFailsTooOften) {
  start({child("a")});
  for (int i = 0; i < 6; ++i) {
    kill("a");
    advance(1s);
  }
  EXPECT_EQ(starts["a"], 6);
  EXPECT_FALSE(readiness.ready());
}

TEST_F(SupervisorTest, LeavesItToAChildToSayThatItIsReadyWhereItDoes) {
  auto device = child("device");
  device.tells_readiness = true;
  start({device});
  EXPECT_FALSE(readiness.ready());
  EXPECT_EQ(readiness.dependencies()[0].detail, "starting");
  readiness.set("device", true, true, "running");
  kill("device");
  const auto why = readiness.dependencies()[0].detail;
  advance(10ms);
  EXPECT_EQ(starts["device"], 2);
  EXPECT_FALSE(readiness.ready());
  EXPECT_EQ(readiness.dependencies()[0].detail, why) << "until it is back";
}

TEST_F(SupervisorTest, RestartsAsEachChildIsToBe) {
  auto patient = child("patient");
  patient.restarts = {.first_delay = 500ms, .longest_delay = 1s, .failures = 2, .window = 1h};
  start({patient});
  kill("patient");
  advance(499ms);
  EXPECT_EQ(starts["patient"], 1);
  advance(1ms);
  EXPECT_EQ(starts["patient"], 2);
  kill("patient");
  advance(1s);
  kill("patient");
  advance(1h);
  EXPECT_EQ(starts["patient"], 3) << "and no more";
}

TEST_F(SupervisorTest, StaysReadyWithoutAChildThatIsNotRequired) {
  start({child("a"), child("device", false)});
  kill("device");
  EXPECT_TRUE(readiness.ready());
}

}  // namespace
}  // namespace framewright::actors
