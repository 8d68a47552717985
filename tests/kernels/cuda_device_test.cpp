#include "kernels/cuda_device.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace framewright::kernels {
namespace {

TEST(CudaDevice, MakesNoWorkerForADeviceThatIsNotThere) {
  const int beyond = static_cast<int>(cuda_devices().size()) + 1000;
  const CudaWorker::Created created = CudaWorker::create({beyond, 1, {1 << 20, 0}});
  EXPECT_EQ(created.worker, nullptr);
  EXPECT_FALSE(created.error.empty());
}

TEST(CudaDevice, FindsNoneWithoutADriver) {
  if (std::filesystem::exists("/dev/nvidiactl")) GTEST_SKIP() << "this machine has a driver";
  EXPECT_TRUE(cuda_devices().empty());
}

TEST(CudaDevice, GivesEachDeviceAName) {
  for (const CudaDeviceDescription& device : cuda_devices()) EXPECT_FALSE(device.name.empty());
}

}  // namespace
}  // namespace framewright::kernels
