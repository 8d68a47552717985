// Tables that every step of a device reads, copied there once.
#pragma once

#include "kernels/cuda_steps.cuh"

namespace framewright::kernels {

class TablesOnDevice {
 public:
  TablesOnDevice() = default;
  TablesOnDevice(const TablesOnDevice&) = delete;
  TablesOnDevice& operator=(const TablesOnDevice&) = delete;
  ~TablesOnDevice() {
    static_cast<void>(cudaFree(tables_.to_lab));
    static_cast<void>(cudaFree(tables_.from_lab));
  }

  cudaError_t create() {
    const cudaError_t error = copy(to_lab_tables(), tables_.to_lab);
    return error == cudaSuccess ? copy(from_lab_tables(), tables_.from_lab) : error;
  }
  const DeviceTables& get() const { return tables_; }

 private:
  template <typename Table>
  static cudaError_t copy(const Table& from, Table*& to) {
    const cudaError_t error = cudaMalloc(&to, sizeof(Table));
    return error == cudaSuccess ? cudaMemcpy(to, &from, sizeof(Table), cudaMemcpyHostToDevice) : error;
  }

  DeviceTables tables_;
};

}  // namespace framewright::kernels
