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

ImageHeader colour_jpeg(ColourPlanes planes = ColourPlanes::Ycbcr420) {
  auto header = picture(Jpeg);
  header.planes = planes;
  return header;
}

TEST(Route, StaysInTheCheapestPartOfAJpegThatWillDo) {
  EXPECT_EQ(route("grayscale", colour_jpeg()), Route::Coefficients);
  EXPECT_EQ(route("grayscale", colour_jpeg(), {.format = Webp}), Route::Luma);
  EXPECT_EQ(route("grayscale|sobel", colour_jpeg()), Route::Luma);
  EXPECT_EQ(route("gaussian_blur|grayscale|invert", colour_jpeg(ColourPlanes::YcbcrOther)), Route::Luma);
  EXPECT_EQ(route("gaussian_blur|resize:width=9", colour_jpeg()), Route::Planes);
}

TEST(Route, NeedsPixelsForEverythingElse) {
  EXPECT_EQ(route("grayscale:algorithm=bt709", colour_jpeg()), Route::Pixels);
  EXPECT_EQ(route("grayscale|threshold", colour_jpeg()), Route::Pixels);
  EXPECT_EQ(route("grayscale|canny", colour_jpeg()), Route::Pixels);
  EXPECT_EQ(route("gaussian_blur|sepia", colour_jpeg()), Route::Pixels);
  EXPECT_EQ(route("gaussian_blur", colour_jpeg(), {.format = Webp}), Route::Pixels);
  EXPECT_EQ(route("gaussian_blur", colour_jpeg(ColourPlanes::YcbcrOther)), Route::Pixels);
  EXPECT_EQ(route("gaussian_blur", picture(Jpeg)), Route::Pixels);
  EXPECT_EQ(route("grayscale", picture(Webp)), Route::Pixels);
}

TEST(Route, IsExactWhereThatIsAskedOrNothingIsLostAnyway) {
  for (const auto* pipeline : {"grayscale", "grayscale|sobel", "gaussian_blur"}) {
    EXPECT_EQ(route(pipeline, colour_jpeg(), {.exactness = Exactness::Exact}), Route::Pixels);
    EXPECT_EQ(route(pipeline, colour_jpeg(), {.format = Png}), Route::Pixels);
  }
  EXPECT_EQ(route("grayscale", colour_jpeg(), {.format = Png, .exactness = Exactness::Visual}), Route::Luma);
}

TEST(Route, TakesTheDefaultOfThePlanWhereNothingIsAsked) {
  const auto exact = Plan::make(Pipeline::parse("grayscale").value(), {}, Exactness::Exact).value();
  EXPECT_EQ(choose_route(*exact, colour_jpeg(), {}).route, Route::Pixels);
  EXPECT_EQ(choose_route(*exact, colour_jpeg(), {.exactness = Exactness::Visual}).route, Route::Coefficients);
}

TEST(Route, PassesOnNoPictureThatLiesTurned) {
  auto header = picture(Jpeg);
  header.orientation = 6;
  EXPECT_EQ(route("", header), Route::Pixels);
}

}  // namespace
}  // namespace framewright::engine
