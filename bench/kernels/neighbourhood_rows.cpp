#include <opencv2/imgproc.hpp>

#include "bench/kernels/rows.hpp"
#include "kernels/box_blur.hpp"
#include "kernels/gaussian_blur.hpp"
#include "kernels/high_pass.hpp"
#include "kernels/sharpen.hpp"
#include "kernels/unsharp_mask.hpp"

namespace framewright::kernels::bench {
namespace {

void add_gaussian(int size, double sigma) {
  add_row({"gaussian_" + std::to_string(size),
           [kernel = *make_gaussian_kernel(size, sigma)](const ConstImageView& in, const ImageView& out) {
             return gaussian_blur(in, kernel, Border::Reflect, out, scratch());
           },
           [size, sigma](const cv::Mat& in, cv::Mat& out) {
             cv::GaussianBlur(in, out, {size, size}, sigma, sigma, cv::BORDER_REFLECT);
           }});
}

void add_box(int size) {
  add_row(
      {"box_" + std::to_string(size),
       [size](const ConstImageView& in, const ImageView& out) { return box_blur(in, size, out, scratch()); },
       [size](const cv::Mat& in, cv::Mat& out) {
         cv::blur(in, out, {size, size}, {-1, -1}, cv::BORDER_REFLECT);
       }});
}

void add_sharpen() {
  const cv::Mat sharpening = (cv::Mat_<float>(3, 3) << 0, -1, 0, -1, 5, -1, 0, -1, 0);
  add_row({"sharpen",
           [strength = *make_sharpen_weight(1.0)](const ConstImageView& in, const ImageView& out) {
             return sharpen(in, strength, out, scratch());
           },
           [sharpening](const cv::Mat& in, cv::Mat& out) {
             cv::filter2D(in, out, CV_8U, sharpening, {-1, -1}, 0, cv::BORDER_REFLECT);
           }});
}

void add_unsharp_mask() {
  add_row({"unsharp_mask",
           [kernel = *make_gaussian_kernel(5, 1.0), weights = *make_unsharp_weights(1.0, 0)](
               const ConstImageView& in, const ImageView& out) {
             return unsharp_mask(in, kernel, weights, out, scratch());
           },
           [](const cv::Mat& in, cv::Mat& out) {
             static cv::Mat blurred;
             cv::GaussianBlur(in, blurred, {5, 5}, 1.0, 1.0, cv::BORDER_REFLECT);
             cv::addWeighted(in, 2.0, blurred, -1.0, 0.0, out);
           }});
}

void add_high_pass() {
  add_row({"high_pass",
           [kernel = *make_gaussian_kernel(15, 2.6)](const ConstImageView& in, const ImageView& out) {
             return high_pass(in, kernel, out, scratch());
           },
           [](const cv::Mat& in, cv::Mat& out) {
             static cv::Mat blurred;
             cv::GaussianBlur(in, blurred, {15, 15}, 2.6, 2.6, cv::BORDER_REFLECT);
             cv::addWeighted(in, 1.0, blurred, -1.0, 128.0, out);
           }});
}

}  // namespace

void add_neighbourhood_rows() {
  add_gaussian(5, 1.0);
  add_gaussian(15, 2.6);
  add_gaussian(31, 5.0);
  add_gaussian(63, 10.0);
  add_gaussian(255, 50.0);
  add_box(5);
  add_box(31);
  add_sharpen();
  add_unsharp_mask();
  add_high_pass();
}

}  // namespace framewright::kernels::bench
