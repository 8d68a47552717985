#include <opencv2/imgproc.hpp>

#include "bench/kernels/rows.hpp"
#include "kernels/bilateral.hpp"
#include "kernels/median_blur.hpp"

namespace framewright::kernels::bench {
namespace {

void add_median(int size) {
  add_row({"median_" + std::to_string(size),
           [size](const ConstImageView& in, const ImageView& out) {
             return median_blur(in, size, out, scratch());
           },
           [size](const cv::Mat& in, cv::Mat& out) { cv::medianBlur(in, out, size); }});
}

void add_bilateral(const std::string& name, Picture& (*input)(), Picture (*output)()) {
  add_row({.kernel = name,
           .ours = [kernel = *make_bilateral_kernel(9, 50, 3)](
                       const ConstImageView& in,
                       const ImageView& out) { return bilateral(in, kernel, out, scratch()); },
           .opencv = [](const cv::Mat& in,
                        cv::Mat& out) { cv::bilateralFilter(in, out, 9, 50, 3, cv::BORDER_REFLECT); },
           .input = input,
           .make_output = output});
}

}  // namespace

void add_rank_rows() {
  for (const int size : {3, 5, 7, 15, 31}) add_median(size);
  add_bilateral("bilateral_9", rgb_input, rgb_output);
  add_bilateral("bilateral_9_gray", gray_input, gray_output);
}

}  // namespace framewright::kernels::bench
