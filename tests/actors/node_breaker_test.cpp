// Nodes that fail often are left alone for a while.
#include "actors/remote_worker.hpp"

#include <gmock/gmock.h>

#include "tests/actors/remote_worker_world.hpp"

namespace framewright::actors {
namespace {

using namespace std::chrono_literals;
using engine::ErrorCode;

/// A node of which every frame comes back with an error of its own.
class FailingNode : public RemoteWorker {
 protected:
  /// Fails one frame, which is answered elsewhere or given up; `code` says of what.
  void fail_one(ErrorCode code = ErrorCode::UnknownFilter) {
    submit_picture();
    ASSERT_EQ(first->work.size(), 1u);
    send_answer(failing, *first, failure(std::exchange(first->work, {})[0].number, code));
  }
  void fail_until_open() {
    for (int i = 0; i < 5; ++i) fail_one();
    advance(250ms);  // What it had is back and goes elsewhere.
  }
  engine::BreakerState breaker() { return board.nodes().at(0).breaker; }

  caf::actor failing = join(first, "a");
};

TEST_F(FailingNode, IsLeftAloneAfterFiveErrors) {
  for (int i = 0; i < 4; ++i) fail_one();
  EXPECT_EQ(breaker(), engine::BreakerState::Closed);
  fail_one();
  EXPECT_EQ(breaker(), engine::BreakerState::Open);
  EXPECT_EQ(submit_picture()->answer.error().code, ErrorCode::Overloaded) << "nobody else is here";
  EXPECT_FALSE(readiness.ready());
  EXPECT_TRUE(first->work.empty());
}

TEST_F(FailingNode, CostsNoFrameWhileAnotherNodeIsHere) {
  const auto honest = join(second, "b");
  std::size_t answered = 0;
  for (int i = 0; i < 40; ++i) {
    submit_picture();
    for (const auto& work : std::exchange(first->work, {})) {
      send_answer(failing, *first, failure(work.number, ErrorCode::UnknownFilter));
    }
    advance(25ms);
    for (const auto& work : std::exchange(second->work, {})) send_picture(honest, *second, work.number);
  }
  for (const auto& done : answers->done) answered += done->answer.has_value() ? 1 : 0;
  EXPECT_EQ(answered, 40u);
  EXPECT_EQ(breaker(), engine::BreakerState::Open);
  EXPECT_EQ(board.nodes().at(0).frames_given_back, 5u) << "then it is spared";
}

TEST_F(FailingNode, IsNotToBlameForWhatIsWrongWithAFrame) {
  for (int i = 0; i < 20; ++i) fail_one(ErrorCode::CorruptMedia);
  EXPECT_EQ(breaker(), engine::BreakerState::Closed);
}

TEST_F(FailingNode, IsToBlameWhereItRefusesWhatTheGatewayHasAdmitted) {
  for (int i = 0; i < 5; ++i) fail_one(i % 2 == 0 ? ErrorCode::InvalidPipeline : ErrorCode::InvalidArgument);
  EXPECT_EQ(breaker(), engine::BreakerState::Open);
}

TEST_F(FailingNode, IsTriedWithOneFrameAndThenTrustedAgain) {
  fail_until_open();
  for (int i = 0; i < 4; ++i) advance(250ms);
  EXPECT_EQ(breaker(), engine::BreakerState::HalfOpen);
  EXPECT_TRUE(readiness.ready());
  submit_picture();
  submit_picture();
  ASSERT_EQ(first->work.size(), 1u) << "one probe";
  send_picture(failing, *first, first->work[0].number);
  EXPECT_EQ(breaker(), engine::BreakerState::Closed);
  EXPECT_EQ(first->work.size(), 2u);
}

TEST_F(FailingNode, IsLeftAloneForLongerWhenTheProbeFails) {
  fail_until_open();
  for (int i = 0; i < 4; ++i) advance(250ms);
  fail_one();
  EXPECT_EQ(breaker(), engine::BreakerState::Open);
  for (int i = 0; i < 6; ++i) advance(250ms);
  EXPECT_EQ(breaker(), engine::BreakerState::Open);
  for (int i = 0; i < 3; ++i) advance(250ms);
  EXPECT_EQ(breaker(), engine::BreakerState::HalfOpen);
}

TEST_F(FailingNode, IsStillLeftAloneWhenItComesBack) {
  fail_until_open();
  caf::anon_send_exit(failing, caf::exit_reason::kill);
  run();
  ASSERT_TRUE(board.nodes().empty());
  join(second, "a");
  EXPECT_EQ(breaker(), engine::BreakerState::Open);
  EXPECT_EQ(submit_picture()->answer.error().code, ErrorCode::Overloaded);
  EXPECT_TRUE(second->work.empty());
}

TEST_F(FailingNode, IsLeftAloneWhenItsLinkBreaksAgainAndAgain) {
  auto node = failing;
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(breaker(), engine::BreakerState::Closed);
    caf::anon_send_exit(node, caf::exit_reason::kill);
    run();
    node = join(second, "a");
  }
  EXPECT_EQ(breaker(), engine::BreakerState::Open);
}

}  // namespace
}  // namespace framewright::actors
