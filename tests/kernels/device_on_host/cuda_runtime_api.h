// Stands in for CUDA's header where device code is compiled as C++ for the host, so that a machine without a card
// runs the same kernels: block by block, the threads of a block one at a time between its barriers. What it
// proves is arithmetic, indices, bounds (under ASan) and that no barrier is missing between threads of one block,
// because every second launch runs its threads and blocks backwards. It proves nothing about speed, memory
// order, or how compilers for devices see the code.
//
// Memory    device memory is the heap's, filled with a pattern; dynamic shared memory is as large as was asked
//           for, new and filled for every block.
// Threads   a launch runs on the calling thread and has ended when it returns, so streams are always idle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <utility>
#include <vector>

#define __global__
#define __device__
#define __host__
#define __constant__ static
#define __shared__ static
#define __launch_bounds__(...)
#define CUDART_CB

struct dim3 {
  unsigned x = 1;
  unsigned y = 1;
  unsigned z = 1;

  constexpr dim3(unsigned x_size = 1, unsigned y_size = 1, unsigned z_size = 1)
      : x(x_size), y(y_size), z(z_size) {}
};

struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};

// Of the thread that runs.
extern dim3 threadIdx;
extern dim3 blockIdx;
extern dim3 blockDim;
extern dim3 gridDim;

enum cudaError_t {
  cudaSuccess,
  cudaErrorInvalidValue,
  cudaErrorMemoryAllocation,
  cudaErrorNotReady,
  cudaErrorInsufficientDriver,
  cudaErrorIllegalAddress
};
namespace device_on_host {
/// What a stream was given while it was captured.
using Recording = std::vector<std::function<cudaError_t()>>;
}  // namespace device_on_host
struct CUstream_st {
  int priority;
  device_on_host::Recording* recording = nullptr;  ///< of a stream that is captured
};
using cudaStream_t = CUstream_st*;

namespace device_on_host {

struct Launch {
  dim3 blocks;
  dim3 threads;
  std::size_t shared_bytes;
  cudaStream_t stream;
};

/// Runs `thread` for every thread of the launch, or keeps it for later where the stream is captured. Stops the
/// process when a block's threads do not all come to the same barrier.
cudaError_t run(const Launch& launch, const std::function<void()>& thread);
/// Whether the device has failed: it takes work and never does it, and says so where it is asked, until it is
/// reset.
extern bool has_failed;
/// Runs the work of a stream, or keeps it for later where the stream is captured.
inline cudaError_t enqueue(cudaStream_t stream, std::function<cudaError_t()> work) {
  if (stream == nullptr || stream->recording == nullptr) return has_failed ? cudaSuccess : work();
  stream->recording->push_back(std::move(work));
  return cudaSuccess;
}
std::byte* dynamic_shared();
std::uint64_t clock_ns();
void* allocate(std::size_t bytes);
/// How many allocations succeed before memory is used up; negative for any number.
extern int allocations_left;
/// What asking for devices gives.
extern cudaError_t driver_error;
/// Of the stream that the last launch went to.
extern int last_priority;
/// Since the start of the process: of kernels, and of graphs.
extern int launches;
extern int graph_launches;
/// Whether streams can be captured.
extern bool captures;

}  // namespace device_on_host

void __syncthreads();

// Threads take turns at barriers only, so that every operation is whole.
template <typename T>
T atomicAdd(T* at, T value) {
  const T old = *at;
  *at += value;
  return old;
}
template <typename T>
T atomicMin(T* at, T value) {
  const T old = *at;
  if (value < old) *at = value;
  return old;
}
template <typename T>
T atomicOr(T* at, T value) {
  const T old = *at;
  *at |= value;
  return old;
}

// The runtime: one device with one stream, which has always just finished.
enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice };
constexpr unsigned cudaStreamNonBlocking = 1;

struct cudaDeviceProp {
  char name[256];
  std::size_t totalGlobalMem;
  int major;
  int minor;
};

