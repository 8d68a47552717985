// What was enqueued once, to be launched by one call as often as it is wanted.
#pragma once

#include <utility>

#include "kernels/cuda_launch.cuh"

namespace framewright::kernels {

class CudaGraph {
 public:
  CudaGraph() = default;
  CudaGraph(CudaGraph&& other) noexcept : exec_(std::exchange(other.exec_, nullptr)) {}
  CudaGraph& operator=(CudaGraph&& other) noexcept {
    std::swap(exec_, other.exec_);
    return *this;
  }
  ~CudaGraph() {
    // After a failure of the device this reports it again; there is nobody left to tell.
    if (exec_ != nullptr) static_cast<void>(cudaGraphExecDestroy(exec_));
  }

  /// Makes a graph of what enqueue() puts on the stream, none of which runs. Allocates. After an error the
  /// stream is as it was, and the error is not left for the launches that follow.
  template <typename Enqueue>
  cudaError_t capture(cudaStream_t stream, Enqueue enqueue) {
    cudaError_t error = cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal);
    if (error == cudaSuccess) {
      const cudaError_t enqueued = enqueue();
      cudaGraph_t graph = nullptr;
      error = cudaStreamEndCapture(stream, &graph);
      if (error == cudaSuccess) error = enqueued;
      if (error == cudaSuccess) error = cudaGraphInstantiateWithFlags(&exec_, graph, 0);
      if (graph != nullptr) static_cast<void>(cudaGraphDestroy(graph));
    }
    if (error != cudaSuccess) static_cast<void>(cudaGetLastError());
    return error;
  }

  cudaError_t launch(cudaStream_t stream) const { return cudaGraphLaunch(exec_, stream); }

 private:
  cudaGraphExec_t exec_ = nullptr;
};

}  // namespace framewright::kernels
