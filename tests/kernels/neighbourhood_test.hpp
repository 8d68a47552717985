// Comparing filters that need scratch with their references.
#pragma once

#include <gtest/gtest.h>

#include "tests/kernels/test_pictures.hpp"

namespace framewright::kernels {

/// As expect_same_bytes, with scratch of exactly `scratch_bytes(width_px, channels)` for `kernel(in, out,
/// scratch)`.
template <typename Kernel, typename Reference, typename ScratchBytes>
void expect_same_bytes_with_scratch(Kernel kernel, Reference reference, ScratchBytes scratch_bytes) {
  expect_same_bytes(
      [&](ConstImageView in, ImageView out) {
        TestScratch scratch(scratch_bytes(in.width_px, in.channels));
        const Status status = kernel(in, out, scratch.get());
        EXPECT_TRUE(scratch.guard_is_whole());
        return status;
      },
      reference);
}

}  // namespace framewright::kernels
