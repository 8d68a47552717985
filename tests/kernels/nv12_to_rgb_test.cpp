#include "kernels/nv12_to_rgb.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "kernels/reference.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

/// Luma and chroma planes of noise.
struct Nv12Noise {
  Nv12Noise(int width_px, int height_px, Layout layout)
      : y(TestPicture::noise({width_px, height_px, 1}, layout, 1)),
        cbcr(TestPicture::noise({(width_px + 1) / 2 * 2, (height_px + 1) / 2, 1}, layout, 2)) {}

  Nv12View view() {
    const ImageView luma = y.view();
    const ImageView chroma = cbcr.view();
    return {luma.pixels, chroma.pixels, luma.width_px, luma.height_px, luma.pitch_bytes, chroma.pitch_bytes};
  }

  TestPicture y;
  TestPicture cbcr;
};

std::vector<std::uint8_t> rgb_of(std::uint8_t y, std::uint8_t cb, std::uint8_t cr) {
  const std::uint8_t chroma[2] = {cb, cr};
  TestPicture rgb({1, 1, 3});
  EXPECT_EQ(nv12_to_rgb({&y, chroma, 1, 1, 1, 2}, rgb.view()), Status::Ok);
  return rgb.values();
}

TEST(Nv12ToRgb, GivesTheBytesOfTheReference) {
  for (const Shape& shape : odd_shapes()) {
    if (shape.channels != 3) continue;
    for (const Layout& layout : layouts()) {
      SCOPED_TRACE(describe(shape));
      Nv12Noise in(shape.width_px, shape.height_px, layout);
      TestPicture expected(shape);
      ASSERT_EQ(reference::nv12_to_rgb(in.view(), expected.view()), Status::Ok);
      for_each_simd_target([&] {
        TestPicture out(shape, layout);
        ASSERT_EQ(nv12_to_rgb(in.view(), out.view()), Status::Ok);
        ASSERT_EQ(out.values(), expected.values());
        ASSERT_TRUE(out.guard_is_whole());
      });
    }
  }
}

TEST(Nv12ToRgb, MapsTheEndsOfLimitedRangeToBlackAndWhite) {
  EXPECT_EQ(rgb_of(16, 128, 128), (std::vector<std::uint8_t>{0, 0, 0}));
  EXPECT_EQ(rgb_of(235, 128, 128), (std::vector<std::uint8_t>{255, 255, 255}));
}

TEST(Nv12ToRgb, KnowsTheRedOfColourBars) {
  EXPECT_EQ(rgb_of(81, 90, 240), (std::vector<std::uint8_t>{254, 0, 0}));
}

TEST(Nv12ToRgb, StaysWithinOneOfTheRealValuedDefinition) {
  for (int y = 0; y < 256; y += 5) {
    for (int cb = 0; cb < 256; cb += 5) {
      for (int cr = 0; cr < 256; cr += 5) {
        const double luma = (y - 16) * 255.0 / 219;
        const double blue = (cb - 128) * 255.0 / 224;
        const double red = (cr - 128) * 255.0 / 224;
        const double exact[3] = {luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red,
                                 luma + 1.772 * blue};
        const auto rgb = rgb_of(static_cast<std::uint8_t>(y), static_cast<std::uint8_t>(cb),
                                static_cast<std::uint8_t>(cr));
        for (std::size_t i = 0; i < 3; ++i) {
          ASSERT_LE(std::abs(rgb[i] - std::clamp(exact[i], 0.0, 255.0)), 0.6) << y << " " << cb << " " << cr;
        }
      }
    }
  }
}

TEST(Nv12ToRgb, RefusesPlanesThatAreTooNarrow) {
  Nv12Noise in(5, 3, {});
  TestPicture out({5, 3, 3});
  Nv12View narrow = in.view();
  narrow.cbcr_pitch_bytes = 5;
  EXPECT_EQ(nv12_to_rgb(narrow, out.view()), Status::BadShape);
}

}  // namespace
}  // namespace framewright::kernels
