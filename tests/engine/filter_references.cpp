#include "tests/engine/filter_references.hpp"

#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "engine/check.hpp"
#include "engine/filters/steps.hpp"
#include "kernels/colour_rows.hpp"
#include "kernels/reference.hpp"

namespace framewright::engine {
namespace {

using kernels::ConstImageView;
using kernels::ImageView;
using kernels::Status;
namespace reference = kernels::reference;

using Reference = Status (*)(const Parameters& values, const ConstImageView& in, const ImageView& out);

int whole(const Parameters& values, std::string_view id) {
  return static_cast<int>(filters::parameter<std::int64_t>(values, id));
}
double number(const Parameters& values, std::string_view id) {
  return filters::parameter<double>(values, id);
}
bool flag(const Parameters& values, std::string_view id) { return filters::parameter<bool>(values, id); }
const std::string& choice(const Parameters& values, std::string_view id) {
  return filters::parameter<std::string>(values, id);
}

template <class T>
T chosen(const Parameters& values, std::string_view id, const std::map<std::string, T>& known) {
  return known.at(choice(values, id));
}

/// Memory for a picture on the way.
class Pixels {
 public:
  Pixels(const ConstImageView& like, int channels)
      : bytes_(static_cast<std::size_t>(like.width_px * like.height_px * channels)),
        view_{bytes_.data(), like.width_px, like.height_px, channels,
              static_cast<std::ptrdiff_t>(like.width_px) * channels} {}
  const ImageView& view() const { return view_; }

