#include <opencv2/imgproc.hpp>

#include "bench/kernels/rows.hpp"
#include "kernels/crop.hpp"
#include "kernels/letterbox.hpp"
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

void add_flip(const std::string& name, Turn how, int opencv_axis) {
  add_row({name, [how](const ConstImageView& in, const ImageView& out) { return turn(in, how, out); },
           [opencv_axis](const cv::Mat& in, cv::Mat& out) { cv::flip(in, out, opencv_axis); }});
}

/// From a place where no word begins.
void add_crop() {
  static constexpr PixelRectangle kPart{321, 181, 1280, 720};
  add_row({.kernel = "crop_2_3",
           .ours = [](const ConstImageView& in, const ImageView& out) { return crop(in, kPart, out); },
           .opencv =
               [](const cv::Mat& in, cv::Mat& out) {
                 in(cv::Rect(kPart.x, kPart.y, kPart.width_px, kPart.height_px)).copyTo(out);
               },
           .make_output = [] { return Picture(kPart.width_px, kPart.height_px, 3); }});
}

void add_letterbox() {
  constexpr int kSide = 640;
  constexpr int kInside = 360;  // High, of a picture of 16 to 9.
  constexpr int kBar = (kSide - kInside) / 2;
  add_row({.kernel = "letterbox_640",
           .ours = [](const ConstImageView& in,
                      const ImageView& out) { return letterbox(in, 0, out, scratch()); },
           .opencv =
               [small = cv::Mat()](const cv::Mat& in, cv::Mat& out) mutable {
                 cv::resize(in, small, {kSide, kInside}, 0, 0, cv::INTER_AREA);
                 cv::copyMakeBorder(small, out, kBar, kBar, 0, 0, cv::BORDER_CONSTANT);
               },
           .make_output = [] { return Picture(kSide, kSide, 3); }});
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
  add_flip("flip_horizontal", {.from_right = true}, 1);
  add_flip("flip_vertical", {.from_bottom = true}, 0);
  add_crop();
  add_letterbox();
  add_pixelate();
}

}  // namespace framewright::kernels::bench
