// Every filter, as a plan runs it on a device: the bytes of the CPU.
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <random>

#include "tests/engine/device_fixture.hpp"
#include "tests/engine/picture_maker.hpp"

namespace framewright::engine {
namespace {

class DeviceFilters : public DeviceFixture {
 protected:
  std::vector<std::uint8_t> on_device(const std::shared_ptr<const Plan>& plan, Frame input) {
    Reservation reservation;
    auto output = lend_frame(plan->output_geometry(input.geometry).value(), pool, reservation).value();
    DeviceOutcome outcome;
    device->start(0, {plan, std::move(input), std::move(output)},
                  [&](DeviceOutcome made) { outcome = std::move(made); });
    EXPECT_TRUE(outcome.result.has_value()) << outcome.result.error().detail;
    return pixels_of(outcome.work.output);
  }

  std::vector<std::uint8_t> on_cpu(const Plan& plan, Frame input) {
    Reservation reservation;
    auto made = run_plan_on_cpu(plan, std::move(input), pool, reservation);
    EXPECT_TRUE(made.has_value()) << made.error().detail;
    return pixels_of(*made);
  }

  /// Compares where the pipeline takes such a picture.
  void expect_same_bytes(const std::string& pipeline, const Geometry& geometry) {
    SCOPED_TRACE(pipeline);
    const auto plan = Plan::make(Pipeline::parse(pipeline).value(), {}).value();
    const auto made = plan->output_geometry(geometry);
    if (!made) return;
    ASSERT_TRUE(device->can_run(*plan, geometry));
    const auto expected = on_cpu(*plan, random_frame(geometry, pool, 1));
    ASSERT_EQ(on_device(plan, random_frame(geometry, pool, 1)), expected);
    ++compared;
  }

  int compared = 0;
};

/// A value of the parameter's range; for sizes of pictures a small one.
std::string some_value(const ParameterDescriptor& parameter, std::mt19937& random) {
  if (parameter.type == ParameterType::Boolean) return random() % 2 == 0 ? "true" : "false";
  if (parameter.type == ParameterType::Choice) return parameter.options[random() % parameter.options.size()];
  const double most = std::min(parameter.max_value, parameter.min_value + 300);
  const double share = static_cast<double>(random() % 1001) / 1000;
  const double value = parameter.min_value + share * (most - parameter.min_value);
  if (parameter.type == ParameterType::Float) return std::to_string(value);
  const auto step = std::max<std::int64_t>(1, static_cast<std::int64_t>(parameter.step));
  const auto first = static_cast<std::int64_t>(parameter.min_value);
  return std::to_string(first + (static_cast<std::int64_t>(value) - first) / step * step);
}

TEST_F(DeviceFilters, GiveTheBytesOfTheCpu) {
  std::mt19937 random{7};
  for (const auto& filter : builtin_filters()) {
    compared = 0;
    for (int round = 0; round < 12; ++round) {
      std::string text = filter.id;
      char separator = ':';
      for (const auto& parameter : filter.parameters) {
        if (round == 0) break;  // defaults
        text += separator + parameter.id + "=" + some_value(parameter, random);
        separator = ',';
      }
      const int channels = std::array{3, 1, 4}[static_cast<std::size_t>(round) % 3];
      expect_same_bytes(text, {round < 6 ? 65 : 5, round < 9 ? 70 : 3, channels});
    }
    EXPECT_GT(compared, 0) << filter.id << " was never run";
  }
}

TEST_F(DeviceFilters, RunOneAfterAnother) {
  for (const int channels : {1, 3, 4}) {
    expect_same_bytes(
        "gamma:gamma=2|sepia|blur:kernel_size=7|invert|blur:kernel_size=61,sigma=20|grayscale|levels",
        {77, 30, channels});
  }
}

}  // namespace
}  // namespace framewright::engine