inline const char* cudaGetErrorString(cudaError_t error) {
  if (error == cudaErrorMemoryAllocation) return "out of memory";
  return error == cudaErrorInsufficientDriver ? "the driver is too old" : "an error of the stand-in";
}
inline cudaError_t cudaGetLastError() { return cudaSuccess; }
inline cudaError_t cudaGetDeviceCount(int* count) {
  *count = 1;
  return device_on_host::driver_error;
}
inline cudaError_t cudaSetDevice(int index) { return index == 0 ? cudaSuccess : cudaErrorInvalidValue; }
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  *properties = {"the host", std::size_t{1} << 30, 7, 5};
  return cudaSuccess;
}
enum cudaDeviceAttr { cudaDevAttrL2CacheSize };
/// A cache so small that few pictures are more than it holds.
inline cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr, int) {
  *value = 1 << 10;
  return cudaSuccess;
}
inline cudaError_t cudaDeviceGetStreamPriorityRange(int* least, int* greatest) {
  *least = 0;
  *greatest = -5;
  return cudaSuccess;
}
inline cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned, int priority) {
  *stream = new CUstream_st{priority, nullptr};
  return cudaSuccess;
}
inline cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  delete stream;
  return cudaSuccess;
}
inline cudaError_t cudaStreamQuery(cudaStream_t) {
  return device_on_host::has_failed ? cudaErrorIllegalAddress : cudaSuccess;
}
inline cudaError_t cudaStreamSynchronize(cudaStream_t stream) { return cudaStreamQuery(stream); }
inline cudaError_t cudaDeviceReset() {
  device_on_host::has_failed = false;
  return cudaSuccess;
}
template <typename T>
cudaError_t cudaMalloc(T** pointer, std::size_t bytes) {
  if (device_on_host::has_failed) return cudaErrorIllegalAddress;
  *pointer = static_cast<T*>(device_on_host::allocate(bytes));
  return *pointer == nullptr ? cudaErrorMemoryAllocation : cudaSuccess;
}
template <typename T>
cudaError_t cudaMallocHost(T** pointer, std::size_t bytes) {
  return cudaMalloc(pointer, bytes);
}
inline cudaError_t cudaFree(void* pointer) {
  std::free(pointer);
  return cudaSuccess;
}
inline cudaError_t cudaFreeHost(void* pointer) { return cudaFree(pointer); }
inline cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind) {
  std::memcpy(to, from, bytes);
  return cudaSuccess;
}
inline cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind,
                                   cudaStream_t stream) {
  return device_on_host::enqueue(stream, [=] {
    std::memcpy(to, from, bytes);
    return cudaSuccess;
  });
}
inline cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t stream) {
  return device_on_host::enqueue(stream, [=] {
    std::memset(to, value, bytes);
    return cudaSuccess;
  });
}
inline cudaError_t cudaLaunchHostFunc(cudaStream_t stream, void (*function)(void*), void* context) {
  return device_on_host::enqueue(stream, [=] {
    function(context);
    return cudaSuccess;
  });
}

// Graphs: a list of work.
enum cudaStreamCaptureMode { cudaStreamCaptureModeThreadLocal };
using cudaGraph_t = device_on_host::Recording*;
using cudaGraphExec_t = device_on_host::Recording*;

inline cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  stream->recording = new device_on_host::Recording;
  return cudaSuccess;
}
inline cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  *graph = std::exchange(stream->recording, nullptr);
  return device_on_host::captures ? cudaSuccess : cudaErrorInvalidValue;
}
inline cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t* made, cudaGraph_t graph,
                                                 unsigned long long) {
  *made = new device_on_host::Recording(*graph);
  return cudaSuccess;
}
inline cudaError_t cudaGraphLaunch(cudaGraphExec_t graph, cudaStream_t stream) {
  ++device_on_host::graph_launches;
  if (device_on_host::has_failed) return cudaSuccess;
  cudaError_t error = cudaSuccess;
  for (const auto& work : *graph) error = error == cudaSuccess ? work() : error;
  device_on_host::last_priority = stream->priority;
  return error;
}
inline cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return cudaSuccess;
}
inline cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graph) {
  delete graph;
  return cudaSuccess;
}
