// Every kernel on a 1920x1080 RGB picture, one thread, with OpenCV's nearest equivalent beside it where it is
// installed. Names are <kernel>/framewright and <kernel>/opencv; bytes are those read plus those written.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "kernels/apply_table.hpp"
#include "kernels/box_blur.hpp"
#include "kernels/gaussian_blur.hpp"
#include "kernels/grayscale.hpp"
#include "kernels/invert.hpp"
#include "kernels/nv12_to_rgb.hpp"
#include "kernels/resize.hpp"
#include "kernels/sepia.hpp"
#include "kernels/sharpen.hpp"
#include "kernels/sobel.hpp"

#ifdef FRAMEWRIGHT_BENCH_OPENCV
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#endif

namespace framewright::kernels {
namespace {

constexpr int kWidth = 1920;
constexpr int kHeight = 1080;

class Picture {
 public:
  Picture(int width_px, int height_px, int channels)
      : width_px_(width_px),
        height_px_(height_px),
        channels_(channels),
        bytes_(static_cast<std::size_t>(width_px) * static_cast<std::size_t>(height_px * channels)) {
    std::mt19937 random(1);
    for (auto& byte : bytes_) byte = static_cast<std::uint8_t>(random() >> 24);
  }

  ImageView view() { return {bytes_.data(), width_px_, height_px_, channels_, width_px_ * channels_}; }
  std::size_t size() const { return bytes_.size(); }
#ifdef FRAMEWRIGHT_BENCH_OPENCV
  cv::Mat mat() { return {height_px_, width_px_, CV_8UC(channels_), bytes_.data()}; }
#endif

 private:
  int width_px_;
  int height_px_;
  int channels_;
  std::vector<std::uint8_t> bytes_;
};

/// Scratch for any kernel at the sizes measured here.
Scratch scratch() {
  alignas(kScratchAlignment) static std::byte bytes[1 << 20];
  return {bytes, sizeof bytes};
}

Picture& input() {
  static Picture picture(kWidth, kHeight, 3);
  return picture;
}

using Work = std::function<void(Picture& out)>;

void add_row(const std::string& name, std::function<Picture()> make_out, const Work& work) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    Picture out = make_out();
    for (auto _ : state) {
      work(out);
      benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input().size() + out.size()));
  })->Unit(benchmark::kMicrosecond);
}

/// A kernel that must succeed; otherwise the numbers would mean nothing.
void must(Status status) {
  if (status != Status::Ok) std::abort();
}

Picture same_shape_out() { return {kWidth, kHeight, 3}; }

void add_ours(const std::string& kernel, const Work& work) {
  add_row(kernel + "/framewright", same_shape_out, work);
}

void add_our_point_filters() {
  add_row(
      "grayscale_bt601/framewright", [] { return Picture(kWidth, kHeight, 1); },
      [](Picture& out) { must(grayscale(input().view(), GrayscaleAlgorithm::Bt601, out.view())); });
  add_ours("invert", [](Picture& out) { must(invert(input().view(), out.view())); });
  add_ours("table", [table = *make_gamma_table(2.2)](Picture& out) {
    must(apply_table(input().view(), table, out.view()));
  });
  add_ours("sepia", [matrix = *make_sepia_matrix(1.0)](Picture& out) {
    must(sepia(input().view(), matrix, out.view()));
  });
}

void add_our_neighbourhood_filters() {
  for (const int size : {5, 15}) {
    const GaussianKernel kernel = *make_gaussian_kernel(size, 0.3 * size);
    add_ours("gaussian_" + std::to_string(size), [kernel](Picture& out) {
      must(gaussian_blur(input().view(), kernel, Border::Reflect, out.view(), scratch()));
    });
  }
  for (const int size : {5, 31}) {
    add_ours("box_" + std::to_string(size),
             [size](Picture& out) { must(box_blur(input().view(), size, out.view(), scratch())); });
  }
  add_ours("sobel", [](Picture& out) { must(sobel(input().view(), out.view(), scratch())); });
  add_ours("sharpen", [strength = *make_sharpen_weight(1.0)](Picture& out) {
    must(sharpen(input().view(), strength, out.view(), scratch()));
  });
}

struct ResizeCase {
  std::string name;
  int width_px;
  int height_px;
  Interpolation interpolation;
};

const std::vector<ResizeCase>& resize_cases() {
  static const std::vector<ResizeCase> cases{{"resize_area_half", 960, 540, Interpolation::Area},
                                             {"resize_area_256", 256, 144, Interpolation::Area},
                                             {"resize_bilinear_720", 1280, 720, Interpolation::Bilinear},
                                             {"resize_nearest_720", 1280, 720, Interpolation::Nearest}};
  return cases;
}

void add_our_resizes() {
  for (const ResizeCase& c : resize_cases()) {
    add_row(
        c.name + "/framewright", [=] { return Picture(c.width_px, c.height_px, 3); },
        [=](Picture& out) { must(resize(input().view(), c.interpolation, out.view(), scratch())); });
  }
}

