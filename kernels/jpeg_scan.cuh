// Coding a picture as the scan of a JPEG on the device.
#pragma once

#include "kernels/cuda_steps.cuh"
#include "kernels/jpeg_scan.hpp"

namespace framewright::kernels {

/// Where the bits go; each has the room of the picture.
struct JpegDelivery {
  std::uint8_t* bits;          ///< in device memory, apart from the picture
  std::uint8_t* pinned;        ///< of the host: the bits, or the pixels where these are no more
  std::uint64_t* pinned_bits;  ///< of the host: how many there are; 0 where `pinned` has the pixels
};

/// Enqueues the coding of a picture that fits_jpeg().
cudaError_t enqueue_jpeg(const DevicePicture& picture, const JpegTables& tables, const JpegDelivery& to,
                         const DeviceWorkspace& work);

/// And, behind it, the copy to the host of as much as there is.
cudaError_t enqueue_jpeg_delivery(const DevicePicture& picture, const JpegDelivery& to,
                                  const DeviceWorkspace& work);

}  // namespace framewright::kernels
