// Whole frames through a gateway and a node.
#include <gmock/gmock.h>

#include "engine/admission.hpp"
#include "tests/actors/cluster_world.hpp"

namespace framewright::actors {
namespace {

using namespace std::chrono_literals;
using engine::ErrorCode;
using testing::HasSubstr;

class RemoteWork : public ClusterWorld {};

void expect_pixels(const Errand& errand, std::size_t count, std::uint8_t value) {
  ASSERT_TRUE(errand.answer.has_value()) << errand.answer.error().detail;
  const auto pixels = errand.answer->payload();
  ASSERT_EQ(pixels.size(), count);
  EXPECT_TRUE(std::all_of(pixels.begin(), pixels.end(), [value](auto pixel) { return pixel == value; }));
}

TEST_F(RemoteWork, AnswersAFrameThatANodeHasWorkedOn) {
  spawn_node(hello_of("a"));
  const auto frame = submit_picture();
  ASSERT_EQ(answers->done.size(), 1u);
  expect_pixels(*frame, 256, 248);
  EXPECT_EQ(frame->output_geometry, (engine::Geometry{16, 16, 1}));
  EXPECT_EQ(board.nodes().at(0).id, "a");
  EXPECT_EQ(gauges.running.load(), 0u);
}

TEST_F(RemoteWork, SendsALargePictureInPiecesBothWays) {
  spawn_node(hello_of("a"));
  const auto frame = submit_picture("invert", 1000);
  expect_pixels(*frame, 1'000'000, 248);
}

TEST_F(RemoteWork, PassesOnWhatIsWrongWithAFrame) {
  spawn_node(hello_of("a"));
  auto broken = errand(waiter, 1, "invert");
  broken->output.format = engine::ImageEncoding::Png;
  submit(broken);
  ASSERT_TRUE(broken->answer.has_value());
  EXPECT_EQ(broken->answer->encoding, engine::ImageEncoding::Png);
}

TEST_F(RemoteWork, IsRecordedByBothProcessesInOneTrace) {
  spawn_node(hello_of("a"));
  auto asked = errand(waiter, 1, "invert");
  asked->trace_parent = "00-11112222333344445555666677778888-1111222233334444-01";
  gateway_tracer.begin(*asked, engine::FrameEntry::Rest);
  engine::end_span(*submit(asked));
  const auto frame = gateway_spans.named("frame");
  const auto there = node_spans.named("frame");
  EXPECT_EQ(engine::hex_of(frame.parent), "1111222233334444");
  EXPECT_EQ(attribute_of(frame, "framewright.node.id"), "a");
  EXPECT_EQ(there.trace, frame.trace);
  EXPECT_EQ(there.parent, frame.id);
  EXPECT_EQ(attribute_of(there, "framewright.node.id"), "node");
  EXPECT_EQ(attribute_of(there, "framewright.entry"), "node");
}

TEST_F(RemoteWork, IsNotRecordedByANodeWhoseGatewayDoesNot) {
  spawn_node(hello_of("a"));
  submit_picture();
  auto unsampled = errand(waiter, 1, "invert");
  unsampled->trace_parent = "00-11112222333344445555666677778888-1111222233334444-00";
  submit(unsampled);
  EXPECT_TRUE(node_spans.all().empty());
}

TEST_F(RemoteWork, WorksForTheGatewayAgainAfterTheLinkWasCut) {
  spawn_node(hello_of("a"));
  ASSERT_EQ(board.nodes().size(), 1u);
  caf::anon_send_exit(gateway_cluster, caf::exit_reason::user_shutdown);
  run();
  EXPECT_TRUE(board.nodes().empty());
  gateway_cluster = keep(
      start_cluster(system, ClusterOptions{{directory, pool, clock, board, "gateway"}, readiness, false}));
  advance(200ms);
  EXPECT_EQ(board.nodes().size(), 1u);
  expect_pixels(*submit_picture(), 256, 248);
}

class ClocksApart : public RemoteWork, public testing::WithParamInterface<std::chrono::hours> {};

TEST_P(ClocksApart, KeepsDeadlinesAndLinks) {
  node_clock.advance(GetParam());
  spawn_node(hello_of("a"));
  const auto in_time = errand(waiter, 1, "invert");
  in_time->deadline = clock.now() + 5ms;
  expect_pixels(*submit(in_time), 256, 248);
  for (int i = 0; i < 40; ++i) advance(250ms);
  ASSERT_EQ(board.nodes().size(), 1u) << "no heartbeat is missed";
  EXPECT_LE(board.nodes()[0].last_seen_at, clock.wall_now());
  EXPECT_GT(board.nodes()[0].last_seen_at, clock.wall_now() - 2s) << "by this machine's clock";
  const auto late = errand(waiter, 1, "invert");
  late->deadline = clock.now();
  submit(late);
  EXPECT_EQ(late->dropped, engine::DropReason::Deadline);
}

INSTANTIATE_TEST_SUITE_P(ByAnHour, ClocksApart,
                         testing::Values(std::chrono::hours{1}, std::chrono::hours{-1}));

TEST_F(RemoteWork, FailsByNameWhatOnlyALiarSaysItCanDo) {
  auto hello = hello_of("a");
  hello.cuda_slots = 4;
  spawn_node(hello);
  const auto frame = errand(waiter, 1, "invert");
  frame->accelerator = engine::Accelerator::Cuda;
  submit(frame);
  for (int i = 0; i < 10 && answers->done.empty(); ++i) advance(250ms);
  ASSERT_EQ(answers->done.size(), 1u);
  EXPECT_THAT(frame->answer.error().detail, HasSubstr("accelerator_unavailable"));
  expect_pixels(*submit_picture(), 256, 248);
}

/// A node that has said that there is room for 8 MiB.
class NodeWithoutRoom : public ClusterWorld {
 protected:
  NodeWithoutRoom() : ClusterWorld(64U << 10) {}

  /// Whether the node leaves the frame to another one.
  void expect_elsewhere(const std::string& pipeline, int side) {
    spawn_node(hello_of("a"));
    const auto frame = submit_picture(pipeline, side);
    EXPECT_TRUE(answers->done.empty());
    const auto mail = std::make_shared<NodeMail>();
    spawn_fake_node(mail, hello_of("b"));
    advance(25ms);
    EXPECT_EQ(mail->work.size(), 1u);
    EXPECT_TRUE(answers->done.empty());
  }
};

TEST_F(NodeWithoutRoom, LeavesAPictureThatItCannotKeepToAnother) { expect_elsewhere("invert", 400); }

TEST_F(NodeWithoutRoom, LeavesAPictureThatItCannotWorkOnToAnother) {
  expect_elsewhere("resize:width=400,height=400", 16);
}

TEST_F(RemoteWork, LeavesOnceItIsDrained) {
  const auto worker = spawn_node(hello_of("a"));
  caf::anon_send(worker, drain_atom_v);
  run();
  EXPECT_TRUE(board.nodes().empty());
  EXPECT_FALSE(readiness.ready());
}

TEST_F(RemoteWork, DialsAgainLessAndLessOftenWhileItIsRefused) {
  auto hello = hello_of("a");
  hello.protocol = kWireProtocol + 1;
  spawn_node(hello);
  EXPECT_EQ(dials, 1);
  for (int i = 0; i < 100; ++i) advance(100ms);
  EXPECT_GE(dials, 4);
  EXPECT_LE(dials, 10);
}

}  // namespace
}  // namespace framewright::actors
