// Random pipelines on random pictures: what a plan makes of them is what their filters make one by one.
#include <gtest/gtest.h>

#include <random>

#include "tests/engine/codec_fixture.hpp"
#include "tests/engine/picture_maker.hpp"

#include "engine/plan.hpp"

namespace framewright::engine {
namespace {

using Planned = CodecFixture;

/// One filter with random parameters, as text.
std::string random_call(std::mt19937& random) {
  static const std::vector<std::string> kCalls = {"invert",
                                                  "gamma:gamma=%f",
                                                  "brightness_contrast:brightness=%f",
                                                  "sepia:intensity=%f",
                                                  "grayscale",
                                                  "grayscale:algorithm=average",
                                                  "gaussian_blur",
                                                  "gaussian_blur:kernel_size=9,sigma=%f",
                                                  "box_blur",
                                                  "sobel",
                                                  "sharpen",
                                                  "unsharp_mask",
                                                  "resize:scale=0.%d",
                                                  "resize:width=2%d,height=1%d",
                                                  "flip",
                                                  "rotate:angle=90",
                                                  "pixelate:block_size=3",
                                                  "median_blur",
                                                  "erode",
                                                  "posterize",
                                                  "threshold",
                                                  "levels",
                                                  "vignette",
                                                  "histogram_equalization",
                                                  "rgb_to_ycbcr"};
  auto text = kCalls[random() % kCalls.size()];
  for (auto at = text.find('%'); at != std::string::npos; at = text.find('%')) {
    const auto digit = std::to_string(1 + random() % 9);
    text.replace(at, 2, text[at + 1] == 'f' ? "0." + digit : digit);
  }
  return text;
}

/// The filters one after the other, each a plan of its own: nothing is joined or left out.
Frame filter_by_filter(const Pipeline& pipeline, Frame frame, FramePool& pool) {
  for (const auto& call : pipeline.filters()) {
    const PlanStep step{call.filter, 0, find_filter(call.filter)->make(call.parameters)};
    Reservation none;
    auto output = lend_frame(step_geometry(step, frame.geometry, {}).value(), pool, none).value();
    const auto scratch = lend_scratch(step.step->scratch_bytes(frame.geometry), pool, none).value();
    EXPECT_TRUE(run_kernel(step, frame.view(), output.view(),
                           {reinterpret_cast<std::byte*>(scratch.data()), scratch.capacity()}));
    frame = std::move(output);
  }
  return frame;
}

TEST_F(Planned, GivesTheBytesOfItsFiltersOneByOne) {
  std::mt19937 random(20);
  int run = 0;
  for (int round = 0; round < 400; ++round) {
    std::string text;
    for (auto count = 1 + random() % 5; count > 0; --count) {
      text += random_call(random);
      if (count > 1) text += '|';
    }
    const Geometry geometry{1 + static_cast<int>(random() % 70), 1 + static_cast<int>(random() % 50),
                            round % 3 == 0 ? 1 : 3};
    const auto pipeline = Pipeline::parse(text);
    ASSERT_TRUE(pipeline) << text << ": " << pipeline.error().detail;
    const auto plan = Plan::make(*pipeline, limits_).value();
    if (!plan->output_geometry(geometry)) continue;  // A filter that this picture cannot go through.
    ++run;
    const auto seed = static_cast<unsigned>(round);
    const auto expected = filter_by_filter(*pipeline, random_frame(geometry, pool_, seed), pool_);
    Reservation none;
    const auto planned = run_plan_on_cpu(*plan, random_frame(geometry, pool_, seed), pool_, none);
    ASSERT_TRUE(planned) << text << ": " << planned.error().detail;
    ASSERT_EQ(pixels_of(*planned), pixels_of(expected))
        << text << " on " << geometry.width_px << "x" << geometry.height_px << "x" << geometry.channels;
  }
  EXPECT_GT(run, 250);
}

}  // namespace
}  // namespace framewright::engine
