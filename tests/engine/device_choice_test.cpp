#include "engine/device_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace framewright::engine {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr std::uint64_t kSlotBytes = 64U << 20;
constexpr Geometry kSmall{32, 32, 3};
constexpr Geometry kLarge{1920, 1080, 3};

/// A device with 100 us for each picture, a tenth of a nanosecond a byte and way and no time for a step or a
/// JPEG; a CPU with a nanosecond for each byte of a step and ten for one of a JPEG.
DeviceCalibration calibration() {
  return {.device = "invented",
          .cpu = "made up",
          .on_cpu = {.ns_per_step_byte = 1, .ns_per_coded_byte = 10},
          .on_device = {.fixed_ns = 100e3, .ns_per_copied_byte = 0.1}};
}

class DeviceChoiceTest : public testing::Test {
 protected:
  DeviceChoiceTest() { choice.calibrate(calibration()); }

  std::shared_ptr<const Plan> plan(const std::string& text = "invert") { return plans.get(text).value(); }
  Choice choose(const Geometry& geometry, const std::string& text = "invert", const ChoiceWaits& waits = {}) {
    return choice.choose({*plan(text), geometry}, waits);
  }
  void record(Accelerator side, const Geometry& geometry, std::chrono::nanoseconds took,
              const std::string& text = "invert") {
    choice.record(side, {*plan(text), geometry}, took);
  }

  ManualClock clock;
  PlanCache plans{ImageLimits{}, 1024};
  DeviceChoice choice{clock, kSlotBytes};
};

TEST_F(DeviceChoiceTest, TakesTheSideThatIsDoneFirst) {
  const auto small = choose(kSmall);
  EXPECT_EQ(small.accelerator, Accelerator::Cpu);
  EXPECT_EQ(small.reason, AcceleratorReason::Faster);
  const auto large = choose(kLarge);
  EXPECT_EQ(large.accelerator, Accelerator::Cuda);
  EXPECT_EQ(large.reason, AcceleratorReason::Faster);
  EXPECT_LT(large.on_device, large.on_cpu);
}

TEST_F(DeviceChoiceTest, CountsWhatWaitsInFront) {
  EXPECT_EQ(choose(kLarge, "invert", {.device = 100ms}).accelerator, Accelerator::Cpu);
  EXPECT_EQ(choose(kSmall, "invert", {.cpu = 100ms}).accelerator, Accelerator::Cuda);
  EXPECT_EQ(choose(kSmall, "invert", {.cpu = 100ms, .device = 200ms}).accelerator, Accelerator::Cpu);
}

TEST_F(DeviceChoiceTest, CountsEveryStepAndWhatItReads) {
  const auto one = choose(kLarge, "invert");
  const auto three = choose(kLarge, "gaussian_blur|gaussian_blur|gaussian_blur");
  EXPECT_NEAR(static_cast<double>(three.on_cpu.count()), 3 * static_cast<double>(one.on_cpu.count()), 3.0);
  const auto on_gray = choose(kLarge, "grayscale|gaussian_blur|gaussian_blur");
  EXPECT_LT(on_gray.on_cpu, three.on_cpu);
}

TEST_F(DeviceChoiceTest, CountsTheCodingOfAJpegWhichADeviceDoesItself) {
  constexpr Geometry kMedium{128, 128, 3};
  EXPECT_EQ(choose(kMedium).accelerator, Accelerator::Cpu);
  EXPECT_EQ(choice.choose({*plan(), kMedium, Route::Pixels, ImageEncoding::Png}).accelerator,
            Accelerator::Cpu);
  EXPECT_EQ(choice.choose({*plan(), kMedium, Route::Pixels, ImageEncoding::Jpeg}).accelerator,
            Accelerator::Cuda);
}

TEST_F(DeviceChoiceTest, LearnsFromFramesThatWereAnswered) {
  FrameTask task;
  task.plan = plan();
  task.header = {.encoding = ImageEncoding::Jpeg, .geometry = kLarge};
  task.ran_on = Accelerator::Cuda;
  task.times.encode = 40ms;
  choice.record(task, 10ms);
  EXPECT_EQ(choice.kinds(), 0U) << "it has no answer";
  task.answer = EncodedFrame{};
  task.route = Route::Planes;
  choice.record(task, 10ms);
  EXPECT_EQ(choice.kinds(), 0U) << "no device could have had it";
  task.route = Route::Pixels;
  choice.record(task, 10ms);
  EXPECT_EQ(choice.choose(subject_of(task)).on_device, 50ms);
  EXPECT_LT(choose(kLarge).on_device, 10ms) << "pixels are another matter";
  task.output.format = ImageEncoding::Png;
  choice.record(task, 10ms);
  EXPECT_EQ(choice.choose(subject_of(task)).on_device, 10ms) << "the CPU makes PNGs in any case";
}

TEST_F(DeviceChoiceTest, LeavesToTheCpuWhatADeviceCannotDo) {
  const auto reason = [&](const ChoiceSubject& subject) {
    const auto chosen = choice.choose(subject);
    EXPECT_EQ(chosen.accelerator, Accelerator::Cpu);
    return chosen.reason;
  };
  EXPECT_EQ(reason({*plan(), kLarge, Route::PassThrough}), AcceleratorReason::NoPixels);
  EXPECT_EQ(reason({*plan(), kLarge, Route::Planes}), AcceleratorReason::NoPixels);
  EXPECT_EQ(reason({*plan(), {8000, 8000, 3}, Route::Pixels}), AcceleratorReason::TooLarge);
}

TEST_F(DeviceChoiceTest, GivesTheDeviceEverythingUntilItIsMeasured) {
  const DeviceChoice unmeasured(clock, kSlotBytes);
  const auto chosen = unmeasured.choose({*plan(), kSmall});
  EXPECT_EQ(chosen.accelerator, Accelerator::Cuda);
  EXPECT_EQ(chosen.reason, AcceleratorReason::NotMeasured);
}

