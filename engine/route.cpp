#include "engine/route.hpp"

#include <algorithm>

#include "engine/check.hpp"
#include "engine/codec.hpp"

namespace framewright::engine {
namespace {

/// Why the bytes of the input cannot be the answer; empty when they can.
std::string_view why_not_passed_on(const Plan& plan, const ImageHeader& header,
                                   const OutputOptions& output) noexcept {
  if (!plan.steps().empty()) return "filters work on decoded pixels";
  if (output.format.value_or(header.encoding) != header.encoding) return "the answer has another format";
  if (header.encoding == ImageEncoding::Raw) return {};  // Has neither quality nor orientation.
  if (output.quality) return "a quality was asked for, so the picture is encoded anew";
  if (header.orientation != 1) return "the picture says that it lies turned, which the answer must not say";
  return {};
}

bool is_lossy(ImageEncoding encoding) noexcept {
  return encoding == ImageEncoding::Jpeg || encoding == ImageEncoding::Webp;
}

/// Why the answer must be exact; empty when it need not.
std::string_view why_exact(const Plan& plan, const ImageHeader& header,
                           const OutputOptions& output) noexcept {
  const auto asked = output.exactness != Exactness::Auto ? output.exactness : plan.default_exactness();
  if (asked == Exactness::Exact) return "exactness is exact: every filter runs on RGB pixels in turn";
  if (asked == Exactness::Visual) return {};
  if (!is_lossy(header.encoding)) return "the input has lost nothing, so the answer is exact";
  if (!is_lossy(output.format.value_or(header.encoding))) {
    return "the answer's format loses nothing, so the answer is exact";
  }
  return {};
}

/// Whether chroma stays between the same pixels through every step. A step that the picture cannot go through
/// is not held against it: that is another error.
bool keeps_chroma_in_place(const Plan& plan, Geometry geometry) {
  for (const auto& step : plan.steps()) {
    if (!step.step->keeps_chroma_in_place(geometry)) return false;
    const auto made = step.step->output_geometry(geometry, plan.limits());
    if (!made) return true;
    geometry = *made;
  }
  return true;
}

/// At which part of its size a JPEG is decoded.
struct Scale {
  int eighths = 8;
  std::string_view reason = {};
};

Scale scale_of(int eighths) noexcept {
  switch (eighths) {
    case 1: return {1, "so little is asked by the first resize that the JPEG is decoded at 1/8 of its size"};
    case 2: return {2, "so little is asked by the first resize that the JPEG is decoded at 1/4 of its size"};
    case 4: return {4, "so little is asked by the first resize that the JPEG is decoded at 1/2 of its size"};
    default: return {};
  }
}

/// As the steps allow it.
Scale scale_for(const Plan& plan, const ImageHeader& header) {
  if (header.encoding != ImageEncoding::Jpeg || !plan.may_start_small()) return {};
  const auto& resize = *plan.steps().front().step;
  const auto made = resize.output_geometry(header.geometry, plan.limits());
  return made ? scale_of(resize.eighths_needed(header.geometry, *made)) : Scale{};
}

/// As above for pixels: gray ones. Colours that RGB cannot show would be means before they are cut off, and
/// far from means of what is left of them.
Scale scale_of_pixels(const Plan& plan, const ImageHeader& header) {
  return header.geometry.channels == 1 ? scale_for(plan, header) : Scale{};
}

/// As above for planes. Of chroma as large as luma an eighth comes in single rows, which cannot be halved.
Scale scale_of_planes(const Plan& plan, const ImageHeader& header) {
  const auto scale = scale_for(plan, header);
  return header.planes == ColourPlanes::Ycbcr420 ? scale : scale_of(std::max(2, scale.eighths));
}

RouteChoice with_scale(RouteChoice choice, const Scale& scale) noexcept {
  choice.eighths = scale.eighths;
  choice.scale_reason = scale.reason;
  return choice;
}

/// Why the picture cannot stay in its planes; empty when it can.
std::string_view why_not_in_planes(const Plan& plan, const ImageHeader& header) {
  if (plan.chroma_steps().empty()) {
    return "a filter makes something else of Y, Cb and Cr than of RGB, so it needs RGB pixels";
  }
  if (!can_stay_in_planes(header)) return "the input's chroma is of a size that is not halved here";
  if (!keeps_chroma_in_place(plan, header.geometry)) {
    return "chroma of half size would come to lie between other pixels than luma, so it needs RGB pixels";
  }
  return {};
}

}  // namespace

std::string_view to_string(Route route) noexcept {
  switch (route) {
    case Route::PassThrough: return "pass_through";
    case Route::Coefficients: return "coefficients";
    case Route::Luma: return "luma";
    case Route::Planes: return "planes";
    case Route::Pixels: return "pixels";
  }
  check_failed("a Route outside its list", __FILE__, __LINE__);
}

RouteChoice choose_route(const Plan& plan, const ImageHeader& header, const OutputOptions& output) {
  const auto why_not = why_not_passed_on(plan, header, output);
  if (why_not.empty()) {
    return {Route::PassThrough, "nothing is asked of the picture: its bytes are the answer, after a check"};
  }
  const auto exact = why_exact(plan, header, output);
  if (!exact.empty()) return {Route::Pixels, exact};
  const bool to_jpeg = output.format.value_or(header.encoding) == ImageEncoding::Jpeg;
  if (header.planes == ColourPlanes::None) {
    return with_scale({Route::Pixels, "the input has no planes of YCbCr to stay in"},
                      scale_of_pixels(plan, header));
  }
  if (const auto* const luma = plan.luma_plan().get()) {
    if (to_jpeg && luma->steps().empty()) {
      return {Route::Coefficients,
              "a gray JPEG is the luma of a colour one: its coefficients are taken over"};
    }
    return with_scale({Route::Luma, "the answer depends on luma alone, so only luma is decoded"},
                      scale_for(*luma, header));
  }
  if (!plan.why_no_luma_plan().empty()) return {Route::Pixels, plan.why_no_luma_plan()};
  if (!to_jpeg || plan.steps().empty()) return {Route::Pixels, why_not};
  const auto why_pixels = why_not_in_planes(plan, header);
  if (!why_pixels.empty()) return {Route::Pixels, why_pixels};
  return with_scale(
      {Route::Planes, "every filter does the same to each channel, so Y, Cb and Cr are never made RGB"},
      scale_of_planes(plan, header));
}

}  // namespace framewright::engine
