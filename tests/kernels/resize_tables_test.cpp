#include <gtest/gtest.h>

#include "kernels/resize_device.hpp"

namespace framewright::kernels {
namespace {

/// Rows are made as many as columns, so that each layout has two axes of its own.
ResizeLayout square(int from_px, int to_px, Interpolation interpolation = Interpolation::Lanczos) {
  return {{from_px, 2 * from_px, 1}, {to_px, to_px, 1}, interpolation};
}

std::vector<std::byte> written(ResizeTables& tables, const ResizeLayout& layout) {
  std::vector<std::byte> bytes(layout.table_bytes());
  tables.write(layout, bytes.data());
  return bytes;
}

std::vector<std::byte> written_anew(const ResizeLayout& layout) {
  ResizeTables tables;
  return written(tables, layout);
}

TEST(ResizeTables, WriteTheSameFromWhatTheyKeep) {
  ResizeTables tables;
  const auto layout = square(640, 480);
  const auto first = written(tables, layout);
  EXPECT_EQ(tables.kept(), 2u);
  EXPECT_EQ(tables.kept_bytes(), layout.table_bytes());
  EXPECT_EQ(written(tables, layout), first);
  EXPECT_EQ(first, written_anew(layout));
  EXPECT_EQ(tables.kept(), 2u);
}

TEST(ResizeTables, KeepSoManyAxes) {
  ResizeTables tables;
  for (int to_px = 1; to_px <= 400; ++to_px) {
    const auto layout = square(500, to_px, Interpolation::Bilinear);
    ASSERT_EQ(written(tables, layout), written_anew(layout)) << to_px;
    ASSERT_LE(tables.kept(), ResizeTables::kKept);
  }
  EXPECT_EQ(tables.kept(), ResizeTables::kKept);
}

TEST(ResizeTables, KeepNoMoreBytesThanTheyMay) {
  ResizeTables tables;
  std::size_t all_bytes = 0;
  for (int to_px = 2000; to_px < 2060; ++to_px) {
    const auto layout = square(8000, to_px);
    ASSERT_EQ(written(tables, layout), written_anew(layout)) << to_px;
    ASSERT_LE(tables.kept_bytes(), ResizeTables::kKeptBytes);
    all_bytes += layout.table_bytes();
  }
  EXPECT_GT(all_bytes, 2 * ResizeTables::kKeptBytes);
  EXPECT_GT(tables.kept_bytes(), ResizeTables::kKeptBytes / 2);
}

TEST(ResizeTables, ForgetWhatWasUsedLongestAgo) {
  ResizeTables tables;
  const auto often = square(8000, 1999);
  for (int to_px = 2000; to_px < 2060; ++to_px) {
    const auto kept = written(tables, often);
    const auto kept_bytes = tables.kept_bytes();
    ASSERT_EQ(written(tables, often), kept);
    ASSERT_EQ(tables.kept_bytes(), kept_bytes) << "it was forgotten although it was just used";
    written(tables, square(8000, to_px));
    const auto after = tables.kept();
    written(tables, often);
    ASSERT_EQ(tables.kept(), after) << "it was forgotten before what is older";
  }
}

TEST(ResizeTables, AreNotOutgrownByOneAxis) {
  for (const auto interpolation : {Interpolation::Bilinear, Interpolation::Area, Interpolation::Lanczos}) {
    for (int to_px = 1; to_px <= kResizeMaxSide; to_px += to_px / 8 + 1) {
      ASSERT_LE(ResizeLayout::axis_bytes({interpolation, kResizeMaxSide, to_px}), ResizeTables::kKeptBytes);
    }
  }
  const ResampleAxis longest{Interpolation::Lanczos, kResizeMaxSide, kResizeMaxSide};
  EXPECT_LE(ResizeLayout::axis_bytes(longest), ResizeTables::kKeptBytes);
}

}  // namespace
}  // namespace framewright::kernels
