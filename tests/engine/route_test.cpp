#include "engine/route.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framewright::engine {
namespace {

using enum ImageEncoding;
using testing::HasSubstr;

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
  EXPECT_EQ(route("gaussian_blur|resize:width=8", colour_jpeg()), Route::Planes);
}

TEST(Route, NeedsPixelsForEverythingElse) {
  EXPECT_EQ(route("grayscale:algorithm=bt709", colour_jpeg()), Route::Pixels);
  EXPECT_EQ(route("grayscale|threshold", colour_jpeg()), Route::Pixels);
  EXPECT_EQ(route("grayscale|canny", colour_jpeg()), Route::Pixels);
  // One filter may make more of a difference, two may not.
  EXPECT_EQ(route("grayscale|sharpen|gaussian_blur|invert", colour_jpeg()), Route::Luma);
  EXPECT_EQ(route("grayscale|sharpen|gaussian_blur|sharpen", colour_jpeg()), Route::Pixels);
  EXPECT_EQ(route("grayscale|sobel|gamma:gamma=2", colour_jpeg()), Route::Pixels);
  EXPECT_EQ(route("gaussian_blur|sepia", colour_jpeg()), Route::Pixels);
  EXPECT_EQ(route("gaussian_blur", colour_jpeg(), {.format = Webp}), Route::Pixels);
  EXPECT_EQ(route("gaussian_blur", colour_jpeg(ColourPlanes::YcbcrOther)), Route::Pixels);
  EXPECT_EQ(route("gaussian_blur", picture(Jpeg)), Route::Pixels);
  EXPECT_EQ(route("grayscale", picture(Webp)), Route::Pixels);
}

TEST(Route, SaysWhyAPictureGoesThere) {
  const auto why = [](std::string_view pipeline, const ImageHeader& header,
                      const OutputOptions& output = {}) {
    const auto plan = Plan::make(Pipeline::parse(pipeline).value(), {}).value();
    return std::string(choose_route(*plan, header, output).reason);
  };
  const auto jpeg = colour_jpeg();
  EXPECT_THAT(why("", jpeg), HasSubstr("nothing is asked"));
  EXPECT_THAT(why("", jpeg, {.format = Png, .exactness = Exactness::Visual}), HasSubstr("another format"));
  EXPECT_THAT(why("", jpeg, {.quality = 80}), HasSubstr("a quality was asked for"));
  EXPECT_THAT(why("grayscale", jpeg), HasSubstr("coefficients are taken over"));
  EXPECT_THAT(why("grayscale|sobel", jpeg), HasSubstr("only luma is decoded"));
  EXPECT_THAT(why("gaussian_blur", jpeg), HasSubstr("never made RGB"));
  EXPECT_THAT(why("gaussian_blur", jpeg, {.exactness = Exactness::Exact}), HasSubstr("exactness is exact"));
  EXPECT_THAT(why("gaussian_blur", jpeg, {.format = Png}), HasSubstr("format loses nothing"));
  EXPECT_THAT(why("gaussian_blur", jpeg, {.format = Webp}), HasSubstr("work on decoded pixels"));
  for (const auto* pipeline : {"invert", "sepia", "sharpen", "grayscale:algorithm=bt709", "sepia|grayscale"})
    EXPECT_THAT(why(pipeline, jpeg), HasSubstr("something else of Y, Cb and Cr")) << pipeline;
  for (const auto* pipeline : {"grayscale|threshold", "gaussian_blur|grayscale|canny"}) {
    EXPECT_THAT(why(pipeline, jpeg), HasSubstr("a filter has jumps")) << pipeline;
    EXPECT_THAT(why(pipeline, jpeg, {.format = Webp}), HasSubstr("a filter has jumps")) << pipeline;
  }
  EXPECT_THAT(why("grayscale|sharpen|sharpen", jpeg), HasSubstr("several filters make more of differences"));
  EXPECT_THAT(why("gaussian_blur", colour_jpeg(ColourPlanes::YcbcrOther)), HasSubstr("not halved here"));
  EXPECT_THAT(why("crop:x=1,width=8,height=8", jpeg), HasSubstr("come to lie between other pixels"));
  EXPECT_THAT(why("gaussian_blur", picture(Png)), HasSubstr("the input has lost nothing"));
  EXPECT_THAT(why("gaussian_blur", picture(Webp)), HasSubstr("no planes of YCbCr"));
}

TEST(Route, StaysInPlanesOfAnyChromaThatCanBeHalved) {
  for (const auto planes :
       {ColourPlanes::Ycbcr420, ColourPlanes::Ycbcr422, ColourPlanes::Ycbcr440, ColourPlanes::Ycbcr444})
    EXPECT_EQ(route("gaussian_blur", colour_jpeg(planes)), Route::Planes);
}

TEST(Route, MovesPlanesWhereChromaStaysInPlace) {
  auto header = colour_jpeg();
  for (const auto* pipeline :
       {"crop:x=2,y=4,width=33,height=7", "flip", "flip:direction=both", "rotate:angle=90",
        "rotate:angle=180", "rotate:angle=270", "crop:x=0,y=0,width=32,height=7|flip:direction=horizontal"})
    EXPECT_EQ(route(pipeline, header), Route::Planes) << pipeline;
  for (const auto* pipeline : {"crop:x=1,y=4,width=8,height=8", "crop:x=2,y=3,width=8,height=8",
                               "crop:x=0,y=0,width=33,height=8|flip:direction=horizontal",
                               "crop:x=0,y=0,width=8,height=7|rotate:angle=90"})
    EXPECT_EQ(route(pipeline, header), Route::Pixels) << pipeline;
  header.geometry = {63, 48, 3};
  EXPECT_EQ(route("flip:direction=horizontal", header), Route::Pixels);
  EXPECT_EQ(route("flip:direction=vertical", header), Route::Planes);
  EXPECT_EQ(route("rotate:angle=270", header), Route::Pixels);
  EXPECT_EQ(route("crop:x=1,y=1,width=9,height=9|grayscale", header), Route::Luma);
}

