#include "kernels/colour_rows.hpp"

#include <opencv2/imgproc.hpp>

#include "bench/kernels/rows.hpp"
#include "kernels/colour_matrix.hpp"
#include "kernels/hsv.hpp"
#include "kernels/lab.hpp"
#include "kernels/vignette.hpp"
#include "kernels/white_balance.hpp"

namespace framewright::kernels::bench {
namespace {

void add_conversion(const std::string& name, Status (*ours)(const ConstImageView&, const ImageView&) noexcept,
                    int opencv_code) {
  add_row({name, ours, [=](const cv::Mat& in, cv::Mat& out) { cv::cvtColor(in, out, opencv_code); }});
}

void add_matrix(const std::string& name, const ColourRows& rows,
                std::function<void(const cv::Mat& in, cv::Mat& out)> opencv) {
  add_row({name,
           [matrix = *make_colour_matrix(rows)](const ConstImageView& in, const ImageView& out) {
             return apply_colour_matrix(in, matrix, out);
           },
           std::move(opencv)});
}

/// Beside OpenCV's product with the same matrix.
void add_transform(const std::string& name, const ColourRows& rows) {
  cv::Mat matrix(3, 4, CV_32F);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 4; ++j) {
      matrix.at<float>(i, j) =
          static_cast<float>(rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)]);
    }
  }
  add_matrix(name, rows, [matrix](const cv::Mat& in, cv::Mat& out) { cv::transform(in, out, matrix); });
}

void add_matrices() {
  add_matrix("rgb_to_ycbcr", rgb_to_ycbcr_rows(LumaStandard::Bt601),
             [](const cv::Mat& in, cv::Mat& out) { cv::cvtColor(in, out, cv::COLOR_RGB2YCrCb); });
  add_matrix("ycbcr_to_rgb", ycbcr_to_rgb_rows(LumaStandard::Bt601),
             [](const cv::Mat& in, cv::Mat& out) { cv::cvtColor(in, out, cv::COLOR_YCrCb2RGB); });
  add_transform("hue_saturation", hue_saturation_rows({30, 1.5, 0.1}));
  add_transform("white_balance_temperature", temperature_rows(4000));
}

}  // namespace

void add_colour_rows() {
  add_conversion("rgb_to_hsv", rgb_to_hsv, cv::COLOR_RGB2HSV_FULL);
  add_conversion("hsv_to_rgb", hsv_to_rgb, cv::COLOR_HSV2RGB_FULL);
  add_conversion("rgb_to_lab", rgb_to_lab, cv::COLOR_RGB2Lab);
  add_conversion("lab_to_rgb", lab_to_rgb, cv::COLOR_Lab2RGB);
  add_matrices();
  add_row({.kernel = "vignette",
           .ours = [numbers = *make_vignette(0.5, 0.3)](
                       const ConstImageView& in,
                       const ImageView& out) { return vignette(in, numbers, out, scratch()); },
           .opencv = {}});
  add_row({.kernel = "white_balance_gray_world",
           .ours = [](const ConstImageView& in,
                      const ImageView& out) { return balance_white(in, WhiteReference::GrayWorld, out); },
           .opencv = {}});
  add_row({.kernel = "white_balance_white_patch",
           .ours = [](const ConstImageView& in,
                      const ImageView& out) { return balance_white(in, WhiteReference::WhitePatch, out); },
           .opencv = {}});
}

}  // namespace framewright::kernels::bench