void add_our_nv12() {
  add_ours("nv12_to_rgb", [](Picture& out) {
    const std::uint8_t* planes = input().view().pixels;
    must(nv12_to_rgb({planes, planes + kWidth * kHeight, kWidth, kHeight, kWidth, kWidth}, out.view()));
  });
}

#ifdef FRAMEWRIGHT_BENCH_OPENCV

using CvWork = std::function<void(const cv::Mat& in, cv::Mat& out)>;

void add_opencv(const std::string& kernel, std::function<Picture()> make_out, const CvWork& work) {
  add_row(kernel + "/opencv", std::move(make_out), [work](Picture& out) {
    cv::Mat mat = out.mat();
    work(input().mat(), mat);
    if (mat.data != out.view().pixels) std::abort();  // it wrote elsewhere: another shape than ours
  });
}

void add_opencv_point_filters() {
  add_opencv(
      "grayscale_bt601", [] { return Picture(kWidth, kHeight, 1); },
      [](const cv::Mat& in, cv::Mat& out) { cv::cvtColor(in, out, cv::COLOR_RGB2GRAY); });
  add_opencv("invert", same_shape_out, [](const cv::Mat& in, cv::Mat& out) { cv::bitwise_not(in, out); });
  PointTable table = *make_gamma_table(2.2);
  add_opencv("table", same_shape_out, [table](const cv::Mat& in, cv::Mat& out) mutable {
    cv::LUT(in, cv::Mat(1, 256, CV_8U, table.data()), out);
  });
  const cv::Mat matrix = (cv::Mat_<float>(3, 3) << .393, .769, .189, .349, .686, .168, .272, .534, .131);
  add_opencv("sepia", same_shape_out,
             [matrix](const cv::Mat& in, cv::Mat& out) { cv::transform(in, out, matrix); });
}

void sobel_by_opencv(const cv::Mat& in, cv::Mat& out) {
  static cv::Mat gx, gy, magnitude;
  cv::Sobel(in, gx, CV_32F, 1, 0, 3, 1, 0, cv::BORDER_REFLECT);
  cv::Sobel(in, gy, CV_32F, 0, 1, 3, 1, 0, cv::BORDER_REFLECT);
  cv::magnitude(gx, gy, magnitude);
  magnitude.convertTo(out, CV_8U);
}

void add_opencv_neighbourhood_filters() {
  for (const int size : {5, 15}) {
    add_opencv("gaussian_" + std::to_string(size), same_shape_out, [size](const cv::Mat& in, cv::Mat& out) {
      cv::GaussianBlur(in, out, {size, size}, 0.3 * size, 0.3 * size, cv::BORDER_REFLECT);
    });
  }
  for (const int size : {5, 31}) {
    add_opencv("box_" + std::to_string(size), same_shape_out, [size](const cv::Mat& in, cv::Mat& out) {
      cv::blur(in, out, {size, size}, {-1, -1}, cv::BORDER_REFLECT);
    });
  }
  add_opencv("sobel", same_shape_out, sobel_by_opencv);
  const cv::Mat sharpening = (cv::Mat_<float>(3, 3) << 0, -1, 0, -1, 5, -1, 0, -1, 0);
  add_opencv("sharpen", same_shape_out, [sharpening](const cv::Mat& in, cv::Mat& out) {
    cv::filter2D(in, out, CV_8U, sharpening, {-1, -1}, 0, cv::BORDER_REFLECT);
  });
}

int opencv_interpolation(Interpolation interpolation) {
  switch (interpolation) {
    case Interpolation::Area: return cv::INTER_AREA;
    case Interpolation::Bilinear: return cv::INTER_LINEAR;
    case Interpolation::Nearest: return cv::INTER_NEAREST;
  }
  return cv::INTER_NEAREST;
}

void add_opencv_resizes() {
  for (const ResizeCase& c : resize_cases()) {
    add_opencv(
        c.name, [=] { return Picture(c.width_px, c.height_px, 3); },
        [=](const cv::Mat& in, cv::Mat& out) {
          cv::resize(in, out, {c.width_px, c.height_px}, 0, 0, opencv_interpolation(c.interpolation));
        });
  }
}

void add_opencv_nv12() {
  add_opencv("nv12_to_rgb", same_shape_out, [](const cv::Mat& in, cv::Mat& out) {
    const cv::Mat nv12(kHeight * 3 / 2, kWidth, CV_8U, in.data);
    cv::cvtColor(nv12, out, cv::COLOR_YUV2RGB_NV12);
  });
}

void add_opencv_rows() {
  cv::setNumThreads(1);
  add_opencv_point_filters();
  add_opencv_neighbourhood_filters();
  add_opencv_resizes();
  add_opencv_nv12();
}

#else

void add_opencv_rows() {}

#endif

}  // namespace
}  // namespace framewright::kernels

int main(int argc, char** argv) {
  using namespace framewright::kernels;
  add_our_point_filters();
  add_our_neighbourhood_filters();
  add_our_resizes();
  add_our_nv12();
  add_opencv_rows();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
