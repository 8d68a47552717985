// The gateway's end of a link, against nodes that fail, fall silent or lie.
#include "actors/remote_worker.hpp"

#include <gmock/gmock.h>

#include "engine/admission.hpp"
#include "tests/actors/cluster_world.hpp"

namespace framewright::actors {
namespace {

using namespace std::chrono_literals;
using engine::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;

class RemoteWorker : public ClusterWorld {
 protected:
  caf::actor join(const std::shared_ptr<NodeMail>& mail, const std::string& id) {
    return spawn_fake_node(mail, hello_of(id));
  }

  /// The answer of a node that has done what it was asked: a picture of 16 x 16 zeros.
  static WireAnswer right_answer(std::uint64_t number) {
    WireAnswer answer;
    answer.number = number;
    answer.ran_on = static_cast<std::uint8_t>(engine::Accelerator::Cpu);
    answer.process_ns = 1000;
    answer.width_px = answer.height_px = 16;
    answer.channels = 1;
    answer.size_bytes = 256;
    return answer;
  }
  static WireAnswer failure(std::uint64_t number, ErrorCode code) {
    auto answer = right_answer(number);
    answer.outcome = static_cast<std::uint8_t>(WireOutcome::Error);
    answer.code = static_cast<std::uint8_t>(code);
    return answer;
  }

  void send_answer(const caf::actor& from, const NodeMail& mail, const WireAnswer& answer) {
    caf::send_as(from, mail.gateway, answer_atom_v, answer);
    run();
  }
  void send_picture(const caf::actor& from, const NodeMail& mail, std::uint64_t number) {
    send_answer(from, mail, right_answer(number));
    caf::send_as(from, mail.gateway, piece_atom_v, WirePiece{number, 0, std::vector<std::uint8_t>(256)});
    run();
  }

  std::shared_ptr<NodeMail> first = std::make_shared<NodeMail>();
  std::shared_ptr<NodeMail> second = std::make_shared<NodeMail>();
};

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
            [](welcome_atom) {}, [](piece_atom, const WirePiece&) {}, [](ping_atom) {}};
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
  const auto node = keep(system.spawn(
      [](caf::event_based_actor*) -> caf::behavior { return {[](welcome_atom) {}, [](ping_atom) {}}; }));
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
  for (const auto lie : lies) {
    const auto mail = std::make_shared<NodeMail>();
    const auto liar = join(mail, "liar");
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

Hello hello_without(const std::string& id, const std::string& filter) {
  auto hello = hello_of(id);
  std::erase(hello.filters, filter);
  return hello;
}

TEST_F(RemoteWorker, GetsNoFrameThatNeedsAFilterWhichItsNodeDoesNotHave) {
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

TEST_F(RemoteWorker, LetsOthersPassAFrameThatWaitsForANodeWithItsFilter) {
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

class ClusterDoor : public RemoteWorker {
 protected:
  std::string reason(const Hello& hello) {
    const auto mail = std::make_shared<NodeMail>();
    spawn_fake_node(mail, hello);
    EXPECT_TRUE(board.nodes().empty() || !mail->refused.empty());
    return mail->refused;
  }
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
  hello.credit_bytes = 1;
  EXPECT_THAT(reason(hello), HasSubstr("room"));
  hello = hello_of("a");
  hello.filters.resize(1025);
  EXPECT_THAT(reason(hello), HasSubstr("1025 filters"));
}

TEST_F(ClusterDoor, RefusesASecondNodeOfOneName) {
  join(first, "a");
  EXPECT_THAT(reason(hello_of("a")), HasSubstr("already"));
}

TEST_F(ClusterDoor, IsReadyWhileANodeIsHere) {
  EXPECT_FALSE(readiness.ready());
  const auto node = join(first, "a");
  EXPECT_TRUE(readiness.ready());
  caf::anon_send_exit(node, caf::exit_reason::kill);
  run();
  EXPECT_FALSE(readiness.ready());
}

}  // namespace
}  // namespace framewright::actors
