#include "kernels/jpeg_scan.hpp"

#include "kernels/jpeg_math.hpp"

namespace framewright::kernels {

/// The coefficients, where each block begins, where each group of them begins, and where the last ends.
std::size_t jpeg_scratch_bytes(const DeviceShape& picture) {
  const JpegLayout layout(picture);
  return static_cast<std::size_t>(layout.blocks()) * (sizeof(JpegBlock) + sizeof(std::uint32_t)) +
         static_cast<std::size_t>(layout.groups() + 1) * sizeof(std::uint64_t);
}

bool fits_jpeg(const DeviceShape& picture, const DeviceLimits& limits) {
  return picture.bytes() <= limits.frame_bytes && jpeg_scratch_bytes(picture) <= limits.scratch_bytes;
}

}  // namespace framewright::kernels
