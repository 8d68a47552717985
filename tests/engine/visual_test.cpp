// What `exact` and `visual` promise, held on whole frames from bytes to bytes.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <random>

#include "engine/admission.hpp"
#include "engine/process_frame.hpp"
#include "tests/engine/codec_fixture.hpp"
#include "tests/engine/scenes.hpp"

namespace framewright::engine {
namespace {

using pictures::Bytes;

/// As ARCHITECTURE.md and docs/openapi.yaml state it.
double bound_of(const pictures::Scene& scene) {
  const bool natural = scene.name != "saturated" && scene.name != "noise";
  return natural ? 35 : 25;
}

class Visual : public CodecFixture {
 protected:
  Bytes jpeg(const pictures::Pixels& pixels, int quality = 92) {
    const auto made = encode(pixels, ImageEncoding::Jpeg, quality);
    return {made->payload().begin(), made->payload().end()};
  }
  struct Answer {
    Route route;
    Result<EncodedFrame> encoded;
  };
  Answer process(const std::string& pipeline, const Bytes& input, const OutputOptions& output) {
    FrameTask task;
    task.plan = Plan::make(Pipeline::parse(pipeline).value(), limits_).value();
    task.output = output;
    task.input = pictures::encoded(pool_, input, ImageEncoding::Jpeg);
    auto needs = find_needs(task);
    if (!needs) return {task.route, unexpected(needs.error())};
    task.start();
    // No more memory than was said.
    FrameBudget budget(*needs);
    FramePool pool(budget);
    Decoder decoder(pool);
    Encoder encoder(pool);
    task.reservation = budget.reserve(*needs).value();
    process_on_cpu(task, decoder, encoder, pool, system_clock());
    if (!task.answer) return {task.route, unexpected(task.answer.error())};
    const auto payload = task.answer->payload();
    auto kept = pictures::encoded(pool_, payload, task.answer->encoding);
    task.answer = unexpected(ErrorCode::Internal, "done");
    return {task.route, std::move(kept)};
  }
  Bytes pixels_of_answer(const Answer& answer) {
    EXPECT_TRUE(answer.encoded) << answer.encoded.error().detail;
    const auto frame = decode(answer.encoded->payload(), answer.encoded->encoding);
    EXPECT_TRUE(frame) << frame.error().detail;
    return pictures::pixels_of(*frame).bytes;
  }
  double psnr_of(const std::string& pipeline, const pictures::Scene& scene, Route expected,
                 int quality = 92) {
    const auto input = jpeg(scene.pixels);
    const auto visual = process(pipeline, input, {.quality = quality, .exactness = Exactness::Visual});
    const auto exact = process(pipeline, input, {.quality = quality, .exactness = Exactness::Exact});
    EXPECT_EQ(visual.route, expected) << pipeline;
    EXPECT_EQ(exact.route, Route::Pixels);
    const double decibels = pictures::psnr(pixels_of_answer(visual), pixels_of_answer(exact));
    if (std::getenv("SHOW") != nullptr)
      std::printf("%6.1f dB  %s  %s\n", decibels, pipeline.c_str(), scene.name.c_str());
    return decibels;
  }
};

TEST_F(Visual, StaysWithinItsBoundOnPlanes) {
  for (const auto* pipeline :
       {"gaussian_blur", "gaussian_blur:kernel_size=15,sigma=3", "gaussian_blur:kernel_size=3,sigma=20",
        "box_blur", "box_blur:kernel_size=3", "box_blur:kernel_size=31", "resize:width=213,height=141",
        "resize:scale=0.5", "resize:scale=1.7,interpolation=bilinear",
        "resize:width=200,interpolation=lanczos", "gaussian_blur|resize:scale=0.4|box_blur:kernel_size=3"}) {
    for (const auto& scene : pictures::scenes({321, 211, 3}))
      EXPECT_GE(psnr_of(pipeline, scene, Route::Planes), bound_of(scene)) << pipeline << ", " << scene.name;
  }
}

TEST_F(Visual, StaysWithinItsBoundOnLuma) {
  for (const auto* pipeline : {"grayscale|sobel", "grayscale|invert", "gaussian_blur|grayscale",
                               "resize:scale=0.5|grayscale|gaussian_blur"}) {
    for (const auto& scene : pictures::scenes({321, 211, 3}))
      EXPECT_GE(psnr_of(pipeline, scene, Route::Luma), bound_of(scene)) << pipeline << ", " << scene.name;
  }
}

TEST_F(Visual, StaysWithinItsBoundOnCoefficients) {
  for (const int quality : {92, 80, 30, 100}) {
    for (const auto& scene : pictures::scenes({321, 211, 3}))
      EXPECT_GE(psnr_of("grayscale", scene, Route::Coefficients, quality), bound_of(scene))
          << quality << ", " << scene.name;
  }
}

TEST_F(Visual, TakesEverySizeOfPlanes) {
  for (const auto* pipeline : {"gaussian_blur", "box_blur", "resize:width=5,height=3", "resize:scale=3",
                               "grayscale", "grayscale|sobel"}) {
    for (const auto& [width, height] :
         {std::pair{1, 1}, {2, 1}, {1, 2}, {3, 5}, {7, 9}, {15, 16}, {16, 17}, {17, 33}, {63, 65}}) {
      const auto input = jpeg(pictures::gradient({width, height, 3}));
      const auto answer = process(pipeline, input, {.exactness = Exactness::Visual});
      ASSERT_TRUE(answer.encoded) << pipeline << ", " << width << "x" << height << ": "
                                  << answer.encoded.error().detail;
    }
  }
}

TEST_F(Visual, RefusesEveryTruncation) {
  const auto whole = jpeg(pictures::gradient({40, 24, 3}));
  for (const auto* pipeline : {"", "gaussian_blur", "grayscale", "grayscale|sobel"}) {
    for (std::size_t size = 1; size < whole.size(); ++size) {
      const auto answer =
          process(pipeline, Bytes(whole.begin(), whole.begin() + static_cast<long>(size)), {});
      ASSERT_FALSE(answer.encoded) << pipeline << ": " << size << " of " << whole.size() << " bytes";
      ASSERT_EQ(answer.encoded.error().code, ErrorCode::CorruptMedia) << answer.encoded.error().detail;
    }
  }
}

TEST_F(Visual, KeepsTheLumaOfAGrayPictureAtItsOwnQualityWhole) {
  const auto input = jpeg(pictures::photograph({64, 48, 3}), 80);
  const auto answer = process("grayscale", input, {});
  ASSERT_EQ(answer.route, Route::Coefficients);
  auto luma = inspect(input, limits_).value();
  Reservation none;
  const auto expected = decoder_.decode(input, luma_of(luma), none);
  EXPECT_EQ(pixels_of_answer(answer), pictures::pixels_of(*expected).bytes);
}

}  // namespace
}  // namespace framewright::engine
