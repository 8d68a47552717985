#include "engine/route.hpp"

#include <gtest/gtest.h>

namespace framewright::engine {
namespace {

using enum ImageEncoding;

Route route(std::string_view pipeline, const ImageHeader& header, const OutputOptions& output = {}) {
  const auto plan = Plan::make(Pipeline::parse(pipeline).value(), {}).value();
  const auto choice = choose_route(*plan, header, output);
  EXPECT_FALSE(choice.reason.empty());
  return choice.route;
}

ImageHeader picture(ImageEncoding encoding) { return {.encoding = encoding, .geometry = {64, 48, 3}}; }

TEST(Route, PassesOnWhatNothingIsAskedOf) {
  for (const auto encoding : {Raw, Jpeg, Png, Webp}) {
    EXPECT_EQ(route("", picture(encoding)), Route::PassThrough);
    EXPECT_EQ(route("", picture(encoding), {.format = encoding}), Route::PassThrough);
    EXPECT_EQ(route("", picture(encoding), {.exactness = Exactness::Exact}), Route::PassThrough);
    EXPECT_EQ(route("invert|invert", picture(encoding)), Route::PassThrough);
  }
}

TEST(Route, DecodesWhereFilterFormatOrQualityIsAsked) {
  EXPECT_EQ(route("sobel", picture(Jpeg)), Route::Pixels);
  EXPECT_EQ(route("", picture(Jpeg), {.format = Png}), Route::Pixels);
  EXPECT_EQ(route("", picture(Jpeg), {.quality = 80}), Route::Pixels);
}

TEST(Route, HasNoQualityToAskOfRawPixels) {
  EXPECT_EQ(route("", picture(Raw), {.quality = 80}), Route::PassThrough);
}

TEST(Route, PassesOnNoPictureThatLiesTurned) {
  auto header = picture(Jpeg);
  header.orientation = 6;
  EXPECT_EQ(route("", header), Route::Pixels);
}

}  // namespace
}  // namespace framewright::engine
