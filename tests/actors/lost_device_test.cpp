// A device that fails under the whole actor system: who is told, and how it comes back.
#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <vector>

#include "actors/engine_system.hpp"
#include "engine/simulated_device.hpp"

namespace framewright::actors {
namespace {

using namespace std::chrono_literals;
using engine::Accelerator;
using engine::Dependency;
using engine::ErrorCode;

/// Fails for good with its first frame. What brings it back fails once, and then has memory for one of its
/// two slots.
class FailingDevice final : public engine::Device {
 public:
  FailingDevice(engine::FramePool& pool, const engine::Readiness& readiness,
                std::vector<std::vector<Dependency>>& seen)
      : readiness_(readiness),
        seen_(seen),
        inner_({.id = "sim:0", .name = "simulated", .slots = 2, .slot_bytes = 1U << 20},
               engine::system_clock(),
               {.service_time = 0ns,
                .fault_of = {{0, engine::SimulatedFault::FailsForGood}},
                .slots_that_fit = 1,
                .pool = &pool}) {}

  const engine::DeviceDescription& description() const noexcept override { return inner_.description(); }
  bool can_run(const engine::Plan& plan, const engine::Geometry& input) const noexcept override {
    return inner_.can_run(plan, input);
  }
  std::uint64_t share_of_slot(const engine::Plan& plan,
                              const engine::Geometry& input) const noexcept override {
    return inner_.share_of_slot(plan, input);
  }
  void start_batch(int slot, std::vector<engine::DeviceWork> works, BatchDone done) override {
    inner_.start_batch(slot, std::move(works), std::move(done));
    inner_.complete_due();
  }
  bool healthy() const noexcept override { return inner_.healthy(); }
  /// Keeps what readiness says while the device is away.
  engine::Result<void> reset() override {
    seen_.push_back(readiness_.dependencies());
    if (seen_.size() == 1) return engine::unexpected(ErrorCode::AcceleratorUnavailable, "sim:0: not yet");
    return inner_.reset();
  }

 private:
  // Given.
  const engine::Readiness& readiness_;
  std::vector<std::vector<Dependency>>& seen_;
  // Owned.
  engine::SimulatedDevice inner_;
};

class LostDeviceTest : public ::testing::Test {
 protected:
  EngineOptions options() {
    EngineOptions options{.cpu_workers = 1};
    options.devices.push_back(std::make_unique<FailingDevice>(pool, readiness, seen));
    return options;
  }

  engine::Result<engine::EncodedFrame> invert(Accelerator accelerator) {
    auto buffer = pool.lend_input(64);
    EXPECT_TRUE(buffer.has_value());
    std::fill_n(buffer->data(), 64, std::uint8_t{5});
    UnaryRequest request{
        .flow = 1,
        .input = {.buffer = std::move(*buffer), .size_bytes = 64, .width_px = 8, .height_px = 8},
        .pipeline = engine::Pipeline::parse("invert").value()};
    request.accelerator = accelerator;
    std::promise<OutboundFrame> promise;
    auto answer = promise.get_future();
    const auto handle = engine_system.process(
        std::move(request), [](const std::function<void()>& callback) { callback(); },
        [&](OutboundFrame frame) { promise.set_value(std::move(frame)); });
    return answer.get().answer;
  }

  static const Dependency& worker_in(const std::vector<Dependency>& all) {
    return *std::find_if(all.begin(), all.end(),
                         [](const Dependency& d) { return d.name == "gpu_worker_sim:0"; });
  }

  ~LostDeviceTest() override { EXPECT_TRUE(engine_system.stop(30s)); }

  engine::FrameBudget budget{64U << 20};
  engine::FramePool pool{budget};
  engine::PlanCache plans{engine::ImageLimits{}, 16};
  engine::SilentMetrics metrics;
  engine::Readiness readiness;
  std::vector<std::vector<Dependency>> seen;  ///< by the device's own thread, until it is in service again
  EngineSystem engine_system{
      EngineServices{pool, plans, metrics, readiness, engine::system_clock(), {}, nullptr}, options()};
};

TEST_F(LostDeviceTest, IsToldToWhoeverAsksAndComesBackWithTheSlotsThatFit) {
  EXPECT_TRUE(engine_system.has_device());
  const auto failed = invert(Accelerator::Cuda);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, ErrorCode::AcceleratorUnavailable);

  auto answer = invert(Accelerator::Cuda);
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (!answer && std::chrono::steady_clock::now() < deadline) {
    EXPECT_EQ(answer.error().code, ErrorCode::AcceleratorUnavailable);
    EXPECT_TRUE(invert(Accelerator::Auto).has_value()) << "the CPU goes on";
    answer = invert(Accelerator::Cuda);
  }
  ASSERT_TRUE(answer.has_value()) << answer.error().detail;
  EXPECT_EQ(answer->payload()[0], 250);
  EXPECT_TRUE(engine_system.has_device());

  ASSERT_EQ(seen.size(), 2U);
  EXPECT_FALSE(worker_in(seen[0]).ready) << "until it is there again";
  EXPECT_FALSE(worker_in(seen[1]).ready);
  EXPECT_NE(worker_in(seen[1]).detail.find("not yet"), std::string::npos) << worker_in(seen[1]).detail;
  EXPECT_TRUE(worker_in(readiness.dependencies()).ready);
  EXPECT_TRUE(readiness.ready()) << "a server without its device still serves";
}

}  // namespace
}  // namespace framewright::actors
