#include "actors/gateway.hpp"

#include "tests/actors/actor_world.hpp"

namespace framewright::actors {
namespace {

class GatewayTest : public ActorWorld {
 protected:
  UnaryErrand request() {
    return {errand({}), [this](const ErrandPtr& answered) { home.push_back(answered); }};
  }
  void send(const UnaryErrand& unary) {
    caf::anon_send(gate, submit_atom_v, unary);
    run();
  }

  ~GatewayTest() override { dispatch = gate = nullptr; }

  std::shared_ptr<Mail> mail = std::make_shared<Mail>();
  caf::actor dispatch = [this] {
    auto recorder = spawn_recorder(mail);
    directory.set_dispatcher(recorder);
    return recorder;
  }();
  caf::actor gate = keep(system.spawn(gateway, &directory));
  std::vector<ErrandPtr> home;
};

TEST_F(GatewayTest, BringsTheAnswerHome) {
  const auto unary = request();
  send(unary);
  ASSERT_EQ(mail->submitted.size(), 1u);
  caf::anon_send(gate, done_atom_v, unary.errand);
  run();
  EXPECT_EQ(home, (std::vector<ErrandPtr>{unary.errand}));
}

TEST_F(GatewayTest, DropsTheQueuedFrameOfARequestThatNobodyWaitsFor) {
  const auto unary = request();
  send(unary);
  caf::anon_send(gate, cancel_atom_v, unary.errand);
  run();
  EXPECT_EQ(unary.errand->phase, engine::TaskPhase::Dropped);
  EXPECT_TRUE(home.empty());
}

TEST_F(GatewayTest, KeepsTheAnswerOfACancelledRunningFrameToItself) {
  const auto unary = request();
  send(unary);
  ASSERT_TRUE(unary.errand->start());
  caf::anon_send(gate, cancel_atom_v, unary.errand);
  caf::anon_send(gate, done_atom_v, unary.errand);
  run();
  EXPECT_TRUE(unary.errand->cancelled);
  EXPECT_TRUE(home.empty());
}

TEST_F(GatewayTest, FailsWhatWaitsByNameWhenTheDispatcherFails) {
  send(request());
  caf::anon_send_exit(dispatch, caf::exit_reason::kill);
  run();
  ASSERT_EQ(home.size(), 1u);
  EXPECT_EQ(home[0]->answer.error().code, engine::ErrorCode::Internal);
}

TEST_F(GatewayTest, AnswersOverloadedWhileThereIsNoDispatcher) {
  directory.set_dispatcher({});
  send(request());
  ASSERT_EQ(home.size(), 1u);
  EXPECT_EQ(home[0]->answer.error().code, engine::ErrorCode::Overloaded);
}

}  // namespace
}  // namespace framewright::actors
