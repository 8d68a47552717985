// Parts of one picture, made by one call each, are together what one call makes of the whole.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <iterator>

#include "kernels/apply_table.hpp"
#include "kernels/box_blur.hpp"
#include "kernels/gaussian_blur.hpp"
#include "kernels/high_pass.hpp"
#include "kernels/laplacian_of_gaussian.hpp"
#include "kernels/resize.hpp"
#include "kernels/scharr.hpp"
#include "kernels/sharpen.hpp"
#include "kernels/sobel.hpp"
#include "kernels/unsharp_mask.hpp"
#include "kernels/vignette.hpp"
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

/// Of a picture that goes by in strips the other rows are not there.
void expect_others_untouched(const Kernel& kernel, const ConstImageView& in, TestPicture& whole) {
  const ImageView made = whole.view();
  const int row = made.height_px / 2;
  TestPicture one({made.width_px, made.height_px, made.channels});
  ASSERT_EQ(kernel(in, {one.view(), row, row + 1}), Status::Ok);
  TestPicture expected({made.width_px, made.height_px, made.channels});
  std::memcpy(expected.view().row(row), made.row(row),
              static_cast<std::size_t>(made.width_px * made.channels));
  ASSERT_EQ(one.values(), expected.values());
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
    expect_others_untouched(kernel, in.view(), whole);
  });
}

void expect_parts_to_join(const Kernel& kernel) {
  for (const Shape& shape : odd_shapes()) expect_parts_to_join(kernel, shape, shape);
}

TEST(OutputRows, OfSharpenScharrAndVignetteJoin) {
  const auto by = [](std::size_t (*bytes)(int, int), auto kernel) {
    expect_parts_to_join([=](const ConstImageView& in, const OutputRows& out) {
      TestScratch scratch(bytes(in.width_px, in.channels));
      const Status status = kernel(in, out, scratch.get());
      EXPECT_TRUE(scratch.guard_is_whole());
      return status;
    });
  };
  by(sharpen_scratch_bytes, [](const ConstImageView& in, const OutputRows& out, Scratch scratch) {
    return sharpen(in, make_sharpen_weight(1.5).value(), out, scratch);
  });
  by(scharr_scratch_bytes, [](const ConstImageView& in, const OutputRows& out, Scratch scratch) {
    return scharr(in, out, scratch);
  });
  by(vignette_scratch_bytes, [](const ConstImageView& in, const OutputRows& out, Scratch scratch) {
    return vignette(in, make_vignette(0.9, 0.1).value(), out, scratch);
  });
}

