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

}  // namespace

std::string_view to_string(Route route) noexcept {
  switch (route) {
    case Route::PassThrough: return "pass_through";
    case Route::Pixels: return "pixels";
  }
  check_failed("a Route outside its list", __FILE__, __LINE__);
}

RouteChoice choose_route(const Plan& plan, const ImageHeader& header, const OutputOptions& output) noexcept {
  const auto why_not = why_not_passed_on(plan, header, output);
  if (why_not.empty()) {
    return {Route::PassThrough, "nothing is asked of the picture: its bytes are the answer, after a check"};
  }
  return {Route::Pixels, why_not};
}

}  // namespace framewright::engine
