#include <opencv2/imgproc.hpp>

#include "bench/kernels/rows.hpp"
#include "kernels/bilateral.hpp"
#include "kernels/median_blur.hpp"
#include "kernels/oil_painting.hpp"

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

void add_oil_painting(int radius) {
  add_row({.kernel = "oil_painting_" + std::to_string(radius),
           .ours = [radius](const ConstImageView& in,
                            const ImageView& out) { return oil_painting(in, radius, out, scratch()); },
           .opencv = nullptr});
}

}  // namespace

void add_edge_preserving_rows() {
  for (const int size : {3, 5, 7, 15, 31}) add_median(size);
  add_oil_painting(2);
  add_oil_painting(7);
  add_bilateral("bilateral_9", rgb_input, rgb_output);
  add_bilateral("bilateral_9_gray", gray_input, gray_output);
}

}  // namespace framewright::kernels::bench