TEST(OutputRows, OfALaplacianJoin) {
  for (const double sigma : {0.5, 3.0}) {
    const LogKernel kernel = make_log_kernel(sigma).value();
    expect_parts_to_join([&](const ConstImageView& in, const OutputRows& out) {
      TestScratch scratch(laplacian_of_gaussian_scratch_bytes(in.width_px, in.channels, kernel));
      const Status status = laplacian_of_gaussian(in, kernel, LogOutput::Signed, out, scratch.get());
      EXPECT_TRUE(scratch.guard_is_whole());
      return status;
    });
  }
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

TEST(OutputRows, OfBoxBlursJoin) {
  for (const int size : {1, 3, 5, 15, 17, 31, 255}) {
    expect_parts_to_join([size](const ConstImageView& in, const OutputRows& out) {
      TestScratch scratch(box_blur_scratch_bytes(in.width_px, in.channels, size));
      const Status status = box_blur(in, size, out, scratch.get());
      EXPECT_TRUE(scratch.guard_is_whole());
      return status;
    });
  }
}

TEST(OutputRows, OfWhatABlurTakesAwayJoin) {
  const GaussianKernel kernel = make_gaussian_kernel(9, 2).value();
  const UnsharpWeights weights = make_unsharp_weights(1.5, 2).value();
  expect_parts_to_join([&](const ConstImageView& in, const OutputRows& out) {
    TestScratch scratch(unsharp_mask_scratch_bytes(in.width_px, in.channels, kernel));
    return unsharp_mask(in, kernel, weights, out, scratch.get());
  });
  expect_parts_to_join([&](const ConstImageView& in, const OutputRows& out) {
    TestScratch scratch(high_pass_scratch_bytes(in.width_px, in.channels, kernel));
    return high_pass(in, kernel, out, scratch.get());
  });
}

/// Rows `first` to before `end` of the answer are the same, whatever lies in rows of the input that they are
/// not made of.
void expect_no_other_rows_to_count(const Kernel& kernel, Shape in_shape, Shape out_shape,
                                   const std::function<ResizedRows(ResizedRows)>& needed) {
  SCOPED_TRACE(describe(in_shape) + " to " + describe(out_shape));
  for_each_simd_target([&] {
    TestPicture in = TestPicture::noise(in_shape, {7, 3});
    TestPicture whole(out_shape);
    ASSERT_EQ(kernel(in.view(), whole.view()), Status::Ok);
    for (int first = 0; first < out_shape.height_px; first += 3) {
      const ResizedRows made{first, std::min(first + 5, out_shape.height_px)};
      const auto [from, to] = needed(made);
      TestPicture part = TestPicture::noise(in_shape, {7, 3});
      for (int y = 0; y < in_shape.height_px; ++y) {
        if (y >= from && y < to) continue;
        std::fill_n(part.view().row(y), in_shape.width_px * in_shape.channels, std::uint8_t{170});
      }
      TestPicture out(out_shape);
      ASSERT_EQ(kernel(part.view(), {out.view(), made.first, made.end}), Status::Ok);
      for (int y = made.first; y < made.end; ++y) {
        ASSERT_TRUE(std::equal(out.view().row(y), out.view().row(y) + out_shape.width_px * out_shape.channels,
                               whole.view().row(y)))
            << "row " << y << " of " << made.first << " to " << made.end;
      }
    }
  });
}

TEST(OutputRows, OfAResizeNeedTheRowsThatItSays) {
  const std::pair<Shape, Shape> shapes[] = {{{66, 40, 3}, {44, 27, 3}},
                                            {{40, 40, 1}, {20, 20, 1}},
                                            {{30, 200, 4}, {7, 5, 4}},
                                            {{9, 9, 3}, {41, 37, 3}},
                                            {{5, 3, 1}, {5, 50, 1}}};
  for (const auto& [in_shape, out_shape] : shapes) {
    for (const auto way :
         {Interpolation::Area, Interpolation::Bilinear, Interpolation::Nearest, Interpolation::Lanczos}) {
      expect_no_other_rows_to_count(
          [&](const ConstImageView& in, const OutputRows& out) {
            TestScratch scratch(resize_scratch_bytes(in, out.picture, way));
            return resize(in, way, out, scratch.get());
          },
          in_shape, out_shape,
          [&, in_px = in_shape.height_px, out_px = out_shape.height_px](ResizedRows made) {
            return rows_to_resize(way, in_px, out_px, made);
          });
    }
  }
}

TEST(OutputRows, OfABoxBlurNeedHalfASquareAndOneMore) {
  for (const int size : {3, 5, 15, 17, 31}) {
    const Shape shape{21, 60, 3};
    expect_no_other_rows_to_count(
        [size](const ConstImageView& in, const OutputRows& out) {
          TestScratch scratch(box_blur_scratch_bytes(in.width_px, in.channels, size));
          return box_blur(in, size, out, scratch.get());
        },
        shape, shape,
        [&](ResizedRows made) {
          return ResizedRows{std::max(0, made.first - size / 2 - 1),
                             std::min(shape.height_px, made.end + size / 2 + 1)};
        });
  }
}

TEST(OutputRows, OfAResizeAreMadeByWeightsThatWereMadeOnce) {
  const Shape in_shape{66, 40, 3};
  const Shape out_shape{23, 14, 3};
  for (const auto way :
       {Interpolation::Area, Interpolation::Bilinear, Interpolation::Nearest, Interpolation::Lanczos}) {
    TestPicture in = TestPicture::noise(in_shape, {7, 3});
    TestPicture whole(out_shape);
    TestPicture parts(out_shape);
    TestScratch scratch(resize_scratch_bytes(in.view(), whole.view(), way));
    ASSERT_EQ(resize(in.view(), way, whole.view(), scratch.get()), Status::Ok);
    ASSERT_EQ(prepare_resize(in.view(), way, parts.view(), scratch.get()), Status::Ok);
    const auto kernel = [&](const ConstImageView& view, const OutputRows& out) {
      return resize_prepared(view, way, out, scratch.get());
    };
    ASSERT_EQ(run_in_parts(kernel, in.view(), parts.view()), Status::Ok);
    EXPECT_EQ(parts.values(), whole.values());
    EXPECT_TRUE(scratch.guard_is_whole());
  }
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
