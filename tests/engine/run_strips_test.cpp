// Strips give the bytes of whole pictures, with the memory that is said and not a byte more.
#include "engine/run_strips.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/admission.hpp"
#include "engine/process_frame.hpp"
#include "engine/run_planes.hpp"
#include "engine/strip_chain.hpp"
#include "tests/engine/codec_fixture.hpp"
#include "tests/engine/scenes.hpp"

namespace framewright::engine {
namespace {

using pictures::Bytes;

class RunStrips : public CodecFixture {
 protected:
  Bytes bytes_of(const Result<EncodedFrame>& frame) {
    EXPECT_TRUE(frame) << frame.error().detail;
    return frame ? Bytes(frame->payload().begin(), frame->payload().end()) : Bytes{};
  }
  void prepare(FrameTask& task, const std::string& pipeline, const Bytes& input, Exactness exactness) {
    task.plan = Plan::make(Pipeline::parse(pipeline).value(), limits_).value();
    task.output = {.quality = 85, .exactness = exactness};
    task.input = pictures::encoded(pool_, input, ImageEncoding::Jpeg);
  }
  Bytes in_strips(const std::string& pipeline, const Bytes& input, Exactness exactness) {
    FrameTask task;
    prepare(task, pipeline, input, exactness);
    const auto needs = find_needs(task).value();
    EXPECT_TRUE(goes_in_strips(*task.plan, task.header, task.output, task.route)) << pipeline;
    task.start();
    FrameBudget budget(needs);
    FramePool pool(budget);
    Decoder decoder(pool);
    Encoder encoder(pool);
    task.reservation = budget.reserve(needs).value();
    process_on_cpu(task, decoder, encoder, pool, system_clock());
    auto made = bytes_of(task.answer);
    EXPECT_EQ(task.output_geometry, task.plan->output_geometry(task.header.geometry).value());
    task.answer = unexpected(ErrorCode::Internal, "done");
    return made;
  }
  /// By the same route, all of the picture at once.
  Bytes whole(const std::string& pipeline, const Bytes& input, Exactness exactness, Route expected) {
    FrameTask task;
    prepare(task, pipeline, input, exactness);
    EXPECT_TRUE(find_needs(task));
    EXPECT_EQ(task.route, expected) << pipeline;
    task.start();
    if (task.route == Route::Planes) {
      Reservation none;
      auto planes = decoder_.decode_planes(input, task.header, none).value();
      auto made = run_plan_on_planes(*task.plan, std::move(planes), pool_, none).value();
      return bytes_of(encoder_.encode_planes(std::move(made), 85, none));
    }
    auto frame = decode_stage(task, decoder_, system_clock());
    if (frame) frame = run_stage(task, std::move(*frame), pool_, system_clock());
    if (frame) encode_stage(task, std::move(*frame), encoder_, system_clock());
    return bytes_of(task.answer);
  }
};

/// Steps that look as far as one likes, in chains.
std::string random_blurs(std::mt19937& random) {
  std::string text;
  for (auto count = 1 + random() % 3; count > 0; --count) {
    text += "gaussian_blur:kernel_size=" + std::to_string(3 + 2 * (random() % 40)) +
            ",sigma=" + std::to_string(1 + random() % 20) + (random() % 2 == 0 ? "" : ",border_mode=clamp");
    if (count > 1) text += '|';
  }
  return text;
}

/// One of everything that runs by rows and does the same to every channel.
std::string random_step(std::mt19937& random) {
  static const std::array<std::string, 4> kWays = {"area", "bilinear", "nearest", "lanczos"};
  const auto number = [&random](unsigned below) { return std::to_string(random() % below); };
  switch (random() % 7) {
    case 0: return "gaussian_blur:kernel_size=" + std::to_string(3 + 2 * (random() % 40)) + ",sigma=2";
    case 1: return "box_blur:kernel_size=" + std::to_string(3 + 2 * (random() % 20));
    case 2: return "flip:direction=horizontal";
    case 3: return "crop:x=" + number(5) + ",y=" + number(40) + ",width=9,height=1" + number(10);
    case 4:
      return "resize:width=" + std::to_string(1 + random() % 90) + ",interpolation=" + kWays[random() % 4];
    default:
      return "resize:scale=" + std::to_string(random() % 2) + "." + std::to_string(1 + random() % 9) +
             ",interpolation=" + kWays[random() % 4];
  }
}

std::string random_steps(std::mt19937& random) {
  auto text = random_step(random);
  for (auto count = random() % 3; count > 0; --count) text += '|' + random_step(random);
  return text;
}

Geometry random_size(std::mt19937& random) {
  return {1 + static_cast<int>(random() % 70), 1 + static_cast<int>(random() % 400), 3};
}

TEST_F(RunStrips, GivesTheBytesOfWholePlanes) {
  std::mt19937 random(5);
  for (int round = 0; round < 60; ++round) {
    const auto pipeline = random_blurs(random);
    const auto size = random_size(random);
    const auto input = pictures::jpeg_420(pictures::photograph(size), 90);
    ASSERT_EQ(in_strips(pipeline, input, Exactness::Visual),
              whole(pipeline, input, Exactness::Visual, Route::Planes))
        << pipeline << " on " << size.width_px << "x" << size.height_px;
  }
}

TEST_F(RunStrips, GivesTheBytesOfWholePixels) {
  std::mt19937 random(6);
  for (int round = 0; round < 60; ++round) {
    static const std::array<std::string, 4> kPoints = {"", "|invert", "|gamma:gamma=1.5|sepia", "|sepia"};
    auto pipeline = random_blurs(random) + kPoints[random() % kPoints.size()];
    if (random() % 2 == 0) pipeline = "brightness_contrast:brightness=0.1|" + pipeline;
    auto size = random_size(random);
    if (round % 4 == 0) size.channels = 1;
    const auto input =
        pictures::jpeg(size.channels == 1 ? pictures::gradient(size) : pictures::photograph(size), 90);
    ASSERT_EQ(in_strips(pipeline, input, Exactness::Exact),
              whole(pipeline, input, Exactness::Exact, Route::Pixels))
        << pipeline << " on " << size.width_px << "x" << size.height_px << "x" << size.channels;
  }
}

/// By every route that has strips, from every chroma, at every part of the picture's size.
TEST_F(RunStrips, GivesTheBytesOfTheWholeWhereStepsChangeTheSize) {
  static const std::array<std::string, 6> kExact = {
      "|unsharp_mask", "|high_pass:kernel_size=9,sigma=2",   "|sobel",
      "|grayscale",    "|grayscale:algorithm=average|sobel", ""};
  static const std::array<std::string, 3> kLuma = {"|grayscale", "|grayscale|sobel",
                                                   "|grayscale|unsharp_mask"};
  static constexpr std::array kPlanes = {ColourPlanes::Ycbcr420, ColourPlanes::Ycbcr422,
                                         ColourPlanes::Ycbcr440, ColourPlanes::Ycbcr444,
                                         ColourPlanes::YcbcrOther};
  std::mt19937 random(7);
  std::array<int, 5> run = {};
  std::array<int, 9> at_eighths = {};
  for (int round = 0; round < 600; ++round) {
    const auto exactness = round % 3 == 0 ? Exactness::Exact : Exactness::Visual;
    auto pipeline = random_steps(random);
    if (round % 3 == 0) pipeline += kExact[random() % kExact.size()];
    if (round % 3 == 1) pipeline += kLuma[random() % kLuma.size()];
    auto size = random_size(random);
    if (round % 2 == 0) {  // What can begin at a part of the size.
      static const std::array<std::string, 3> kParts = {"0.5", "0.25", "0.125"};
      size = {size.width_px / 16 * 16 + 16, size.height_px / 16 * 16 + 16, 3};
      pipeline = "resize:scale=" + kParts[random() % 3] + "|" + pipeline;
    }
    const auto input = pictures::jpeg_in(kPlanes[random() % kPlanes.size()], pictures::photograph(size), 90);
    FrameTask task;
    prepare(task, pipeline, input, exactness);
    if (!find_needs(task)) continue;  // A crop outside the picture.
    if (!goes_in_strips(*task.plan, task.header, task.output, task.route)) continue;
    ++run[static_cast<std::size_t>(task.route)];
    ++at_eighths[static_cast<std::size_t>(task.header.eighths)];
    ASSERT_EQ(in_strips(pipeline, input, exactness), whole(pipeline, input, exactness, task.route))
        << pipeline << " on " << size.width_px << "x" << size.height_px << " by " << to_string(task.route)
        << " at " << task.header.eighths << "/8";
  }
  for (const auto route : {Route::Luma, Route::Planes, Route::Pixels})
    EXPECT_GT(run[static_cast<std::size_t>(route)], 50) << to_string(route);
  for (const auto eighths : {1u, 2u, 4u, 8u}) EXPECT_GT(at_eighths[eighths], 3) << eighths;
}

TEST_F(RunStrips, NeedsLessThanThePictureWhole) {
  const auto input = pictures::jpeg_420(pictures::gradient({640, 2000, 3}), 90);
  for (const auto* pipeline : {"gaussian_blur", "crop:x=0,y=800,width=640,height=64", "resize:scale=0.4"}) {
    FrameTask task;
    prepare(task, pipeline, input, Exactness::Visual);
    ASSERT_TRUE(find_needs(task));
    ASSERT_EQ(task.route, Route::Planes);
    const auto answer = task.plan->output_geometry(task.header.geometry).value();
    EXPECT_LT(strip_bytes(*task.plan, task.header, Route::Planes).value() -
                  encode_bytes(answer, ImageEncoding::Jpeg, 85),
              planar_bytes(task.header.geometry) / 3)
        << pipeline;
  }
}

/// A step that counts how often it is asked what it needs.
class CountedStep final : public FilterStep {
 public:
  Result<Geometry> output_geometry(const Geometry& input, const ImageLimits&) const override { return input; }
  bool in_place() const noexcept override { return false; }
  std::size_t scratch_bytes(const Geometry&) const noexcept override { return 0; }
  kernels::Status run(const kernels::ConstImageView&, const kernels::ImageView&,
                      kernels::Scratch) const noexcept override {
    return kernels::Status::Ok;
  }
  std::optional<int> reach_rows() const noexcept override { return 1; }
  Rows rows_needed(Rows made, int input_px, int output_px) const noexcept override {
    ++asked;
    return FilterStep::rows_needed(made, input_px, output_px);
  }

