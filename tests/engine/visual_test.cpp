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
    int eighths = 8;
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
    return {task.route, std::move(kept), task.header.eighths};
  }
  Bytes pixels_of_answer(const Answer& answer) {
    EXPECT_TRUE(answer.encoded) << answer.encoded.error().detail;
    const auto frame = decode(answer.encoded->payload(), answer.encoded->encoding);
    EXPECT_TRUE(frame) << frame.error().detail;
    return pictures::pixels_of(*frame).bytes;
  }
  double psnr_of(const std::string& pipeline, const pictures::Scene& scene, Route expected,
                 int quality = 92) {
    return psnr_of(pipeline, jpeg(scene.pixels), {expected}, scene.name, quality);
  }
  /// How a picture is expected to be decoded.
  struct Way {
    Route route;
    int eighths = 8;
  };
  double psnr_of(const std::string& pipeline, const Bytes& input, Way expected, const std::string& name,
                 int quality = 92) {
    const auto visual = process(pipeline, input, {.quality = quality, .exactness = Exactness::Visual});
    const auto exact = process(pipeline, input, {.quality = quality, .exactness = Exactness::Exact});
    EXPECT_EQ(visual.route, expected.route) << pipeline;
    EXPECT_EQ(visual.eighths, expected.eighths) << pipeline;
    EXPECT_EQ(exact.route, Route::Pixels);
    const double decibels = pictures::psnr(pixels_of_answer(visual), pixels_of_answer(exact));
    if (std::getenv("SHOW") != nullptr)
      std::printf("%6.1f dB  %s  %s\n", decibels, pipeline.c_str(), name.c_str());
    return decibels;
  }
};

TEST_F(Visual, StaysWithinItsBoundOnPlanes) {
  for (const auto* pipeline :
       {"gaussian_blur", "gaussian_blur:kernel_size=15,sigma=3", "gaussian_blur:kernel_size=3,sigma=20",
        "box_blur", "box_blur:kernel_size=3", "box_blur:kernel_size=31", "resize:width=213,height=141",
        "resize:scale=0.5", "resize:scale=1.7,interpolation=bilinear",
        "resize:width=161,height=107,interpolation=lanczos",
        "gaussian_blur|resize:scale=0.4|box_blur:kernel_size=3"}) {
    for (const auto& scene : pictures::scenes({321, 211, 3}))
      EXPECT_GE(psnr_of(pipeline, scene, Route::Planes), bound_of(scene)) << pipeline << ", " << scene.name;
  }
}

