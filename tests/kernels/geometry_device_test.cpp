// Pixels at other places and pictures of other sizes, on a device against their references.
#include "tests/kernels/cuda_worker_fixture.hpp"

namespace framewright::kernels {
namespace {

class GeometryOnDevice : public CudaWorkerFixture {};

TEST_F(GeometryOnDevice, GivesTheBytesOfEveryTurn) {
  for (unsigned i = 0; i < 8; ++i) {
    const Turn turn{(i & 1) != 0, (i & 2) != 0, (i & 4) != 0};
    SCOPED_TRACE(i);
    expect_reference_bytes({DeviceTurn{turn}},
                           [&](auto in, auto out) { return reference::turn(in, turn, out); });
  }
}

TEST_F(GeometryOnDevice, CutsOutAPart) {
  const PixelRectangle part{3, 2, 5, 4};
  expect_reference_bytes({DeviceCrop{part}},
                         [&](auto in, auto out) { return reference::crop(in, part, out); },
                         {{8, 6, 1}, {40, 7, 3}, {9, 70, 4}});
}

/// Words of four and of sixteen bytes, and rows that no word ends with. The last part ends where the picture
/// does, which has not a byte more room.
TEST_F(GeometryOnDevice, CutsOutPartsThatBeginAndEndAnywhere) {
  for (int x = 0; x < 17; ++x) {
    for (const int width : {1, 15, 16, 33, 48 - x}) {
      const int left = x + width > 48 ? 48 - width : x;
      const PixelRectangle part{left, 1, width, 3};
      SCOPED_TRACE(std::to_string(left) + " and " + std::to_string(width));
      expect_reference_bytes({DeviceCrop{part}},
                             [&](auto in, auto out) { return reference::crop(in, part, out); },
                             {{48, 4, 1}, {48, 4, 3}, {49, 5, 3}, {48, 4, 4}});
    }
  }
}

TEST_F(GeometryOnDevice, RefusesAPartThatReachesOutOfThePicture) {
  DeviceShape out;
  const DeviceLimits limits{1 << 20, 1 << 20, 1 << 20};
  EXPECT_EQ(check_device_steps({DeviceCrop{{4, 0, 5, 4}}}, {9, 4, 3}, limits, out), Status::Ok);
  for (const PixelRectangle& part : {PixelRectangle{5, 0, 5, 4}, {0, 1, 9, 4}, {-1, 0, 5, 4}, {0, 0, 0, 4}}) {
    EXPECT_EQ(check_device_steps({DeviceCrop{part}}, {9, 4, 3}, limits, out), Status::BadShape);
  }
}

constexpr Interpolation kInterpolations[] = {Interpolation::Area, Interpolation::Bilinear,
                                             Interpolation::Nearest, Interpolation::Lanczos};

struct Size {
  int width_px;
  int height_px;
};

TEST_F(GeometryOnDevice, GivesTheBytesOfResize) {
  for (const Interpolation interpolation : kInterpolations) {
    for (const Size& size : {Size{1, 1}, {2, 3}, {20, 20}, {77, 9}, {300, 2}}) {
      SCOPED_TRACE(static_cast<int>(interpolation));
      expect_reference_bytes({DeviceResize{size.width_px, size.height_px, interpolation}},
                             [&](auto in, auto out) { return reference::resize(in, interpolation, out); },
                             {{1, 1, 1}, {7, 1, 3}, {40, 30, 1}, {37, 45, 3}, {20, 20, 4}, {301, 4, 3}});
    }
  }
}

TEST_F(GeometryOnDevice, ResizesMoreThanOnceInOneJob) {
  expect_reference_bytes(
      {DeviceResize{30, 20, Interpolation::Lanczos}, DeviceResize{9, 31, Interpolation::Area}},
      [](ConstImageView in, ImageView out) {
        TestPicture between({30, 20, in.channels});
        reference::resize(in, Interpolation::Lanczos, between.view());
        return reference::resize(between.view(), Interpolation::Area, out);
      },
      {{5, 5, 3}, {64, 48, 4}});
}

TEST_F(GeometryOnDevice, ResizesToMoreSizesByTurnsThanItKeepsTablesOf) {
  constexpr Shape kShape{24, 18, 3};
  const auto worker = make_worker(1, {3 * 150 * 150, 1 << 17, 1 << 16});
  ASSERT_NE(worker, nullptr);
  TestPicture in = TestPicture::noise(kShape);
  for (int round = 0; round < 3; ++round) {
    for (int size = 10; size < 150; ++size) {  // of two axes each
      const int side = round == 1 ? 159 - size : size;
      TestPicture expected({side, side, 3});
      TestPicture out({side, side, 3});
      ASSERT_EQ(reference::resize(in.view(), Interpolation::Area, expected.view()), Status::Ok);
      ASSERT_EQ(run(*worker, {DeviceResize{side, side, Interpolation::Area}}, in.view(), out.view()),
                Status::Ok);
      ASSERT_EQ(out.values(), expected.values()) << side;
    }
  }
}

/// The same columns, weighed in 16 bits where few rows make one, and in 32 where many do.
TEST_F(GeometryOnDevice, KeepsTablesOfFewAndOfManyTapsApart) {
  const auto worker = make_worker(1, {3 * 24 * 300, 1 << 17, 1 << 16});
  ASSERT_NE(worker, nullptr);
  for (const auto& [in_height, out_height] : {std::pair{18, 20}, {300, 3}, {18, 20}}) {
    TestPicture in = TestPicture::noise({24, in_height, 3});
    TestPicture expected({20, out_height, 3});
    TestPicture out({20, out_height, 3});
    ASSERT_EQ(reference::resize(in.view(), Interpolation::Area, expected.view()), Status::Ok);
    ASSERT_EQ(run(*worker, {DeviceResize{20, out_height, Interpolation::Area}}, in.view(), out.view()),
              Status::Ok);
    EXPECT_EQ(out.values(), expected.values()) << out_height;
  }
}

TEST_F(GeometryOnDevice, PutsAPictureIntoABox) {
  const DeviceLetterbox step{50, 40, {7, 5, 30, 33}, Interpolation::Bilinear, 99};
  expect_reference_bytes({step},
                         [](ConstImageView in, ImageView out) {
                           for (int y = 0; y < out.height_px; ++y) {
                             for (int i = 0; i < out.width_px * out.channels; ++i) {
                               out.row(y)[i] = out.channels == 4 && i % 4 == 3 ? 255 : 99;
                             }
                           }
                           const ImageView part{out.row(5) + 7 * out.channels, 30, 33, out.channels,
                                                out.pitch_bytes};
                           return reference::resize(in, Interpolation::Bilinear, part);
                         },
                         {{1, 1, 1}, {20, 25, 3}, {60, 61, 4}});
}

/// Whole rows, and a part of each; both begin at and beside words.
TEST_F(GeometryOnDevice, PutsTheNearestPixelsIntoABox) {
  for (const PixelRectangle& part :
       {PixelRectangle{0, 4, 33, 9}, {0, 1, 33, 9}, {4, 4, 16, 7}, {5, 3, 17, 7}, {0, 0, 33, 40}}) {
    SCOPED_TRACE(part.x);
    const DeviceLetterbox step{33, 40, part, Interpolation::Nearest, 99};
    expect_reference_bytes({step},
                           [&](ConstImageView in, ImageView out) {
                             for (int y = 0; y < out.height_px; ++y) {
                               for (int i = 0; i < out.width_px * out.channels; ++i) {
                                 out.row(y)[i] = out.channels == 4 && i % 4 == 3 ? 255 : 99;
                               }
                             }
                             const ImageView inside{out.row(part.y) + part.x * out.channels, part.width_px,
                                                    part.height_px, out.channels, out.pitch_bytes};
                             return reference::resize(in, Interpolation::Nearest, inside);
                           },
                           {{1, 1, 1}, {20, 25, 3}, {60, 61, 4}});
  }
}

TEST_F(GeometryOnDevice, GivesTheBytesOfPixelate) {
  for (const int size : {1, 2, 4, 5, 16, 17, 256}) {
    SCOPED_TRACE(size);
    expect_reference_bytes({DevicePixelate{size}},
                           [&](auto in, auto out) { return reference::pixelate(in, size, out); },
                           {{1, 1, 1}, {7, 3, 3}, {40, 20, 4}, {333, 3, 3}, {2, 259, 1}});
  }
}

}  // namespace
}  // namespace framewright::kernels
