// Answers that leave a device as JPEG: the files of the CPU.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/codec.hpp"
#include "engine/simulated_device.hpp"
#include "tests/engine/device_fixture.hpp"
#include "tests/engine/picture_maker.hpp"

namespace framewright::engine {
namespace {

class JpegOnDevice : public DeviceFixture {
 protected:
  /// Soft colours, so that the file is smaller than the pixels.
  Frame picture(const Geometry& geometry) {
    auto frame = random_frame(geometry, pool);
    const auto view = frame.view();
    for (int y = 0; y < view.height_px; ++y) {
      for (int x = 0; x < view.width_px * view.channels; ++x) {
        view.row(y)[x] = static_cast<std::uint8_t>(view.row(y)[x] % 8 + (x + 2 * y) % 240);
      }
    }
    return frame;
  }

  DeviceOutcome run(Device& on, Frame input, int quality) {
    Reservation none;
    auto output = lend_frame(plan->output_geometry(input.geometry).value(), pool, none).value();
    DeviceWork work{plan, std::move(input), std::move(output)};
    work.jpeg_quality = quality;
    DeviceOutcome outcome;
    on.start(0, std::move(work), [&](DeviceOutcome made) { outcome = std::move(made); });
    return outcome;
  }
  std::vector<std::uint8_t> file_of(DeviceOutcome outcome, int quality) {
    Reservation none;
    const auto file =
        encoder.encode_scan(std::move(outcome.work.output), outcome.work.scan_bits, quality, none);
    EXPECT_TRUE(file.has_value());
    return {file->payload().begin(), file->payload().end()};
  }
  std::vector<std::uint8_t> file_of_cpu(Frame input, int quality) {
    Reservation none;
    auto frame = run_plan_on_cpu(*plan, std::move(input), pool, none).value();
    const auto file = encoder.encode(std::move(frame), ImageEncoding::Jpeg, quality, none);
    EXPECT_TRUE(file.has_value());
    return {file->payload().begin(), file->payload().end()};
  }

  Encoder encoder{pool};
  ManualClock clock;
  std::shared_ptr<const Plan> plan = Plan::make(Pipeline::parse("flip|sepia").value(), {}).value();
};

TEST_F(JpegOnDevice, GivesTheFileOfTheCpu) {
  for (const Geometry& geometry : {Geometry{133, 91, 3}, {64, 48, 1}, {97, 35, 4}, {160, 16, 3}}) {
    for (const int quality : {1, 80, 95}) {
      auto outcome = run(*device, picture(geometry), quality);
      ASSERT_TRUE(outcome.result.has_value()) << outcome.result.error().detail;
      ASSERT_GT(outcome.work.scan_bits, 0u);
      EXPECT_EQ(file_of(std::move(outcome), quality), file_of_cpu(picture(geometry), quality));
    }
  }
}

TEST_F(JpegOnDevice, GivesPixelsWhereAScanWouldBeLarger) {
  const Geometry geometry{40, 40, 1};
  plan = Plan::make(Pipeline::parse("invert").value(), {}).value();
  const auto outcome = run(*device, random_frame(geometry, pool), 100);
  ASSERT_TRUE(outcome.result.has_value());
  EXPECT_EQ(outcome.work.scan_bits, 0u);
  Reservation none;
  EXPECT_EQ(pixels_of(outcome.work.output),
            pixels_of(run_plan_on_cpu(*plan, random_frame(geometry, pool), pool, none).value()));
}

TEST_F(JpegOnDevice, IsSimulatedToTheByte) {
  SimulatedDevice simulated({.id = "simulated:0", .name = "Simulated", .slots = 1, .slot_bytes = kSlotBytes},
                            clock, {.service_time = std::chrono::nanoseconds{0}, .pool = &pool});
  const Geometry geometry{333, 211, 3};
  Reservation none;
  DeviceWork work{plan, picture(geometry), lend_frame(geometry, pool, none).value()};
  work.jpeg_quality = 80;
  DeviceOutcome outcome;
  simulated.start(0, std::move(work), [&](DeviceOutcome made) { outcome = std::move(made); });
  simulated.complete_due();
  ASSERT_TRUE(outcome.result.has_value());
  ASSERT_GT(outcome.work.scan_bits, 0u);
  EXPECT_EQ(file_of(std::move(outcome), 80), file_of_cpu(picture(geometry), 80));
}

}  // namespace
}  // namespace framewright::engine
