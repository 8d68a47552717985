// Memory and streams of a device that go when they are not needed any more, and errors that are thrown.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace framewright::kernels {

inline void require(cudaError_t error, const char* what) {
  if (error != cudaSuccess) throw std::runtime_error(std::string(what) + ": " + cudaGetErrorString(error));
}

/// Of the device, or pinned memory of the host.
template <cudaError_t (*kFree)(void*)>
struct FreeBytes {
  void operator()(std::uint8_t* bytes) const { static_cast<void>(kFree(bytes)); }
};
using DeviceBytes = std::unique_ptr<std::uint8_t, FreeBytes<cudaFree>>;
using PinnedBytes = std::unique_ptr<std::uint8_t, FreeBytes<cudaFreeHost>>;

/// Of at least one byte.
inline DeviceBytes device_memory(std::size_t bytes) {
  std::uint8_t* made = nullptr;
  require(cudaMalloc(&made, bytes > 0 ? bytes : 1), "memory of the device");
  return DeviceBytes(made);
}
inline PinnedBytes pinned_memory(std::size_t bytes) {
  std::uint8_t* made = nullptr;
  require(cudaMallocHost(&made, bytes > 0 ? bytes : 1), "pinned memory");
  return PinnedBytes(made);
}

class DeviceStream {
 public:
  DeviceStream() { require(cudaStreamCreateWithPriority(&stream_, cudaStreamNonBlocking, 0), "a stream"); }
  DeviceStream(DeviceStream&& other) noexcept : stream_(std::exchange(other.stream_, nullptr)) {}
  ~DeviceStream() {
    if (stream_ != nullptr) static_cast<void>(cudaStreamDestroy(stream_));
  }
  cudaStream_t get() const { return stream_; }
  void wait() const { require(cudaStreamSynchronize(stream_), "work of a stream"); }

 private:
  cudaStream_t stream_ = nullptr;
};

}  // namespace framewright::kernels
