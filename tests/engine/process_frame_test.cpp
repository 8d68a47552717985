#include "engine/process_frame.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "engine/admission.hpp"
#include "kernels/jpeg_scan.hpp"
#include "tests/engine/picture_maker.hpp"

namespace framewright::engine {
namespace {

using std::chrono::milliseconds;

/// Every look at this clock takes a millisecond, so that each stage takes a known time.
class TickingClock final : public Clock {
 public:
  SteadyTime now() const noexcept override { return now_ += milliseconds{1}; }
  WallTime wall_now() const noexcept override { return {}; }

 private:
  mutable SteadyTime now_{std::chrono::seconds{1000}};
};

class ProcessFrameTest : public testing::Test {
 protected:
  std::unique_ptr<FrameTask> task(std::string_view pipeline, EncodedFrame input, OutputOptions output = {}) {
    auto made = std::make_unique<FrameTask>();
    made->plan = Plan::make(Pipeline::parse(pipeline).value(), {}).value();
    made->output = output;
    made->input = std::move(input);
    made->admitted_at = clock.now();
    needs = find_needs(*made);
    EXPECT_TRUE(made->start());
    return made;
  }
  EncodedFrame raw(PixelFormat format, int width, int height, std::size_t bytes) {
    EncodedFrame frame;
    frame.buffer = std::move(pool.lend(bytes)).value();
    std::memset(frame.buffer.data(), 100, bytes);
    frame.size_bytes = bytes;
    frame.pixel_format = format;
    frame.width_px = width;
    frame.height_px = height;
    return frame;
  }
  EncodedFrame picture(ImageEncoding encoding, const Geometry& geometry = {64, 48, 3}) {
    Reservation reservation;
    auto encoded = Encoder{pool}.encode(random_frame(geometry, pool), encoding, 80, reservation);
    EXPECT_TRUE(encoded.has_value());
    return std::move(encoded).value();
  }
  void process(FrameTask& task) { process_on_cpu(task, decoder, encoder, pool, clock); }

