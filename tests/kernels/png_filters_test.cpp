#include "kernels/png_filters.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "kernels/reference.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

constexpr std::array kFilters = {PngFilter::None, PngFilter::Sub, PngFilter::Up, PngFilter::Average,
                                 PngFilter::Paeth};

/// Two rows of noise, exactly as long as they are, so that AddressSanitizer sees one byte too far.
struct Rows {
  std::vector<std::uint8_t> above;
  std::vector<std::uint8_t> bytes;
  PngRow row;

  Rows(std::size_t pixels, std::size_t pixel_bytes, bool is_first)
      : above(noise(pixels * pixel_bytes, 1)), bytes(noise(pixels * pixel_bytes, 2)) {
    row = {bytes.data(), is_first ? nullptr : above.data(), bytes.size(), pixel_bytes};
  }

  static std::vector<std::uint8_t> noise(std::size_t size, std::uint32_t seed) {
    return TestPicture::noise({static_cast<int>(size), 1, 1}, {}, seed).values();
  }
};

/// Calls body(row, bytes of it) for rows around every vector length, of every size of a pixel.
template <typename Body>
void for_each_row(Body body) {
  for (const std::size_t pixel_bytes : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u}) {
    for (const std::size_t pixels : {1u, 2u, 3u, 5u, 16u, 17u, 31u, 64u, 65u, 133u}) {
      for (const bool is_first : {false, true}) {
        SCOPED_TRACE(std::to_string(pixels) + " pixels of " + std::to_string(pixel_bytes) + " bytes" +
                     (is_first ? ", the first row" : ""));
        body(Rows(pixels, pixel_bytes, is_first));
      }
    }
  }
}

TEST(PngFilters, FilterLikeTheReference) {
  for_each_row([](const Rows& rows) {
    for (const PngFilter filter : kFilters) {
      std::vector<std::uint8_t> expected(rows.bytes.size());
      ASSERT_EQ(reference::png_filter(filter, rows.row, expected.data()), Status::Ok);
      for_each_simd_target([&] {
        std::vector<std::uint8_t> out(rows.bytes.size());
        ASSERT_EQ(png_filter(filter, rows.row, out.data()), Status::Ok);
        ASSERT_EQ(out, expected) << "filter " << static_cast<int>(filter);
      });
    }
  });
}

TEST(PngFilters, UnfilterLikeTheReference) {
  for_each_row([](const Rows& rows) {
    for (const PngFilter filter : kFilters) {
      std::vector<std::uint8_t> expected(rows.bytes.size());
      ASSERT_EQ(reference::png_unfilter(filter, rows.row, expected.data()), Status::Ok);
      for_each_simd_target([&] {
        std::vector<std::uint8_t> out(rows.bytes.size());
        ASSERT_EQ(png_unfilter(filter, rows.row, out.data()), Status::Ok);
        ASSERT_EQ(out, expected) << "filter " << static_cast<int>(filter);
      });
    }
  });
}

TEST(PngFilters, UnfilterInPlace) {
  for_each_row([](const Rows& rows) {
    for (const PngFilter filter : kFilters) {
      std::vector<std::uint8_t> expected(rows.bytes.size());
      ASSERT_EQ(reference::png_unfilter(filter, rows.row, expected.data()), Status::Ok);
      for_each_simd_target([&] {
        auto out = rows.bytes;
        PngRow row = rows.row;
        row.bytes = out.data();
        ASSERT_EQ(png_unfilter(filter, row, out.data()), Status::Ok);
        ASSERT_EQ(out, expected) << "filter " << static_cast<int>(filter);
      });
    }
  });
}

TEST(PngFilters, ChooseTheFilterThatTheReferenceChooses) {
  for_each_row([](const Rows& rows) {
    const PngFilter expected = reference::lightest_png_filter(rows.row);
    for_each_simd_target([&] { ASSERT_EQ(lightest_png_filter(rows.row), expected); });
  });
}

/// Rows of two pixels, such that the second ones see every combination of neighbours in turn.
TEST(PngFilters, PredictByPaethForAllNeighbours) {
  constexpr std::size_t kPixelBytes = 4;
  for_each_simd_target([] {
    for (int above_left = 0; above_left < 256; ++above_left) {
      for (int left = 0; left < 256; ++left) {
        std::array<std::uint8_t, 2 * kPixelBytes> above{}, bytes{}, expected{}, out{};
        std::fill_n(above.begin(), kPixelBytes, static_cast<std::uint8_t>(above_left));
        std::fill_n(bytes.begin(), kPixelBytes, static_cast<std::uint8_t>(left - above_left));
        const PngRow row{bytes.data(), above.data(), bytes.size(), kPixelBytes};
        for (int first = 0; first < 256; first += static_cast<int>(kPixelBytes)) {
          for (std::size_t i = 0; i < kPixelBytes; ++i) {
            above[kPixelBytes + i] = static_cast<std::uint8_t>(first + static_cast<int>(i));
          }
          reference::png_unfilter(PngFilter::Paeth, row, expected.data());
          png_unfilter(PngFilter::Paeth, row, out.data());
          ASSERT_EQ(out, expected) << left << " " << first << " " << above_left;
        }
      }
    }
  });
}

TEST(PngFilters, RefuseWhatIsNoRowAndNoFilter) {
  std::array<std::uint8_t, 12> bytes{}, out{};
  for (const PngRow& row : {PngRow{nullptr, nullptr, 12, 3}, PngRow{bytes.data(), nullptr, 0, 3},
                            PngRow{bytes.data(), nullptr, 12, 0}, PngRow{bytes.data(), nullptr, 12, 9},
                            PngRow{bytes.data(), nullptr, 11, 3}}) {
    EXPECT_EQ(png_filter(PngFilter::Sub, row, out.data()), Status::BadShape);
    EXPECT_EQ(png_unfilter(PngFilter::Sub, row, out.data()), Status::BadShape);
  }
  const PngRow row{bytes.data(), nullptr, bytes.size(), 3};
  EXPECT_EQ(png_filter(static_cast<PngFilter>(5), row, out.data()), Status::BadParameter);
  EXPECT_EQ(png_unfilter(static_cast<PngFilter>(5), row, out.data()), Status::BadParameter);
}

}  // namespace
}  // namespace framewright::kernels
