#include <opencv2/imgproc.hpp>

#include "bench/kernels/rows.hpp"
#include "kernels/morphology.hpp"

namespace framewright::kernels::bench {
namespace {

int opencv_shape(ElementShape shape) {
  switch (shape) {
    case ElementShape::Rectangle: return cv::MORPH_RECT;
    case ElementShape::Ellipse: return cv::MORPH_ELLIPSE;
    case ElementShape::Cross: return cv::MORPH_CROSS;
  }
  std::abort();
}

void add_morphology(const std::string& name, Morphology operation, int opencv_operation, ElementShape shape,
                    int size) {
  const cv::Mat kernel = cv::getStructuringElement(opencv_shape(shape), {size, size});
  add_row({name,
           [operation, element = *make_structuring_element(shape, size)](const ConstImageView& in,
                                                                         const ImageView& out) {
             return morphology(in, operation, element, out, scratch());
           },
           [opencv_operation, kernel](const cv::Mat& in, cv::Mat& out) {
             cv::morphologyEx(in, out, opencv_operation, kernel);
           }});
}

}  // namespace

void add_morphology_rows() {
  using enum ElementShape;
  add_morphology("erode_5", Morphology::Erode, cv::MORPH_ERODE, Rectangle, 5);
  add_morphology("erode_31", Morphology::Erode, cv::MORPH_ERODE, Rectangle, 31);
  add_morphology("erode_ellipse_5", Morphology::Erode, cv::MORPH_ERODE, Ellipse, 5);
  add_morphology("erode_ellipse_31", Morphology::Erode, cv::MORPH_ERODE, Ellipse, 31);
  add_morphology("erode_cross_5", Morphology::Erode, cv::MORPH_ERODE, Cross, 5);
  add_morphology("dilate_5", Morphology::Dilate, cv::MORPH_DILATE, Rectangle, 5);
  add_morphology("open_5", Morphology::Open, cv::MORPH_OPEN, Rectangle, 5);
  add_morphology("close_5", Morphology::Close, cv::MORPH_CLOSE, Rectangle, 5);
  add_morphology("morphological_gradient_5", Morphology::Gradient, cv::MORPH_GRADIENT, Rectangle, 5);
  add_morphology("top_hat_31", Morphology::TopHat, cv::MORPH_TOPHAT, Rectangle, 31);
  add_morphology("black_hat_31", Morphology::BlackHat, cv::MORPH_BLACKHAT, Rectangle, 31);
}

}  // namespace framewright::kernels::bench
