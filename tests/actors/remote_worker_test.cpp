// The gateway's end of a link, against nodes that fail, fall silent or lie.
#include "actors/remote_worker.hpp"

#include <gmock/gmock.h>

#include "tests/actors/remote_worker_world.hpp"

namespace framewright::actors {
namespace {

using namespace std::chrono_literals;
using engine::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(RemoteWorker, SendsWhatWasAskedFor) {
  join(first, "a");
  auto asked = errand(waiter, 9, "invert");
  asked->output = {engine::ImageEncoding::Webp, 60, engine::Exactness::Exact};
  asked->deadline = clock.now() + 5ms;
  asked->trace_parent = "00-11112222333344445555666677778888-1111222233334444-01";
  submit(asked);
  ASSERT_EQ(first->work.size(), 1u);
  const auto& work = first->work[0];
  EXPECT_EQ(work.flow, 9u);
  EXPECT_EQ(work.pipeline, asked->plan->pipeline_text());
  EXPECT_EQ(work.remaining_us, 5000);
  EXPECT_EQ(work.quality, 60);
  EXPECT_EQ(work.trace_parent, asked->trace_parent);
  ASSERT_EQ(first->pieces.size(), 1u);
  EXPECT_EQ(first->pieces[0].bytes, std::vector<std::uint8_t>(256, 7));
}

TEST_F(RemoteWorker, RunsElsewhereWhatAKilledNodeHad) {
  const auto killed = join(first, "a");
  const auto frame = submit_picture();
  ASSERT_EQ(first->work.size(), 1u);
  const auto other = join(second, "b");
  caf::anon_send_exit(killed, caf::exit_reason::kill);
  run();
  ASSERT_EQ(second->work.size(), 1u);
  EXPECT_EQ(second->pieces.at(0).bytes, std::vector<std::uint8_t>(256, 7)) << "the input was kept";
  send_picture(other, *second, second->work[0].number);
  ASSERT_EQ(answers->done.size(), 1u);
  EXPECT_TRUE(frame->answer.has_value());
}

TEST_F(RemoteWorker, LosesANodeThatIsSilentForThreeHeartbeats) {
  const auto silent = std::make_shared<NodeMail>();
  const auto node = keep(system.spawn([silent](caf::event_based_actor*) -> caf::behavior {
    return {[silent](work_atom, const WireErrand& work) { silent->work.push_back(work); },
            [](welcome_atom, const std::string&) {}, [](piece_atom, const WirePiece&) {}, [](ping_atom) {}};
  }));
  caf::send_as(node, gateway_cluster, hello_atom_v, hello_of("silent"));
  run();
  submit_picture();
  ASSERT_EQ(silent->work.size(), 1u);
  join(second, "b");
  for (int i = 0; i < 11; ++i) advance(250ms);
  EXPECT_TRUE(second->work.empty());
  for (int i = 0; i < 3; ++i) advance(250ms);
  EXPECT_EQ(second->work.size(), 1u);
  EXPECT_EQ(board.nodes().size(), 1u);
}

TEST_F(RemoteWorker, TakesAHaltOfItsOwnForNobodysSilence) {
  const auto node = keep(system.spawn([](caf::event_based_actor*) -> caf::behavior {
    return {[](welcome_atom, const std::string&) {}, [](ping_atom) {}};
  }));
  caf::send_as(node, gateway_cluster, hello_atom_v, hello_of("silent"));
  run();
  advance(250ms);
  advance(10s);
  for (int i = 0; i < 10; ++i) advance(250ms);
  EXPECT_EQ(board.nodes().size(), 1u);
  for (int i = 0; i < 4; ++i) advance(250ms);
  EXPECT_TRUE(board.nodes().empty());
}

TEST_F(RemoteWorker, KeepsANodeThatAnswersItsHeartbeats) {
  join(first, "a");
  for (int i = 0; i < 40; ++i) advance(250ms);
  EXPECT_EQ(board.nodes().size(), 1u);
}

TEST_F(RemoteWorker, GivesUpAFrameThatThreeNodesWereLostWith) {
  auto mail = std::make_shared<NodeMail>();
  auto node = join(mail, "node-0");
  const auto poison = submit_picture();
  for (int kills = 1; kills <= 3; ++kills) {
    EXPECT_EQ(mail->work.size(), 1u);
    EXPECT_TRUE(answers->done.empty());
    mail = std::make_shared<NodeMail>();
    const auto next = join(mail, "node-" + std::to_string(kills));
    caf::anon_send_exit(node, caf::exit_reason::kill);
    run();
    node = next;
  }
  EXPECT_TRUE(mail->work.empty()) << "the fourth is spared";
  ASSERT_EQ(answers->done.size(), 1u);
  EXPECT_EQ(poison->answer.error().code, ErrorCode::Internal);
  EXPECT_THAT(poison->answer.error().detail, HasSubstr("3 nodes"));
}

TEST_F(RemoteWorker, BlamesNoFrameForNodesThatGiveTheirLinkUp) {
  auto mail = std::make_shared<NodeMail>();
  auto node = join(mail, "node-0");
  const auto frame = submit_picture();
  for (int times = 1; times <= 5; ++times) {
    ASSERT_EQ(mail->work.size(), 1u);
    const auto next_mail = std::make_shared<NodeMail>();
    const auto next = join(next_mail, "node-" + std::to_string(times));
    caf::send_as(node, mail->gateway, parted_atom_v);
    run();
    node = next;
    mail = next_mail;
  }
  send_picture(node, *mail, 1);
  EXPECT_TRUE(frame->answer.has_value());
}

TEST_F(RemoteWorker, LosesANodeThatMakesUpAnAnswer) {
  using Change = void (*)(WireAnswer&);
  const Change lies[] = {
      [](WireAnswer& a) { a.width_px = 17; },     [](WireAnswer& a) { a.size_bytes = 1ULL << 40; },
      [](WireAnswer& a) { a.size_bytes = 0; },    [](WireAnswer& a) { a.encoding = 2; },
      [](WireAnswer& a) { a.outcome = 9; },       [](WireAnswer& a) { a.ran_on = 0; },
      [](WireAnswer& a) { a.pixel_format = 77; }, [](WireAnswer& a) { a.outcome = 1, a.code = 200; },
  };
  int liars = 0;
  for (const auto lie : lies) {
    const auto mail = std::make_shared<NodeMail>();
    const auto liar = join(mail, "liar-" + std::to_string(++liars));
    const auto frame = submit_picture();
    ASSERT_EQ(mail->work.size(), 1u);
    auto answer = right_answer(mail->work[0].number);
    lie(answer);
    send_answer(liar, *mail, answer);
    EXPECT_TRUE(board.nodes().empty());
    EXPECT_EQ(frame->answer.error().code, ErrorCode::Overloaded) << "no other node was there";
  }
}

TEST_F(RemoteWorker, LosesANodeThatSendsMoreThanItsPicture) {
  const auto liar = join(first, "liar");
  submit_picture();
  send_answer(liar, *first, right_answer(1));
  caf::send_as(liar, first->gateway, piece_atom_v, WirePiece{1, 0, std::vector<std::uint8_t>(257)});
  run();
  EXPECT_TRUE(board.nodes().empty());
}

TEST_F(RemoteWorker, RunsElsewhereWhatANodeHadThatTellsItToExit) {
  const auto liar = join(first, "liar");
  const auto frame = submit_picture();
  const auto other = join(second, "b");
  caf::send_as(liar, first->gateway, caf::exit_msg{liar.address(), caf::exit_reason::user_shutdown});
  run();
  ASSERT_EQ(second->work.size(), 1u);
  send_picture(other, *second, second->work[0].number);
  EXPECT_TRUE(frame->answer.has_value());
}

TEST_F(RemoteWorker, TakesFromItsNodeNothingThatOthersHaveToSay) {
  const auto liar = join(first, "liar");
  const auto frame = submit_picture();
  caf::send_as(liar, first->gateway, released_atom_v);
  caf::send_as(liar, first->gateway, give_back_atom_v, first->work.at(0).number, std::string{"mine"});
  for (int i = 0; i < 10; ++i) caf::send_as(liar, first->gateway, tick_atom_v);
  run();
  EXPECT_EQ(board.nodes().size(), 1u);
  EXPECT_EQ(first->work.size(), 1u) << "it has not been given the frame again";
  send_picture(liar, *first, 1);
  EXPECT_TRUE(frame->answer.has_value());
}

TEST_F(RemoteWorker, IgnoresAnAnswerThatNobodyWaitsFor) {
  const auto node = join(first, "a");
  send_answer(node, *first, right_answer(77));
  EXPECT_EQ(board.nodes().size(), 1u);
  submit_picture();
  send_picture(node, *first, 1);
  send_picture(node, *first, 1);
  EXPECT_EQ(answers->done.size(), 1u);
}

TEST_F(RemoteWorker, BelievesNoServiceTimeBeyondTheTimeThatPassed) {
  const auto node = join(first, "a");
  const auto frame = submit_picture();
  advance(3ms);
  auto answer = failure(1, ErrorCode::CorruptMedia);
  answer.process_ns = std::numeric_limits<std::int64_t>::max();
  answer.decode_ns = -5;
  send_answer(node, *first, answer);
  EXPECT_EQ(frame->times.worker(), 3ms);
  EXPECT_EQ(frame->answer.error().code, ErrorCode::CorruptMedia);
}

TEST_F(RemoteWorker, RunsElsewhereAfterABackOffWhatANodeCannotDoItself) {
  const auto weak = join(first, "a");
  submit_picture();
  join(second, "b");
  send_answer(weak, *first, failure(1, ErrorCode::Overloaded));
  EXPECT_TRUE(second->work.empty() && answers->done.empty());
  advance(25ms);
  EXPECT_EQ(first->work.size() + second->work.size(), 2u);
  EXPECT_TRUE(answers->done.empty());
}

TEST_F(RemoteWorker, RunsElsewhereWhatANodeHasForTooLong) {
  const auto hanging = join(first, "a");
  const auto frame = submit_picture();
  const auto other = join(second, "b");
  advance(5min - 250ms);
  EXPECT_TRUE(second->work.empty());
  advance(250ms);
  ASSERT_EQ(second->work.size(), 1u);
  EXPECT_THAT(first->cancelled, ElementsAre(1u));
  send_picture(hanging, *first, 1);
  EXPECT_TRUE(answers->done.empty()) << "nobody waits for that any more";
  EXPECT_EQ(board.nodes().size(), 2u) << "which is no lie";
  send_picture(other, *second, second->work[0].number);
  EXPECT_EQ(answers->done.size(), 1u);
  EXPECT_TRUE(frame->answer.has_value());
}

TEST_F(RemoteWorker, GivesUpAFrameThatHangsThreeTimes) {
  join(first, "a");
  const auto frame = submit_picture();
  for (int times = 1; times <= 3; ++times) {
    EXPECT_TRUE(answers->done.empty());
    EXPECT_EQ(first->work.size(), static_cast<std::size_t>(times));
    advance(5min);
  }
  ASSERT_EQ(answers->done.size(), 1u);
  EXPECT_EQ(frame->answer.error().code, ErrorCode::Internal);
  EXPECT_THAT(frame->answer.error().detail, HasSubstr("not answered within 300000 ms"));
}

TEST_F(RemoteWorker, DropsAFrameSoonAfterItsDeadlineThatItsNodeDoesNotAnswer) {
  join(first, "a");
  const auto frame = errand(waiter, 1, "invert");
  frame->deadline = clock.now() + 5ms;
  submit(frame);
  for (int i = 0; i < 4; ++i) advance(250ms);
  EXPECT_TRUE(answers->done.empty()) << "it may be in its last stage";
  advance(250ms);
  ASSERT_EQ(answers->done.size(), 1u);
  EXPECT_EQ(frame->dropped, engine::DropReason::Deadline);
  EXPECT_THAT(first->cancelled, ElementsAre(1u));
}

TEST_F(RemoteWorker, TellsTheNodeWhatNobodyWaitsFor) {
  join(first, "a");
  const auto frame = submit_picture();
  frame->cancelled = true;
  advance(250ms);
  advance(250ms);
  EXPECT_THAT(first->cancelled, ElementsAre(1u));
}

TEST_F(RemoteWorker, FinishesWhatIsOutWhenItIsDrained) {
  const auto node = join(first, "a");
  submit_picture();
  board.on_drain([this](const std::string& id) { caf::anon_send(gateway_cluster, drain_atom_v, id); });
  EXPECT_TRUE(board.drain("a"));
  EXPECT_FALSE(board.drain("b"));
  run();
  EXPECT_EQ(board.nodes().at(0).state, engine::NodeState::Draining);
  const auto late = submit_picture();
  EXPECT_EQ(late->answer.error().code, ErrorCode::Overloaded) << "no node takes work";
  EXPECT_EQ(first->farewells, 0);
  send_picture(node, *first, 1);
  EXPECT_EQ(first->farewells, 1);
  EXPECT_TRUE(board.nodes().empty());
  EXPECT_EQ(answers->done.size(), 2u);
}

TEST_F(RemoteWorker, NeverGetsAFrameAgainThatItHadInVainWhileOthersAreHere) {
  const auto liar = join(first, "liar");
  const auto honest = join(second, "b");
  for (int i = 0; i < 4; ++i) {
    const auto frame = submit_picture();
    if (!std::exchange(first->work, {}).empty()) {
      send_answer(liar, *first, failure(static_cast<std::uint64_t>(i) + 1, ErrorCode::UnknownFilter));
      advance(25ms);
    }
    ASSERT_EQ(second->work.size(), 1u);
    EXPECT_TRUE(first->work.empty());
    send_picture(honest, *second, std::exchange(second->work, {})[0].number);
    EXPECT_TRUE(frame->answer.has_value());
  }
}

TEST_F(RemoteWorker, RunsBeforeAllThatWaitWhatANodeHadInVainInItsOrder) {
  auto small = hello_of("a");
  small.cpu_workers = 1;
  const auto lost = spawn_fake_node(first, small);
  for (int side = 351; side <= 358; ++side) {
    submit_picture("invert", side);
    advance(1ms);
  }
  ASSERT_EQ(first->work.size(), 2u);
  const auto other = join(second, "b");
  caf::anon_send_exit(lost, caf::exit_reason::kill);
  run();
  for (int i = 0; i < 2; ++i) {
    send_answer(other, *second, failure(static_cast<std::uint64_t>(i) + 1, ErrorCode::CorruptMedia));
  }
  std::vector<int> sides;
  for (const auto& work : second->work) sides.push_back(work.width_px);
  EXPECT_THAT(sides, ElementsAre(353, 354, 355, 356, 351, 352));
}

}  // namespace
}  // namespace framewright::actors
