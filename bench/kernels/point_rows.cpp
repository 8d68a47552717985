#include <opencv2/imgproc.hpp>

#include <iterator>
#include <vector>

#include "bench/kernels/rows.hpp"
#include "kernels/apply_table.hpp"
#include "kernels/blend.hpp"
#include "kernels/grayscale.hpp"
#include "kernels/invert.hpp"
#include "kernels/nv12_to_rgb.hpp"
#include "kernels/point_ramp.hpp"
#include "kernels/sepia.hpp"

namespace framewright::kernels::bench {
namespace {

void add_table() {
  PointTable table = *make_gamma_table(2.2);
  add_row({"table",
           [table](const ConstImageView& in, const ImageView& out) { return apply_table(in, table, out); },
           [table](const cv::Mat& in, cv::Mat& out) mutable {
             cv::LUT(in, cv::Mat(1, 256, CV_8U, table.data()), out);
           }});
}

/// What a plan makes of brightness and contrast, gamma, levels, invert and posterize; OpenCV does one after
/// the other.
void add_five_tables() {
  const PointTable tables[] = {*make_brightness_contrast_table(0.1, 1.2), *make_gamma_table(2.2),
                               *make_levels_table({16, 235, 1.2, 0, 255}), make_invert_table(),
                               *make_posterize_table(6)};
  PointTable fused = tables[0];
  for (std::size_t i = 1; i < std::size(tables); ++i) fused = compose(fused, tables[i]);
  std::vector<PointTable> one_by_one(std::begin(tables), std::end(tables));
  add_row({"five_tables",
           [fused](const ConstImageView& in, const ImageView& out) { return apply_table(in, fused, out); },
           [one_by_one](const cv::Mat& in, cv::Mat& out) mutable {
             const cv::Mat* from = &in;
             for (PointTable& table : one_by_one) {
               cv::LUT(*from, cv::Mat(1, 256, CV_8U, table.data()), out);
               from = &out;
             }
           }});
}

void add_brightness_contrast() {
  // 1.2 (v - 127.5) + 127.5 + 25.5
  const auto table = make_brightness_contrast_table(0.1, 1.2);
  add_row({"brightness_contrast",
           [ramp = *fit_ramp(*table)](const ConstImageView& in, const ImageView& out) {
             return apply_ramp(in, ramp, out);
           },
           [](const cv::Mat& in, cv::Mat& out) { cv::convertScaleAbs(in, out, 1.2, 0); }});
}

void add_sepia() {
  const cv::Mat matrix = (cv::Mat_<float>(3, 3) << .393, .769, .189, .349, .686, .168, .272, .534, .131);
  add_row({"sepia",
           [ours = *make_sepia_matrix(1.0)](const ConstImageView& in, const ImageView& out) {
             return sepia(in, ours, out);
           },
           [matrix](const cv::Mat& in, cv::Mat& out) { cv::transform(in, out, matrix); }});
}

void add_blend() {
  static Picture second = [] {
    Picture picture = rgb_output();
    if (invert(rgb_input().view(), picture.view()) != Status::Ok) std::abort();
    return picture;
  }();
  add_row({"blend",
           [weight = *make_blend_weight(0.3)](const ConstImageView& in, const ImageView& out) {
             return blend(in, second.view(), weight, out);
           },
           [](const cv::Mat& in, cv::Mat& out) { cv::addWeighted(in, 0.7, second.mat(), 0.3, 0, out); }});
}

Status nv12_in_rgb_bytes(const ConstImageView& in, const ImageView& out) {
  return nv12_to_rgb({in.pixels, in.pixels + kWidth * kHeight, kWidth, kHeight, kWidth, kWidth}, out);
}

void opencv_nv12_in_rgb_bytes(const cv::Mat& in, cv::Mat& out) {
  cv::cvtColor(cv::Mat(kHeight * 3 / 2, kWidth, CV_8U, in.data), out, cv::COLOR_YUV2RGB_NV12);
}

}  // namespace

void add_point_rows() {
  add_row({.kernel = "grayscale_bt601",
           .ours = [](const ConstImageView& in,
                      const ImageView& out) { return grayscale(in, GrayscaleAlgorithm::Bt601, out); },
           .opencv = [](const cv::Mat& in, cv::Mat& out) { cv::cvtColor(in, out, cv::COLOR_RGB2GRAY); },
           .make_output = gray_output});
  add_row({"invert", invert, [](const cv::Mat& in, cv::Mat& out) { cv::bitwise_not(in, out); }});
  add_table();
  add_five_tables();
  add_brightness_contrast();
  add_sepia();
  add_blend();
  add_row({"nv12_to_rgb", nv12_in_rgb_bytes, opencv_nv12_in_rgb_bytes});
}

}  // namespace framewright::kernels::bench
