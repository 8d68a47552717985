// Sums over the threads of a block of 256, one for each value of a histogram.
#pragma once

#include "kernels/cuda_launch.cuh"

namespace framewright::kernels {

inline constexpr int kHistogramThreads = 256;

template <typename T>
struct BlockSum {
  T up_to;  ///< of this thread and those before it
  T of_all;
};

/// To be called by all threads of the block. Sums of sixteen, and of sixteen of those: each adds up a few
/// that are near, which takes less than the barriers of a tree would.
template <typename T>
__device__ BlockSum<T> sum_in_block(T value) {
  constexpr int kGroup = 16;
  __shared__ T values[kHistogramThreads];
  __shared__ T sums[kHistogramThreads / kGroup];
  const auto thread = static_cast<int>(threadIdx.x);
  const int group = thread / kGroup;
  values[thread] = value;
  __syncthreads();
  BlockSum<T> sum{};
  for (int i = group * kGroup; i <= thread; ++i) sum.up_to += values[i];
  if (thread % kGroup == kGroup - 1) sums[group] = sum.up_to;
  __syncthreads();
  for (int i = 0; i < kHistogramThreads / kGroup; ++i) {
    if (i < group) sum.up_to += sums[i];
    sum.of_all += sums[i];
  }
  return sum;
}

}  // namespace framewright::kernels
