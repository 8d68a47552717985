#include "engine/cost_model.hpp"

#include <gtest/gtest.h>

namespace framewright::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

struct Kind {
  std::shared_ptr<const Plan> plan = {};
  Accelerator lane = Accelerator::Cpu;
  int side_px = 100;
  ImageEncoding input = ImageEncoding::Jpeg;
  std::optional<ImageEncoding> output = {};
};

void describe(FrameTask& task, const Kind& kind) {
  task.plan = kind.plan;
  task.lane = kind.lane;
  task.header.geometry = {kind.side_px, kind.side_px, 3};
  task.header.encoding = kind.input;
  task.output.format = kind.output;
}

nanoseconds estimate(const CostModel& model, const Kind& kind) {
  FrameTask task;
  describe(task, kind);
  return model.estimate(task);
}

void record(CostModel& model, const Kind& kind, nanoseconds time) {
  FrameTask task;
  describe(task, kind);
  model.record(task, time);
}

TEST(CostModel, GuessesInProportionToPixelsBeforeItKnowsAnything) {
  const CostModel model;
  const auto small = estimate(model, {.side_px = 100});
  EXPECT_GT(small, nanoseconds{0});
  EXPECT_NEAR(
      static_cast<double>(estimate(model, {.side_px = 200}).count()) / static_cast<double>(small.count()),
      4.0, 0.01);
}

TEST(CostModel, LearnsFromFramesOfTheSameKind) {
  CostModel model;
  const Kind kind{.plan = std::make_shared<Plan>()};
  for (int i = 0; i < 40; ++i) record(model, kind, milliseconds{i < 20 ? 50 : 7});
  EXPECT_NEAR(static_cast<double>(estimate(model, kind).count()), 7e6, 0.2e6);
}

TEST(CostModel, KeepsKindsApart) {
  CostModel model;
  const Kind cheap{.plan = std::make_shared<Plan>()};
  const Kind dear{.plan = std::make_shared<Plan>()};
  auto dear_output = cheap;
  dear_output.output = ImageEncoding::Png;
  record(model, cheap, milliseconds{1});
  record(model, dear, milliseconds{100});
  record(model, dear_output, milliseconds{30});
  auto on_device = cheap;
  on_device.lane = Accelerator::Cuda;
  record(model, on_device, milliseconds{3});
  EXPECT_NEAR(static_cast<double>(estimate(model, on_device).count()), 3e6, 10);
  EXPECT_NEAR(static_cast<double>(estimate(model, cheap).count()), 1e6, 10);
  EXPECT_NEAR(static_cast<double>(estimate(model, dear).count()), 100e6, 10);
  EXPECT_NEAR(static_cast<double>(estimate(model, dear_output).count()), 30e6, 10);
}

TEST(CostModel, ScalesWithinASizeClass) {
  CostModel model;
  const auto plan = std::make_shared<Plan>();
  record(model, {.plan = plan, .side_px = 100}, milliseconds{10});
  EXPECT_NEAR(static_cast<double>(estimate(model, {.plan = plan, .side_px = 110}).count()), 12.1e6, 100);
}

TEST(CostModel, GuessesAnUnknownKindFromAllTheOthers) {
  CostModel model;
  record(model, {.plan = std::make_shared<Plan>()}, milliseconds{10});
  EXPECT_NEAR(static_cast<double>(estimate(model, {.plan = std::make_shared<Plan>()}).count()), 10e6, 10);
}

TEST(CostModel, RemembersABoundedNumberOfKinds) {
  CostModel model;
  std::vector<std::shared_ptr<const Plan>> plans;
  for (std::size_t i = 0; i < 2 * CostModel::kMaxKinds; ++i) {
    plans.push_back(std::make_shared<Plan>());
    record(model, {.plan = plans.back()}, milliseconds{1});
    ASSERT_LE(model.kinds(), CostModel::kMaxKinds);
  }
}

}  // namespace
}  // namespace framewright::engine
