#include "engine/route.hpp"

#include "engine/check.hpp"

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

RouteChoice choose_route(const Plan& plan, const ImageHeader& header, const OutputOptions& output) noexcept {
  const auto why_not = why_not_passed_on(plan, header, output);
  if (why_not.empty()) {
    return {Route::PassThrough, "nothing is asked of the picture: its bytes are the answer, after a check"};
  }
  const auto exact = why_exact(plan, header, output);
  if (!exact.empty()) return {Route::Pixels, exact};
  if (header.planes == ColourPlanes::None)
    return {Route::Pixels, "the input has no planes of YCbCr to stay in"};
  const bool to_jpeg = output.format.value_or(header.encoding) == ImageEncoding::Jpeg;
  if (plan.luma_plan() != nullptr) {
    if (to_jpeg && plan.luma_plan()->steps().empty()) {
      return {Route::Coefficients,
              "a gray JPEG is the luma of a colour one: its coefficients are taken over"};
    }
    return {Route::Luma, "the answer depends on luma alone, so only luma is decoded"};
  }
  if (!to_jpeg || plan.steps().empty()) return {Route::Pixels, why_not};
  if (plan.chroma_steps().empty()) {
    return {Route::Pixels, "a filter does not do the same to every channel, so it needs RGB pixels"};
  }
  if (header.planes != ColourPlanes::Ycbcr420) {
    return {Route::Pixels, "the input's chroma is not of half size both ways, as the answer's is"};
  }
  return {Route::Planes, "every filter does the same to each channel, so Y, Cb and Cr are never made RGB"};
}

}  // namespace framewright::engine
