#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/codec.hpp"
#include "engine/plan.hpp"
#include "tests/engine/picture_maker.hpp"

namespace framewright::engine {
namespace {

using testing::HasSubstr;

std::shared_ptr<const Plan> plan_of(std::string_view text, const ImageLimits& limits = {}) {
  return Plan::make(Pipeline::parse(text).value(), limits).value();
}

class GeometryFilters : public testing::Test {
 protected:
  Frame frame(const Geometry& geometry, const std::vector<std::uint8_t>& pixels) {
    Reservation reservation;
    auto made = lend_frame(geometry, pool, reservation).value();
    std::ranges::copy(pixels, made.view().pixels);
    return made;
  }
  Frame run(std::string_view text, Frame input) {
    Reservation reservation;
    return run_plan_on_cpu(*plan_of(text), std::move(input), pool, reservation).value();
  }
  /// What the filter makes of a picture of one channel.
  std::vector<std::uint8_t> result(std::string_view text, int width_px, std::vector<std::uint8_t> pixels) {
    const int height_px = static_cast<int>(pixels.size()) / width_px;
    return pixels_of(run(text, frame({width_px, height_px, 1}, pixels)));
  }

  FrameBudget budget{64 << 20};
  FramePool pool{budget};
};

using Pixels = std::vector<std::uint8_t>;

TEST_F(GeometryFilters, CropsTheRectangleThatIsAskedFor) {
  EXPECT_EQ(result("crop:x=1,y=1,width=2,height=2", 4, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}),
            (Pixels{6, 7, 10, 11}));
}

TEST_F(GeometryFilters, CropsAPictureToItself) {
  EXPECT_EQ(result("crop:width=2,height=2", 2, {1, 2, 3, 4}), (Pixels{1, 2, 3, 4}));
}

TEST_F(GeometryFilters, RefusesToCropOutsideThePictureAndSaysWhere) {
  const auto across = plan_of("invert|crop:x=60,width=41,height=1")->output_geometry({100, 50, 3}).error();
  EXPECT_EQ(across.code, ErrorCode::InvalidPipeline);
  ASSERT_EQ(across.fields.size(), 1u);
  EXPECT_EQ(across.fields[0].field, "pipeline[1].crop");
  EXPECT_THAT(across.detail, HasSubstr("x and width reach from 60 to 101 px, the picture to 100 px"));
  const auto down = plan_of("crop:y=50,width=1,height=1")->output_geometry({100, 50, 3}).error();
  EXPECT_THAT(down.detail, HasSubstr("y and height reach from 50 to 51 px, the picture to 50 px"));
  EXPECT_TRUE(plan_of("crop:x=60,y=49,width=40,height=1")->output_geometry({100, 50, 3}).has_value());
}

TEST_F(GeometryFilters, ResizeByTheScaleWhereNoSideIsAskedFor) {
  const Geometry picture{100, 51, 3};
  const auto made = [&](std::string_view text) { return plan_of(text)->output_geometry(picture).value(); };
  EXPECT_EQ(made("resize:width=0,height=0"), picture);
  EXPECT_EQ(made("resize:width=0,height=0,scale=0.5"), (Geometry{50, 26, 3}));
  EXPECT_EQ(made("resize:width=0,height=0,scale=0.01"), (Geometry{1, 1, 3}));
  EXPECT_EQ(made("resize:width=50,height=0,scale=7"), (Geometry{50, 26, 3}));
  EXPECT_EQ(made("resize:width=0,height=102"), (Geometry{200, 102, 3}));
  EXPECT_EQ(made("resize:width=1,height=1"), (Geometry{1, 1, 3}));
}

TEST_F(GeometryFilters, NameTheParametersThatAreBeyondTheirRange) {
  for (const auto& [text, field] : {std::pair{"resize:width=-1", "pipeline[0].resize.width"},
                                    {"resize:width=16385", "pipeline[0].resize.width"},
                                    {"resize:height=16385", "pipeline[0].resize.height"},
                                    {"resize:width=1e300", "pipeline[0].resize.width"},
                                    {"resize:scale=0", "pipeline[0].resize.scale"},
                                    {"resize:scale=-0.5", "pipeline[0].resize.scale"},
                                    {"resize:scale=16.01", "pipeline[0].resize.scale"},
                                    {"crop:width=0", "pipeline[0].crop.width"},
                                    {"crop:x=-1", "pipeline[0].crop.x"},
                                    {"letterbox:height=0", "pipeline[0].letterbox.height"},
                                    {"letterbox:background=256", "pipeline[0].letterbox.background"}}) {
    const auto pipeline = Pipeline::parse(text);
    ASSERT_FALSE(pipeline) << text;
    EXPECT_EQ(pipeline.error().code, ErrorCode::InvalidPipeline);
    ASSERT_EQ(pipeline.error().fields.size(), 1u) << text;
    EXPECT_EQ(pipeline.error().fields[0].field, field);
    EXPECT_THAT(pipeline.error().fields[0].message, HasSubstr("accepted: ")) << text;
  }
}

TEST_F(GeometryFilters, FlipsAsAMirrorDoes) {
  const Pixels picture{1, 2, 3, 4, 5, 6};
  EXPECT_EQ(result("flip", 3, picture), (Pixels{3, 2, 1, 6, 5, 4}));
  EXPECT_EQ(result("flip:direction=vertical", 3, picture), (Pixels{4, 5, 6, 1, 2, 3}));
  EXPECT_EQ(result("flip:direction=both", 3, picture), (Pixels{6, 5, 4, 3, 2, 1}));
}

TEST_F(GeometryFilters, RotatesClockwise) {
  const Pixels picture{1, 2, 3, 4, 5, 6};
  EXPECT_EQ(result("rotate", 3, picture), (Pixels{4, 1, 5, 2, 6, 3}));
  EXPECT_EQ(result("rotate:angle=180", 3, picture), (Pixels{6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(result("rotate:angle=270", 3, picture), (Pixels{3, 6, 2, 5, 1, 4}));
  EXPECT_EQ(plan_of("rotate:angle=270")->output_geometry({640, 480, 3}).value(), (Geometry{480, 640, 3}));
  EXPECT_FALSE(Pipeline::parse("rotate:angle=45").has_value());
}

TEST_F(GeometryFilters, LetterboxesAWidePictureBetweenBarsAboveAndBelow) {
  EXPECT_EQ(result("letterbox:width=2,height=4,background=9", 4, {1, 1, 5, 5, 1, 1, 5, 5}),
            (Pixels{9, 9, 1, 5, 9, 9, 9, 9}));
}

TEST_F(GeometryFilters, LetterboxesATallPictureBetweenBarsAtTheSides) {
  EXPECT_EQ(result("letterbox:width=3,height=2,background=9", 1, {7, 8}), (Pixels{9, 7, 9, 9, 8, 9}));
}

TEST_F(GeometryFilters, LetterboxesWithOpaqueBars) {
  const auto boxed = run("letterbox:width=3,height=1,background=7", frame({1, 1, 4}, {1, 2, 3, 4}));
  EXPECT_EQ(pixels_of(boxed), (Pixels{7, 7, 7, 255, 1, 2, 3, 4, 7, 7, 7, 255}));
}

TEST_F(GeometryFilters, LetterboxesTheThinnestPicturesWithoutLosingThem) {
  EXPECT_EQ(result("letterbox:width=2,height=3,background=0", 100, Pixels(100, 50)),
            (Pixels{0, 0, 50, 50, 0, 0}));
}

TEST_F(GeometryFilters, RefuseBoxesBeyondTheLimitsBeforeAnythingIsDecoded) {
  const auto plan = plan_of("letterbox:width=1000,height=1000", {.pixels = 999'999, .side_px = 2000});
  const ImageHeader header{.encoding = ImageEncoding::Raw, .geometry = {1, 1, 3}};
  EXPECT_EQ(plan->working_bytes(header, PixelFormat::Rgb8, {}).error().code, ErrorCode::InvalidPipeline);
}

TEST_F(GeometryFilters, RefusePicturesThatTheyCannotResizeBeforeAnythingIsDecoded) {
  for (const auto* text : {"resize:scale=0.1", "letterbox:width=10,height=10"}) {
    const auto plan = plan_of(text, {.pixels = 1'000'000, .side_px = 60'000});
    EXPECT_TRUE(plan->output_geometry({16'384, 50, 3})) << text;
    for (const Geometry geometry : {Geometry{16'385, 50, 3}, {50, 16'385, 3}}) {
      const auto made = plan->output_geometry(geometry);
      ASSERT_FALSE(made) << text;
      EXPECT_EQ(made.error().code, ErrorCode::InvalidPipeline);
    }
  }
}

TEST_F(GeometryFilters, PixelatesInSquaresFromTheTopLeft) {
  EXPECT_EQ(result("pixelate:block_size=2", 3, {0, 2, 9, 4, 7, 12, 5, 6, 1}),
            (Pixels{3, 3, 11, 3, 3, 11, 6, 6, 1}));
}

}  // namespace
}  // namespace framewright::engine