  mutable int asked = 0;
};

/// Admission does so for every frame, on a thread of the network.
TEST(StripChain, AsksAStepOfALongChainNoMoreOften) {
  constexpr std::size_t kSteps = 100;
  constexpr int kUnits = 40;
  const auto step = std::make_shared<CountedStep>();
  const std::vector<PlanStep> steps(kSteps, {"counted", 0, step});
  StripChain chain(steps, std::vector<Geometry>(kSteps + 1, {8, 16 * kUnits, 1}), 16);
  for (int unit = 0; unit < kUnits; ++unit) {
    chain.receive(chain.units_for(16 * (unit + 1)));
    ASSERT_TRUE(chain.run({16 * unit, 16 * (unit + 1)}));
  }
  EXPECT_LE(step->asked, 4 * kUnits * static_cast<int>(kSteps));
}

TEST_F(RunStrips, TakesNoPictureThatABorderWrapsAround) {
  FrameTask task;
  prepare(task, "gaussian_blur:border_mode=wrap", pictures::jpeg_420(pictures::gradient({64, 48, 3}), 90),
          Exactness::Visual);
  ASSERT_TRUE(find_needs(task));
  EXPECT_FALSE(goes_in_strips(*task.plan, task.header, task.output, task.route));
}

/// The last strip is there by then, and every block of it was good.
TEST_F(RunStrips, RefusesAPictureThatDoesNotEndWithItsLastBlock) {
  const auto whole = pictures::jpeg_420(pictures::photograph({24, 200, 3}), 50);
  const Bytes picture(whole.begin(), whole.end() - 2);  // The marker of the end is cut off.
  const std::vector<Bytes> wrong_ends = {
      Bytes(30, 0x55),                    // Bytes that belong to no block, more than are read ahead.
      {0xff, 0xfe, 0, 9, 'c', 'u', 't'},  // A comment that is longer than the file.
      {0xff, 0xd5},                       // A restart, in a picture that has none.
  };
  for (const auto& end : wrong_ends) {
    auto input = picture;
    input.insert(input.end(), end.begin(), end.end());
    for (const auto exactness : {Exactness::Visual, Exactness::Exact}) {
      FrameTask task;
      prepare(task, "gaussian_blur", input, exactness);
      ASSERT_TRUE(find_needs(task));
      ASSERT_TRUE(goes_in_strips(*task.plan, task.header, task.output, task.route));
      task.start();
      process_on_cpu(task, decoder_, encoder_, pool_, system_clock());
      ASSERT_FALSE(task.answer) << "an end of " << end.size() << " bytes";
      EXPECT_EQ(task.answer.error().code, ErrorCode::CorruptMedia);
    }
  }
}

TEST_F(RunStrips, RefusesEveryTruncation) {
  const auto whole = pictures::jpeg_420(pictures::photograph({24, 200, 3}), 50);
  for (const auto exactness : {Exactness::Visual, Exactness::Exact}) {
    for (std::size_t size = 700; size < whole.size(); ++size) {
      FrameTask task;
      prepare(task, "gaussian_blur", Bytes(whole.begin(), whole.begin() + static_cast<long>(size)),
              exactness);
      if (!find_needs(task)) continue;
      task.start();
      process_on_cpu(task, decoder_, encoder_, pool_, system_clock());
      ASSERT_FALSE(task.answer) << size << " of " << whole.size();
      ASSERT_EQ(task.answer.error().code, ErrorCode::CorruptMedia) << task.answer.error().detail;
    }
  }
}

}  // namespace
}  // namespace framewright::engine
