#include "app/device_calibration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/files.hpp"
#include "app/timed_device.hpp"
#include "engine/simulated_device.hpp"
#include "tests/engine/temporary_folder.hpp"

namespace framewright::app {
namespace {

using namespace std::chrono_literals;
using engine::ErrorCode;
using engine::SimulatedDevice;
using engine::SimulatedFault;
using ::testing::HasSubstr;

constexpr std::uint64_t kSlotBytes = 8 << 20;

class DeviceCalibrationTest : public testing::Test {
 protected:
  std::string kept() { return read_file(file, 1 << 20).value(); }

  engine::TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "calibration.json";
  engine::FrameBudget budget{64 << 20};
  engine::FramePool pool{budget};
  engine::DeviceChoice choice{engine::system_clock(), kSlotBytes};
};

TEST_F(DeviceCalibrationTest, MeasuresADeviceAndKeepsWhatItFound) {
  TimedDevice device(5ms, kSlotBytes, pool);
  ASSERT_TRUE(prepare_choice(choice, device, pool, file).has_value());
  EXPECT_TRUE(choice.is_calibrated());
  EXPECT_EQ(kept(), choice.to_text());
  EXPECT_THAT(kept(), HasSubstr("Simulated"));
  const auto measured = calibrate(device, pool, engine::system_clock());
  ASSERT_TRUE(measured.has_value());
  EXPECT_GE(measured->on_device.fixed_ns, 5e6);
  EXPECT_GT(measured->on_cpu.ns_per_step_byte, 0);
  EXPECT_EQ(budget.used_bytes(), 0U);
}

TEST_F(DeviceCalibrationTest, MeasuresNothingThatItKnows) {
  TimedDevice device(1ms, kSlotBytes, pool);
  ASSERT_TRUE(prepare_choice(choice, device, pool, file).has_value());
  const auto written = kept();
  engine::DeviceChoice next(engine::system_clock(), kSlotBytes);
  ASSERT_TRUE(prepare_choice(next, device, pool, file).has_value());
  EXPECT_EQ(next.to_text(), written);
}

TEST_F(DeviceCalibrationTest, MeasuresAnewWhatItCannotRead) {
  ASSERT_TRUE(write_file(file, "{\"format\": 1, \"dev").has_value());
  TimedDevice device(1ms, kSlotBytes, pool);
  ASSERT_TRUE(prepare_choice(choice, device, pool, file).has_value());
  EXPECT_EQ(kept(), choice.to_text());
}

TEST_F(DeviceCalibrationTest, KeepsNothingWhereThereIsNoFolder) {
  TimedDevice device(1ms, kSlotBytes, pool);
  ASSERT_TRUE(prepare_choice(choice, device, pool, folder.path() / "none" / "c.json").has_value());
  EXPECT_TRUE(choice.is_calibrated());
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "none"));
}

TEST_F(DeviceCalibrationTest, SaysWhyADeviceWasNotMeasured) {
  const engine::DeviceDescription about{.id = "sim:0", .name = "sim", .slots = 1, .slot_bytes = kSlotBytes};
  engine::FrameBudget small_budget{1 << 20};
  engine::FramePool small_pool{small_budget};
  TimedDevice timed(1ms, kSlotBytes, small_pool);
  EXPECT_EQ(calibrate(timed, small_pool, engine::system_clock()).error().code, ErrorCode::ImageTooLarge);
  // Nobody completes what this one starts.
  SimulatedDevice silent(about, engine::system_clock(), {.fault_of = {{0, SimulatedFault::Hangs}}});
  EXPECT_EQ(calibrate(silent, pool, engine::system_clock(), 20ms).error().code, ErrorCode::Timeout);
  ASSERT_TRUE(silent.reset().has_value());
  EXPECT_EQ(silent.running(), 0U);
  EXPECT_EQ(budget.used_bytes(), 0U);
}

}  // namespace
}  // namespace framewright::app
