#include <opencv2/imgproc.hpp>

#include "bench/kernels/rows.hpp"
#include "kernels/clahe.hpp"
#include "kernels/equalize.hpp"
#include "kernels/threshold.hpp"

namespace framewright::kernels::bench {
namespace {

/// Noise is the picture that histograms like best: neighbours seldom wait for each other's count. This is the
/// other end, a sky.
Picture& gray_gradient() {
  static Picture picture = [] {
    Picture made = gray_output();
    const ImageView view = made.view();
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) view.row(y)[x] = static_cast<std::uint8_t>((x + 2 * y) / 16);
    }
    return made;
  }();
  return picture;
}

void add_equalize(const std::string& name, Picture& (*input)()) {
  add_row(
      {.kernel = name,
       .ours = [](const ConstImageView& in, const ImageView& out) { return equalize(in, out, scratch()); },
       .opencv = [](const cv::Mat& in, cv::Mat& out) { cv::equalizeHist(in, out); },
       .input = input,
       .make_output = gray_output});
}

void add_clahe() {
  const auto ours = [](const ConstImageView& in, const ImageView& out) {
    return clahe(in, *make_clip_limit(2.0), {}, out, scratch());
  };
  add_row(
      {.kernel = "clahe_gray",
       .ours = ours,
       .opencv = [opencv = cv::createCLAHE(2.0)](const cv::Mat& in, cv::Mat& out) { opencv->apply(in, out); },
       .input = gray_input,
       .make_output = gray_output});
  add_row({.kernel = "clahe_rgb", .ours = ours, .opencv = nullptr});
}

void add_thresholds() {
  add_row(
      {.kernel = "threshold_otsu_gray",
       .ours =
           [](const ConstImageView& in, const ImageView& out) {
             return threshold_otsu(in, Polarity::BrightIsWhite, out, scratch());
           },
       .opencv = [](const cv::Mat& in,
                    cv::Mat& out) { cv::threshold(in, out, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU); },
       .input = gray_input,
       .make_output = gray_output});
  add_row({.kernel = "threshold_adaptive_11_gray",
           .ours =
               [](const ConstImageView& in, const ImageView& out) {
                 return threshold_adaptive(in, 11, 2, Polarity::BrightIsWhite, out, scratch());
               },
           .opencv =
               [](const cv::Mat& in, cv::Mat& out) {
                 cv::adaptiveThreshold(in, out, 255, cv::ADAPTIVE_THRESH_MEAN_C, cv::THRESH_BINARY, 11, 2);
               },
           .input = gray_input,
           .make_output = gray_output});
}

}  // namespace

void add_histogram_rows() {
  add_equalize("equalize_gray_noise", gray_input);
  add_equalize("equalize_gray_gradient", gray_gradient);
  add_row(
      {.kernel = "equalize_rgb",
       .ours = [](const ConstImageView& in, const ImageView& out) { return equalize(in, out, scratch()); },
       .opencv = nullptr});
  add_clahe();
  add_thresholds();
}

}  // namespace framewright::kernels::bench
