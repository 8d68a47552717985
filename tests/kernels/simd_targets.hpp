// Comparing kernels with their references, on every instruction set that this processor has.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>

#include <hwy/highway.h>

#include "tests/kernels/test_pictures.hpp"

namespace framewright::kernels {

/// Runs `body` once on each instruction set that this processor has and the build contains.
inline void for_each_simd_target(const std::function<void()>& body) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    SCOPED_TRACE(hwy::TargetName(target));
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
}

/// Compares a kernel with its reference over odd shapes, layouts and every SIMD target.
/// `kernel(in, out)` and `reference(in, out)` answer a Status; `out_channels(channels)` says what they make.
template <typename Kernel, typename Reference>
void expect_same_bytes(Kernel kernel, Reference reference, int (*out_channels)(int) = nullptr) {
  for (const Shape& shape : odd_shapes()) {
    const Shape out_shape{shape.width_px, shape.height_px,
                          out_channels != nullptr ? out_channels(shape.channels) : shape.channels};
    for (const Layout& layout : layouts()) {
      SCOPED_TRACE(describe(shape) + " padding " + std::to_string(layout.padding));
      TestPicture in = TestPicture::noise(shape, layout);
      TestPicture expected(out_shape);
      ASSERT_EQ(reference(in.view(), expected.view()), Status::Ok);
      for_each_simd_target([&] {
        TestPicture out(out_shape, layout);
        ASSERT_EQ(kernel(in.view(), out.view()), Status::Ok);
        ASSERT_EQ(out.values(), expected.values());
        ASSERT_TRUE(out.guard_is_whole());
      });
    }
  }
}

/// Compares a kernel run in place with its reference.
template <typename Kernel, typename Reference>
void expect_same_bytes_in_place(Kernel kernel, Reference reference) {
  for (const Shape& shape : odd_shapes()) {
    SCOPED_TRACE(describe(shape));
    TestPicture in = TestPicture::noise(shape);
    TestPicture expected(shape);
    ASSERT_EQ(reference(in.view(), expected.view()), Status::Ok);
    for_each_simd_target([&] {
      TestPicture picture = in;
      ASSERT_EQ(kernel(picture.view(), picture.view()), Status::Ok);
      ASSERT_EQ(picture.values(), expected.values());
    });
  }
}

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
