// The build has no CUDA: the same interface, and no devices.
#include "kernels/cuda_device.hpp"

namespace framewright::kernels {

struct CudaWorker::Impl {};

std::vector<CudaDeviceDescription> cuda_devices() { return {}; }
Status reset_cuda_device(int) { return Status::LaunchFailed; }
std::string why_no_cuda_devices() { return "this build has no CUDA"; }

CudaWorker::Created CudaWorker::create(const CudaWorkerOptions&) {
  return {nullptr, "this build has no CUDA"};
}

CudaWorker::CudaWorker(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CudaWorker::~CudaWorker() = default;

int CudaWorker::slots() const { return 0; }
Status CudaWorker::submit(int, const DeviceJob&) { return Status::LaunchFailed; }
Status CudaWorker::submit_batch(int, const DeviceBatch&) { return Status::LaunchFailed; }
GraphCounts CudaWorker::graph_counts() const { return {}; }
Status CudaWorker::fail_lost_frames() { return Status::LaunchFailed; }

}  // namespace framewright::kernels
