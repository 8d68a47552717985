// What steps read of pinned memory, written before they are enqueued: launches that are kept as a graph come
// again, and what they read must be there again.
#pragma once

#include <cstddef>

#include "kernels/device_batch.hpp"
#include "kernels/device_step.hpp"
#include "kernels/resize_device.hpp"

namespace framewright::kernels {

/// Writes for one step after the other device_staging_bytes(), of pictures that run_together() for one
/// picture after the other each time, and returns where that ends.
std::byte* write_staging(const BatchSteps& batch, ResizeTables& tables, std::byte* to);
std::byte* write_staging(const DeviceSteps& steps, const DeviceShape& in, ResizeTables& tables,
                         std::byte* to);

}  // namespace framewright::kernels
