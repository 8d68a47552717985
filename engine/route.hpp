// A Route is the way one frame takes from its input to its answer: how far it has to be decoded.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/media.hpp"
#include "engine/plan.hpp"

namespace framewright::engine {

enum class Route : std::uint8_t {
  PassThrough,   ///< the input's bytes are the answer, after a check
  Coefficients,  ///< a gray JPEG of a JPEG's coefficients; no pixel is made
  Luma,          ///< only the luma of a JPEG is decoded; then as Pixels, by the plan's luma_plan()
  Planes,        ///< the planes of a JPEG are decoded, filtered and encoded one by one, never converted
  Pixels,        ///< decoded to gray, RGB or RGBA, each step in turn, encoded
};

std::string_view to_string(Route route) noexcept;  ///< "pass_through", "coefficients", "luma", ...
/// Whether a frame is decoded to pixels that a plan then runs over, on whatever runs it.
constexpr bool has_pixels(Route route) noexcept { return route == Route::Luma || route == Route::Pixels; }

struct RouteChoice {
  Route route = Route::Pixels;
  std::string_view reason;             ///< one sentence, for people
  int eighths = 8;                     ///< of the picture's size at which it is decoded
  std::string_view scale_reason = {};  ///< likewise; empty at full size
};

/// The cheapest way that gives what `output` asks of such a picture. It depends on nothing else, so that
/// every accelerator gives the same bytes.
RouteChoice choose_route(const Plan& plan, const ImageHeader& header, const OutputOptions& output);

}  // namespace framewright::engine
