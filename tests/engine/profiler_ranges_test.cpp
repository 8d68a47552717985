// What a profiler sees of a frame.
#include <gtest/gtest.h>

#include <cstring>

#include "engine/admission.hpp"
#include "engine/process_frame.hpp"
#include "tests/kernels/profiler_recorder.hpp"

namespace framewright::engine {
namespace {

TEST(ProfilerRanges, ShowTheStagesOfAFrameWithinIt) {
  FrameBudget budget{1 << 20};
  FramePool pool{budget};
  Decoder decoder{pool};
  Encoder encoder{pool};
  ProfilerRecorder::instance().take();
  auto task = std::make_unique<FrameTask>();
  const std::string number = " " + std::to_string(task->profiler.number());
  task->plan = Plan::make(Pipeline::parse("sobel").value(), {}).value();
  task->input.buffer = std::move(pool.lend(8 * 8)).value();
  std::memset(task->input.buffer.data(), 100, 8 * 8);
  task->input.size_bytes = 8 * 8;
  task->input.pixel_format = PixelFormat::Gray8;
  task->input.width_px = task->input.height_px = 8;
  ASSERT_TRUE(find_needs(*task));
  ASSERT_TRUE(task->start());
  process_on_cpu(*task, decoder, encoder, pool, system_clock());
  EXPECT_TRUE(task->answer.has_value());
  task.reset();
  const std::vector<std::string> expected{"+ frame" + number,  "+ decode" + number, "- decode" + number,
                                          "+ run" + number,    "- run" + number,    "+ encode" + number,
                                          "- encode" + number, "- frame" + number};
  EXPECT_EQ(ProfilerRecorder::instance().take(), expected);
}

}  // namespace
}  // namespace framewright::engine
