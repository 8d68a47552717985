#include "app/gpu_sensors.hpp"

#include <gmock/gmock.h>

#include "app/prometheus_metrics.hpp"

namespace framewright::app {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(GpuSensors, ReadNothingWithoutNvml) { EXPECT_TRUE(GpuSensors("libno-such-library.so").read().empty()); }

TEST(GpuSensors, ReadNothingFromALibraryWithoutTheFunctions) {
  EXPECT_TRUE(GpuSensors("libm.so.6").read().empty());
}

TEST(GpuSensors, ReadEveryGpuInItsUnits) {
  const auto readings = GpuSensors(FAKE_NVML).read();
  ASSERT_EQ(readings.size(), 2u);
  EXPECT_EQ(readings[0].uuid, "GPU-first");
  EXPECT_EQ(readings[0].utilisation, 0.37);
  EXPECT_EQ(readings[0].memory_used_bytes, 192);
  EXPECT_EQ(readings[0].memory_total_bytes, 8192);
  EXPECT_EQ(readings[0].temperature_celsius, 61);
  EXPECT_EQ(readings[0].power_watts, 250.5);
  EXPECT_EQ(readings[0].clock_hertz, 1.98e9);
}

TEST(GpuSensors, LeaveOutWhatAGpuDoesNotTell) {
  const auto readings = GpuSensors(FAKE_NVML).read();
  ASSERT_EQ(readings.size(), 2u);
  EXPECT_EQ(readings[1].uuid, "GPU-second");
  EXPECT_FALSE(readings[1].utilisation || readings[1].memory_used_bytes || readings[1].power_watts);
}

TEST(GpuSensors, StandOnThePageOfMetricsByUuid) {
  const auto page = PrometheusMetrics(GpuSensors(FAKE_NVML)).render("").body;
  EXPECT_THAT(page, HasSubstr("framewright_gpu_utilization_ratio{uuid=\"GPU-first\"} 0.37"));
  EXPECT_THAT(page, HasSubstr("framewright_gpu_memory_used_bytes{uuid=\"GPU-first\"} 192"));
  EXPECT_THAT(page, HasSubstr("framewright_gpu_temperature_celsius{uuid=\"GPU-first\"} 61"));
  EXPECT_THAT(page, HasSubstr("framewright_gpu_power_watts{uuid=\"GPU-first\"} 250.5"));
  EXPECT_THAT(page, Not(HasSubstr("GPU-second")));
}

}  // namespace
}  // namespace framewright::app