TEST(Route, ScalesPlanesWhereChromaGoesAlong) {
  const auto header = colour_jpeg();  // 64x48
  for (const auto* pipeline :
       {"resize:width=32,height=24", "resize:width=10,height=8", "resize:width=129,height=99",
        "resize:scale=0.5,interpolation=bilinear", "resize:width=20,height=14,interpolation=lanczos"})
    EXPECT_EQ(route(pipeline, header), Route::Planes) << pipeline;
  for (const auto* pipeline :
       {"resize:width=33,height=24", "resize:width=32,height=23", "resize:scale=0.5,interpolation=nearest",
        "resize:width=31,interpolation=bilinear", "resize:width=30,height=22,interpolation=bilinear"})
    EXPECT_EQ(route(pipeline, header), Route::Pixels) << pipeline;
  EXPECT_EQ(route("grayscale|resize:scale=0.3,interpolation=nearest", header), Route::Luma);
}

/// Of how many eighths of its size a JPEG of 1600x1200 is decoded.
int eighths(std::string_view pipeline, const OutputOptions& output = {},
            ColourPlanes planes = ColourPlanes::Ycbcr420) {
  auto header = colour_jpeg(planes);
  header.geometry = {1600, 1200, 3};
  const auto plan = Plan::make(Pipeline::parse(pipeline).value(), {}).value();
  const auto choice = choose_route(*plan, header, output);
  EXPECT_EQ(choice.scale_reason.empty(), choice.eighths == 8);
  return choice.eighths;
}

TEST(Route, DecodesNoLessThanTheFirstResizeNeeds) {
  EXPECT_EQ(eighths("resize:width=800"), 4);
  EXPECT_EQ(eighths("resize:width=800,interpolation=bilinear"), 4);
  EXPECT_EQ(eighths("resize:width=400"), 2);
  EXPECT_EQ(eighths("resize:width=200,interpolation=lanczos"), 4);
  EXPECT_EQ(eighths("resize:width=98,height=74"), 4);
  EXPECT_EQ(eighths("resize:width=200"), 1);
  EXPECT_EQ(eighths("resize:width=200|gaussian_blur|resize:scale=3"), 1);
  EXPECT_EQ(eighths("resize:width=200|grayscale"), 1);
  EXPECT_EQ(eighths("grayscale|resize:width=200"), 1);
}

TEST(Route, DecodesAtFullSizeWhereAPartWouldNotDo) {
  EXPECT_EQ(eighths("resize:width=200", {.exactness = Exactness::Exact}), 8);
  EXPECT_EQ(eighths("resize:width=200", {.format = Png}), 8);
  EXPECT_EQ(eighths("resize:width=200,interpolation=nearest"), 8);
  EXPECT_EQ(eighths("resize:width=200,height=1200"), 8);
  EXPECT_EQ(eighths("resize:width=799"), 8);
  EXPECT_EQ(eighths("resize:width=400,interpolation=bilinear"), 8);
  EXPECT_EQ(eighths("gaussian_blur|resize:width=200"), 8);
  EXPECT_EQ(eighths("resize:width=200|sharpen"), 8);
  EXPECT_EQ(eighths("resize:width=200|grayscale|threshold"), 8);
  EXPECT_EQ(eighths("resize:width=200|sepia"), 8);
  EXPECT_EQ(eighths("resize:width=200", {.format = Webp}), 8);
  EXPECT_EQ(eighths("resize:width=200", {}, ColourPlanes::YcbcrOther), 8);
}

TEST(Route, DecodesWholeWhatSquaresOfPixelsDoNotFill) {
  const auto plan = Plan::make(Pipeline::parse("resize:width=20,height=20").value(), {}).value();
  const auto eighths_of = [&](int width_px, ImageHeader header) {
    header.geometry = {width_px, 1280, header.geometry.channels};
    return choose_route(*plan, header, {}).eighths;
  };
  EXPECT_EQ(eighths_of(1280, colour_jpeg()), 1);
  EXPECT_EQ(eighths_of(1284, colour_jpeg()), 4) << "a quarter is odd, and chroma half of it";
  EXPECT_EQ(eighths_of(1282, colour_jpeg()), 8);
  EXPECT_EQ(eighths_of(1281, colour_jpeg()), 8);
  EXPECT_EQ(eighths_of(1280, picture(Jpeg)), 8) << "colours without planes";
  auto gray = picture(Jpeg);
  gray.geometry.channels = 1;
  EXPECT_EQ(eighths_of(1280, gray), 1);
}

TEST(Route, HalvesNoChromaThatComesInSingleRows) {
  EXPECT_EQ(eighths("resize:width=200", {}, ColourPlanes::Ycbcr444), 2);
  EXPECT_EQ(eighths("resize:width=200", {}, ColourPlanes::Ycbcr422), 2);
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
