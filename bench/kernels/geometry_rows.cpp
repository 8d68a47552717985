#include <opencv2/imgproc.hpp>

#include "bench/kernels/rows.hpp"
#include "kernels/resize.hpp"

namespace framewright::kernels::bench {
namespace {

struct Size {
  int width_px;
  int height_px;
};

int opencv_interpolation(Interpolation interpolation) {
  switch (interpolation) {
    case Interpolation::Area: return cv::INTER_AREA;
    case Interpolation::Bilinear: return cv::INTER_LINEAR;
    case Interpolation::Nearest: return cv::INTER_NEAREST;
    case Interpolation::Lanczos: return cv::INTER_LANCZOS4;
  }
  std::abort();
}

void add_resize(const std::string& name, Size size, Interpolation interpolation) {
  add_row({.kernel = name,
           .ours = [=](const ConstImageView& in,
                       const ImageView& out) { return resize(in, interpolation, out, scratch()); },
           .opencv =
               [=](const cv::Mat& in, cv::Mat& out) {
                 cv::resize(in, out, {size.width_px, size.height_px}, 0, 0,
                            opencv_interpolation(interpolation));
               },
           .make_output = [=] { return Picture(size.width_px, size.height_px, 3); }});
}

}  // namespace

void add_geometry_rows() {
  add_resize("resize_area_half", {960, 540}, Interpolation::Area);
  add_resize("resize_area_quarter", {480, 270}, Interpolation::Area);
  add_resize("resize_area_2_3", {1280, 720}, Interpolation::Area);
  add_resize("resize_area_256", {256, 144}, Interpolation::Area);
  add_resize("resize_bilinear_2_3", {1280, 720}, Interpolation::Bilinear);
  add_resize("resize_lanczos_2_3", {1280, 720}, Interpolation::Lanczos);
  add_resize("resize_nearest_2_3", {1280, 720}, Interpolation::Nearest);
}

}  // namespace framewright::kernels::bench
