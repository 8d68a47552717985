// The stand-in itself: it must see what it is there to see.
#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "kernels/cuda_device.hpp"
#include "kernels/cuda_launch.cuh"

namespace framewright::kernels {
namespace {

__global__ void add_up(const int* values, int count, int* sum) {
  __shared__ int part;
  if (threadIdx.x == 0) part = 0;
  __syncthreads();
  if (thread_number() < count) atomicAdd(&part, values[thread_number()]);
  __syncthreads();
  if (threadIdx.x == 0) atomicAdd(sum, part);
}

TEST(DeviceOnHost, RunsEveryThreadOfEveryBlockBetweenBarriers) {
  std::vector<int> values(1000);
  std::iota(values.begin(), values.end(), 1);
  for (int round = 0; round < 2; ++round) {
    int sum = 0;
    ASSERT_EQ(launch(add_up, {blocks_for(1000, 128), 128}, nullptr, values.data(), 1000, &sum), cudaSuccess);
    EXPECT_EQ(sum, 500500);
  }
}

/// Each thread reads what its neighbour has written, without a barrier in between.
__global__ void pass_on_carelessly(int* out) {
  auto* box = shared_memory<int>();
  box[threadIdx.x] = static_cast<int>(threadIdx.x);
  out[threadIdx.x] = box[threadIdx.x ^ 1U];
}

TEST(DeviceOnHost, ShowsAMissingBarrierInOneOfTwoLaunches) {
  int wrong = 0;
  for (int round = 0; round < 2; ++round) {
    std::vector<int> out(64);
    ASSERT_EQ(launch(pass_on_carelessly, {1, 64, 64 * sizeof(int)}, nullptr, out.data()), cudaSuccess);
    if (out[1] != 0) ++wrong;
  }
  EXPECT_EQ(wrong, 1);
}

__global__ void part_ways() {
  if (threadIdx.x == 3) return;
  __syncthreads();
}

TEST(DeviceOnHostDeathTest, StopsWhenThreadsOfABlockPartAtABarrier) {
  EXPECT_DEATH(launch(part_ways, {1, 8}, nullptr), "wait at a barrier");
}

__global__ void write_shared(int at) { shared_memory<std::uint8_t>()[at] = 1; }

TEST(DeviceOnHost, RefusesLaunchesThatNoDeviceTakes) {
  EXPECT_NE(launch(write_shared, {0, 1, 1}, nullptr, 0), cudaSuccess);
  EXPECT_NE(launch(write_shared, {1, 1025, 1}, nullptr, 0), cudaSuccess);
  EXPECT_NE(launch(write_shared, {1, 1, kMaxSharedBytes + 1}, nullptr, 0), cudaSuccess);
  EXPECT_EQ(launch(write_shared, {1, 1, kMaxSharedBytes}, nullptr, 0), cudaSuccess);
}

int priority_of(CudaWorker& worker, DevicePriority priority) {
  std::uint8_t pixel = 7;
  const ImageView view{&pixel, 1, 1, 1, 1};
  const DeviceSteps steps{DevicePointTable{make_invert_table()}};
  const DeviceCompletion done{[](void*, const DeviceResult&) {}, nullptr};
  EXPECT_EQ(worker.submit(0, {&steps, view, view, done, priority, nullptr}), Status::Ok);
  return device_on_host::last_priority;
}

TEST(CudaWorkerOnHost, RunsUrgentWorkOnStreamsOfHigherPriority) {
  const auto created = CudaWorker::create({0, 1, {1000, 0, 0}});
  ASSERT_NE(created.worker, nullptr) << created.error;
  // Lower numbers are higher priorities.
  EXPECT_LT(priority_of(*created.worker, DevicePriority::Urgent),
            priority_of(*created.worker, DevicePriority::Patient));
}

/// Launches of a batch of so many pictures beside the four that take the time.
int launches_of_batch(const DeviceSteps& steps, int count) {
  const auto created = CudaWorker::create({0, 1, {30'000, 60'000, 60'000}});
  EXPECT_NE(created.worker, nullptr) << created.error;
  constexpr int kPictureBytes = 4 * 20 * 20;
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(2 * count * kPictureBytes));
  std::vector<DeviceItem> items;
  for (int i = 0; i < count; ++i) {
    std::uint8_t* const at = pixels.data() + 2 * i * kPictureBytes;
    DeviceShape made{4 + i % 3, 4, 3};
    const ImageView in{at, made.width_px, made.height_px, 3, made.width_px * 3};
    for (const DeviceStep& step : steps) made = output_shape(step, made);
    items.push_back(
        {&steps,
         in,
         {at + kPictureBytes, made.width_px, made.height_px, made.channels, made.width_px * made.channels}});
  }
  const DeviceCompletion done{[](void*, const DeviceResult&) {}, nullptr};
  const int before = device_on_host::launches;
  EXPECT_EQ(created.worker->submit_batch(0, {items.data(), items.size(), done}), Status::Ok);
  return device_on_host::launches - before - 4;
}

TEST(CudaWorkerOnHost, LaunchesABatchAsOftenAsOnePicture) {
  const DevicePointTable invert{make_invert_table()};
  const GaussianKernel narrow = make_gaussian_kernel(5, 1.0).value();
  const GaussianKernel wide = make_gaussian_kernel(63, 10.0).value();
  const StructuringElement element = make_structuring_element(ElementShape::Ellipse, 5).value();
  const DeviceSteps filters{invert,
                            DeviceVignette{make_vignette(0.9, 0.2).value()},
                            DeviceGaussian{narrow},
                            DeviceGaussian{wide},
                            DeviceBoxBlur{9},
                            DeviceNeighbourhood{NeighbourhoodKind::Sobel},
                            DeviceLog{make_log_kernel(1.4).value(), LogOutput::Signed},
                            DeviceMorphology{Morphology::Erode, element},
                            DeviceMorphology{Morphology::TopHat, element},
                            DeviceMedian{3},
                            DeviceMedian{9},
                            DeviceBilateral{make_bilateral_kernel(7, 30, 4).value()},
                            DeviceOilPainting{2},
                            DevicePixelate{3},
                            DeviceTurn{{true, false, false}},
                            DeviceCrop{{1, 1, 2, 2}},
                            DeviceResize{7, 9, Interpolation::Area},
                            DeviceResize{7, 9, Interpolation::Nearest}};
  for (const DeviceStep& filter : filters) {
    SCOPED_TRACE(filter.index());
    EXPECT_EQ(launches_of_batch({filter}, 5), launches_of_batch({filter}, 1));
  }
  EXPECT_EQ(launches_of_batch({invert, DeviceGaussian{narrow}, invert, DeviceMedian{3}, DeviceTurn{}}, 5), 3);
}

TEST(CudaWorkerOnHost, LaunchesOneByOneOnlyTheStepThatABatchCannotTakeTogether) {
  const DeviceGaussian blur{make_gaussian_kernel(5, 1.0).value()};
  const DeviceEqualize equalize{};
  EXPECT_EQ(launches_of_batch({equalize}, 5), 5 * launches_of_batch({equalize}, 1));
  EXPECT_EQ(launches_of_batch({blur, equalize, blur}, 5), 2 + launches_of_batch({equalize}, 5));
}

/// Of one picture, beside the four that take the time.
int launches_of(const DeviceSteps& steps) {
  const auto created = CudaWorker::create({0, 1, {100'000, 300'000, 0}});
  EXPECT_NE(created.worker, nullptr) << created.error;
  DeviceShape made{70, 40, 3};
  std::vector<std::uint8_t> pixels(made.bytes());
  const ImageView in{pixels.data(), 70, 40, 3, 210};
  for (const DeviceStep& step : steps) made = output_shape(step, made);
  const ImageView out{pixels.data(), 70, 40, made.channels, 70 * made.channels};
  const DeviceCompletion done{[](void*, const DeviceResult&) {}, nullptr};
  const int before = device_on_host::launches;
  EXPECT_EQ(created.worker->submit(0, {&steps, in, out, done}), Status::Ok);
  return device_on_host::launches - before - 4;
}

DeviceGaussian gaussian_of(int size) {
  return {make_gaussian_kernel(size, 0.3 * size).value(), Border::Reflect};
}

TEST(CudaWorkerOnHost, FusesFiltersOfSinglePixelsIntoTheirNeighbours) {
  const DevicePointTable invert{make_invert_table()};
  const DeviceGrayscale gray{GrayscaleAlgorithm::Bt601};
  const DeviceNeighbourhood sobel{NeighbourhoodKind::Sobel};
  const DeviceMorphology erode{Morphology::Erode,
                               make_structuring_element(ElementShape::Rectangle, 5).value()};
  const DeviceCanny canny{make_canny_thresholds(GradientNorm::L1, 100, 400).value()};
  EXPECT_EQ(launches_of({gaussian_of(5), gray, invert}), 1);
  EXPECT_EQ(launches_of({gray, gaussian_of(5), invert}), 1);
  EXPECT_EQ(launches_of({invert, sobel, invert, sobel}), 2);
  EXPECT_EQ(launches_of({DeviceBoxBlur{31}, gray}), launches_of({DeviceBoxBlur{31}}));
  EXPECT_EQ(launches_of({erode, gray, invert}), 1);
  EXPECT_EQ(launches_of({gray, canny}), launches_of({gray, gaussian_of(3), canny}) - 1);
}

TEST(CudaWorkerOnHost, FusesNothingBeforeAFilterThatWouldRepeatItTooOften) {
  const DevicePointTable invert{make_invert_table()};
  EXPECT_EQ(launches_of({invert, gaussian_of(9)}), 1);
  EXPECT_EQ(launches_of({invert, gaussian_of(11)}), 2);
}

/// Of the same job, by its name, for so many times: kernels and graphs that were launched in all.
struct Launches {
  int kernels;
  int graphs;
};
Launches launches_by_name(CudaWorker& worker, int times) {
  std::vector<std::uint8_t> pixels(30, 100);
  const ImageView view{pixels.data(), 5, 2, 3, 15};
  const DeviceSteps steps{DevicePointTable{make_invert_table()}};
  const DeviceCompletion done{[](void*, const DeviceResult&) {}, nullptr};
  const Launches before{device_on_host::launches, device_on_host::graph_launches};
  for (int i = 0; i < times; ++i) {
    DeviceJob job{&steps, view, view, done};
    job.work = {1};
    EXPECT_EQ(worker.submit(0, job), Status::Ok);
    EXPECT_EQ(pixels[0], i % 2 == 0 ? 155 : 100);
  }
  return {device_on_host::launches - before.kernels, device_on_host::graph_launches - before.graphs};
}

TEST(CudaWorkerOnHost, LaunchesAGraphForWorkThatComesAgain) {
  const auto created = CudaWorker::create({0, 1, {100, 0, 0}});
  ASSERT_NE(created.worker, nullptr) << created.error;
  EXPECT_EQ(launches_by_name(*created.worker, 5).graphs, 4);
}

TEST(CudaWorkerOnHost, LaunchesDirectlyWhatCannotBeCaptured) {
  const auto created = CudaWorker::create({0, 1, {100, 0, 0}});
  ASSERT_NE(created.worker, nullptr) << created.error;
  device_on_host::captures = false;
  const Launches launched = launches_by_name(*created.worker, 5);
  device_on_host::captures = true;
  EXPECT_EQ(launched.graphs, 0);
  EXPECT_EQ(launched.kernels % 5, 0);
  EXPECT_EQ(created.worker->graph_counts().refused, 1u);
  EXPECT_EQ(created.worker->graph_counts().direct, 4u);
}

TEST(CudaWorkerOnHost, SaysWhyThereAreNoDevices) {
  device_on_host::driver_error = cudaErrorInsufficientDriver;
  EXPECT_TRUE(cuda_devices().empty());
  EXPECT_EQ(why_no_cuda_devices(), "the driver is too old");
  device_on_host::driver_error = cudaSuccess;
  EXPECT_EQ(cuda_devices().size(), 1u);
}

/// Leaves memory for so many allocations while it lives.
class ScarceMemory {
 public:
  explicit ScarceMemory(int allocations) { device_on_host::allocations_left = allocations; }
  ~ScarceMemory() { device_on_host::allocations_left = -1; }
};

constexpr int kForTables = 2;
constexpr int kForSlot = 7;
constexpr CudaWorkerOptions kFourSlots{0, 4, {1000, 1000, 1000}};

TEST(CudaWorkerOnHost, KeepsTheSlotsThatFitIntoMemory) {
  const ScarceMemory memory(kForTables + 2 * kForSlot + 3);
  const auto created = CudaWorker::create(kFourSlots);
  ASSERT_NE(created.worker, nullptr) << created.error;
  EXPECT_EQ(created.worker->slots(), 2);
  EXPECT_EQ(created.worker->submit(2, {}), Status::BadParameter);
}

TEST(CudaWorkerOnHost, SaysHowLargePicturesMayBe) {
  const auto created = CudaWorker::create({0, 1, {kDeviceMaxBytes + 1, 0, 0}});
  EXPECT_EQ(created.worker, nullptr);
  EXPECT_EQ(created.error, "a slot of 2146435073 bytes: a device takes pictures of 2146435072 at most");
}

TEST(CudaWorkerOnHost, SaysWhyWhenNotEvenOneSlotFits) {
  const ScarceMemory memory(kForTables + kForSlot - 1);
  const auto created = CudaWorker::create(kFourSlots);
  EXPECT_EQ(created.worker, nullptr);
  EXPECT_NE(created.error.find("out of memory"), std::string::npos) << created.error;
}

}  // namespace
}  // namespace framewright::kernels
