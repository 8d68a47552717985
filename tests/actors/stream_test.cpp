#include "actors/stream.hpp"

#include "tests/actors/actor_world.hpp"

namespace framewright::actors {
namespace {

using engine::Delivery;
using engine::DropReason;
using engine::ErrorCode;
using namespace std::chrono_literals;

/// What a session hears, in order.
struct Heard final : StreamEvents {
  void on_opened(const engine::StreamSettings&) override { opened = true; }
  void on_updated(const engine::StreamSettings& effective) override { updated.push_back(effective.window); }
  void on_answer(engine::OutboundFrame frame) override { answers.push_back(std::move(frame)); }
  void on_dropped(std::uint32_t, std::vector<std::uint64_t> ids, DropReason reason) override {
    for (const auto id : ids) dropped.emplace_back(id, reason);
  }
  void on_statistics(std::uint32_t, const engine::StreamStatistics& now) override {
    statistics.push_back(now);
  }
  void on_closed(std::uint32_t, const std::string& reason, const engine::StreamStatistics&) override {
    closed.push_back(reason);
  }

  bool opened = false;
  std::vector<int> updated;
  std::vector<engine::OutboundFrame> answers;
  std::vector<std::pair<std::uint64_t, DropReason>> dropped;
  std::vector<engine::StreamStatistics> statistics;
  std::vector<std::string> closed;
};

class StreamTest : public ActorWorld {
 protected:
  void open(Delivery delivery, int window, const std::string& pipeline = "") {
    engine::StreamSettings settings{.stream_id = 3, .delivery = delivery, .window = window};
    const StreamServices services{directory, budget, metrics, clock};
    stream = keep(system.spawn<StreamActor>(post(), services, StreamUpdate{settings, plan(pipeline)},
                                            engine::FlowId{1}, link));
    run();
  }

  void submit(std::uint64_t frame_id, std::uint8_t flags = 0) {
    ++link->places;
    auto frame = std::make_shared<engine::InboundFrame>();
    frame->frame_id = frame_id;
    frame->flags = flags;
    frame->encoded = picture(16, 1);
    caf::anon_send(stream, submit_atom_v, std::move(frame));
    run();
  }

  /// A worker starts the oldest frame it was given, and answers it with its own input.
  void finish(std::size_t index) {
    const auto errand = mail->submitted.at(index);
    ASSERT_TRUE(errand->start());
    errand->answer = std::move(errand->input);
    caf::anon_send(errand->reply_to, done_atom_v, errand);
    run();
  }

  std::vector<std::uint64_t> answered() const {
    std::vector<std::uint64_t> ids;
    for (const auto& frame : heard->answers) ids.push_back(frame.frame_id);
    return ids;
  }

  ~StreamTest() override { stream = nullptr; }

