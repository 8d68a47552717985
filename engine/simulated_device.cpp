#include "engine/simulated_device.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "engine/jpeg_codec.hpp"
#include "engine/jpeg_file.hpp"
#include "engine/jpeg_segments.hpp"

namespace framewright::engine {
namespace {

template <class Value>
std::optional<Value> at(const std::map<std::uint64_t, Value>& script, std::uint64_t number) {
  const auto found = script.find(number);
  if (found == script.end()) return std::nullopt;
  return found->second;
}

/// A second frame with the same pixels, so that work which fails keeps its input.
Result<Frame> copy_of(const Frame& frame, FramePool& pool, Reservation& reservation) {
  auto copy = lend_frame(frame.geometry, pool, reservation);
  if (!copy) return copy;
  copy->reduced_from = frame.reduced_from;
  const auto from = frame.view();
  const auto to = copy->view();
  const auto row_bytes = static_cast<std::size_t>(from.width_px) * static_cast<std::size_t>(from.channels);
  for (int y = 0; y < from.height_px; ++y) std::memcpy(to.row(y), from.row(y), row_bytes);
  return copy;
}

/// Copies the scan of a JPEG file that was encoded here, without the 0 behind each 255. Returns how many
/// bytes there are; 0 where `to` has no room for them.
std::size_t copy_scan(std::span<const std::uint8_t> file, std::span<std::uint8_t> to) {
  JpegSegments segments(file);
  while (segments.next().value().marker != jpeg_marker::kStartOfScan) {
  }
  const auto stuffed = segments.rest().first(segments.rest().size() - kJpegEndBytes);
  const auto size = stuffed.size() - static_cast<std::size_t>(std::ranges::count(stuffed, 0xFF));
  if (size > to.size()) return 0;
  std::size_t from = 0;
  for (auto& byte : to.first(size)) {
    byte = stuffed[from];
    from += byte == 0xFF ? 2 : 1;
  }
  return size;
}

/// Half of the time in kernels, and as much for both ways together.
DeviceTimes times_of(std::chrono::nanoseconds busy) {
  return {.upload = busy / 4, .kernels = busy / 2, .download = busy - busy / 4 - busy / 2};
}

}  // namespace

SimulatedDevice::SimulatedDevice(DeviceDescription description, const Clock& clock, Script script)
    : description_(std::move(description)), clock_(clock), script_(std::move(script)) {
  description_.wanted_slots = description_.slots;
  take_memory();
}

SimulatedDevice::~SimulatedDevice() { fail_all("the device is gone"); }

bool SimulatedDevice::can_run(const Plan& plan, const Geometry& input) const noexcept {
  const auto largest = plan.largest_frame_bytes(input);
  return plan.runs_on_device() && largest && *largest <= description_.slot_bytes;
}

std::uint64_t SimulatedDevice::share_of_slot(const Plan& plan, const Geometry& input) const noexcept {
  const auto largest = plan.largest_frame_bytes(input);
  return largest ? *largest : description_.slot_bytes;
}

void SimulatedDevice::start_batch(int slot, std::vector<DeviceWork> works, BatchDone done) {
  FW_CHECK(slot >= 0 && slot < description_.slots && !running_.contains(slot));
  FW_CHECK(!works.empty() && works.size() <= kMostTogether);
  std::uint64_t bytes = 0;
  for (const auto& work : works) bytes += share_of_slot(*work.plan, work.input.picture_geometry());
  FW_CHECK(works.size() == 1 || bytes <= description_.slot_bytes);
  const auto number = started_++;
  Running running{std::move(works), std::move(done), clock_.now(), std::nullopt,
                  at(script_.fault_of, number)};
  if (running.fault != SimulatedFault::Hangs) {
    running.ends_at = running.started_at + at(script_.service_time_of, number).value_or(script_.service_time);
  }
  if (healthy_) {
    running_.emplace(slot, std::move(running));
  } else {
    fail(std::move(running), ErrorCode::AcceleratorUnavailable, "the device has failed");
  }
}

Result<void> SimulatedDevice::reset() {
  fail_all("the device is built anew");
  if (gone_) return unexpected(ErrorCode::AcceleratorUnavailable, description_.id + " is gone");
  description_.slots =
      std::min(description_.wanted_slots, script_.slots_that_fit.value_or(description_.wanted_slots));
  take_memory();
  healthy_ = true;
  return {};
}

void SimulatedDevice::take_memory() noexcept {
  description_.memory_bytes = static_cast<std::uint64_t>(description_.slots) * description_.slot_bytes;
}

void SimulatedDevice::complete_due() {
  for (auto next = next_completion(); next && *next <= clock_.now(); next = next_completion()) {
    const auto due =
        std::ranges::find_if(running_, [&](const auto& slot) { return slot.second.ends_at == next; });
    auto running = std::move(due->second);
    running_.erase(due);
    complete(std::move(running));
  }
}

std::optional<SteadyTime> SimulatedDevice::next_completion() const {
  std::optional<SteadyTime> next;
  for (const auto& [slot, running] : running_) {
    if (running.ends_at && (!next || *running.ends_at < *next)) next = running.ends_at;
  }
  return next;
}

void SimulatedDevice::complete(Running running) {
  if (!running.fault) {
    const auto share =
        (*running.ends_at - running.started_at) / static_cast<std::int64_t>(running.works.size());
    const bool is_alone = running.works.size() == 1;
    std::vector<DeviceOutcome> outcomes;
    for (auto& work : running.works) {
      if (!is_alone) work.jpeg_quality.reset();
      auto result = compute(work);
      outcomes.push_back({std::move(work), std::move(result), times_of(share)});
    }
    return running.done(std::move(outcomes));
  }
  if (*running.fault == SimulatedFault::FailsOnce) {
    return fail(std::move(running), ErrorCode::Internal, "this work failed, as scripted");
  }
  healthy_ = false;
  gone_ = *running.fault == SimulatedFault::Vanishes;
  fail(std::move(running), ErrorCode::AcceleratorUnavailable, "the device failed, as scripted");
  fail_all("the device failed under other work");
}

void SimulatedDevice::fail(Running running, ErrorCode code, const std::string& why) {
  const auto share = (clock_.now() - running.started_at) / static_cast<std::int64_t>(running.works.size());
  std::vector<DeviceOutcome> outcomes;
  outcomes.reserve(running.works.size());
  for (auto& work : running.works) {
    outcomes.push_back({std::move(work), unexpected(code, description_.id + ": " + why), times_of(share)});
  }
  running.done(std::move(outcomes));
}

void SimulatedDevice::fail_all(const std::string& why) {
  auto all = std::move(running_);
  running_.clear();
  for (auto& [slot, running] : all) fail(std::move(running), ErrorCode::AcceleratorUnavailable, why);
}

Result<void> SimulatedDevice::compute(DeviceWork& work) {
  if (script_.pool == nullptr) return {};
  Reservation reservation;
  auto input = copy_of(work.input, *script_.pool, reservation);
  if (!input) return unexpected(std::move(input).error());
  auto output = run_plan_on_cpu(*work.plan, std::move(*input), *script_.pool, reservation);
  if (!output) return unexpected(std::move(output).error());
  work.output = std::move(*output);
  return work.jpeg_quality ? code(work, reservation) : Result<void>{};
}

/// The scan instead of the pixels, where it is no larger: of the bytes that the encoder makes, because a
/// device makes the same.
Result<void> SimulatedDevice::code(DeviceWork& work, Reservation& reservation) {
  const auto& output = work.output;
  auto room =
      script_.pool->lend(static_cast<std::size_t>(JpegEncoder::worst_bytes(output.geometry)), reservation);
  if (!room) return unexpected(std::move(room).error());
  const auto size_bytes = JpegEncoder{}.encode(output.view(), *work.jpeg_quality, room->bytes());
  if (!size_bytes) return unexpected(size_bytes.error());
  const std::span pixels(output.buffer.data() + output.offset_bytes,
                         static_cast<std::size_t>(output.geometry.bytes()));
  work.scan_bits = 8 * std::uint64_t{copy_scan(room->bytes().first(*size_bytes), pixels)};
  return {};
}

}  // namespace framewright::engine
