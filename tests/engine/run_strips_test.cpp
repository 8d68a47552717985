// Strips give the bytes of whole pictures, with the memory that is said and not a byte more.
#include "engine/run_strips.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/admission.hpp"
#include "engine/process_frame.hpp"
#include "engine/run_planes.hpp"
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
    EXPECT_EQ(task.output_geometry, task.header.geometry);
    task.answer = unexpected(ErrorCode::Internal, "done");
    return made;
  }
  Bytes as_pixels(const std::string& pipeline, const Bytes& input) {
    FrameTask task;
    prepare(task, pipeline, input, Exactness::Exact);
    EXPECT_TRUE(find_needs(task));
    task.start();
    auto frame = decode_stage(task, decoder_, system_clock());
    if (frame) frame = run_stage(task, std::move(*frame), pool_, system_clock());
    if (frame) encode_stage(task, std::move(*frame), encoder_, system_clock());
    return bytes_of(task.answer);
  }
  Bytes as_planes(const std::string& pipeline, const Bytes& input) {
    const auto plan = Plan::make(Pipeline::parse(pipeline).value(), limits_).value();
    Reservation none;
    auto planes = decoder_.decode_planes(input, inspect(input, limits_).value(), none).value();
    auto made = run_plan_on_planes(*plan, std::move(planes), pool_, none).value();
    return bytes_of(encoder_.encode_planes(std::move(made), 85, none));
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

Geometry random_size(std::mt19937& random) {
  return {1 + static_cast<int>(random() % 70), 1 + static_cast<int>(random() % 400), 3};
}

TEST_F(RunStrips, GivesTheBytesOfWholePlanes) {
  std::mt19937 random(5);
  for (int round = 0; round < 60; ++round) {
    const auto pipeline = random_blurs(random);
    const auto size = random_size(random);
    const auto input = pictures::jpeg_420(pictures::photograph(size), 90);
    ASSERT_EQ(in_strips(pipeline, input, Exactness::Visual), as_planes(pipeline, input))
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
    ASSERT_EQ(in_strips(pipeline, input, Exactness::Exact), as_pixels(pipeline, input))
        << pipeline << " on " << size.width_px << "x" << size.height_px << "x" << size.channels;
  }
}

TEST_F(RunStrips, NeedsLessThanThePictureWhole) {
  FrameTask task;
  prepare(task, "gaussian_blur", pictures::jpeg_420(pictures::gradient({640, 2000, 3}), 90),
          Exactness::Visual);
  ASSERT_TRUE(find_needs(task));
  EXPECT_LT(strip_bytes(*task.plan, task.header, Route::Planes) -
                encode_bytes(task.header.geometry, ImageEncoding::Jpeg, 85),
            planar_bytes(task.header.geometry) / 4);
}

TEST_F(RunStrips, TakesNoPictureThatABorderWrapsAround) {
  FrameTask task;
  prepare(task, "gaussian_blur:border_mode=wrap", pictures::jpeg_420(pictures::gradient({64, 48, 3}), 90),
          Exactness::Visual);
  ASSERT_TRUE(find_needs(task));
  EXPECT_FALSE(goes_in_strips(*task.plan, task.header, task.output, task.route));
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
