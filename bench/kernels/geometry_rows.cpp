#include <opencv2/imgproc.hpp>

#include "bench/kernels/rows.hpp"
#include "kernels/pixelate.hpp"
#include "kernels/resize.hpp"
#include "kernels/turn.hpp"

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

void add_rotate() {
  add_row(
      {.kernel = "rotate_90",
       .ours = [](const ConstImageView& in,
                  const ImageView& out) { return turn(in, {.swap_axes = true, .from_bottom = true}, out); },
       .opencv = [](const cv::Mat& in, cv::Mat& out) { cv::rotate(in, out, cv::ROTATE_90_CLOCKWISE); },
       .make_output = [] { return Picture(kHeight, kWidth, 3); }});
}

void add_flip() {
  add_row({"flip_horizontal",
           [](const ConstImageView& in, const ImageView& out) { return turn(in, {.from_right = true}, out); },
           [](const cv::Mat& in, cv::Mat& out) { cv::flip(in, out, 1); }});
}

/// Smaller by area and larger by nearest is how OpenCV's users do it.
void add_pixelate() {
  add_row({"pixelate_8",
           [](const ConstImageView& in, const ImageView& out) { return pixelate(in, 8, out, scratch()); },
           [small = cv::Mat()](const cv::Mat& in, cv::Mat& out) mutable {
             cv::resize(in, small, {kWidth / 8, kHeight / 8}, 0, 0, cv::INTER_AREA);
             cv::resize(small, out, out.size(), 0, 0, cv::INTER_NEAREST);
           }});
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
  add_rotate();
  add_flip();
  add_pixelate();
}

}  // namespace framewright::kernels::bench
