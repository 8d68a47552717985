// How device code is launched and finds its shared memory. The same source is compiled by nvcc for the
// device, and by a C++ compiler for the host, where tests put a stand-in for CUDA's header in its place.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

#ifdef __CUDACC__
#define FW_UNROLL _Pragma("unroll")
#define FW_NO_UNROLL _Pragma("unroll 1")
#else
#define FW_UNROLL
#define FW_NO_UNROLL
#endif

namespace framewright::kernels {

struct Grid {
  dim3 blocks;
  dim3 threads;
  std::size_t shared_bytes = 0;  ///< what shared_memory() gives to a block
};

/// Shared memory beyond which a kernel has to ask for more than every device gives.
inline constexpr std::size_t kMaxSharedBytes = std::size_t{48} << 10;

/// Blocks of `size` that cover `count` items.
inline unsigned blocks_for(std::size_t count, std::size_t size) {
  return static_cast<unsigned>((count + size - 1) / size);
}

/// What a launch may have of arguments; more than that asks for a driver of CUDA 12.1.
inline constexpr std::size_t kMaxArgumentBytes = 4096;

template <typename... Parameters, typename... Arguments>
cudaError_t launch(void (*kernel)(Parameters...), const Grid& grid, cudaStream_t stream,
                   const Arguments&... arguments) {
  static_assert((std::size_t{0} + ... + sizeof(Parameters)) <= kMaxArgumentBytes);
#ifdef __CUDACC__
  kernel<<<grid.blocks, grid.threads, grid.shared_bytes, stream>>>(arguments...);
  return cudaGetLastError();
#else
  return device_on_host::run({grid.blocks, grid.threads, grid.shared_bytes, stream},
                             [=] { kernel(arguments...); });
#endif
}

/// The launch's shared_bytes, aligned for every type.
template <typename T>
__device__ T* shared_memory() {
#ifdef __CUDACC__
  extern __shared__ uint4 shared_words[];
  return reinterpret_cast<T*>(shared_words);
#else
  return reinterpret_cast<T*>(device_on_host::dynamic_shared());
#endif
}

/// Nanoseconds by a clock of the device.
__device__ inline std::uint64_t device_clock_ns() {
#ifdef __CUDACC__
  std::uint64_t now;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(now));
  return now;
#else
  return device_on_host::clock_ns();
#endif
}

/// The number of this thread among those of the launch, which has one dimension.
__device__ inline int thread_number() { return static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); }

}  // namespace framewright::kernels
