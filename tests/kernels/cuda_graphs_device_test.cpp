// Jobs that come again and again are launched as graphs, with the bytes of single launches.
#include "tests/kernels/cuda_worker_fixture.hpp"

namespace framewright::kernels {
namespace {

constexpr DeviceLimits kLimits{std::size_t{1} << 20, std::size_t{1} << 22, std::size_t{1} << 16};

class CudaGraphsTest : public CudaWorkerFixture {
 protected:
  void SetUp() override {
    CudaWorkerFixture::SetUp();
    if (IsSkipped()) return;
    worker_ = make_worker(1, kLimits);
    other_ = make_worker(1, kLimits);
  }

  struct Named {
    std::uint64_t work;  ///< 0 for none
    DeviceSteps steps;
    const JpegTables* jpeg = nullptr;
  };

  /// A new picture by the work with its name and, on a worker with memory of its own, without.
  void expect_the_same(const Named& named, const Shape& shape) {
    DeviceShape made{shape.width_px, shape.height_px, shape.channels};
    for (const DeviceStep& step : named.steps) made = output_shape(step, made);
    const Shape out_shape{made.width_px, made.height_px, made.channels};
    TestPicture in = TestPicture::noise(shape, {}, ++seed_);
    TestPicture out(out_shape);
    TestPicture expected(out_shape);
    const DeviceResult direct = submit(*other_, {0, named.steps, named.jpeg}, in, expected);
    const DeviceResult result = submit(*worker_, named, in, out);
    EXPECT_EQ(result.scan_bits, direct.scan_bits);
    EXPECT_EQ(out.values(), expected.values());
  }

  DeviceResult submit(CudaWorker& worker, const Named& named, TestPicture& in, TestPicture& out) {
    Outcome outcome;
    DeviceJob job{&named.steps, in.view(), out.view(), outcome.completion()};
    job.jpeg = named.jpeg;
    job.work = {named.work};
    EXPECT_EQ(worker.submit(0, job), Status::Ok);
    EXPECT_EQ(outcome.wait(), Status::Ok);
    return outcome.result();
  }

  std::unique_ptr<CudaWorker> worker_;
  std::unique_ptr<CudaWorker> other_;
  std::uint32_t seed_ = 0;
};

TEST_F(CudaGraphsTest, GiveTheBytesOfSingleLaunches) {
  const GaussianKernel kernel = make_gaussian_kernel(63, 10.0).value();
  const Named named{1, {DeviceGaussian{kernel}, DeviceGrayscale{GrayscaleAlgorithm::Bt601}}};
  for (int i = 0; i < 4; ++i) expect_the_same(named, {65, 33, 3});
  const GraphCounts counts = worker_->graph_counts();
  EXPECT_EQ(counts.direct, 1u);
  EXPECT_EQ(counts.captured, 1u);
  EXPECT_EQ(counts.replayed, 2u);
}

/// What the host writes for a launch is there for the next, too, whatever has run in between.
TEST_F(CudaGraphsTest, FindTheTablesOfTheirOwnResize) {
  const Named smaller{1, {DeviceResize{20, 10, Interpolation::Area}}};
  const Named larger{2,
                     {DeviceResize{90, 70, Interpolation::Bilinear},
                      DeviceLetterbox{50, 50, {0, 10, 50, 30}, Interpolation::Area, 9}}};
  for (int i = 0; i < 3; ++i) {
    expect_the_same(smaller, {64, 48, 3});
    expect_the_same(larger, {64, 48, 3});
  }
  EXPECT_EQ(worker_->graph_counts().replayed, 2u);
}

TEST_F(CudaGraphsTest, AreApartForEveryShape) {
  const Named named{1, {DevicePointTable{make_invert_table()}}};
  for (int i = 0; i < 3; ++i) {
    for (const Shape& shape : {Shape{64, 48, 3}, Shape{48, 64, 3}, Shape{64, 48, 1}})
      expect_the_same(named, shape);
  }
  EXPECT_EQ(worker_->graph_counts().replayed, 3u);
}

TEST_F(CudaGraphsTest, GiveTheBitsOfAJpegOrItsPixels) {
  const JpegTables rough = make_jpeg_tables(20);
  const JpegTables fine = make_jpeg_tables(100);  // of noise, more than its pixels
  for (int i = 0; i < 3; ++i) {
    expect_the_same({1, {}, &rough}, {64, 48, 3});
    expect_the_same({2, {}, &fine}, {64, 48, 3});
  }
  EXPECT_EQ(worker_->graph_counts().replayed, 2u);
}

TEST_F(CudaGraphsTest, AreBoundedInNumber) {
  const DeviceSteps steps{DevicePointTable{make_invert_table()}};
  for (std::uint64_t work = 1; work <= 40; ++work) {
    for (int i = 0; i < 2; ++i) expect_the_same({work, steps}, {8, 8, 1});
  }
  const GraphCounts counts = worker_->graph_counts();
  EXPECT_EQ(counts.captured, 40u);
  EXPECT_EQ(counts.dropped, 24u);
}

}  // namespace
}  // namespace framewright::kernels
