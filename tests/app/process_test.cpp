#include "app/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "app/files.hpp"
#include "engine/codec.hpp"
#include "tests/engine/temporary_folder.hpp"

namespace framewright::app {
namespace {

using engine::TemporaryFolder;

using engine::ErrorCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class NoHandle final : public actors::UnaryHandle {};

/// Answers each frame with its own bytes, newest first, or with the error that was set. Answers only when no
/// more frames come, so that the number in flight is seen.
class EchoService final : public actors::FrameService {
 public:
  engine::FlowId new_flow() override { return 7; }

  engine::Result<std::unique_ptr<actors::StreamHandle>> open_stream(engine::FlowId, actors::StreamSettings,
                                                                    std::shared_ptr<actors::StreamEvents>,
                                                                    actors::Post) override {
    return engine::unexpected(ErrorCode::Internal, "not used");
  }

  std::unique_ptr<actors::UnaryHandle> process(actors::UnaryRequest request, actors::Post post,
                                               std::function<void(actors::OutboundFrame)> done) override {
    ++in_flight_;
    most_in_flight_ = std::max(most_in_flight_, in_flight_);
    auto frame = std::make_shared<actors::OutboundFrame>(answer_to(std::move(request)));
    post([this, frame, done] {
      --in_flight_;
      done(std::move(*frame));
    });
    return std::make_unique<NoHandle>();
  }

  void refuse(std::size_t above, ErrorCode code) {
    refuse_above_ = above;
    refusal_ = code;
  }
  std::size_t most_in_flight() const { return most_in_flight_; }

 private:
  actors::OutboundFrame answer_to(actors::UnaryRequest request) const {
    if (in_flight_ > refuse_above_) return {.answer = engine::unexpected(refusal_, "refused")};
    return {.answer = std::move(request.input)};
  }

  std::size_t in_flight_ = 0;
  std::size_t most_in_flight_ = 0;
  std::size_t refuse_above_ = 1000;
  ErrorCode refusal_ = ErrorCode::Internal;
};

/// A PNG of 2 x 2 pixels, made by the encoder.
std::string picture() {
  engine::FrameBudget budget(8 << 20);
  engine::FramePool pool(budget);
  engine::Reservation reservation;
  engine::Frame frame{.buffer = std::move(*pool.lend(12)), .geometry = {2, 2, 3}, .pitch_bytes = 6};
  std::fill_n(frame.buffer.data(), 12, std::uint8_t{100});
  const auto png =
      engine::Encoder(pool).encode(std::move(frame), engine::ImageEncoding::Png, 80, reservation);
  const auto bytes = png->payload();
  return {bytes.begin(), bytes.end()};
}

class Process : public ::testing::Test {
 protected:
  Process() { command_.output = folder_.path() / "out"; }

  void add_input(const std::string& name, const std::string& bytes) {
    ASSERT_TRUE(write_file(folder_.path() / "in" / name, bytes).has_value());
    command_.inputs = {folder_.path() / "in"};
  }
  ProcessPlan plan() {
    auto made = plan_process(command_, config::Settings{});
    EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().detail);
    return made ? std::move(*made) : ProcessPlan{};
  }
  int run() { return run_process(plan(), service_, pool_); }
  bool exists(const std::string& name) const { return std::filesystem::exists(command_.output / name); }

