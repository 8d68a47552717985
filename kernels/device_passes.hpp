// Which filters a device makes in one pass by tiles. Others go over the picture twice and need scratch.
#pragma once

#include "kernels/device_step.hpp"

namespace framewright::kernels {

/// Whether a tile with its surroundings fits into shared memory.
inline bool blurs_in_one_pass(const GaussianKernel& kernel) {
  return kernel.spacing_px == 1 && kernel.taps <= 15;
}

/// Whether sums of a row fit 16 bits, too. What is divided by one has no reciprocal of 32 bits.
inline bool averages_in_one_pass(const DeviceBoxBlur& step) {
  return step.kernel_size_px > 1 && step.kernel_size_px <= 15;
}

}  // namespace framewright::kernels
