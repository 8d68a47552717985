#include <cmath>
#include <opencv2/imgproc.hpp>

#include "bench/kernels/rows.hpp"
#include "kernels/canny.hpp"
#include "kernels/gaussian_blur.hpp"
#include "kernels/grayscale.hpp"
#include "kernels/laplacian_of_gaussian.hpp"
#include "kernels/scharr.hpp"
#include "kernels/sobel.hpp"

namespace framewright::kernels::bench {
namespace {

Status our_sobel(const ConstImageView& in, const ImageView& out) { return sobel(in, out, scratch()); }

void magnitude_by_opencv(const cv::Mat& gx, const cv::Mat& gy, cv::Mat& out) {
  static cv::Mat magnitude;
  cv::magnitude(gx, gy, magnitude);
  magnitude.convertTo(out, CV_8U);
}

void sobel_by_opencv(const cv::Mat& in, cv::Mat& out) {
  static cv::Mat gx, gy;
  cv::Sobel(in, gx, CV_32F, 1, 0, 3, 1, 0, cv::BORDER_REFLECT);
  cv::Sobel(in, gy, CV_32F, 0, 1, 3, 1, 0, cv::BORDER_REFLECT);
  magnitude_by_opencv(gx, gy, out);
}

void scharr_by_opencv(const cv::Mat& in, cv::Mat& out) {
  static cv::Mat gx, gy;
  cv::Scharr(in, gx, CV_32F, 1, 0, 0.25, 0, cv::BORDER_REFLECT);
  cv::Scharr(in, gy, CV_32F, 0, 1, 0.25, 0, cv::BORDER_REFLECT);
  magnitude_by_opencv(gx, gy, out);
}

/// Waves, hard-edged discs and light noise: as many edges as a photograph has.
Picture& scene_input() {
  static Picture scene = [] {
    Picture picture = gray_output();
    const ImageView view = picture.view();
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        const double wave = 40 * std::sin(x / 97.0) * std::cos(y / 71.0);
        const int dx = x % 160 - 80;
        const int dy = y % 120 - 60;
        const int radius = 15 + (x / 160 * 7 + y / 120 * 5) % 40;
        const int disc = dx * dx + dy * dy < radius * radius ? 60 : 0;
        auto& value = view.row(y)[x];
        value = static_cast<std::uint8_t>(90 + wave + disc + value / 32);
      }
    }
    return picture;
  }();
  return scene;
}

void add_canny(const std::string& name, GradientNorm norm, Picture& (*input)()) {
  add_row({.kernel = name,
           .ours = [thresholds = *make_canny_thresholds(norm, 50, 150)](
                       const ConstImageView& in,
                       const ImageView& out) { return canny(in, thresholds, out, scratch()); },
           .opencv = [norm](const cv::Mat& in,
                            cv::Mat& out) { cv::Canny(in, out, 50, 150, 3, norm == GradientNorm::L2); },
           .input = input,
           .make_output = gray_output});
}

void add_log() {
  add_row({"laplacian_of_gaussian",
           [kernel = *make_log_kernel(1.4)](const ConstImageView& in, const ImageView& out) {
             return laplacian_of_gaussian(in, kernel, LogOutput::Absolute, out, scratch());
           },
           [](const cv::Mat& in, cv::Mat& out) {
             static cv::Mat blurred, response;
             cv::GaussianBlur(in, blurred, {11, 11}, 1.4, 1.4, cv::BORDER_REFLECT);
             cv::Laplacian(blurred, response, CV_16S, 3, 1, 0, cv::BORDER_REFLECT);
             cv::convertScaleAbs(response, out);
           }});
}

/// The three filters of a pipeline, one after the other.
void add_chain() {
  static Picture gray = gray_output();
  static Picture blurred = gray_output();
  add_row({.kernel = "chain_gray_gauss_sobel",
           .ours =
               [kernel = *make_gaussian_kernel(5, 1.0)](const ConstImageView& in, const ImageView& out) {
                 const Status reduced = grayscale(in, GrayscaleAlgorithm::Bt601, gray.view());
                 const Status smoothed =
                     gaussian_blur(gray.view(), kernel, Border::Reflect, blurred.view(), scratch());
                 if (reduced != Status::Ok || smoothed != Status::Ok) std::abort();
                 return our_sobel(blurred.view(), out);
               },
           .opencv =
               [](const cv::Mat& in, cv::Mat& out) {
                 static cv::Mat opencv_gray, opencv_blurred;
                 cv::cvtColor(in, opencv_gray, cv::COLOR_RGB2GRAY);
                 cv::GaussianBlur(opencv_gray, opencv_blurred, {5, 5}, 1, 1, cv::BORDER_REFLECT);
                 sobel_by_opencv(opencv_blurred, out);
               },
           .make_output = gray_output});
}

}  // namespace

void add_edge_rows() {
  add_row({"sobel", our_sobel, sobel_by_opencv});
  add_row({"sobel_gray", our_sobel, sobel_by_opencv, gray_input, gray_output});
  add_row({"scharr",
           [](const ConstImageView& in, const ImageView& out) { return scharr(in, out, scratch()); },
           scharr_by_opencv});
  add_log();
  add_canny("canny_gray", GradientNorm::L1, scene_input);
  add_canny("canny_gray_l2", GradientNorm::L2, scene_input);
  add_canny("canny_noise", GradientNorm::L1, gray_input);
  add_chain();
}

}  // namespace framewright::kernels::bench