  TemporaryFolder folder_;
  engine::FrameBudget budget_{8 << 20};
  engine::FramePool pool_{budget_};
  EchoService service_;
  ProcessCommand command_;
};

TEST_F(Process, WritesAResultForEveryPicture) {
  for (const auto* name : {"a.png", "sub/b.png", "c.png"}) add_input(name, picture());
  EXPECT_EQ(run(), kSuccess);
  EXPECT_EQ(read_file(command_.output / "sub/b.png", 1 << 20).value(), picture());
  EXPECT_TRUE(exists("a.png"));
  EXPECT_TRUE(exists("c.png"));
}

TEST_F(Process, LetsABadFileFailAlone) {
  add_input("a.png", picture());
  add_input("bad.png", "no picture at all");
  add_input("empty.png", "");
  add_input("film.mp4", "....ftypisom");
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(run(), kFailure);
  const auto said = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, HasSubstr("3 of 4 failed"));
  EXPECT_THAT(said, HasSubstr("bad.png"));
  EXPECT_THAT(said, HasSubstr("empty.png: the file is empty"));
  EXPECT_THAT(said, HasSubstr("film.mp4: video is not yet supported by this build"));
  EXPECT_TRUE(exists("a.png"));
  EXPECT_FALSE(exists("bad.png"));
}

TEST_F(Process, KeepsNoMoreFramesInFlightThanPlanned) {
  for (int i = 0; i < 20; ++i) add_input(std::to_string(i) + ".png", picture());
  auto planned = plan();
  planned.work.in_flight = 3;
  EXPECT_EQ(run_process(planned, service_, pool_), kSuccess);
  EXPECT_EQ(service_.most_in_flight(), 3u);
}

TEST_F(Process, TriesAgainWithFewerFramesWhenMemoryRunsOut) {
  for (int i = 0; i < 20; ++i) add_input(std::to_string(i) + ".png", picture());
  auto planned = plan();
  planned.work.in_flight = 8;
  service_.refuse(2, ErrorCode::Overloaded);
  EXPECT_EQ(run_process(planned, service_, pool_), kSuccess);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(exists(std::to_string(i) + ".png")) << i;
}

TEST_F(Process, GivesUpOnAFileThatNeedsMoreMemoryThanThereIs) {
  add_input("a.png", picture());
  service_.refuse(0, ErrorCode::Overloaded);
  EXPECT_EQ(run(), kFailure);
}

TEST_F(Process, FailsAFileWhoseResultCannotBeWritten) {
  add_input("a.png", picture());
  ASSERT_TRUE(write_file(folder_.path() / "out", "a file where the folder should be").has_value());
  EXPECT_EQ(run(), kFailure);
}

TEST_F(Process, NeverOverwritesItsInput) {
  add_input("a.png", picture());
  command_.output = folder_.path() / "in";
  const auto planned = plan();
  EXPECT_TRUE(planned.tasks.empty());
  ASSERT_EQ(planned.refused.size(), 1u);
  EXPECT_THAT(planned.refused.front().error.detail, HasSubstr("overwrite"));
}

TEST_F(Process, RefusesTheSecondOfTwoInputsWithOneResult) {
  add_input("a.png", picture());
  add_input("a.jpg", picture());
  command_.picture.format = "webp";
  const auto planned = plan();
  EXPECT_EQ(planned.tasks.size(), 1u);
  ASSERT_EQ(planned.refused.size(), 1u);
  EXPECT_THAT(planned.refused.front().error.detail, HasSubstr("another input has the same result"));
}

TEST_F(Process, TakesTheFormatFromTheNameOfTheOutputFile) {
  add_input("a.png", picture());
  command_.inputs = {folder_.path() / "in" / "a.png"};
  command_.output = folder_.path() / "b.webp";
  const auto planned = plan();
  EXPECT_EQ(planned.work.output.format, engine::ImageEncoding::Webp);
  EXPECT_EQ(planned.tasks.front().result, command_.output);
}

TEST_F(Process, ChecksThePipelineBeforeAnything) {
  command_.inputs = {folder_.path() / "absent"};
  command_.picture.pipeline = "no_such_filter";
  const auto made = plan_process(command_, config::Settings{});
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, ErrorCode::UnknownFilter);
}

TEST_F(Process, SaysSoWhenThereIsNothingToDo) {
  std::filesystem::create_directory(folder_.path() / "in");
  command_.inputs = {folder_.path() / "in"};
  const auto made = plan_process(command_, config::Settings{});
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace framewright::app
