#include "engine/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/codec.hpp"
#include "tests/engine/picture_maker.hpp"

namespace framewright::engine {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr ImageLimits kLimits{};

std::shared_ptr<const Plan> plan_of(std::string_view text, const ImageLimits& limits = kLimits) {
  return Plan::make(Pipeline::parse(text).value(), limits).value();
}

class PlanTest : public testing::Test {
 protected:
  Frame run(const Plan& plan, Frame input) {
    Reservation reservation;
    auto output = run_plan_on_cpu(plan, std::move(input), pool, reservation);
    EXPECT_TRUE(output.has_value()) << plan.pipeline_text() << ": " << output.error().detail;
    return std::move(output).value();
  }
  std::vector<std::uint8_t> result(std::string_view text, const Geometry& geometry) {
    return pixels_of(run(*plan_of(text), random_frame(geometry, pool)));
  }

  FrameBudget budget{64 << 20};
  FramePool pool{budget};
};

TEST_F(PlanTest, RunsStepsOneAfterTheOther) {
  const Geometry geometry{33, 21, 3};
  auto frame = random_frame(geometry, pool);
  for (const auto* text : {"gaussian_blur", "grayscale", "sobel", "invert"}) {
    frame = run(*plan_of(text), std::move(frame));
  }
  EXPECT_EQ(result("gaussian_blur|grayscale|sobel|invert", geometry), pixels_of(frame));
}

TEST_F(PlanTest, MakesOneStepOfNeighbouringTables) {
  const auto plan = plan_of("invert|gamma:gamma=2|brightness_contrast:contrast=2|grayscale|invert");
  ASSERT_EQ(plan->steps().size(), 3u);
  EXPECT_EQ(plan->steps()[0].filter, "invert+gamma+brightness_contrast");
  EXPECT_EQ(plan->steps()[1].position, 3u);
  EXPECT_THAT(plan->reasons(), Contains(HasSubstr("invert+gamma+brightness_contrast are one step")));
}

TEST_F(PlanTest, MakesOneStepOfFivePointFilters) {
  const auto plan = plan_of(
      "brightness_contrast:brightness=0.1,contrast=1.2|gamma:gamma=2.2|levels:input_black=16|invert|"
      "posterize");
  ASSERT_EQ(plan->steps().size(), 1u);
  EXPECT_TRUE(plan->runs_on_device());
}

TEST_F(PlanTest, GivesTheSameBytesFromOneTableAsFromMany) {
  const Geometry geometry{40, 7, 4};
  auto frame = random_frame(geometry, pool);
  for (const auto* text : {"gamma:gamma=3", "brightness_contrast:contrast=0.4", "gamma:gamma=0.3"}) {
    frame = run(*plan_of(text), std::move(frame));
  }
  EXPECT_EQ(result("gamma:gamma=3|brightness_contrast:contrast=0.4|gamma:gamma=0.3", geometry),
            pixels_of(frame));
}

TEST_F(PlanTest, LeavesOutWhatChangesNothing) {
  const auto plan = plan_of("invert|invert|grayscale|gamma");
  ASSERT_EQ(plan->steps().size(), 1u);
  EXPECT_THAT(plan->reasons(), Contains(HasSubstr("invert+invert changes no value")));
}

TEST_F(PlanTest, RunsPointFiltersInTheBufferOfTheInput) {
  auto frame = random_frame({16, 16, 3}, pool);
  const auto* const pixels = frame.buffer.data();
  EXPECT_EQ(run(*plan_of("invert|sepia"), std::move(frame)).buffer.data(), pixels);
}

TEST_F(PlanTest, KnowsWhetherADeviceCanRunIt) {
  EXPECT_TRUE(plan_of("grayscale|gaussian_blur|invert")->runs_on_device());
  EXPECT_TRUE(plan_of("gaussian_blur:kernel_size=31,sigma=50")->runs_on_device());
  EXPECT_TRUE(plan_of("gaussian_blur:kernel_size=255,sigma=50")->runs_on_device());
  EXPECT_TRUE(plan_of("canny|blend:first=sobel,second=median_blur")->runs_on_device());
}

TEST_F(PlanTest, FollowsTheGeometryThroughTheSteps) {
  const auto plan = plan_of("resize:width=100|grayscale|resize:scale=0.5");
  EXPECT_EQ(plan->output_geometry({640, 480, 3}).value(), (Geometry{50, 38, 1}));
  EXPECT_EQ(plan->largest_frame_bytes({640, 480, 3}).value(), 640u * 480 * 3);
}

TEST_F(PlanTest, NeverResizesAwayTheLastPixel) {
  EXPECT_EQ(plan_of("resize:scale=0.01")->output_geometry({3, 3, 1}).value(), (Geometry{1, 1, 1}));
  EXPECT_EQ(plan_of("resize:width=1")->output_geometry({1000, 3, 1}).value(), (Geometry{1, 1, 1}));
}

TEST_F(PlanTest, NamesThePositionOfAStepThatWouldExceedTheLimits) {
  const auto plan = plan_of("invert|gamma:gamma=2|resize:scale=16");
  const auto error = plan->output_geometry({2000, 100, 3}).error();
  EXPECT_EQ(error.code, ErrorCode::InvalidPipeline);
  ASSERT_EQ(error.fields.size(), 1u);
  EXPECT_EQ(error.fields[0].field, "pipeline[2].resize");
  EXPECT_THAT(error.detail, HasSubstr("32000x1600"));
}

TEST_F(PlanTest, RefusesToGrowBeyondThePixelsAndSidesThatAreAllowed) {
  const auto plan = plan_of("resize:width=1000,height=1000", {.pixels = 999'999, .side_px = 2000});
  EXPECT_FALSE(plan->output_geometry({10, 10, 3}).has_value());
  EXPECT_TRUE(plan_of("resize:width=1000,height=999", {.pixels = 999'999, .side_px = 1000})
                  ->output_geometry({10, 10, 3})
                  .has_value());
}

TEST_F(PlanTest, RefusesFarTooLargeAResizeBeforeTakingMemory) {
  const auto plan = plan_of("resize:width=16384,height=16384");
  const ImageHeader header{.encoding = ImageEncoding::Raw, .geometry = {1, 1, 4}};
  EXPECT_EQ(plan->working_bytes(header, PixelFormat::Rgba8, {}).error().code, ErrorCode::InvalidPipeline);
  Reservation reservation;
  EXPECT_FALSE(run_plan_on_cpu(*plan, random_frame({1, 1, 4}, pool), pool, reservation).has_value());
}

TEST_F(PlanTest, NeedsNoMemoryForRawPicturesThatChangeInPlace) {
  const ImageHeader header{.encoding = ImageEncoding::Raw, .geometry = {640, 480, 3}};
  EXPECT_EQ(plan_of("invert|sepia")->working_bytes(header, PixelFormat::Rgb8, {}).value(), 0u);
}

/// Each pipeline runs in a budget of exactly its input and its working bytes.
TEST_F(PlanTest, TakesNoMoreMemoryThanItSays) {
  for (const auto* text :
       {"grayscale", "sobel", "gaussian_blur:kernel_size=31", "unsharp_mask:kernel_size=255,sigma=50",
        "box_blur:kernel_size=31|sharpen|sobel", "resize:scale=2|gaussian_blur|resize:scale=0.25",
        "resize:scale=0.5|resize:scale=3|invert", "grayscale|resize:scale=2|sobel|sharpen|gaussian_blur",
        "sharpen|sharpen|sharpen|sharpen"}) {
    for (const Geometry geometry : {Geometry{1, 1, 3}, {333, 77, 4}, {640, 480, 3}}) {
      const auto plan = plan_of(text);
      const ImageHeader header{.encoding = ImageEncoding::Raw, .geometry = geometry};
      const auto working = plan->working_bytes(header, PixelFormat::Rgb8, {}).value();
      FrameBudget tight{FramePool::rounded_bytes(geometry.bytes()) + working};
      FramePool tight_pool{tight};
      auto input = random_frame(geometry, tight_pool);
      auto reservation = tight.reserve(working).value();
      const auto output = run_plan_on_cpu(*plan, std::move(input), tight_pool, reservation);
      EXPECT_TRUE(output.has_value()) << text << ": " << output.error().detail;
    }
  }
}

TEST_F(PlanTest, SaysNoMoreMemoryThanItTakes) {
  const Geometry geometry{640, 480, 3};
  const auto plan = plan_of("gaussian_blur|sharpen");
  const ImageHeader header{.encoding = ImageEncoding::Raw, .geometry = geometry};
  const auto working = plan->working_bytes(header, PixelFormat::Rgb8, {}).value();
  FrameBudget tight{FramePool::rounded_bytes(geometry.bytes()) + working - 1};
  FramePool tight_pool{tight};
  auto input = random_frame(geometry, tight_pool);
  auto reservation = tight.reserve(working - 1).value();
  const auto output = run_plan_on_cpu(*plan, std::move(input), tight_pool, reservation);
  ASSERT_FALSE(output.has_value());
  EXPECT_EQ(output.error().code, ErrorCode::Overloaded);
}

TEST_F(PlanTest, GivesAllMemoryBackWhenItFails) {
  FrameBudget small{1 << 20};
  FramePool small_pool{small};
  auto input = random_frame({400, 400, 3}, small_pool);
  {
    Reservation reservation;
    const auto output =
        run_plan_on_cpu(*plan_of("resize:scale=4"), std::move(input), small_pool, reservation);
    EXPECT_EQ(output.error().code, ErrorCode::ImageTooLarge);
  }
  EXPECT_EQ(small.used_bytes(), 0u);
}

}  // namespace
}  // namespace framewright::engine