  /// Stands for the dispatcher: the test plays the workers.
  std::shared_ptr<Mail> mail = std::make_shared<Mail>();
  caf::actor dispatch = [this] {
    auto recorder = spawn_recorder(mail);
    directory.set_dispatcher(recorder);
    return recorder;
  }();
  std::shared_ptr<Heard> heard = std::make_shared<Heard>();
  std::shared_ptr<StreamLink> link = std::make_shared<StreamLink>(StreamLink{heard});
  caf::actor stream;
};

TEST_F(StreamTest, AnswersInTheOrderOfSubmissionWhateverFinishesFirst) {
  open(Delivery::Lossless, 4);
  for (std::uint64_t id = 1; id <= 3; ++id) submit(id);
  finish(2);
  finish(0);
  EXPECT_EQ(answered(), (std::vector<std::uint64_t>{1}));
  finish(1);
  EXPECT_EQ(answered(), (std::vector<std::uint64_t>{1, 2, 3}));
}

TEST_F(StreamTest, DropsTheOldestWaitingFrameOfALiveStreamByName) {
  open(Delivery::Latest, 2);
  for (std::uint64_t id = 1; id <= 3; ++id) submit(id);
  ASSERT_EQ(heard->dropped.size(), 1u);
  EXPECT_EQ(heard->dropped[0], (std::pair<std::uint64_t, DropReason>{1, DropReason::WindowFull}));
  EXPECT_EQ(link->places, 2u);
}

TEST_F(StreamTest, StartsTheNewestFrameOfALiveStreamWhenAPlaceIsFree) {
  open(Delivery::Latest, 1);
  submit(1);
  const auto running = mail->submitted.at(0);
  ASSERT_TRUE(running->start());
  submit(2);
  submit(3);
  EXPECT_EQ(mail->submitted.size(), 1u);
  EXPECT_EQ(heard->dropped, (std::vector<std::pair<std::uint64_t, DropReason>>{{2, DropReason::WindowFull}}));
  running->answer = std::move(running->input);
  caf::anon_send(running->reply_to, done_atom_v, running);
  caf::anon_send(stream, acknowledge_atom_v, std::uint64_t{1});
  run();
  ASSERT_EQ(mail->submitted.size(), 2u);
  EXPECT_EQ(mail->submitted[1]->frame_id, 3u);
}

TEST_F(StreamTest, AnswersABadPictureWithAnErrorAndGoesOn) {
  open(Delivery::Lossless, 4);
  auto frame = std::make_shared<engine::InboundFrame>();
  frame->frame_id = 8;
  frame->encoded = picture(16, 1);
  frame->encoded.size_bytes -= 1;
  caf::anon_send(stream, submit_atom_v, std::move(frame));
  run();
  ASSERT_EQ(heard->answers.size(), 1u);
  EXPECT_FALSE(heard->answers[0].answer.has_value());
  submit(9);
  EXPECT_EQ(mail->submitted.size(), 1u);
}

TEST_F(StreamTest, EndsAfterTheAnswerToItsLastFrame) {
  open(Delivery::Lossless, 4);
  submit(1);
  submit(2, engine::kLastFrameFlag);
  finish(0);
  EXPECT_TRUE(heard->closed.empty());
  finish(1);
  EXPECT_EQ(heard->closed, (std::vector<std::string>{"last_frame"}));
}

TEST_F(StreamTest, FinishesWhatWasSubmittedWhenTheClientClosesIt) {
  open(Delivery::Lossless, 4);
  submit(1);
  caf::anon_send(stream, close_atom_v, std::string{"client"});
  run();
  EXPECT_TRUE(heard->closed.empty());
  finish(0);
  EXPECT_EQ(answered(), (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(heard->closed, (std::vector<std::string>{"client"}));
}

TEST_F(StreamTest, DiscardsWaitingFramesWhenTheClientVanishes) {
  open(Delivery::Lossless, 4);
  submit(1);
  submit(2);
  ASSERT_TRUE(mail->submitted[0]->start());
  link->events.reset();
  caf::anon_send_exit(stream, caf::exit_reason::user_shutdown);
  run();
  EXPECT_TRUE(mail->submitted[0]->cancelled);
  EXPECT_EQ(mail->submitted[1]->phase, engine::TaskPhase::Dropped);
  EXPECT_FALSE(mail->submitted[1]->input.buffer);
}

TEST_F(StreamTest, WaitsForMemoryInsteadOfLosingALosslessFrame) {
  open(Delivery::Lossless, 4, "gaussian_blur");
  auto all = budget.reserve(budget.limit_bytes() - budget.used_bytes() - 1024);
  ASSERT_TRUE(all.has_value());
  submit(1);
  EXPECT_TRUE(mail->submitted.empty());
  all->release();
  run();
  EXPECT_EQ(mail->submitted.size(), 1u);
}

TEST_F(StreamTest, DropsALiveFrameByNameWhenThereIsNoMemory) {
  open(Delivery::Latest, 4, "gaussian_blur");
  auto all = budget.reserve(budget.limit_bytes() - budget.used_bytes() - 1024);
  ASSERT_TRUE(all.has_value());
  submit(1);
  ASSERT_EQ(heard->dropped.size(), 1u);
  EXPECT_EQ(heard->dropped[0].second, DropReason::Overloaded);
}

TEST_F(StreamTest, NamesEveryUnansweredFrameWhenTheDispatcherFails) {
  open(Delivery::Lossless, 4);
  submit(1);
  submit(2);
  caf::anon_send_exit(dispatch, caf::exit_reason::kill);
  run();
  EXPECT_EQ(heard->dropped.size(), 2u);
  EXPECT_EQ(heard->closed, (std::vector<std::string>{"internal"}));
}

TEST_F(StreamTest, SendsStatisticsOnceASecondAndOnlyWhileFramesCome) {
  open(Delivery::Lossless, 4);
  submit(1);
  finish(0);
  advance(1s);
  ASSERT_EQ(heard->statistics.size(), 1u);
  EXPECT_EQ(heard->statistics[0].frames_out, 1u);
  advance(1s);
  advance(1s);
  EXPECT_EQ(heard->statistics.size(), 2u);
}

TEST_F(StreamTest, GivesUpdatedSettingsToLaterFramesOnly) {
  open(Delivery::Lossless, 4);
  submit(1);
  engine::StreamSettings changed{.stream_id = 3, .delivery = Delivery::Lossless, .window = 2};
  caf::anon_send(stream, update_atom_v, StreamUpdate{changed, plan("invert")});
  run();
  submit(2);
  EXPECT_EQ(heard->updated, (std::vector<int>{2}));
  EXPECT_TRUE(mail->submitted[0]->plan->steps().empty());
  EXPECT_EQ(mail->submitted[1]->plan->steps().size(), 1u);
}

}  // namespace
}  // namespace framewright::actors