TEST_F(Visual, StaysWithinItsBoundOnLuma) {
  for (const auto* pipeline :
       {"grayscale|sobel", "grayscale|scharr|invert", "grayscale|invert", "gaussian_blur|grayscale",
        "grayscale|sharpen:strength=5",
        "grayscale|unsharp_mask:amount=5|resize:scale=2,interpolation=lanczos", "grayscale|high_pass",
        "grayscale|laplacian_of_gaussian", "grayscale|gamma:gamma=1.5", "grayscale|clahe",
        "grayscale|histogram_equalization", "resize:scale=0.5|grayscale|gaussian_blur"}) {
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

constexpr std::array kHalvedPlanes = {ColourPlanes::Ycbcr422, ColourPlanes::Ycbcr440, ColourPlanes::Ycbcr444};

TEST_F(Visual, StaysWithinItsBoundOnPlanesOfEveryChroma) {
  for (const auto planes : kHalvedPlanes) {
    for (const auto* pipeline :
         {"gaussian_blur", "gaussian_blur:kernel_size=15,sigma=3", "box_blur:kernel_size=3",
          "resize:scale=0.6", "crop:x=10,y=20,width=201,height=133"}) {
      for (const auto& scene : pictures::scenes({321, 211, 3})) {
        const auto input = pictures::jpeg_in(planes, scene.pixels, 92);
        EXPECT_GE(psnr_of(pipeline, input, {Route::Planes}, scene.name), bound_of(scene))
            << pipeline << ", " << scene.name << ", kind " << static_cast<int>(planes);
      }
    }
  }
}

TEST_F(Visual, StaysWithinItsBoundWherePixelsOnlyMove) {
  for (const auto* pipeline :
       {"flip:direction=horizontal", "flip:direction=vertical", "flip:direction=both", "rotate:angle=90",
        "rotate:angle=180", "rotate:angle=270", "crop:x=16,y=34,width=101,height=77",
        "crop:x=0,y=2,width=200,height=100|rotate:angle=90|gaussian_blur"}) {
    for (const auto& scene : pictures::scenes({320, 210, 3}))
      EXPECT_GE(psnr_of(pipeline, scene, Route::Planes), bound_of(scene)) << pipeline << ", " << scene.name;
  }
}

/// At the largest sizes for which a part of the JPEG will do, and at some below.
TEST_F(Visual, StaysWithinItsBoundAtAPartOfTheSize) {
  struct Case {
    const char* pipeline;
    int eighths;
  };
  for (const auto& [pipeline, eighths] :
       {Case{"resize:width=320,height=240", 4}, Case{"resize:scale=0.5,interpolation=bilinear", 4},
        Case{"resize:width=160,height=120", 2}, Case{"resize:width=80,height=60", 1},
        Case{"resize:width=32,height=24", 2}, Case{"resize:width=40,height=30", 1},
        Case{"resize:width=300,height=226", 8}, Case{"resize:width=38,height=28", 4},
        Case{"resize:width=18,height=14", 2}, Case{"resize:width=82,height=62,interpolation=lanczos", 8},
        Case{"resize:width=80,height=60,interpolation=lanczos", 4},
        Case{"resize:width=40,height=30,interpolation=lanczos", 2},
        Case{"resize:width=20,height=14,interpolation=lanczos", 1},
        Case{"resize:width=320|gaussian_blur|rotate:angle=90", 4}}) {
    for (const auto& scene : pictures::scenes({640, 480, 3})) {
      const auto input = pictures::jpeg_420(scene.pixels, 92);
      EXPECT_GE(psnr_of(pipeline, input, {Route::Planes, eighths}, scene.name), bound_of(scene))
          << pipeline << ", " << scene.name;
    }
  }
}

TEST_F(Visual, StaysWithinItsBoundAtAPartOfTheSizeOfLumaAndOfEveryChroma) {
  for (const auto& scene : pictures::scenes({640, 480, 3})) {
    const auto input = pictures::jpeg_420(scene.pixels, 92);
    for (const auto* pipeline :
         {"resize:scale=0.5|grayscale", "grayscale|resize:scale=0.12,interpolation=lanczos",
          "resize:scale=0.1,interpolation=lanczos|gaussian_blur|grayscale"})
      EXPECT_GE(psnr_of(pipeline, input, {Route::Luma, 4}, scene.name), bound_of(scene)) << pipeline;
    for (const auto planes : kHalvedPlanes) {
      const auto larger = pictures::jpeg_in(planes, scene.pixels, 92);
      for (const auto& [pipeline, eighths] :
           {std::pair{"resize:scale=0.5", 4}, {"resize:width=80,height=60", 2}})
        EXPECT_GE(psnr_of(pipeline, larger, {Route::Planes, eighths}, scene.name), bound_of(scene))
            << pipeline << ", " << scene.name << ", kind " << static_cast<int>(planes);
    }
  }
}

/// Random pipelines of what does the same to every channel, on a photograph of any chroma.
TEST_F(Visual, StaysWithinItsBoundByRandomPipelines) {
  static const std::vector<std::string> kCalls = {"gaussian_blur",
                                                  "gaussian_blur:kernel_size=9,sigma=2",
                                                  "box_blur",
                                                  "resize:scale=0.7",
                                                  "resize:scale=0.5",
                                                  "resize:width=60,height=50,interpolation=lanczos",
                                                  "resize:scale=1.3,interpolation=bilinear",
                                                  "crop:x=2,y=4,width=50,height=41",
                                                  "crop:x=3,y=0,width=49,height=41",
                                                  "flip",
                                                  "flip:direction=vertical",
                                                  "rotate:angle=90",
                                                  "rotate:angle=180",
                                                  "grayscale"};
  std::mt19937 random(31);
  std::array<int, 5> run = {};
  int reduced = 0;
  for (int round = 0; round < 150; ++round) {
    std::string text;
    for (auto count = 1 + random() % 4; count > 0; --count)
      text += kCalls[random() % kCalls.size()] + (count > 1 ? "|" : "");
    Geometry size{300 + static_cast<int>(random() % 300), 200 + static_cast<int>(random() % 200), 3};
    if (round % 2 == 0) size = {size.width_px / 8 * 8, size.height_px / 8 * 8, 3};
    const auto planes = std::array{ColourPlanes::Ycbcr420, ColourPlanes::Ycbcr422, ColourPlanes::Ycbcr440,
                                   ColourPlanes::Ycbcr444}[random() % 4];
    const auto input = pictures::jpeg_in(planes, pictures::photograph(size), 92);
    const auto visual = process(text, input, {.quality = 92, .exactness = Exactness::Visual});
    if (!visual.encoded && visual.encoded.error().code == ErrorCode::InvalidPipeline) continue;
    ++run[static_cast<std::size_t>(visual.route)];
    reduced += visual.eighths != 8 ? 1 : 0;
    const auto exact = process(text, input, {.quality = 92, .exactness = Exactness::Exact});
    EXPECT_GE(pictures::psnr(pixels_of_answer(visual), pixels_of_answer(exact)), 35)
        << text << " on " << size.width_px << "x" << size.height_px << ", kind " << static_cast<int>(planes)
        << " by " << to_string(visual.route) << " at " << visual.eighths << "/8";
  }
  EXPECT_GT(run[static_cast<std::size_t>(Route::Planes)], 30);
  EXPECT_GT(run[static_cast<std::size_t>(Route::Luma)], 20);
  EXPECT_GT(reduced, 5);
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

TEST_F(Visual, TakesEverySizeOfEveryChroma) {
  for (const auto planes : kHalvedPlanes) {
    for (const auto* pipeline : {"gaussian_blur", "resize:width=1,height=1", "resize:scale=0.1|box_blur",
                                 "crop:x=0,y=0,width=1,height=1", "resize:width=1,height=1|grayscale"}) {
      for (const auto& [width, height] : {std::pair{1, 1},
                                          {2, 1},
                                          {1, 2},
                                          {3, 5},
                                          {7, 9},
                                          {15, 16},
                                          {16, 17},
                                          {17, 33},
                                          {63, 65},
                                          {200, 190}}) {
        const auto input = pictures::jpeg_in(planes, pictures::gradient({width, height, 3}), 90);
        const auto answer = process(pipeline, input, {.exactness = Exactness::Visual});
        ASSERT_TRUE(answer.encoded) << pipeline << ", " << width << "x" << height << ": "
                                    << answer.encoded.error().detail;
      }
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