 private:
  std::vector<std::uint8_t> bytes_;
  ImageView view_;
};

Status mixed(const ConstImageView& in, const kernels::ColourRows& rows, const ImageView& out) {
  return reference::apply_colour_matrix(in, *kernels::make_colour_matrix(rows), out);
}

kernels::GaussianKernel gaussian(const Parameters& values) {
  return *kernels::make_gaussian_kernel(whole(values, "kernel_size"), number(values, "sigma"));
}

Status grayscale(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  using enum kernels::GrayscaleAlgorithm;
  return reference::grayscale(in,
                              chosen<kernels::GrayscaleAlgorithm>(values, "algorithm",
                                                                  {{"bt601", Bt601},
                                                                   {"bt709", Bt709},
                                                                   {"average", Average},
                                                                   {"lightness", Lightness},
                                                                   {"luminosity", Luminosity}}),
                              out);
}

Status gaussian_blur(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  using enum kernels::Border;
  const auto border = chosen<kernels::Border>(values, "border_mode",
                                              {{"reflect", Reflect}, {"clamp", Clamp}, {"wrap", Wrap}});
  return reference::gaussian_blur(in, gaussian(values), border, out);
}

Status bilateral(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  const auto kernel = kernels::make_bilateral_kernel(
      whole(values, "kernel_size"), number(values, "sigma_color"), number(values, "sigma_space"));
  return reference::bilateral(in, *kernel, out);
}

Status resize(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  using enum kernels::Interpolation;
  return reference::resize(
      in,
      chosen<kernels::Interpolation>(
          values, "interpolation",
          {{"area", Area}, {"bilinear", Bilinear}, {"nearest", Nearest}, {"lanczos", Lanczos}}),
      out);
}

Status crop(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  return reference::crop(
      in, {whole(values, "x"), whole(values, "y"), whole(values, "width"), whole(values, "height")}, out);
}

Status flip(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  const auto& direction = choice(values, "direction");
  return reference::turn(in, {false, direction != "vertical", direction != "horizontal"}, out);
}

Status rotate(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  const int angle = whole(values, "angle");
  return reference::turn(in, {angle != 180, angle != 90, angle != 270}, out);
}

Status letterbox(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  return reference::letterbox(in, static_cast<std::uint8_t>(whole(values, "background")), out);
}

Status levels(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  const auto table = kernels::make_levels_table({.input_black = whole(values, "input_black"),
                                                 .input_white = whole(values, "input_white"),
                                                 .gamma = number(values, "gamma"),
                                                 .output_black = whole(values, "output_black"),
                                                 .output_white = whole(values, "output_white")});
  return reference::apply_table(in, *table, out);
}

Status hue_saturation(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  const double lightness = number(values, "lightness");
  if (in.channels == 1) {  // Grays go straight towards black or white.
    const auto grays = kernels::make_brightness_contrast_table(lightness / 2, 1 - std::abs(lightness));
    return reference::apply_table(in, *grays, out);
  }
  return mixed(in,
               kernels::hue_saturation_rows({number(values, "hue"), number(values, "saturation"), lightness}),
               out);
}

Status white_balance(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  const auto& method = choice(values, "method");
  if (method == "temperature")
    return mixed(in, kernels::temperature_rows(number(values, "temperature")), out);
  return reference::balance_white(
      in, method == "white_patch" ? kernels::WhiteReference::WhitePatch : kernels::WhiteReference::GrayWorld,
      out);
}

Status clahe(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  return reference::clahe(in, *kernels::make_clip_limit(number(values, "clip_limit")),
                          {whole(values, "tile_columns"), whole(values, "tile_rows")}, out);
}

Status threshold(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  const auto& mode = choice(values, "mode");
  const auto polarity =
      flag(values, "inverted") ? kernels::Polarity::DarkIsWhite : kernels::Polarity::BrightIsWhite;
  if (mode == "otsu") return reference::threshold_otsu(in, polarity, out);
  if (mode == "adaptive") {
    return reference::threshold_adaptive(in, whole(values, "block_size"), whole(values, "offset"), polarity,
                                         out);
  }
  return reference::apply_table(in, *kernels::make_threshold_table(whole(values, "level"), polarity), out);
}

/// Luma, blurred where sigma says so.
Status canny(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  const Pixels luma(in, 1);
  const Pixels blurred(in, 1);
  auto status = reference::grayscale(in, kernels::GrayscaleAlgorithm::Bt601, luma.view());
  if (status != Status::Ok) return status;
  const double sigma = number(values, "sigma");
  const auto blur = kernels::make_gaussian_kernel(2 * static_cast<int>(std::ceil(3 * sigma)) + 1, sigma);
  if (blur) status = reference::gaussian_blur(luma.view(), *blur, kernels::Border::Reflect, blurred.view());
  if (status != Status::Ok) return status;
  const auto norm = flag(values, "l2_gradient") ? kernels::GradientNorm::L2 : kernels::GradientNorm::L1;
  const auto thresholds =
      kernels::make_canny_thresholds(norm, whole(values, "low_threshold"), whole(values, "high_threshold"));
  return reference::canny(blur ? blurred.view() : luma.view(), *thresholds, out);
}

Status laplacian_of_gaussian(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  using enum kernels::LogOutput;
  return reference::laplacian_of_gaussian(
      in, *kernels::make_log_kernel(number(values, "sigma")),
      chosen<kernels::LogOutput>(values, "output", {{"absolute", Absolute}, {"signed", Signed}}), out);
}

Status unsharp_mask(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  const auto weights = kernels::make_unsharp_weights(number(values, "amount"), whole(values, "threshold"));
  return reference::unsharp_mask(in, gaussian(values), *weights, out);
}

template <kernels::Morphology kOperation>
Status morphology(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  using enum kernels::ElementShape;
  const auto shape = chosen<kernels::ElementShape>(
      values, "shape", {{"rectangle", Rectangle}, {"ellipse", Ellipse}, {"cross", Cross}});
  return reference::morphology(in, kOperation,
                               *kernels::make_structuring_element(shape, whole(values, "kernel_size")), out);
}

kernels::LumaStandard standard(const Parameters& values) {
  return choice(values, "standard") == "bt709" ? kernels::LumaStandard::Bt709 : kernels::LumaStandard::Bt601;
}

/// What a filter with its default parameters makes of the picture; none: the picture itself.
Pixels part_of_blend(const std::string& id, const ConstImageView& in, Status& status) {
  if (id == "none") {
    Pixels copy(in, in.channels);
    status = reference::turn(in, {}, copy.view());
    return copy;
  }
  const auto parameters = defaults_of(*find_filter(id));
  const auto made = find_filter(id)
                        ->make(parameters)
                        ->output_geometry({in.width_px, in.height_px, in.channels}, ImageLimits{});
  Pixels part(in, made.value().channels);
  status = run_reference({id, parameters}, in, part.view());
  return part;
}

Status blend(const Parameters& values, const ConstImageView& in, const ImageView& out) {
  Status status{};
  const auto first = part_of_blend(choice(values, "first"), in, status);
  if (status != Status::Ok) return status;
  const auto second = part_of_blend(choice(values, "second"), in, status);
  if (status != Status::Ok) return status;
  return reference::blend(first.view(), second.view(), *kernels::make_blend_weight(number(values, "weight")),
                          out);
}

/// A definition that has no parameters.
template <Status (*kReference)(const ConstImageView&, const ImageView&) noexcept>
Status plain(const Parameters&, const ConstImageView& in, const ImageView& out) {
  return kReference(in, out);
}

using enum kernels::Morphology;
using P = const Parameters&;
using In = const ConstImageView&;
using Out = const ImageView&;

const std::map<std::string, Reference, std::less<>> kReferences = {
    {"grayscale", grayscale},
    {"gaussian_blur", gaussian_blur},
    {"box_blur", [](P v, In in, Out out) { return reference::box_blur(in, whole(v, "kernel_size"), out); }},
    {"median_blur",
     [](P v, In in, Out out) { return reference::median_blur(in, whole(v, "kernel_size"), out); }},
    {"bilateral", bilateral},
    {"oil_painting",
     [](P v, In in, Out out) { return reference::oil_painting(in, whole(v, "radius"), out); }},
    {"resize", resize},
    {"crop", crop},
    {"flip", flip},
    {"rotate", rotate},
    {"letterbox", letterbox},
    {"pixelate", [](P v, In in, Out out) { return reference::pixelate(in, whole(v, "block_size"), out); }},
    {"invert", plain<reference::invert>},
    {"brightness_contrast",
     [](P v, In in, Out out) {
       const auto table =
           kernels::make_brightness_contrast_table(number(v, "brightness"), number(v, "contrast"));
       return reference::apply_table(in, *table, out);
     }},
    {"gamma",
     [](P v, In in, Out out) {
       return reference::apply_table(in, *kernels::make_gamma_table(number(v, "gamma")), out);
     }},
    {"levels", levels},
    {"posterize",
     [](P v, In in, Out out) {
       return reference::apply_table(in, *kernels::make_posterize_table(whole(v, "levels")), out);
     }},
    {"sepia",
     [](P v, In in, Out out) {
       return reference::sepia(in, *kernels::make_sepia_matrix(number(v, "intensity")), out);
     }},
    {"hue_saturation", hue_saturation},
    {"white_balance", white_balance},
    {"vignette",
     [](P v, In in, Out out) {
       const auto vignette = kernels::make_vignette(number(v, "strength"), number(v, "radius"));
       return reference::vignette(in, *vignette, out);
     }},
    {"rgb_to_hsv", plain<reference::rgb_to_hsv>},
    {"hsv_to_rgb", plain<reference::hsv_to_rgb>},
    {"rgb_to_lab", plain<reference::rgb_to_lab>},
    {"lab_to_rgb", plain<reference::lab_to_rgb>},
    {"rgb_to_ycbcr",
     [](P v, In in, Out out) { return mixed(in, kernels::rgb_to_ycbcr_rows(standard(v)), out); }},
    {"ycbcr_to_rgb",
     [](P v, In in, Out out) { return mixed(in, kernels::ycbcr_to_rgb_rows(standard(v)), out); }},
    {"histogram_equalization", plain<reference::equalize>},
    {"clahe", clahe},
    {"threshold", threshold},
    {"sobel", plain<reference::sobel>},
    {"scharr", plain<reference::scharr>},
    {"canny", canny},
    {"laplacian_of_gaussian", laplacian_of_gaussian},
    {"sharpen",
     [](P v, In in, Out out) {
       return reference::sharpen(in, *kernels::make_sharpen_weight(number(v, "strength")), out);
     }},
    {"unsharp_mask", unsharp_mask},
    {"high_pass", [](P v, In in, Out out) { return reference::high_pass(in, gaussian(v), out); }},
    {"erode", morphology<Erode>},
    {"dilate", morphology<Dilate>},
    {"open", morphology<Open>},
    {"close", morphology<Close>},
    {"morphological_gradient", morphology<Gradient>},
    {"top_hat", morphology<TopHat>},
    {"black_hat", morphology<BlackHat>},
    {"blend", blend},
};

}  // namespace

bool has_reference(std::string_view filter) { return kReferences.contains(filter); }

Status run_reference(const FilterCall& call, const ConstImageView& in, const ImageView& out) {
  const auto found = kReferences.find(call.filter);
  FW_CHECK(found != kReferences.end());
  return found->second(call.parameters, in, out);
}

}  // namespace framewright::engine
