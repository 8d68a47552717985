#include <opencv2/imgproc.hpp>

#include "bench/kernels/rows.hpp"
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

}  // namespace

void add_rank_rows() {
  for (const int size : {3, 5, 7, 15, 31}) add_median(size);
}

}  // namespace framewright::kernels::bench
