#include "app/device_calibration.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <utility>

#include "engine/codec.hpp"
#include "engine/durable_file.hpp"

namespace framewright::app {
namespace {

using engine::ErrorCode;
using engine::Geometry;
using engine::Result;
using engine::unexpected;
using std::chrono::nanoseconds;

constexpr Geometry kSmall{16, 16, 3};
constexpr Geometry kLarge{1024, 1024, 3};
/// As heavy as filters are in the middle.
constexpr std::string_view kStep = "gaussian_blur:kernel_size=5,sigma=1.5";
constexpr int kQuality = 80;
constexpr int kMostRuns = 5;
constexpr std::chrono::milliseconds kRunsAtMost{60};
constexpr std::uint64_t kMostFileBytes = 1U << 20;

/// What measuring stands on.
struct Bench {
  engine::FramePool& pool;
  const engine::Clock& clock;
  std::chrono::milliseconds patience;
};

/// What is measured on: a plan, the size of its picture, and the quality where a JPEG is wanted.
struct Probe {
  std::shared_ptr<const engine::Plan> plan;
  Geometry geometry;
  std::optional<int> jpeg_quality = {};
};

std::shared_ptr<const engine::Plan> plan_of(std::string_view pipeline) {
  auto parsed = engine::Pipeline::parse(pipeline);
  FW_CHECK(parsed.has_value());
  auto made = engine::Plan::make(std::move(*parsed), {});
  FW_CHECK(made.has_value());
  return *made;
}

Result<engine::Frame> picture_of(const Geometry& geometry, engine::FramePool& pool) {
  engine::Reservation reservation;
  auto frame = engine::lend_frame(geometry, pool, reservation);
  if (!frame) return frame;
  const auto view = frame->view();
  for (int y = 0; y < view.height_px; ++y) {
    for (int x = 0; x < view.width_px * view.channels; ++x) {
      view.row(y)[x] = static_cast<std::uint8_t>(x * 7 + y * 13);
    }
  }
  return frame;
}

/// One picture on the device's first slot, from start() until its pixels are back.
Result<nanoseconds> run_on_device(engine::Device& device, const Probe& probe, const Bench& bench) {
  auto input = picture_of(probe.geometry, bench.pool);
  if (!input) return unexpected(std::move(input).error());
  auto output = picture_of(probe.geometry, bench.pool);
  if (!output) return unexpected(std::move(output).error());
  auto ended = std::make_shared<std::promise<Result<void>>>();
  const auto started = bench.clock.now();
  device.start(0,
               {.plan = probe.plan,
                .input = std::move(*input),
                .output = std::move(*output),
                .jpeg_quality = probe.jpeg_quality},
               [ended](engine::DeviceOutcome outcome) { ended->set_value(std::move(outcome.result)); });
  auto end = ended->get_future();
  if (end.wait_for(bench.patience) != std::future_status::ready) {
    return unexpected(ErrorCode::Timeout, device.description().id + " does not answer");
  }
  const auto took = bench.clock.now() - started;
  if (auto result = end.get(); !result) return unexpected(std::move(result).error());
  return nanoseconds{took};
}

Result<nanoseconds> run_on_cpu(const Probe& probe, const Bench& bench) {
  auto input = picture_of(probe.geometry, bench.pool);
  if (!input) return unexpected(std::move(input).error());
  engine::Encoder encoder(bench.pool);
  engine::Reservation reservation;
  const auto started = bench.clock.now();
  auto made = engine::run_plan_on_cpu(*probe.plan, std::move(*input), bench.pool, reservation);
  if (!made) return unexpected(std::move(made).error());
  if (probe.jpeg_quality) {
    const auto coded =
        encoder.encode(std::move(*made), engine::ImageEncoding::Jpeg, *probe.jpeg_quality, reservation);
    if (!coded) return unexpected(coded.error());
  }
  return nanoseconds{bench.clock.now() - started};
}

/// The best of a few runs; those after the first only as long as they are short.
Result<nanoseconds> best_of(const std::function<Result<nanoseconds>()>& run) {
  auto best = run();
  auto total = best ? *best : nanoseconds{0};
  for (int i = 1; best && i < kMostRuns && total < kRunsAtMost; ++i) {
    auto next = run();
    if (!next) return next;
    total += *next;
    best = std::min(*best, *next);
  }
  return best;
}

double per_byte(nanoseconds more, nanoseconds less, std::uint64_t bytes) {
  return std::max(0.0, static_cast<double>((more - less).count()) / static_cast<double>(bytes));
}

}  // namespace

std::optional<std::string> recall_choice(engine::DeviceChoice& choice, const std::string& device,
                                         const std::filesystem::path& file) {
  const auto bytes = engine::read_whole(file, kMostFileBytes);
  if (!bytes)
    return bytes.error().code == ErrorCode::NotFound ? "it was never measured" : bytes.error().detail;
  const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  const auto taken = choice.take(text, device, cpu_name());
  if (taken) return std::nullopt;
  return file.string() + ": " + taken.error().detail;
}

std::string cpu_name() {
  constexpr std::string_view kField = "model name";
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with(kField) && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

Result<engine::DeviceCalibration> calibrate(engine::Device& device, engine::FramePool& pool,
                                            const engine::Clock& clock, std::chrono::milliseconds patience) {
  const Bench bench{pool, clock, patience};
  const Probe small{plan_of(kStep), kSmall};
  const Probe copied{plan_of(""), kLarge};
  const Probe large{plan_of(kStep), kLarge};
  const Probe coded{plan_of(""), kLarge, kQuality};
  nanoseconds device_took[4];
  for (std::size_t i = 0; const Probe* probe : {&small, &copied, &large, &coded}) {
    const auto best = best_of([&] { return run_on_device(device, *probe, bench); });
    if (!best) return unexpected(best.error());
    device_took[i++] = *best;
  }
  nanoseconds cpu_took[2];
  for (std::size_t i = 0; const Probe* probe : {&large, &coded}) {
    const auto best = best_of([&] { return run_on_cpu(*probe, bench); });
    if (!best) return unexpected(best.error());
    cpu_took[i++] = *best;
  }
  const auto bytes = kLarge.bytes();
  return engine::DeviceCalibration{
      .device = device.description().name,
      .cpu = cpu_name(),
      .on_cpu = {.ns_per_step_byte = per_byte(cpu_took[0], {}, bytes),
                 .ns_per_coded_byte = per_byte(cpu_took[1], {}, bytes)},
      .on_device = {.fixed_ns = static_cast<double>(device_took[0].count()),
                    .ns_per_copied_byte = per_byte(device_took[1], device_took[0], 2 * bytes),
                    .ns_per_step_byte = per_byte(device_took[2], device_took[1], bytes),
                    .ns_per_coded_byte = per_byte(device_took[3], device_took[1], bytes)}};
}

Result<void> prepare_choice(engine::DeviceChoice& choice, engine::Device& device, engine::FramePool& pool,
                            const std::filesystem::path& file) {
  const auto& about = device.description();
  const auto why = recall_choice(choice, about.name, file);
  if (!why) {
    spdlog::info("{} ({}): what auto knows of it was read from {}", about.id, about.name, file.string());
    return {};
  }
  if (!device.healthy()) {
    if (auto built = device.reset(); !built) return built;
  }
  auto measured = calibrate(device, pool, engine::system_clock());
  if (!measured) return unexpected(std::move(measured).error());
  spdlog::info(
      "{} ({}): measured, because {}: {:.0f} us a picture, {:.3f} ns a byte copied, {:.3f} a step and {:.3f} "
      "coded as JPEG; the CPU {:.3f} ns a byte and step, {:.3f} coded",
      about.id, about.name, *why, measured->on_device.fixed_ns / 1000, measured->on_device.ns_per_copied_byte,
      measured->on_device.ns_per_step_byte, measured->on_device.ns_per_coded_byte,
      measured->on_cpu.ns_per_step_byte, measured->on_cpu.ns_per_coded_byte);
  choice.calibrate(std::move(*measured));
  keep_choice(choice, file);
  return {};
}

void keep_choice(const engine::DeviceChoice& choice, const std::filesystem::path& file) {
  std::error_code ignored;  // A folder that cannot be looked at is none to write to.
  if (!choice.is_calibrated() || !std::filesystem::is_directory(file.parent_path(), ignored)) return;
  const auto text = choice.to_text();
  const auto written =
      engine::write_durably(file, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  if (!written) spdlog::warn("what auto has learnt of the device is lost: {}", written.error().detail);
}

}  // namespace framewright::app
