// Whole planes take the memory that is said: enough, and not a byte more than that.
#include "engine/run_planes.hpp"

#include <gtest/gtest.h>

#include "engine/admission.hpp"
#include "engine/process_frame.hpp"
#include "engine/run_strips.hpp"
#include "tests/engine/codec_fixture.hpp"

namespace framewright::engine {
namespace {

struct Case {
  std::string pipeline;
  Geometry picture;
};

class RunPlanes : public CodecFixture {
 protected:
  /// A task that goes by whole planes, because one of its steps does not run by rows.
  void prepare(FrameTask& task, const Case& wanted) {
    task.plan = Plan::make(Pipeline::parse(wanted.pipeline).value(), limits_).value();
    task.output = {.quality = 85, .exactness = Exactness::Visual};
    const auto jpeg = pictures::jpeg_420(pictures::gradient(wanted.picture), 90);
    task.input = pictures::encoded(pool_, jpeg, ImageEncoding::Jpeg);
    needs_ = find_needs(task).value();
    ASSERT_EQ(task.route, Route::Planes) << wanted.pipeline;
    ASSERT_FALSE(goes_in_strips(*task.plan, task.header, task.output, task.route)) << wanted.pipeline;
    ASSERT_TRUE(task.start());
  }
  /// What becomes of it with so much memory.
  std::optional<ErrorCode> failure_within(FrameTask& task, std::uint64_t bytes) {
    FrameBudget budget(bytes);
    FramePool pool(budget);
    Decoder decoder(pool);
    Encoder encoder(pool);
    task.reservation = budget.reserve(bytes).value();
    process_on_cpu(task, decoder, encoder, pool, system_clock());
    const auto failure = task.answer ? std::nullopt : std::optional(task.answer.error().code);
    task.answer = unexpected(ErrorCode::Internal, "done");
    return failure;
  }

  std::uint64_t needs_ = 0;
};

/// Wide blurs of small pictures, because there their scratch is more than all else that a frame holds.
const std::vector<Case> kScratchIsMost = {
    {"gaussian_blur:kernel_size=255,sigma=50,border_mode=wrap", {64, 40, 3}},
    {"gaussian_blur:kernel_size=255,sigma=50,border_mode=wrap|resize:scale=0.1", {63, 41, 3}},
    {"resize:scale=0.5,interpolation=lanczos|gaussian_blur:kernel_size=255,sigma=50,border_mode=wrap",
     {128, 64, 3}},
};

TEST_F(RunPlanes, TakesNoMoreMemoryThanItSays) {
  for (const auto& wanted : kScratchIsMost) {
    FrameTask task;
    ASSERT_NO_FATAL_FAILURE(prepare(task, wanted));
    EXPECT_EQ(failure_within(task, needs_), std::nullopt) << wanted.pipeline;
  }
}

TEST_F(RunPlanes, SaysNoMoreMemoryThanItTakes) {
  for (const auto& wanted : kScratchIsMost) {
    FrameTask task;
    ASSERT_NO_FATAL_FAILURE(prepare(task, wanted));
    EXPECT_EQ(failure_within(task, needs_ - 1), ErrorCode::Overloaded) << wanted.pipeline;
  }
}

/// What stands for a small box on chroma is a bell, which keeps more rows than the box on all of luma.
TEST_F(RunPlanes, HasScratchForThePlaneThatNeedsMost) {
  FrameTask task;
  ASSERT_NO_FATAL_FAILURE(prepare(task, {"box_blur:kernel_size=3|rotate:angle=90", {64, 32, 3}}));
  EXPECT_EQ(failure_within(task, needs_), std::nullopt);
}

}  // namespace
}  // namespace framewright::engine
