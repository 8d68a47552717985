#include "bench/device/rotation.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "bench/device/device_memory.cuh"
#include "kernels/cuda_graph.cuh"
#include "kernels/cuda_steps.cuh"
#include "kernels/cuda_tables.cuh"
#include "kernels/device_staging.hpp"

namespace framewright::kernels {
namespace {

/// With what is made of them they take four times of what the cache holds.
std::size_t pictures_beyond_cache(int device_index, std::size_t bytes) {
  int cache_bytes = 0;
  require(cudaDeviceGetAttribute(&cache_bytes, cudaDevAttrL2CacheSize, device_index), "the cache");
  return std::max<std::size_t>(4, 2 * static_cast<std::size_t>(cache_bytes) / bytes + 1);
}

}  // namespace

struct Rotation::Impl {
  Impl(const DeviceShape& given, int given_repetitions, double given_seconds)
      : shape(given), repetitions(given_repetitions), seconds(given_seconds) {}

  template <typename Enqueue>
  double time_round(Enqueue enqueue);
  double time_launches(const CudaGraph& graph, int launches) const;

  // Given.
  DeviceShape shape;
  int repetitions;
  double seconds;
  // Owned.
  DeviceStream stream;
  TablesOnDevice tables;
  ResizeTables resize_tables;
  std::vector<DeviceBytes> in;
  std::vector<DeviceBytes> out;
};

Rotation::Rotation(int device_index, const DeviceShape& shape, int repetitions, double seconds) {
  require(cudaSetDevice(device_index), "the device");
  impl_ = std::make_unique<Impl>(shape, repetitions, seconds);
  require(impl_->tables.create(), "tables");
  const std::size_t bytes = device_bytes(shape.bytes());
  const std::size_t count = pictures_beyond_cache(device_index, bytes);
  // Values of all kinds, as they come from a camera, and not one that every table has in one place.
  PinnedBytes values = pinned_memory(bytes);
  std::uint32_t random = 1;
  for (std::size_t i = 0; i < bytes; ++i) {
    random = random * 1664525 + 1013904223;
    values.get()[i] = static_cast<std::uint8_t>(random >> 24);
  }
  for (std::size_t i = 0; i < count; ++i) {
    impl_->in.push_back(device_memory(bytes));
    impl_->out.push_back(device_memory(bytes));
    require(cudaMemcpy(impl_->in.back().get(), values.get(), bytes, cudaMemcpyHostToDevice), "a copy");
  }
}

Rotation::~Rotation() = default;

double Rotation::Impl::time_launches(const CudaGraph& graph, int launches) const {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < launches; ++i) require(graph.launch(stream.get()), "a graph");
  stream.wait();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// enqueue(i) puts the work of the i-th picture on the stream.
template <typename Enqueue>
double Rotation::Impl::time_round(Enqueue enqueue) {
  CudaGraph graph;
  const auto enqueue_round = [&] {
    cudaError_t error = cudaSuccess;
    for (std::size_t i = 0; i < in.size() && error == cudaSuccess; ++i) error = enqueue(i);
    return error;
  };
  require(graph.capture(stream.get(), enqueue_round), "a graph");
  time_launches(graph, 1);
  const int launches = 1 + static_cast<int>(seconds / time_launches(graph, 1));
  std::vector<double> times;
  for (int i = 0; i < repetitions; ++i) times.push_back(time_launches(graph, launches));
  const auto middle = times.begin() + repetitions / 2;
  std::nth_element(times.begin(), middle, times.end());
  return *middle / (launches * static_cast<double>(in.size()));
}

double Rotation::seconds_of(const DeviceSteps& steps) {
  const DeviceLimits limits{impl_->shape.bytes(), ~std::size_t{0}, ~std::size_t{0}};
  DeviceShape made;
  if (check_device_steps(steps, impl_->shape, limits, made) != Status::Ok) {
    throw std::runtime_error("steps that do not fit their picture");
  }
  std::size_t scratch_bytes = 0;
  DeviceShape shape = impl_->shape;
  for (const DeviceStep& step : steps) {
    scratch_bytes = std::max(scratch_bytes, device_scratch_bytes(step, shape));
    shape = output_shape(step, shape);
  }
  const DeviceBytes scratch = device_memory(scratch_bytes);
  const PinnedBytes staging = pinned_memory(device_staging_of_all(steps, impl_->shape));
  auto* const staged = reinterpret_cast<std::byte*>(staging.get());
  write_staging(steps, impl_->shape, impl_->resize_tables, staged);
  return impl_->time_round([&](std::size_t i) {
    const std::byte* left = staged;
    const DeviceWorkspace work{impl_->stream.get(), impl_->tables.get(),
                               reinterpret_cast<std::byte*>(scratch.get()), &left};
    DevicePictures picture(
        {impl_->in[i].get(), impl_->shape.width_px, impl_->shape.height_px, impl_->shape.channels});
    std::uint8_t* const beside = impl_->out[(i + 1) % impl_->out.size()].get();
    const DeviceSteps* const list = &steps;
    return enqueue_steps(&list, {impl_->out[i].get(), beside}, work, picture);
  });
}

double Rotation::seconds_of_copy() {
  return impl_->time_round([&](std::size_t i) {
    return cudaMemcpyAsync(impl_->out[i].get(), impl_->in[i].get(), impl_->shape.bytes(),
                           cudaMemcpyDeviceToDevice, impl_->stream.get());
  });
}

}  // namespace framewright::kernels
