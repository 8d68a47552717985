// Scans of JPEGs coded on a device against the reference, which the codec's tests hold against libjpeg.
#include "kernels/jpeg_scan.hpp"
#include "tests/kernels/cuda_worker_fixture.hpp"

namespace framewright::kernels {
namespace {

/// Slopes and edges with a little noise, so that blocks have both long runs of zeros and none.
TestPicture scene(Shape shape, Layout layout = {}) {
  TestPicture picture = TestPicture::noise(shape, layout);
  for (int y = 0; y < shape.height_px; ++y) {
    for (int x = 0; x < shape.width_px; ++x) {
      std::uint8_t* pixel = picture.view().row(y) + x * shape.channels;
      for (int c = 0; c < shape.channels; ++c) {
        const int noise = x > shape.width_px / 2 ? pixel[c] % 32 : 0;
        const int edge = x / 40 % 2 == y / 24 % 2 ? 0 : 60;
        pixel[c] = static_cast<std::uint8_t>((x * (c + 1) + y * 2) / 4 % 140 + edge + noise);
      }
    }
  }
  return picture;
}

class JpegScanOnDevice : public CudaWorkerFixture {
 protected:
  static DeviceLimits limits_for(const Shape& shape) {
    const DeviceShape picture{shape.width_px, shape.height_px, shape.channels};
    return {picture.bytes(), jpeg_scratch_bytes(picture), 0};
  }

