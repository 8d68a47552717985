// Parts of one picture, made by one call each, are together what one call makes of the whole.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "kernels/apply_table.hpp"
#include "kernels/gaussian_blur.hpp"
#include "kernels/resize.hpp"
#include "kernels/sobel.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

using Kernel = std::function<Status(const ConstImageView& in, const OutputRows& out)>;

/// Two rows, one row, none and the rest, from the bottom up, so that no part finds what another has left.
Status run_in_parts(const Kernel& kernel, const ConstImageView& in, const ImageView& out) {
  const int ends[] = {out.height_px, 3, 3, 2, 0};
  for (std::size_t i = 0; i + 1 < std::size(ends); ++i) {
    const int end = std::min(ends[i], out.height_px);
    const Status status = kernel(in, {out, std::min(ends[i + 1], end), end});
    if (status != Status::Ok) return status;
  }
  return Status::Ok;
}

void expect_parts_to_join(const Kernel& kernel, Shape in_shape, Shape out_shape) {
  SCOPED_TRACE(describe(in_shape) + " to " + describe(out_shape));
  TestPicture in = TestPicture::noise(in_shape, {7, 3});
  for_each_simd_target([&] {
    TestPicture whole(out_shape);
    TestPicture parts(out_shape);
    ASSERT_EQ(kernel(in.view(), whole.view()), Status::Ok);
    ASSERT_EQ(run_in_parts(kernel, in.view(), parts.view()), Status::Ok);
    ASSERT_EQ(parts.values(), whole.values());
  });
}

void expect_parts_to_join(const Kernel& kernel) {
  for (const Shape& shape : odd_shapes()) expect_parts_to_join(kernel, shape, shape);
}

TEST(OutputRows, OfAGaussianJoin) {
  for (const auto& [size, sigma] : {std::pair{5, 1.0}, {15, 2.6}, {101, 16.0}, {255, 50.0}}) {
    const GaussianKernel kernel = make_gaussian_kernel(size, sigma).value();
    for (const Border border : {Border::Reflect, Border::Wrap}) {
      expect_parts_to_join([&](const ConstImageView& in, const OutputRows& out) {
        TestScratch scratch(gaussian_blur_scratch_bytes(in.width_px, in.channels, kernel));
        const Status status = gaussian_blur(in, kernel, border, out, scratch.get());
        EXPECT_TRUE(scratch.guard_is_whole());
        return status;
      });
    }
  }
}

TEST(OutputRows, OfSobelJoin) {
  expect_parts_to_join([](const ConstImageView& in, const OutputRows& out) {
    TestScratch scratch(sobel_scratch_bytes(in.width_px, in.channels));
    return sobel(in, out, scratch.get());
  });
}

TEST(OutputRows, OfEveryWayToResizeJoin) {
  const std::pair<Shape, Shape> shapes[] = {{{66, 40, 3}, {44, 27, 3}},
                                            {{40, 40, 1}, {20, 20, 1}},
                                            {{300, 200, 4}, {7, 5, 4}},
                                            {{9, 9, 3}, {41, 37, 3}}};
  for (const auto& [in_shape, out_shape] : shapes) {
    for (const auto way :
         {Interpolation::Area, Interpolation::Bilinear, Interpolation::Nearest, Interpolation::Lanczos}) {
      expect_parts_to_join(
          [&](const ConstImageView& in, const OutputRows& out) {
            TestScratch scratch(resize_scratch_bytes(in, out.picture, way));
            return resize(in, way, out, scratch.get());
          },
          in_shape, out_shape);
    }
  }
}

TEST(OutputRows, OfPixelsAreViews) {
  const PointTable table = make_gamma_table(2.2).value();
  expect_parts_to_join([&](const ConstImageView& in, const OutputRows& out) {
    const int rows = out.end - out.first;
    if (rows == 0) return Status::Ok;
    return apply_table(rows_of(in, out.first, rows), table, rows_of(out.picture, out.first, rows));
  });
}

TEST(OutputRows, OutsideThePictureAreRefused) {
  TestPicture in({4, 4, 1}), out({4, 4, 1});
  TestScratch scratch(1 << 16);
  for (const auto& [first, end] : {std::pair{-1, 2}, {0, 5}, {3, 2}}) {
    const OutputRows rows(out.view(), first, end);
    EXPECT_EQ(sobel(in.view(), rows, scratch.get()), Status::BadShape);
    EXPECT_EQ(resize(in.view(), Interpolation::Area, rows, scratch.get()), Status::BadShape);
    EXPECT_EQ(gaussian_blur(in.view(), *make_gaussian_kernel(3, 1), Border::Reflect, rows, scratch.get()),
              Status::BadShape);
  }
}

}  // namespace
}  // namespace framewright::kernels
