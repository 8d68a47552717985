// The reference of every kernel: one pixel at a time, in the words of its definition. It says what is
// correct; SIMD and device are compared with it byte for byte. Contracts are those of the kernels, without
// scratch.
#pragma once

#include "kernels/apply_table.hpp"
#include "kernels/bilateral.hpp"
#include "kernels/blend.hpp"
#include "kernels/box_blur.hpp"
#include "kernels/canny.hpp"
#include "kernels/clahe.hpp"
#include "kernels/colour_matrix.hpp"
#include "kernels/crop.hpp"
#include "kernels/equalize.hpp"
#include "kernels/gaussian_blur.hpp"
#include "kernels/grayscale.hpp"
#include "kernels/high_pass.hpp"
#include "kernels/hsv.hpp"
#include "kernels/image_view.hpp"
#include "kernels/invert.hpp"
#include "kernels/lab.hpp"
#include "kernels/laplacian_of_gaussian.hpp"
#include "kernels/letterbox.hpp"
#include "kernels/median_blur.hpp"
#include "kernels/morphology.hpp"
#include "kernels/nv12_to_rgb.hpp"
#include "kernels/oil_painting.hpp"
#include "kernels/pixelate.hpp"
#include "kernels/png_filters.hpp"
#include "kernels/resize.hpp"
#include "kernels/scharr.hpp"
#include "kernels/sepia.hpp"
#include "kernels/sharpen.hpp"
#include "kernels/sobel.hpp"
#include "kernels/threshold.hpp"
#include "kernels/turn.hpp"
#include "kernels/unsharp_mask.hpp"
#include "kernels/vignette.hpp"
#include "kernels/white_balance.hpp"

namespace framewright::kernels::reference {

Status grayscale(const ConstImageView& in, GrayscaleAlgorithm algorithm, const ImageView& out) noexcept;
Status apply_table(const ConstImageView& in, const PointTable& table, const ImageView& out) noexcept;
Status invert(const ConstImageView& in, const ImageView& out) noexcept;
Status sepia(const ConstImageView& in, const SepiaMatrix& matrix, const ImageView& out) noexcept;
Status gaussian_blur(const ConstImageView& in, const GaussianKernel& kernel, Border border,
                     const ImageView& out) noexcept;
Status box_blur(const ConstImageView& in, int kernel_size_px, const ImageView& out) noexcept;
Status median_blur(const ConstImageView& in, int kernel_size_px, const ImageView& out) noexcept;
Status bilateral(const ConstImageView& in, const BilateralKernel& kernel, const ImageView& out) noexcept;
Status oil_painting(const ConstImageView& in, int radius_px, const ImageView& out) noexcept;
Status resize(const ConstImageView& in, Interpolation interpolation, const ImageView& out) noexcept;
Status turn(const ConstImageView& in, Turn turn, const ImageView& out) noexcept;
Status crop(const ConstImageView& in, const PixelRectangle& part, const ImageView& out) noexcept;
Status letterbox(const ConstImageView& in, std::uint8_t background, const ImageView& box) noexcept;
Status pixelate(const ConstImageView& in, int block_size_px, const ImageView& out) noexcept;
Status morphology(const ConstImageView& in, Morphology operation, const StructuringElement& element,
                  const ImageView& out) noexcept;
Status sobel(const ConstImageView& in, const ImageView& out) noexcept;
Status scharr(const ConstImageView& in, const ImageView& out) noexcept;
Status canny(const ConstImageView& in, const CannyThresholds& thresholds, const ImageView& out) noexcept;
Status laplacian_of_gaussian(const ConstImageView& in, const LogKernel& kernel, LogOutput output,
                             const ImageView& out) noexcept;
Status sharpen(const ConstImageView& in, SharpenWeight strength, const ImageView& out) noexcept;
Status unsharp_mask(const ConstImageView& in, const GaussianKernel& kernel, UnsharpWeights weights,
                    const ImageView& out) noexcept;
Status high_pass(const ConstImageView& in, const GaussianKernel& kernel, const ImageView& out) noexcept;
Status equalize(const ConstImageView& in, const ImageView& out) noexcept;
Status clahe(const ConstImageView& in, ClipLimit limit, TileGrid grid, const ImageView& out) noexcept;
Status threshold_otsu(const ConstImageView& in, Polarity polarity, const ImageView& out) noexcept;
Status threshold_adaptive(const ConstImageView& in, int block_size_px, int offset, Polarity polarity,
                          const ImageView& out) noexcept;
Status apply_colour_matrix(const ConstImageView& in, const ColourMatrix& matrix,
                           const ImageView& out) noexcept;
Status balance_white(const ConstImageView& in, WhiteReference white, const ImageView& out) noexcept;
Status rgb_to_hsv(const ConstImageView& in, const ImageView& out) noexcept;
Status hsv_to_rgb(const ConstImageView& in, const ImageView& out) noexcept;
Status rgb_to_lab(const ConstImageView& in, const ImageView& out) noexcept;
Status lab_to_rgb(const ConstImageView& in, const ImageView& out) noexcept;
Status blend(const ConstImageView& first, const ConstImageView& second, BlendWeight weight,
             const ImageView& out) noexcept;
Status vignette(const ConstImageView& in, const Vignette& vignette, const ImageView& out) noexcept;
Status nv12_to_rgb(const Nv12View& nv12, const ImageView& rgb) noexcept;
Status png_filter(PngFilter filter, const PngRow& row, std::uint8_t* out) noexcept;
Status png_unfilter(PngFilter filter, const PngRow& row, std::uint8_t* out) noexcept;
PngFilter lightest_png_filter(const PngRow& row) noexcept;

}  // namespace framewright::kernels::reference