TEST_F(DeviceChoiceTest, BelievesWhatItSeesMoreThanWhatItGuessed) {
  record(Accelerator::Cuda, kLarge, 50ms);
  EXPECT_EQ(choose(kLarge).accelerator, Accelerator::Cpu);
  EXPECT_EQ(choose(kLarge, "sepia").accelerator, Accelerator::Cuda) << "another plan is another matter";
  record(Accelerator::Cpu, kLarge, 100ms);
  EXPECT_EQ(choose(kLarge).accelerator, Accelerator::Cuda);
}

TEST_F(DeviceChoiceTest, GuessesASizeThatItHasNotSeenByTheNearest) {
  record(Accelerator::Cpu, kSmall, 300us);  // A hundred times the guess.
  EXPECT_EQ(choose({40, 40, 3}).accelerator, Accelerator::Cuda);
  EXPECT_EQ(choose(kSmall).accelerator, Accelerator::Cuda);
}

TEST_F(DeviceChoiceTest, LetsOneOddPictureChangeLittle) {
  for (int i = 0; i < 20; ++i) record(Accelerator::Cuda, kLarge, 1ms);
  record(Accelerator::Cpu, kLarge, 6ms);
  const auto before = choose(kLarge).on_device;
  record(Accelerator::Cuda, kLarge, 9ms);
  EXPECT_LT(choose(kLarge).on_device, 4 * before);
  EXPECT_EQ(choose(kLarge).accelerator, Accelerator::Cuda);
}

TEST_F(DeviceChoiceTest, TriesASlowSideAgainAfterAWhile) {
  record(Accelerator::Cuda, kLarge, 50ms);
  record(Accelerator::Cpu, kLarge, 6ms);
  EXPECT_EQ(choose(kLarge).accelerator, Accelerator::Cpu);
  clock.advance(10min);
  record(Accelerator::Cpu, kLarge, 6ms);
  EXPECT_EQ(choose(kLarge).accelerator, Accelerator::Cuda);
}

TEST_F(DeviceChoiceTest, KeepsNoMoreKindsThanItMay) {
  record(Accelerator::Cpu, kLarge, 100ms, "sepia");
  for (int i = 1; i <= 300; ++i) {
    clock.advance(1us);
    record(Accelerator::Cpu, kSmall, 1ms, "resize:width=" + std::to_string(i) + ",height=9");
    choose(kLarge, "sepia");
    EXPECT_LE(choice.kinds(), DeviceChoice::kMostKinds);
  }
  EXPECT_EQ(choice.kinds(), DeviceChoice::kMostKinds);
  EXPECT_GT(choose(kLarge, "sepia").on_cpu, 90ms) << "what is asked for stays";
}

TEST_F(DeviceChoiceTest, RemembersWhatItHasWrittenDown) {
  record(Accelerator::Cuda, kLarge, 50ms);
  record(Accelerator::Cpu, kSmall, 1ms, "sepia");
  DeviceChoice other(clock, kSlotBytes);
  const auto taken = other.take(choice.to_text(), "invented", "made up");
  ASSERT_TRUE(taken.has_value()) << taken.error().detail;
  EXPECT_EQ(other.to_text(), choice.to_text());
  EXPECT_EQ(other.kinds(), 2U);
  EXPECT_EQ(other.choose({*plan(), kLarge}).on_device, choose(kLarge).on_device);
}

TEST_F(DeviceChoiceTest, TakesNothingOfWhatIsNotItsOwn) {
  const auto text = choice.to_text();
  const auto refused = [&](const std::string& from, std::string_view device = "invented",
                           std::string_view cpu = "made up") {
    DeviceChoice other(clock, kSlotBytes);
    const auto taken = other.take(from, device, cpu);
    EXPECT_FALSE(taken.has_value());
    EXPECT_FALSE(other.is_calibrated());
    return taken ? std::string() : taken.error().detail;
  };
  EXPECT_THAT(refused(text, "another card"), HasSubstr("invented"));
  EXPECT_THAT(refused(text, "invented", "another CPU"), HasSubstr("made up"));
  const auto changed = [&](const std::string& old, const std::string& with) {
    auto copy = text;
    copy.replace(copy.find(old), old.size(), with);
    return copy;
  };
  EXPECT_THAT(refused(changed("\"format\": 1", "\"format\": 2")), HasSubstr("format"));
  refused(changed("100000.0", "-1.0"));
  refused(changed("100000.0", "\"x\""));
  refused("");
  refused("[]");
  for (std::size_t size = 0; size + 2 < text.size(); ++size) refused(text.substr(0, size));
}

TEST_F(DeviceChoiceTest, BoundsWhatAFileSaysToo) {
  auto document = nlohmann::json::parse(choice.to_text());
  const nlohmann::json paces{{"cpu", 1.5}, {"device", nullptr}};
  for (int i = 0; i < 1000; ++i) {
    document["kinds"].push_back({{"pipeline", "p" + std::to_string(i)},
                                 {"size_class", 20},
                                 {"to_jpeg", paces},
                                 {"to_others", paces}});
  }
  ASSERT_TRUE(choice.take(document.dump(), "invented", "made up").has_value());
  EXPECT_EQ(choice.kinds(), DeviceChoice::kMostKinds);
}

TEST_F(DeviceChoiceTest, SaysInWordsWhy) {
  EXPECT_THAT(explain(choose(kLarge)), HasSubstr("us on the CPU"));
  EXPECT_THAT(explain(Choice{}), HasSubstr("no device"));
}

}  // namespace
}  // namespace framewright::engine
