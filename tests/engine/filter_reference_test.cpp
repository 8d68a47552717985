// Every filter makes the bytes of its reference: with its default parameters, and with others.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/plan.hpp"
#include "tests/engine/filter_references.hpp"
#include "tests/engine/picture_maker.hpp"

namespace framewright::engine {
namespace {

class EachFilter : public testing::TestWithParam<std::string> {
 protected:
  FrameBudget budget_{64 << 20};
  FramePool pool_{budget_};
};

TEST_P(EachFilter, GivesTheBytesOfItsReference) {
  const auto plan = Plan::make(Pipeline::parse(GetParam()).value(), {}).value();
  ASSERT_TRUE(has_reference(plan->pipeline().filters().front().filter));
  for (const int channels : {1, 3, 4}) {
    for (const auto& [width, height] : {std::pair{1, 1}, {2, 5}, {67, 31}, {65, 66}}) {
      const Geometry geometry{width, height, channels};
      const auto made = plan->output_geometry(geometry);
      if (!made) {
        EXPECT_NE(GetParam().find("crop"), std::string::npos) << made.error().detail;
        continue;
      }
      Reservation none;
      const auto expected = lend_frame(*made, pool_, none).value();
      ASSERT_EQ(run_reference(plan->pipeline().filters().front(), random_frame(geometry, pool_).view(),
                              expected.view()),
                kernels::Status::Ok);
      const auto frame = run_plan_on_cpu(*plan, random_frame(geometry, pool_), pool_, none);
      ASSERT_TRUE(frame) << frame.error().detail;
      EXPECT_EQ(pixels_of(*frame), pixels_of(expected)) << width << 'x' << height << 'x' << channels;
    }
  }
}

std::string name_of(const testing::TestParamInfo<std::string>& text) {
  std::string name = std::to_string(text.index) + "_" + text.param.substr(0, text.param.find(':'));
  return name;
}

std::vector<std::string> every_filter() {
  std::vector<std::string> ids;
  for (const auto& filter : builtin_filters()) ids.push_back(filter.id);
  return ids;
}

INSTANTIATE_TEST_SUITE_P(ByDefault, EachFilter, testing::ValuesIn(every_filter()), name_of);

/// Every choice, and numbers beside the defaults.
const std::vector<std::string>& calls() {
  static const std::vector<std::string> all = {
      "grayscale:algorithm=bt709",
      "grayscale:algorithm=average",
      "grayscale:algorithm=lightness",
      "grayscale:algorithm=luminosity",
      "blur",
      "gaussian_blur:kernel_size=7,sigma=2,border_mode=wrap",
      "gaussian_blur:kernel_size=9,sigma=2,border_mode=clamp,separable=false",
      "gaussian_blur:kernel_size=101,sigma=16",
      "box_blur:kernel_size=9",
      "median_blur:kernel_size=9",
      "bilateral:kernel_size=5,sigma_color=30,sigma_space=1.5",
      "oil_painting:radius=3",
      "resize:width=40,height=33,interpolation=bilinear",
      "resize:scale=0.6",
      "resize:width=25,height=45,interpolation=lanczos",
      "resize:width=20,interpolation=nearest",
      "crop:x=1,y=3,width=1,height=2",
      "crop:x=33,y=30,width=32,height=1",
      "flip:direction=vertical",
      "flip:direction=both",
      "rotate:angle=180",
      "rotate:angle=270",
      "letterbox:width=21,height=20,background=99",
      "letterbox:width=90,height=7,background=255",
      "pixelate:block_size=6",
      "brightness_contrast:brightness=0.1,contrast=1.5",
      "gamma:gamma=2.2",
      "levels:input_black=20,input_white=200,gamma=1.5,output_black=5,output_white=250",
      "posterize:levels=5",
      "sepia:intensity=0.7",
      "hue_saturation:hue=40,saturation=1.5,lightness=-0.25",
      "white_balance:method=white_patch",
      "white_balance:method=temperature,temperature=4000",
      "vignette:strength=0.9,radius=0.1",
      "rgb_to_ycbcr:standard=bt709",
      "ycbcr_to_rgb:standard=bt709",
      "clahe:clip_limit=3,tile_columns=4,tile_rows=2",
      "threshold:level=90,inverted=true",
      "threshold:mode=otsu",
      "threshold:mode=adaptive,block_size=7,offset=3",
      "canny:low_threshold=20,high_threshold=60,l2_gradient=true,sigma=1.2",
      "laplacian_of_gaussian:sigma=2,output=signed",
      "sharpen:strength=1.3",
      "unsharp_mask:amount=0.5,kernel_size=7,sigma=2,threshold=4",
      "high_pass:kernel_size=9,sigma=2.5",
      "erode:kernel_size=5,shape=ellipse",
      "dilate:kernel_size=7,shape=cross",
      "open:kernel_size=5,shape=cross",
      "close:kernel_size=5,shape=ellipse",
      "morphological_gradient:kernel_size=5,shape=ellipse",
      "top_hat:kernel_size=9,shape=rectangle",
      "black_hat:kernel_size=7,shape=ellipse",
      "blend:first=grayscale,second=gaussian_blur,weight=0.7",
      "blend:first=invert,second=none,weight=0.25",
      "blend:first=invert,second=histogram_equalization",
  };
  return all;
}

INSTANTIATE_TEST_SUITE_P(WithParameters, EachFilter, testing::ValuesIn(calls()), name_of);

TEST(FilterReferences, AreThereForEveryFilterAndEveryOneThatHasParametersIsTriedWithOthers) {
  for (const auto& filter : builtin_filters()) {
    EXPECT_TRUE(has_reference(filter.id)) << filter.id;
    const bool is_tried = std::ranges::any_of(calls(), [&](const std::string& text) {
      const auto call = Pipeline::parse(text).value().filters().front();
      return call.filter == filter.id && call.parameters != defaults_of(filter);
    });
    EXPECT_EQ(is_tried, !filter.parameters.empty()) << filter.id;
  }
}

}  // namespace
}  // namespace framewright::engine