  /// The scan of `in`, or its pixels where the scan is no smaller.
  static void expect_reference_bits(CudaWorker& worker, TestPicture& in, int quality) {
    const ImageView view = in.view();
    const Shape shape{view.width_px, view.height_px, view.channels};
    const JpegTables tables = make_jpeg_tables(quality);
    std::vector<std::uint8_t> expected = in.values();
    std::vector<std::uint8_t> bits(expected.size());
    std::uint64_t count = reference::jpeg_scan(view, tables, bits.data(), bits.size());
    if (count > 8 * bits.size()) {
      count = 0;
    } else {
      std::copy_n(bits.begin(), (count + 7) / 8, expected.begin());
    }

    TestPicture out(shape);
    Outcome outcome;
    const DeviceSteps none;
    const DeviceJob job{&none, view, out.view(), outcome.completion(), DevicePriority::Urgent, &tables};
    ASSERT_EQ(worker.submit(0, job), Status::Ok);
    ASSERT_EQ(outcome.wait(), Status::Ok);
    ASSERT_EQ(outcome.result().scan_bits, count);
    std::vector<std::uint8_t> made = out.values();
    if (count > 0)
      std::copy(expected.begin() + (count + 7) / 8, expected.end(), made.begin() + (count + 7) / 8);
    ASSERT_EQ(made, expected);
    ASSERT_TRUE(out.guard_is_whole());
  }
};

TEST_F(JpegScanOnDevice, GivesTheBitsOfTheReference) {
  std::vector<Shape> shapes;
  for (const int channels : {1, 3, 4}) {
    for (const auto& [width, height] : {std::pair{1, 1}, {7, 1}, {8, 8}, {16, 17}, {9, 16}, {83, 41}}) {
      shapes.push_back({width, height, channels});
    }
  }
  for (const Shape& shape : shapes) {
    SCOPED_TRACE(describe(shape));
    const auto worker = make_worker(1, limits_for(shape));
    for (const Layout& layout : {Layout{}, Layout{7, 3}}) {
      TestPicture noise = TestPicture::noise(shape, layout);
      TestPicture smooth = scene(shape, layout);
      for (const int quality : {1, 80, 100}) {
        expect_reference_bits(*worker, noise, quality);
        expect_reference_bits(*worker, smooth, quality);
      }
    }
  }
}

TEST_F(JpegScanOnDevice, GivesTheBitsOfTheReferenceAtAnyQuality) {
  for (const int channels : {1, 3}) {
    const Shape shape{75, 43, channels};
    const auto worker = make_worker(1, limits_for(shape));
    TestPicture noise = TestPicture::noise(shape);
    TestPicture smooth = scene(shape);
    for (const int quality : {1, 2, 25, 49, 50, 51, 75, 90, 99, 100}) {
      SCOPED_TRACE(quality);
      expect_reference_bits(*worker, noise, quality);
      expect_reference_bits(*worker, smooth, quality);
    }
  }
}

TEST_F(JpegScanOnDevice, CodesExtremesWithoutLeavingTheRangeOfCodes) {
  // Columns, rows and a chessboard of black and white give the largest coefficients there are.
  const Shape shape{64, 64, 1};
  const auto worker = make_worker(1, limits_for(shape));
  for (const int kind : {0, 1, 2}) {
    for (const int width : {1, 2, 4, 8}) {
      TestPicture picture(shape);
      for (int y = 0; y < 64; ++y) {
        for (int x = 0; x < 64; ++x) {
          const int across = x / width % 2;
          const int down = y / width % 2;
          const bool is_white = kind == 0 ? across != 0 : kind == 1 ? down != 0 : across != down;
          picture.view().row(y)[x] = is_white ? 255 : 0;
        }
      }
      for (const int quality : {1, 100}) expect_reference_bits(*worker, picture, quality);
    }
  }
}

TEST_F(JpegScanOnDevice, TakesAScanThatIsJustAsLargeAsThePicture) {
  const Shape shape{8, 8, 1};
  const auto worker = make_worker(1, limits_for(shape));
  int found = 0;
  for (int quality = 60; quality <= 100; ++quality) {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
      TestPicture noise = TestPicture::noise(shape, {}, seed);
      if (reference::jpeg_scan(noise.view(), make_jpeg_tables(quality), nullptr, 0) != 8 * 64) continue;
      ++found;
      expect_reference_bits(*worker, noise, quality);
    }
  }
  EXPECT_GT(found, 0);
}

TEST_F(JpegScanOnDevice, SaysOfEachJobByItselfWhetherItIsCoded) {
  const Shape shape{160, 120, 3};
  DeviceLimits limits = limits_for(shape);
  limits.frame_bytes *= 2;
  const auto worker = make_worker(1, limits);
  const JpegTables tables = make_jpeg_tables(80);
  const DeviceSteps none;
  TestPicture in = scene(shape);
  const auto coded = [&] {
    TestPicture out(shape);
    Outcome outcome;
    ASSERT_EQ(worker->submit(
                  0, {&none, in.view(), out.view(), outcome.completion(), DevicePriority::Urgent, &tables}),
              Status::Ok);
    ASSERT_EQ(outcome.wait(), Status::Ok);
    EXPECT_GT(outcome.result().scan_bits, 0U);
    EXPECT_GT(outcome.result().coding_us, 0);
  };
  const auto expect_pixels = [&](Status submitted, Outcome& outcome, TestPicture& out) {
    ASSERT_EQ(submitted, Status::Ok);
    ASSERT_EQ(outcome.wait(), Status::Ok);
    EXPECT_EQ(outcome.result().scan_bits, 0U);
    EXPECT_EQ(outcome.result().coding_us, 0);
    EXPECT_EQ(out.values(), in.values());
  };
  coded();
  TestPicture out(shape);
  Outcome one;
  expect_pixels(worker->submit(0, {&none, in.view(), out.view(), one.completion()}), one, out);
  coded();
  TestPicture last(shape);
  const std::vector<DeviceItem> items{{&none, in.view(), out.view()}, {&none, in.view(), last.view()}};
  Outcome both;
  expect_pixels(worker->submit_batch(0, {items.data(), items.size(), both.completion()}), both, last);
}

TEST_F(JpegScanOnDevice, AddsUpMoreGroupsThanOnePassTakes) {
  const Shape shape{2064, 1376, 3};
  const auto worker = make_worker(1, limits_for(shape));
  TestPicture picture = scene(shape);
  expect_reference_bits(*worker, picture, 80);
}

TEST_F(JpegScanOnDevice, CodesWhatTheStepsHaveMade) {
  const Shape shape{65, 33, 4};
  const JpegTables tables = make_jpeg_tables(80);
  TestPicture in = scene(shape);
  TestPicture gray({65, 33, 1});
  ASSERT_EQ(reference::grayscale(in.view(), GrayscaleAlgorithm::Bt601, gray.view()), Status::Ok);
  std::vector<std::uint8_t> expected(65 * 33);
  const std::uint64_t bits = reference::jpeg_scan(gray.view(), tables, expected.data(), expected.size());
  const auto worker = make_worker(1, limits_for(shape));
  const DeviceSteps steps{DeviceGrayscale{GrayscaleAlgorithm::Bt601}};
  TestPicture out({65, 33, 1});
  Outcome outcome;
  ASSERT_EQ(worker->submit(
                0, {&steps, in.view(), out.view(), outcome.completion(), DevicePriority::Urgent, &tables}),
            Status::Ok);
  ASSERT_EQ(outcome.wait(), Status::Ok);
  EXPECT_EQ(outcome.result().scan_bits, bits);
  EXPECT_TRUE(std::equal(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>((bits + 7) / 8),
                         out.values().begin()));
}

TEST_F(JpegScanOnDevice, RefusesWhatHasNoRoomToBeCoded) {
  const Shape shape{64, 64, 3};
  DeviceLimits limits = limits_for(shape);
  --limits.scratch_bytes;
  EXPECT_FALSE(fits_jpeg({64, 64, 3}, limits));
  const auto worker = make_worker(1, limits);
  const JpegTables tables = make_jpeg_tables(80);
  const DeviceSteps none;
  TestPicture picture(shape);
  Outcome outcome;
  DeviceJob job{&none, picture.view(), picture.view(), outcome.completion(), DevicePriority::Urgent, &tables};
  EXPECT_EQ(worker->submit(0, job), Status::BadShape);
  const auto roomy = make_worker(1, limits_for(shape));
  TestPicture padded(shape, {13, 0});
  job.out = padded.view();
  EXPECT_EQ(roomy->submit(0, job), Status::BadShape);
}

}  // namespace
}  // namespace framewright::kernels
