#include "engine/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/codec.hpp"
#include "kernels/colour_rows.hpp"
#include "kernels/reference.hpp"
#include "tests/engine/picture_maker.hpp"

namespace framewright::engine {
namespace {

using kernels::ConstImageView;
using kernels::ImageView;
using testing::Contains;
using testing::HasSubstr;
namespace reference = kernels::reference;

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

struct FilterCase {
  const char* text;
  kernels::Status (*reference)(const ConstImageView& in, const ImageView& out);
};

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

kernels::Status gray_and_blurred(const ConstImageView& in, const ImageView& out) {
  const Pixels gray{in, 1};
  const Pixels blurred{in, in.channels};
  reference::grayscale(in, kernels::GrayscaleAlgorithm::Bt601, gray.view());
  reference::gaussian_blur(in, *kernels::make_gaussian_kernel(5, 1), kernels::Border::Reflect,
                           blurred.view());
  return reference::blend(gray.view(), blurred.view(), *kernels::make_blend_weight(0.7), out);
}

kernels::Status inverted_and_itself(const ConstImageView& in, const ImageView& out) {
  const Pixels inverted{in, in.channels};
  reference::invert(in, inverted.view());
  return reference::blend(inverted.view(), in, *kernels::make_blend_weight(0.25), out);
}

kernels::Status inverted_and_equalized(const ConstImageView& in, const ImageView& out) {
  const Pixels inverted{in, in.channels};
  const Pixels equalized{in, in.channels};
  reference::invert(in, inverted.view());
  reference::equalize(in, equalized.view());
  return reference::blend(inverted.view(), equalized.view(), *kernels::make_blend_weight(0.5), out);
}

void PrintTo(const FilterCase& filter, std::ostream* out) { *out << filter.text; }

class EachFilter : public PlanTest, public testing::WithParamInterface<FilterCase> {};

TEST_P(EachFilter, GivesTheBytesOfItsReference) {
  const auto plan = plan_of(GetParam().text);
  for (const int channels : {1, 3, 4}) {
    for (const auto& [width, height] : {std::pair{1, 1}, {2, 5}, {67, 31}}) {
      const Geometry geometry{width, height, channels};
      const auto input = random_frame(geometry, pool);
      Reservation reservation;
      const auto expected = lend_frame(plan->output_geometry(geometry).value(), pool, reservation).value();
      ASSERT_EQ(GetParam().reference(input.view(), expected.view()), kernels::Status::Ok);
      EXPECT_EQ(result(GetParam().text, geometry), pixels_of(expected))
          << width << 'x' << height << 'x' << channels;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Filters, EachFilter,
    testing::Values(
        FilterCase{"grayscale:algorithm=bt709",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::grayscale(in, kernels::GrayscaleAlgorithm::Bt709, out);
                   }},
        FilterCase{"gaussian_blur:kernel_size=7,sigma=2,border_mode=wrap",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::gaussian_blur(in, *kernels::make_gaussian_kernel(7, 2),
                                                     kernels::Border::Wrap, out);
                   }},
        FilterCase{"blur",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::gaussian_blur(in, *kernels::make_gaussian_kernel(5, 1),
                                                     kernels::Border::Reflect, out);
                   }},
        FilterCase{"gaussian_blur:kernel_size=101,sigma=16",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::gaussian_blur(in, *kernels::make_gaussian_kernel(101, 16),
                                                     kernels::Border::Reflect, out);
                   }},
        FilterCase{"unsharp_mask:amount=0.5,kernel_size=7,sigma=2,threshold=4",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::unsharp_mask(in, *kernels::make_gaussian_kernel(7, 2),
                                                    *kernels::make_unsharp_weights(0.5, 4), out);
                   }},
        FilterCase{"high_pass:kernel_size=9,sigma=2.5",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::high_pass(in, *kernels::make_gaussian_kernel(9, 2.5), out);
                   }},
        FilterCase{
            "box_blur:kernel_size=9",
            [](const ConstImageView& in, const ImageView& out) { return reference::box_blur(in, 9, out); }},
        FilterCase{"median_blur:kernel_size=9",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::median_blur(in, 9, out);
                   }},
        FilterCase{"bilateral:kernel_size=5,sigma_color=30,sigma_space=1.5",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::bilateral(in, *kernels::make_bilateral_kernel(5, 30, 1.5), out);
                   }},
        FilterCase{"oil_painting:radius=3",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::oil_painting(in, 3, out);
                   }},
        FilterCase{
            "histogram_equalization",
            [](const ConstImageView& in, const ImageView& out) { return reference::equalize(in, out); }},
        FilterCase{"clahe:clip_limit=3,tile_columns=4,tile_rows=2",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::clahe(in, *kernels::make_clip_limit(3), {4, 2}, out);
                   }},
        FilterCase{"threshold:level=90,inverted=true",
                   [](const ConstImageView& in, const ImageView& out) {
                     const auto table = kernels::make_threshold_table(90, kernels::Polarity::DarkIsWhite);
                     return reference::apply_table(in, *table, out);
                   }},
        FilterCase{"threshold:mode=otsu",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::threshold_otsu(in, kernels::Polarity::BrightIsWhite, out);
                   }},
        FilterCase{"threshold:mode=adaptive,block_size=7,offset=3",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::threshold_adaptive(in, 7, 3, kernels::Polarity::BrightIsWhite, out);
                   }},
        FilterCase{"resize:width=40,height=33,interpolation=bilinear",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::resize(in, kernels::Interpolation::Bilinear, out);
                   }},
        FilterCase{"resize:scale=0.6",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::resize(in, kernels::Interpolation::Area, out);
                   }},
        FilterCase{"resize:width=25,height=45,interpolation=lanczos",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::resize(in, kernels::Interpolation::Lanczos, out);
                   }},
        FilterCase{"flip:direction=both",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::turn(in, {false, true, true}, out);
                   }},
        FilterCase{"rotate",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::turn(in, {true, false, true}, out);
                   }},
        FilterCase{
            "pixelate:block_size=6",
            [](const ConstImageView& in, const ImageView& out) { return reference::pixelate(in, 6, out); }},
        FilterCase{"resize:width=20,interpolation=nearest",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::resize(in, kernels::Interpolation::Nearest, out);
                   }},
        FilterCase{"invert",
                   [](const ConstImageView& in, const ImageView& out) { return reference::invert(in, out); }},
        FilterCase{"brightness_contrast:brightness=0.1,contrast=1.5",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::apply_table(in, *kernels::make_brightness_contrast_table(0.1, 1.5),
                                                   out);
                   }},
        FilterCase{"gamma:gamma=2.2",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::apply_table(in, *kernels::make_gamma_table(2.2), out);
                   }},
        FilterCase{"sepia:intensity=0.7",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::sepia(in, *kernels::make_sepia_matrix(0.7), out);
                   }},
        FilterCase{"sobel",
                   [](const ConstImageView& in, const ImageView& out) { return reference::sobel(in, out); }},
        FilterCase{"sharpen:strength=1.3", [](const ConstImageView& in, const ImageView& out) {
                     return reference::sharpen(in, *kernels::make_sharpen_weight(1.3), out);
                   }}));

