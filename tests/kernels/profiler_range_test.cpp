#include "kernels/profiler_range.hpp"

#include <gtest/gtest.h>

#include "kernels/cuda_device.hpp"
#include "tests/kernels/profiler_recorder.hpp"

namespace framewright::kernels {
namespace {

using Seen = std::vector<std::string>;

TEST(ProfilerRange, LiesWithinTheOneBeforeUnderTheNumberOfItsFrame) {
  ProfilerRecorder::instance().take();
  std::string number;
  {
    const ProfilerFrame frame;
    number = " " + std::to_string(frame.number());
    const ProfilerRange outer("outer", frame.number());
    const ProfilerRange inner("inner", frame.number());
  }
  const Seen expected{"+ frame" + number, "+ outer" + number, "+ inner" + number,
                      "- inner" + number, "- outer" + number, "- frame" + number};
  EXPECT_EQ(ProfilerRecorder::instance().take(), expected);
}

TEST(ProfilerFrame, HasANumberOfItsOwn) {
  const ProfilerFrame first;
  const ProfilerFrame second;
  EXPECT_NE(first.number(), 0u);
  EXPECT_NE(first.number(), second.number());
}

Seen seen_of_job(CudaWorker& worker, std::uint64_t work) {
  std::uint8_t pixel = 7;
  const ImageView view{&pixel, 1, 1, 1, 1};
  const DeviceSteps steps{DevicePointTable{make_invert_table()}};
  DeviceJob job{&steps, view, view, {[](void*, const DeviceResult&) {}, nullptr}};
  job.frame_number = 5;
  job.work = {work};
  ProfilerRecorder::instance().take();
  EXPECT_EQ(worker.submit(0, job), Status::Ok);
  return ProfilerRecorder::instance().take();
}

TEST(CudaWorkerRanges, ShowTheStagesOfAFrame) {
  const auto created = CudaWorker::create({0, 1, {100, 0, 0}});
  ASSERT_NE(created.worker, nullptr) << created.error;
  const Seen stages{"+ upload 5", "- upload 5", "+ steps 5", "- steps 5", "+ download 5", "- download 5"};
  EXPECT_EQ(seen_of_job(*created.worker, 0), stages);
}

TEST(CudaWorkerRanges, ShowAGraphAsOne) {
  const auto created = CudaWorker::create({0, 1, {100, 0, 0}});
  ASSERT_NE(created.worker, nullptr) << created.error;
  seen_of_job(*created.worker, 3);
  seen_of_job(*created.worker, 3);
  const Seen graph{"+ graph 5", "- graph 5"};
  EXPECT_EQ(seen_of_job(*created.worker, 3), graph);
}

}  // namespace
}  // namespace framewright::kernels