  FrameBudget budget{64 << 20};
  FramePool pool{budget};
  Decoder decoder{pool};
  Encoder encoder{pool};
  TickingClock clock;
  Result<std::uint64_t> needs = 0;  ///< of the last task
};

TEST_F(ProcessFrameTest, AnswersInTheFormatOfTheInput) {
  for (const auto encoding :
       {ImageEncoding::Raw, ImageEncoding::Jpeg, ImageEncoding::Png, ImageEncoding::Webp}) {
    const auto frame = task("gaussian_blur", picture(encoding));
    process(*frame);
    ASSERT_TRUE(frame->answer.has_value()) << frame->answer.error().detail;
    EXPECT_EQ(frame->answer->encoding, encoding);
    EXPECT_EQ(inspect(*frame->answer, {}).value().geometry, (Geometry{64, 48, 3}));
  }
}

TEST_F(ProcessFrameTest, AnswersInTheFormatThatWasAskedFor) {
  const auto frame = task("grayscale", picture(ImageEncoding::Jpeg), {.format = ImageEncoding::Png});
  process(*frame);
  ASSERT_TRUE(frame->answer.has_value());
  EXPECT_EQ(frame->answer->encoding, ImageEncoding::Png);
  EXPECT_EQ(frame->output_geometry, (Geometry{64, 48, 1}));
  EXPECT_EQ(frame->ran_on, Accelerator::Cpu);
}

TEST_F(ProcessFrameTest, WritesWebpByTheMethodOfThePlanUnlessTheFrameSaysAnother) {
  const auto plan_for = [](WebpMethod method) {
    return Plan::make(Pipeline::parse("gaussian_blur").value(), {}, Exactness::Auto, method).value();
  };
  const auto answer_by = [&](const std::shared_ptr<const Plan>& plan, std::optional<WebpMethod> asked) {
    OutputOptions output{.format = ImageEncoding::Webp};
    output.webp_method = asked;
    const auto frame = task("gaussian_blur", picture(ImageEncoding::Jpeg), output);
    frame->plan = plan;
    process(*frame);
    const auto payload = frame->answer->payload();
    return std::vector<std::uint8_t>(payload.begin(), payload.end());
  };
  const auto fast = answer_by(plan_for(WebpMethod::Fastest), {});
  const auto small = answer_by(plan_for(WebpMethod::Smallest), {});
  EXPECT_NE(fast, small);
  EXPECT_EQ(answer_by(plan_for(WebpMethod::Fastest), WebpMethod::Smallest), small);
}

TEST_F(ProcessFrameTest, ReservesMoreForAWebpThatTakesMoreWork) {
  task("invert", picture(ImageEncoding::Jpeg), {.format = ImageEncoding::Webp});
  const auto usual = needs.value();
  OutputOptions output{.format = ImageEncoding::Webp};
  output.webp_method = WebpMethod::Smallest;
  task("invert", picture(ImageEncoding::Jpeg), output);
  EXPECT_GT(needs.value(), usual);
}

TEST_F(ProcessFrameTest, NotesTheTimeOfEachStage) {
  const auto frame = task("invert", picture(ImageEncoding::Jpeg));
  process(*frame);
  EXPECT_EQ(frame->times.queue, milliseconds{1});
  EXPECT_EQ(frame->times.decode, milliseconds{1});
  EXPECT_EQ(frame->times.process, milliseconds{1});
  EXPECT_EQ(frame->times.encode, milliseconds{1});
}

TEST_F(ProcessFrameTest, AddsUpTheTimesOfStrips) {
  const auto frame = task("gaussian_blur", picture(ImageEncoding::Jpeg, {64, 400, 3}));
  process(*frame);
  ASSERT_TRUE(frame->answer.has_value());
  EXPECT_GE(frame->times.decode, milliseconds{7});
  EXPECT_GE(frame->times.process, milliseconds{7});
  EXPECT_EQ(frame->times.encode, frame->times.process);
}

TEST_F(ProcessFrameTest, MakesTheSameJpegOfAScanAndCountsTheTimeOfTheDevice) {
  const OutputOptions output{.format = ImageEncoding::Jpeg, .quality = 30};
  const auto pixels = random_frame({64, 48, 3}, pool);
  auto scan = random_frame({64, 48, 3}, pool);
  const auto bits = kernels::reference::jpeg_scan(pixels.view(), kernels::make_jpeg_tables(30),
                                                  scan.buffer.data(), scan.geometry.bytes());
  ASSERT_LE(bits, 8 * scan.geometry.bytes());
  const auto by_device = task("invert", picture(ImageEncoding::Jpeg), output);
  by_device->times.encode = milliseconds{5};
  encode_scan_stage(*by_device, std::move(scan), bits, encoder, clock);
  EXPECT_EQ(by_device->times.encode, milliseconds{6});
  EXPECT_EQ(by_device->encode_started_at, clock.now() - milliseconds{7});

  const auto by_host = task("invert", picture(ImageEncoding::Jpeg), output);
  by_host->times.encode = milliseconds{5};  // A scan that was larger than the pixels.
  encode_stage(*by_host, random_frame({64, 48, 3}, pool), encoder, clock);
  EXPECT_EQ(by_host->times.encode, milliseconds{6});
  ASSERT_TRUE(by_device->answer.has_value() && by_host->answer.has_value());
  EXPECT_TRUE(std::ranges::equal(by_device->answer->payload(), by_host->answer->payload()));
}

TEST_F(ProcessFrameTest, PassesRawPixelsThroughUntouchedWhenNothingIsAsked) {
  struct Case {
    PixelFormat format;
    std::size_t bytes;
    Geometry geometry;
  };
  for (const auto& [format, bytes, geometry] :
       {Case{PixelFormat::Gray8, 35, {7, 5, 1}}, Case{PixelFormat::Rgb8, 105, {7, 5, 3}},
        Case{PixelFormat::Rgba8, 140, {7, 5, 4}}, Case{PixelFormat::Nv12, 59, {7, 5, 3}}}) {
    auto input = raw(format, 7, 5, bytes);
    const auto* const pixels = input.buffer.data();
    const auto frame = task("", std::move(input));
    process(*frame);
    ASSERT_TRUE(frame->answer.has_value()) << frame->answer.error().detail;
    EXPECT_EQ(frame->answer->buffer.data(), pixels);
    EXPECT_EQ(frame->answer->pixel_format, format);
    EXPECT_EQ(frame->answer->size_bytes, bytes);
    EXPECT_EQ(frame->output_geometry, geometry);
  }
}

TEST_F(ProcessFrameTest, ChecksRawPixelsThatPassThrough) {
  const auto frame = task("", raw(PixelFormat::Nv12, 7, 5, 58));
  EXPECT_EQ(needs.error().code, ErrorCode::CorruptMedia);
}

TEST_F(ProcessFrameTest, PassesPicturesThroughWhenNothingIsAsked) {
  for (const auto encoding : {ImageEncoding::Jpeg, ImageEncoding::Png, ImageEncoding::Webp}) {
    auto input = picture(encoding);
    const std::vector<std::uint8_t> bytes(input.payload().begin(), input.payload().end());
    const auto frame = task("", std::move(input));
    process(*frame);
    ASSERT_TRUE(frame->answer.has_value()) << frame->answer.error().detail;
    EXPECT_TRUE(std::ranges::equal(frame->answer->payload(), bytes));
    EXPECT_EQ(frame->output_geometry, (Geometry{64, 48, 3}));
    EXPECT_EQ(frame->answer->width_px, 64);
  }
}

TEST_F(ProcessFrameTest, PassesNoTruncatedPictureThrough) {
  for (const auto encoding : {ImageEncoding::Jpeg, ImageEncoding::Png, ImageEncoding::Webp}) {
    auto input = picture(encoding);
    input.size_bytes -= 20;
    const auto frame = task("", std::move(input));
    if (!needs) continue;  // WebP says in its header how long it is.
    process(*frame);
    ASSERT_FALSE(frame->answer.has_value());
    EXPECT_EQ(frame->answer.error().code, ErrorCode::CorruptMedia);
  }
}

TEST_F(ProcessFrameTest, EncodesAnewWhenAQualityIsAsked) {
  const auto frame = task("", picture(ImageEncoding::Jpeg), {.quality = 20});
  const auto before = frame->input.size_bytes;
  process(*frame);
  ASSERT_TRUE(frame->answer.has_value());
  EXPECT_LT(frame->answer->size_bytes, before);
}

TEST_F(ProcessFrameTest, MakesColourOfNv12WhenAFilterIsAsked) {
  const auto frame = task("invert", raw(PixelFormat::Nv12, 8, 4, 48));
  process(*frame);
  ASSERT_TRUE(frame->answer.has_value());
  EXPECT_EQ(frame->answer->pixel_format, PixelFormat::Rgb8);
}

TEST_F(ProcessFrameTest, FailsOnlyTheFrameThatIsCorrupt) {
  auto input = picture(ImageEncoding::Png);
  input.size_bytes /= 2;
  const auto frame = task("invert", std::move(input));
  process(*frame);
  EXPECT_EQ(frame->answer.error().code, ErrorCode::CorruptMedia);
  EXPECT_EQ(frame->dropped, std::nullopt);
  EXPECT_EQ(budget.used_bytes(), 0u);
}

TEST_F(ProcessFrameTest, RefusesWhatTheEncoderRefuses) {
  const auto frame = task("invert", picture(ImageEncoding::Jpeg), {.format = ImageEncoding::H264});
  process(*frame);
  EXPECT_EQ(frame->answer.error().code, ErrorCode::UnsupportedMedia);
}

TEST_F(ProcessFrameTest, DoesNothingForAFrameThatNobodyWaitsFor) {
  for (const auto* pipeline : {"", "invert"}) {
    const auto frame = task(pipeline, raw(PixelFormat::Gray8, 4, 4, 16));
    frame->cancelled = true;
    process(*frame);
    EXPECT_EQ(frame->dropped, DropReason::Closed);
    EXPECT_EQ(frame->answer.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(frame->times.decode.count(), 0);
    EXPECT_EQ(budget.used_bytes(), 0u);
  }
}

TEST_F(ProcessFrameTest, StopsBeforeTheStageThatTheDeadlineForbids) {
  // The clock is read at admission, then twice in each stage.
  for (const auto& [limit_ms, decoded, processed] :
       {std::tuple{1, false, false}, {3, true, false}, {5, true, true}}) {
    const auto frame = task("invert", picture(ImageEncoding::Jpeg));
    frame->deadline = frame->admitted_at + milliseconds{limit_ms};
    process(*frame);
    EXPECT_EQ(frame->dropped, DropReason::Deadline);
    EXPECT_EQ(frame->answer.error().code, ErrorCode::Timeout);
    EXPECT_EQ(frame->times.decode.count() > 0, decoded) << limit_ms;
    EXPECT_EQ(frame->times.process.count() > 0, processed) << limit_ms;
    EXPECT_EQ(budget.used_bytes(), 0u);
  }
}

TEST_F(ProcessFrameTest, AnswersOverloadedWhenMemoryRunsOut) {
  FrameBudget small{1 << 20};
  FramePool small_pool{small};
  Decoder small_decoder{small_pool};
  Encoder small_encoder{small_pool};
  const auto frame = task("gaussian_blur", picture(ImageEncoding::Jpeg, {500, 500, 3}));
  process_on_cpu(*frame, small_decoder, small_encoder, small_pool, clock);
  ASSERT_FALSE(frame->answer.has_value());
  EXPECT_EQ(frame->answer.error().code, ErrorCode::Overloaded) << frame->answer.error().detail;
  EXPECT_EQ(small.used_bytes(), 0u);
}

TEST_F(ProcessFrameTest, HoldsNothingButTheAnswerAfterwards) {
  const auto frame = task("sobel", picture(ImageEncoding::Jpeg));
  frame->reservation = budget.reserve(10 << 20).value();
  process(*frame);
  ASSERT_TRUE(frame->answer.has_value());
  EXPECT_EQ(budget.used_bytes(), frame->answer->buffer.capacity());
}

TEST_F(ProcessFrameTest, HoldsNoMoreThanThePartThatIsDecoded) {
  const auto frame =
      task("resize:scale=0.125|rotate:angle=90", picture(ImageEncoding::Jpeg, {1024, 1024, 1}));
  ASSERT_EQ(frame->header.eighths, 1);
  FrameBudget tight{needs.value()};
  FramePool tight_pool{tight};
  frame->reservation = tight.reserve(needs.value()).value();
  Decoder tight_decoder{tight_pool};
  Encoder tight_encoder{tight_pool};
  process_on_cpu(*frame, tight_decoder, tight_encoder, tight_pool, clock);
  EXPECT_TRUE(frame->answer.has_value()) << frame->answer.error().detail;
  EXPECT_EQ(frame->output_geometry, (Geometry{128, 128, 1}));
  frame->answer = unexpected(ErrorCode::Internal, "done");
}

/// From every format to every format in a budget of exactly the input and the plan's working bytes.
TEST_F(ProcessFrameTest, NeedsNoMoreMemoryThanThePlanSays) {
  constexpr std::array kFormats = {ImageEncoding::Raw, ImageEncoding::Jpeg, ImageEncoding::Png,
                                   ImageEncoding::Webp};
  for (const auto from : kFormats) {
    for (const auto to : kFormats) {
      for (const auto* pipeline :
           {"", "invert", "gaussian_blur|sobel", "resize:scale=2|sharpen|resize:scale=0.2"}) {
        auto source = picture(from, {200, 150, 3});
        std::tie(source.width_px, source.height_px) = std::pair{200, 150};
        const auto frame = task(pipeline, std::move(source), {.format = to});
        source = std::move(frame->input);
        const auto working = needs.value();
        FrameBudget tight{FramePool::rounded_bytes(source.size_bytes) + working};
        FramePool tight_pool{tight};
        frame->input.buffer = std::move(tight_pool.lend(source.size_bytes)).value();
        std::memcpy(frame->input.buffer.data(), source.payload().data(), source.size_bytes);
        frame->input.size_bytes = source.size_bytes;
        frame->input.encoding = from;
        frame->input.pixel_format = source.pixel_format;
        if (from == ImageEncoding::Raw)
          std::tie(frame->input.width_px, frame->input.height_px) = std::pair{200, 150};
        frame->reservation = tight.reserve(working).value();
        Decoder tight_decoder{tight_pool};
        Encoder tight_encoder{tight_pool};
        process_on_cpu(*frame, tight_decoder, tight_encoder, tight_pool, clock);
        EXPECT_TRUE(frame->answer.has_value()) << to_string(from) << " to " << to_string(to) << " by "
                                               << pipeline << ": " << frame->answer.error().detail;
        frame->answer = unexpected(ErrorCode::Internal, "done");
      }
    }
  }
}

}  // namespace
}  // namespace framewright::engine
