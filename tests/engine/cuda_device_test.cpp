#include <gtest/gtest.h>

#include <future>

#include "engine/device.hpp"
#include "tests/engine/picture_maker.hpp"

namespace framewright::engine {
namespace {

constexpr int kSlots = 4;
constexpr std::uint64_t kSlotBytes = 1 << 20;

class CudaDeviceTest : public testing::Test {
 protected:
  void SetUp() override {
    auto devices = find_cuda_devices(kSlots, kSlotBytes);
    if (devices.empty()) GTEST_SKIP() << "no CUDA device here";
    device = std::move(devices.front());
    const auto made = device->reset();
    ASSERT_TRUE(made.has_value()) << made.error().detail;
  }
  std::future<DeviceOutcome> start(int slot, const std::shared_ptr<const Plan>& plan, Frame input) {
    Reservation reservation;
    const auto geometry = plan->output_geometry(input.picture_geometry()).value();
    auto promise = std::make_shared<std::promise<DeviceOutcome>>();
    device->start(slot, {plan, std::move(input), lend_frame(geometry, pool, reservation).value()},
                  [promise](DeviceOutcome outcome) { promise->set_value(std::move(outcome)); });
    return promise->get_future();
  }

  FrameBudget budget{64 << 20};
  FramePool pool{budget};
  std::unique_ptr<Device> device;
};

TEST(CudaDevices, AreNoneOrNameThemselves) {
  for (const auto& device : find_cuda_devices(kSlots, kSlotBytes)) {
    EXPECT_EQ(device->description().id.rfind("cuda:", 0), 0u);
    EXPECT_FALSE(device->description().name.empty());
    EXPECT_EQ(device->description().slots, kSlots);
    EXPECT_FALSE(device->healthy());
  }
}

TEST_F(CudaDeviceTest, GivesTheBytesOfTheCpuFromEverySlot) {
  const auto plan =
      Plan::make(Pipeline::parse("blur|sepia|gamma:gamma=2|grayscale|invert").value(), {}).value();
  const Geometry geometry{333, 211, 3};
  ASSERT_TRUE(device->can_run(*plan, geometry));
  std::vector<std::future<DeviceOutcome>> outcomes;
  for (int slot = 0; slot < kSlots; ++slot) {
    outcomes.push_back(start(slot, plan, random_frame(geometry, pool, static_cast<unsigned>(slot))));
  }
  for (int slot = 0; slot < kSlots; ++slot) {
    const auto outcome = outcomes[static_cast<std::size_t>(slot)].get();
    ASSERT_TRUE(outcome.result.has_value()) << outcome.result.error().detail;
    Reservation reservation;
    const auto on_cpu =
        run_plan_on_cpu(*plan, random_frame(geometry, pool, static_cast<unsigned>(slot)), pool, reservation);
    EXPECT_EQ(pixels_of(outcome.work.output), pixels_of(on_cpu.value()));
  }
}

TEST_F(CudaDeviceTest, RunsWorkAfterWorkOnOneSlot) {
  const auto plan = Plan::make(Pipeline::parse("invert").value(), {}).value();
  for (unsigned round = 0; round < 50; ++round) {
    const auto outcome = start(0, plan, random_frame({16, 16, 4}, pool, round)).get();
    ASSERT_TRUE(outcome.result.has_value());
  }
  device->check();
  EXPECT_TRUE(device->healthy());
}

TEST_F(CudaDeviceTest, LaunchesAPlanThatComesAgainAsAGraph) {
  const auto plan = Plan::make(Pipeline::parse("blur|invert").value(), {}).value();
  for (unsigned round = 0; round < 5; ++round) {
    const auto outcome = start(0, plan, random_frame({33, 17, 3}, pool, round)).get();
    ASSERT_TRUE(outcome.result.has_value());
    Reservation reservation;
    const auto on_cpu = run_plan_on_cpu(*plan, random_frame({33, 17, 3}, pool, round), pool, reservation);
    EXPECT_EQ(pixels_of(outcome.work.output), pixels_of(on_cpu.value()));
  }
  EXPECT_EQ(device->graph_counts().captured, 1u);
  EXPECT_EQ(device->graph_counts().replayed, 3u);
  // The same text, and another plan.
  const auto other = Plan::make(Pipeline::parse("blur|invert").value(), {}).value();
  start(0, other, random_frame({33, 17, 3}, pool)).get();
  EXPECT_EQ(device->graph_counts().direct, 2u);
}

/// What is made of a picture that came at a part of its size follows from the whole, too.
TEST_F(CudaDeviceTest, TellsPicturesApartThatCameSmallerThanTheyAre) {
  const auto plan = Plan::make(Pipeline::parse("resize:width=40,height=30").value(), {}).value();
  const auto run = [&](const Geometry& whole) {
    auto input = random_frame({64, 48, 3}, pool);
    input.reduced_from = whole;
    EXPECT_TRUE(start(0, plan, std::move(input)).get().result.has_value());
  };
  for (int round = 0; round < 3; ++round) run({512, 384, 3});
  EXPECT_EQ(device->graph_counts().replayed, 1u);
  run({511, 384, 3});
  EXPECT_EQ(device->graph_counts().replayed, 1u);
  EXPECT_EQ(device->graph_counts().direct, 2u);
}

TEST_F(CudaDeviceTest, WorksAgainAfterReset) {
  ASSERT_TRUE(device->reset().has_value());
  const auto plan = Plan::make(Pipeline::parse("invert").value(), {}).value();
  EXPECT_TRUE(start(0, plan, random_frame({16, 16, 4}, pool)).get().result.has_value());
}

TEST_F(CudaDeviceTest, GivesTheBytesOfTheCpuToEveryPictureOfABatch) {
  for (const auto* text :
       {"invert", "grayscale|invert", "sepia|vignette", "gaussian_blur:kernel_size=5,sigma=1.5",
        "resize:width=20,height=31|median_blur", "rotate:angle=90|grayscale|canny"}) {
    SCOPED_TRACE(text);
    const auto plan = Plan::make(Pipeline::parse(text).value(), {}).value();
    std::vector<DeviceWork> works;
    std::vector<Geometry> sizes;
    for (int i = 0; i < 20; ++i) sizes.push_back({7 + 5 * i, 60 - 2 * i, i % 7 == 3 ? 4 : 3});
    std::uint64_t share = 0;
    for (unsigned i = 0; i < sizes.size(); ++i) {
      Reservation reservation;
      ASSERT_TRUE(device->can_run(*plan, sizes[i]));
      share += device->share_of_slot(*plan, sizes[i]);
      works.push_back({plan, random_frame(sizes[i], pool, i),
                       lend_frame(plan->output_geometry(sizes[i]).value(), pool, reservation).value()});
    }
    ASSERT_LE(share, kSlotBytes);
    std::promise<std::vector<DeviceOutcome>> promise;
    device->start_batch(1, std::move(works),
                        [&promise](std::vector<DeviceOutcome> all) { promise.set_value(std::move(all)); });
    const auto outcomes = promise.get_future().get();
    ASSERT_EQ(outcomes.size(), sizes.size());
    for (unsigned i = 0; i < sizes.size(); ++i) {
      ASSERT_TRUE(outcomes[i].result.has_value()) << outcomes[i].result.error().detail;
      Reservation reservation;
      const auto on_cpu = run_plan_on_cpu(*plan, random_frame(sizes[i], pool, i), pool, reservation);
      EXPECT_EQ(pixels_of(outcomes[i].work.output), pixels_of(on_cpu.value())) << "picture " << i;
    }
  }
}

TEST_F(CudaDeviceTest, CountsTablesThatTravelWithAPictureAsItsShare) {
  const auto plan = Plan::make(Pipeline::parse("resize:width=1,height=16000").value(), {}).value();
  EXPECT_GT(device->share_of_slot(*plan, {1, 9, 1}), 16000U);
}

TEST_F(CudaDeviceTest, RunsNoPictureThatOutgrowsASlot) {
  const auto plan_of = [](std::string_view text) {
    return Plan::make(Pipeline::parse(text).value(), {}).value();
  };
  EXPECT_TRUE(device->can_run(*plan_of("invert"), {500, 500, 3}));
  EXPECT_FALSE(device->can_run(*plan_of("invert"), {1000, 1000, 3})) << "more than a slot";
  EXPECT_FALSE(device->can_run(*plan_of("resize:width=1000,height=1000|resize:width=9,height=9"), {9, 9, 3}))
      << "more than a slot on its way";
}

}  // namespace
}  // namespace framewright::engine