kernels::Status mixed(const ConstImageView& in, const kernels::ColourRows& rows, const ImageView& out) {
  return reference::apply_colour_matrix(in, *kernels::make_colour_matrix(rows), out);
}

INSTANTIATE_TEST_SUITE_P(
    ColourFilters, EachFilter,
    testing::Values(
        FilterCase{"levels:input_black=20,input_white=200,gamma=1.5,output_black=5,output_white=250",
                   [](const ConstImageView& in, const ImageView& out) {
                     const auto table = kernels::make_levels_table({20, 200, 1.5, 5, 250});
                     return reference::apply_table(in, *table, out);
                   }},
        FilterCase{"posterize:levels=5",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::apply_table(in, *kernels::make_posterize_table(5), out);
                   }},
        FilterCase{"blend:first=grayscale,second=gaussian_blur,weight=0.7", gray_and_blurred},
        FilterCase{"blend:first=invert,second=none,weight=0.25", inverted_and_itself},
        FilterCase{"blend:first=invert,second=histogram_equalization", inverted_and_equalized},
        FilterCase{"vignette:strength=0.9,radius=0.1",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::vignette(in, *kernels::make_vignette(0.9, 0.1), out);
                   }},
        FilterCase{"hue_saturation:hue=40,saturation=1.5,lightness=-0.25",
                   [](const ConstImageView& in, const ImageView& out) {
                     // Grays keep 3/4 of their value.
                     const auto grays = kernels::make_brightness_contrast_table(-0.125, 0.75);
                     return in.channels == 1 ? reference::apply_table(in, *grays, out)
                                             : mixed(in, kernels::hue_saturation_rows({40, 1.5, -0.25}), out);
                   }},
        FilterCase{"white_balance",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::balance_white(in, kernels::WhiteReference::GrayWorld, out);
                   }},
        FilterCase{"white_balance:method=white_patch",
                   [](const ConstImageView& in, const ImageView& out) {
                     return reference::balance_white(in, kernels::WhiteReference::WhitePatch, out);
                   }},
        FilterCase{"white_balance:method=temperature,temperature=4000",
                   [](const ConstImageView& in, const ImageView& out) {
                     return mixed(in, kernels::temperature_rows(4000), out);
                   }},
        FilterCase{"rgb_to_hsv", reference::rgb_to_hsv}, FilterCase{"hsv_to_rgb", reference::hsv_to_rgb},
        FilterCase{"rgb_to_lab", reference::rgb_to_lab}, FilterCase{"lab_to_rgb", reference::lab_to_rgb},
        FilterCase{"rgb_to_ycbcr:standard=bt709",
                   [](const ConstImageView& in, const ImageView& out) {
                     return mixed(in, kernels::rgb_to_ycbcr_rows(kernels::LumaStandard::Bt709), out);
                   }},
        FilterCase{"ycbcr_to_rgb", [](const ConstImageView& in, const ImageView& out) {
                     return mixed(in, kernels::ycbcr_to_rgb_rows(kernels::LumaStandard::Bt601), out);
                   }}));

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
