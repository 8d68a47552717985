// Which frames go over the network, and to whom.
#include "actors/dispatcher.hpp"

#include <gmock/gmock.h>

#include "tests/actors/remote_worker_world.hpp"

namespace framewright::actors {
namespace {

using namespace std::chrono_literals;
using engine::ErrorCode;
using testing::HasSubstr;

class NodeChoice : public RemoteWorker {};

Hello hello_without(const std::string& id, const std::string& filter) {
  auto hello = hello_of(id);
  std::erase(hello.filters, filter);
  return hello;
}

TEST_F(NodeChoice, GetsNoFrameThatNeedsAFilterWhichItsNodeDoesNotHave) {
  spawn_fake_node(first, hello_without("a", "invert"));
  const auto refused = submit_picture("invert");
  EXPECT_EQ(refused->answer.error().code, ErrorCode::Overloaded);
  EXPECT_THAT(refused->answer.error().detail, HasSubstr("invert"));
  submit_picture("grayscale");
  EXPECT_EQ(first->work.size(), 1u);
  join(second, "b");
  submit_picture("invert");
  ASSERT_EQ(second->work.size(), 1u);
  EXPECT_EQ(first->work.size(), 1u);
}

TEST_F(NodeChoice, LetsOthersPassAFrameThatWaitsForANodeWithItsFilter) {
  auto small = hello_of("b");
  small.cpu_workers = 1;
  const auto able = spawn_fake_node(second, small);
  submit_picture("invert", 350);
  submit_picture("invert", 350);
  ASSERT_EQ(second->work.size(), 2u) << "it holds all that it takes at a time";
  spawn_fake_node(first, hello_without("a", "invert"));
  submit_picture("invert");
  submit_picture("grayscale");
  EXPECT_EQ(first->work.size(), 1u);
  EXPECT_EQ(second->work.size(), 2u);
  send_answer(able, *second, failure(1, ErrorCode::CorruptMedia));
  EXPECT_EQ(second->work.size(), 3u);
}

TEST_F(NodeChoice, GivesANodeNoMoreBytesThanItHasRoomForNow) {
  const auto node = join(first, "a");
  caf::send_as(node, first->gateway, credit_atom_v, kLeastCreditBytes);
  run();
  for (int i = 0; i < 3; ++i) submit_picture("invert", 700);  // Half a mebibyte each.
  EXPECT_EQ(first->work.size(), 3u);
  submit_picture("invert", 16);
  EXPECT_EQ(first->work.size(), 3u);
  caf::send_as(node, first->gateway, credit_atom_v, 8 * kLeastCreditBytes);
  run();
  EXPECT_EQ(first->work.size(), 4u);
  caf::send_as(node, first->gateway, credit_atom_v, std::uint64_t{7});
  run();
  EXPECT_TRUE(board.nodes().empty()) << "no node has room for 7 bytes";
}

/// A gateway that has a worker of its own, too.
class LocalAndRemote : public RemoteWorker {
 protected:
  void finish(const ErrandPtr& errand, std::chrono::nanoseconds time) {
    errand->times.process = time;
    errand->answer = engine::EncodedFrame{};
    caf::send_as(local, dispatch, done_atom_v, errand);
    run();
  }

  std::shared_ptr<Mail> local_mail = std::make_shared<Mail>();
  caf::actor local = offered(spawn_recorder(local_mail));

 private:
  caf::actor offered(caf::actor worker) {
    caf::anon_send(dispatch, offer_atom_v, WorkerOffer{worker, {.frames = 8}});
    run();
    return worker;
  }
};

TEST_F(LocalAndRemote, KeepsALoneFrameHere) {
  join(first, "a");
  for (int i = 0; i < 20; ++i) {
    submit_picture();
    ASSERT_EQ(local_mail->submitted.size(), 1u);
    finish(std::exchange(local_mail->submitted, {})[0], 5ms);
  }
  EXPECT_TRUE(first->work.empty());
}

TEST_F(LocalAndRemote, UsesTheNetworkWhileTheWorkersHereAreBusy) {
  const auto node = join(first, "a");
  for (int i = 0; i < 12; ++i) submit_picture("invert", 350);
  EXPECT_EQ(local_mail->submitted.size(), 1u);
  EXPECT_EQ(first->work.size(), 4u) << "two for each of its workers";
}

TEST_F(LocalAndRemote, UsesNoNetworkThatTakesLongerThanTheWorkersHere) {
  const auto node = join(first, "a");
  submit_picture("invert", 350);
  submit_picture();
  ASSERT_EQ(first->work.size(), 1u);
  advance(2000ms);  // A network as slow as that.
  send_picture(node, *first, 1);
  submit_picture();
  EXPECT_EQ(first->work.size(), 1u);
  EXPECT_EQ(gauges.queued.load(), 1u);
  finish(local_mail->submitted.at(0), 5ms);
  EXPECT_EQ(local_mail->submitted.size(), 2u);
}

TEST_F(LocalAndRemote, RunsHereWhatANodeHadInVain) {
  const auto node = join(first, "a");
  submit_picture("invert", 350);
  const auto lost = submit_picture();
  ASSERT_EQ(first->work.size(), 1u);
  caf::anon_send_exit(node, caf::exit_reason::kill);
  run();
  finish(local_mail->submitted.at(0), 5ms);
  EXPECT_EQ(local_mail->submitted.at(1), lost);
}

}  // namespace
}  // namespace framewright::actors
