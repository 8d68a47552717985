#include "engine/device_choice.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

namespace framewright::engine {
namespace {

using nlohmann::json;
using std::chrono::nanoseconds;

constexpr double kNewShare = 0.25;  // of the latest picture in the moving averages
constexpr double kMostPace = 1024;  // either way: a plan may be that much heavier than the calibration's
constexpr double kUnseenPace = 0.5;
constexpr double kPaceHalvesInNs = 60e9;
constexpr double kLongestNs = 3600e9;
constexpr std::size_t kMostPipelineBytes = 8192;

bool is_coded(const ChoiceSubject& subject) noexcept { return subject.output == ImageEncoding::Jpeg; }

template <class Kind>
auto& paces_of(Kind& kind, const ChoiceSubject& subject) noexcept {
  return is_coded(subject) ? kind.to_jpeg : kind.to_others;
}

/// On the way through the plan a picture may change its size; this is what is copied, what steps read, and
/// what is coded.
struct Work {
  double copied_bytes = 0;
  double step_bytes = 0;
  double coded_bytes = 0;
};

Work work_of(const ChoiceSubject& subject) {
  Work work;
  auto geometry = subject.geometry;
  work.copied_bytes = static_cast<double>(geometry.bytes());
  for (const auto& step : subject.plan.steps()) {
    work.step_bytes += static_cast<double>(geometry.bytes());
    const auto made = step_geometry(step, geometry, subject.plan.limits());
    if (!made) break;  // It will fail by name where it runs.
    geometry = *made;
  }
  work.copied_bytes += static_cast<double>(geometry.bytes());
  if (is_coded(subject)) work.coded_bytes = static_cast<double>(geometry.bytes());
  return work;
}

double guess(const CostLine& line, const Work& work) noexcept {
  return line.fixed_ns + line.ns_per_copied_byte * work.copied_bytes +
         line.ns_per_step_byte * work.step_bytes + line.ns_per_coded_byte * work.coded_bytes;
}

nanoseconds whole(double time_ns) noexcept {
  return nanoseconds{static_cast<std::int64_t>(std::clamp(time_ns, 1.0, kLongestNs))};
}

int size_class_of(const Geometry& geometry) noexcept {
  return static_cast<int>(std::bit_width(geometry.bytes()));
}

json to_json(const CostLine& line) {
  return {{"fixed_ns", line.fixed_ns},
          {"ns_per_copied_byte", line.ns_per_copied_byte},
          {"ns_per_step_byte", line.ns_per_step_byte},
          {"ns_per_coded_byte", line.ns_per_coded_byte}};
}

/// A number of a file, within what was ever written there.
double number(const json& object, const char* name, double most) {
  const double value = object.at(name).get<double>();
  if (!(value >= 0 && value <= most)) throw std::out_of_range(name);
  return value;
}

CostLine line_of(const json& object) {
  return {number(object, "fixed_ns", kLongestNs), number(object, "ns_per_copied_byte", kLongestNs),
          number(object, "ns_per_step_byte", kLongestNs), number(object, "ns_per_coded_byte", kLongestNs)};
}

std::string microseconds(nanoseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(time).count()) + " us";
}

std::string times_of(const Choice& choice) {
  return microseconds(choice.on_cpu) + " on the CPU, " + microseconds(choice.on_device) + " on the device";
}

}  // namespace

ChoiceSubject subject_of(const FrameTask& task) noexcept {
  return {*task.plan, task.header.geometry, task.route, task.output.format.value_or(task.header.encoding)};
}

Choice choose_unmeasured(const ChoiceSubject& subject) noexcept {
  if (!has_pixels(subject.route)) return {Accelerator::Cpu, AcceleratorReason::NoPixels};
  if (!subject.plan.runs_on_device()) return {Accelerator::Cpu, AcceleratorReason::NoKernels};
  return {Accelerator::Cuda, AcceleratorReason::NotMeasured};
}

std::string explain(const Choice& choice) {
  switch (choice.reason) {
    case AcceleratorReason::Asked: return "the request named it";
    case AcceleratorReason::NoDevice: return "no device is in service";
    case AcceleratorReason::NoPixels: return "its route leaves nothing for a device";
    case AcceleratorReason::NoKernels: return "a step has no kernel for devices";
    case AcceleratorReason::TooLarge: return "the picture is too large for a slot of the device";
    case AcceleratorReason::NotMeasured: return "nobody has compared the device with the CPU yet";
    case AcceleratorReason::Faster: return "it would be done first there: " + times_of(choice);
    case AcceleratorReason::FellBack: return "the device could not";
    case AcceleratorReason::Node: return "a node of the cluster has chosen";
  }
  check_failed("an AcceleratorReason outside its list", __FILE__, __LINE__);
}

void DeviceChoice::calibrate(DeviceCalibration calibration) {
  const std::lock_guard lock(mutex_);
  calibration_ = std::move(calibration);
  kinds_.clear();
  kind_count_ = 0;
}

bool DeviceChoice::is_calibrated() const {
  const std::lock_guard lock(mutex_);
  return calibration_.has_value();
}

Choice DeviceChoice::choose(const ChoiceSubject& subject, const ChoiceWaits& waits) const {
  const auto unmeasured = choose_unmeasured(subject);
  if (unmeasured.accelerator == Accelerator::Cpu) return unmeasured;
  const auto largest = subject.plan.largest_frame_bytes(subject.geometry);
  if (largest && *largest > slot_bytes_) return {Accelerator::Cpu, AcceleratorReason::TooLarge};
  const std::lock_guard lock(mutex_);
  if (!calibration_) return unmeasured;
  const auto now = clock_.now();
  const Kind* kind = find(subject.plan.pipeline_text(), size_class_of(subject.geometry));
  if (kind != nullptr) kind->asked_at = now;
  const auto work = work_of(subject);
  const auto paces = kind != nullptr ? paces_of(*kind, subject) : Paces{};
  const auto predicted = [&](const CostLine& line, const Pace& pace) {
    return whole(guess(line, work) * factor(pace, now));
  };
  Choice choice{.reason = AcceleratorReason::Faster,
                .on_cpu = waits.cpu + predicted(calibration_->on_cpu, paces.cpu),
                .on_device = waits.device + predicted(calibration_->on_device, paces.device)};
  choice.accelerator = choice.on_device < choice.on_cpu ? Accelerator::Cuda : Accelerator::Cpu;
  return choice;
}

void DeviceChoice::record(Accelerator side, const ChoiceSubject& subject, nanoseconds took) {
  const std::lock_guard lock(mutex_);
  if (!calibration_ || subject.plan.pipeline_text().size() > kMostPipelineBytes) return;
  const auto& line = side == Accelerator::Cpu ? calibration_->on_cpu : calibration_->on_device;
  const double guessed = guess(line, work_of(subject));
  if (guessed <= 0 || took <= nanoseconds{0}) return;
  auto& kind = make_kind(subject.plan.pipeline_text(), size_class_of(subject.geometry));
  auto& paces = paces_of(kind, subject);
  auto& pace = side == Accelerator::Cpu ? paces.cpu : paces.device;
  const double seen = std::clamp(static_cast<double>(took.count()) / guessed, 1 / kMostPace, kMostPace);
  const auto now = clock_.now();
  const double known = factor(pace, now);
  pace.factor = pace.seen_at ? known + kNewShare * (seen - known) : seen;
  pace.seen_at = now;
}

void DeviceChoice::record(const FrameTask& task, nanoseconds steps) {
  if (!task.answer || !has_pixels(task.route)) return;
  const auto subject = subject_of(task);
  record(task.ran_on, subject, is_coded(subject) ? steps + task.times.encode : steps);
}

double DeviceChoice::factor(const Pace& pace, SteadyTime now) const noexcept {
  if (!pace.seen_at) return kUnseenPace;
  const auto age = static_cast<double>(nanoseconds{now - *pace.seen_at}.count());
  return kUnseenPace + (pace.factor - kUnseenPace) * std::exp2(-age / kPaceHalvesInNs);
}

/// The kind itself, or else the plan's nearest in size.
const DeviceChoice::Kind* DeviceChoice::find(std::string_view pipeline, int size_class) const {
  const auto sizes = kinds_.find(pipeline);
  if (sizes == kinds_.end()) return nullptr;
  const auto nearest = std::ranges::min_element(
      sizes->second, {}, [&](const auto& entry) { return std::abs(entry.first - size_class); });
  return &nearest->second;
}

DeviceChoice::Kind& DeviceChoice::make_kind(const std::string& pipeline, int size_class) {
  const auto sizes = kinds_.find(pipeline);
  if (sizes == kinds_.end() || !sizes->second.contains(size_class)) {
    if (kind_count_ >= kMostKinds) forget_oldest();
    ++kind_count_;
  }
  auto& kind = kinds_[pipeline][size_class];
  kind.asked_at = clock_.now();
  return kind;
}

void DeviceChoice::forget_oldest() {
  auto oldest = kinds_.begin();
  int size_class = oldest->second.begin()->first;
  for (auto sizes = kinds_.begin(); sizes != kinds_.end(); ++sizes) {
    for (const auto& [size, kind] : sizes->second) {
      if (kind.asked_at >= oldest->second.at(size_class).asked_at) continue;
      oldest = sizes;
      size_class = size;
    }
  }
  oldest->second.erase(size_class);
  if (oldest->second.empty()) kinds_.erase(oldest);
  --kind_count_;
}

std::size_t DeviceChoice::kinds() const {
  const std::lock_guard lock(mutex_);
  return kind_count_;
}

std::string DeviceChoice::to_text() const {
  const std::lock_guard lock(mutex_);
  FW_CHECK(calibration_.has_value());
  const auto pace = [](const Pace& known) { return known.seen_at ? json(known.factor) : json(nullptr); };
  const auto paces = [&](const Paces& both) {
    return json{{"cpu", pace(both.cpu)}, {"device", pace(both.device)}};
  };
  auto kinds = json::array();
  for (const auto& [pipeline, sizes] : kinds_) {
    for (const auto& [size_class, kind] : sizes) {
      kinds.push_back({{"pipeline", pipeline},
                       {"size_class", size_class},
                       {"to_jpeg", paces(kind.to_jpeg)},
                       {"to_others", paces(kind.to_others)}});
    }
  }
  const json document = {{"format", kFormat},
                         {"device", calibration_->device},
                         {"cpu", calibration_->cpu},
                         {"on_cpu", to_json(calibration_->on_cpu)},
                         {"on_device", to_json(calibration_->on_device)},
                         {"kinds", std::move(kinds)}};
  return document.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<void> DeviceChoice::take(std::string_view text, std::string_view device, std::string_view cpu) {
  DeviceCalibration calibration;
  const auto now = clock_.now();
  Kinds kinds;
  std::size_t count = 0;
  try {
    const auto document = json::parse(text);
    const auto format = document.at("format").get<int>();
    if (format != kFormat) {
      return unexpected(ErrorCode::InvalidArgument, "its format is " + std::to_string(format));
    }
    calibration = {document.at("device").get<std::string>(), document.at("cpu").get<std::string>(),
                   line_of(document.at("on_cpu")), line_of(document.at("on_device"))};
    if (calibration.device != device || calibration.cpu != cpu) {
      return unexpected(ErrorCode::InvalidArgument,
                        "it is of " + calibration.device + " with " + calibration.cpu);
    }
    const auto pace = [&](const json& entry, const char* name) {
      return entry.at(name).is_null() ? Pace{} : Pace{number(entry, name, kMostPace), now};
    };
    const auto paces = [&](const json& both) { return Paces{pace(both, "cpu"), pace(both, "device")}; };
    for (const auto& entry : document.at("kinds")) {
      auto& sizes = kinds[entry.at("pipeline").get<std::string>()];
      const auto size_class = static_cast<int>(number(entry, "size_class", 64));
      const Kind kind{paces(entry.at("to_jpeg")), paces(entry.at("to_others")), now};
      if (count < kMostKinds && sizes.emplace(size_class, kind).second) ++count;
    }
  } catch (const std::exception& failure) {
    return unexpected(ErrorCode::InvalidArgument, failure.what());
  }
  std::erase_if(kinds, [](const auto& entry) { return entry.second.empty(); });
  const std::lock_guard lock(mutex_);
  calibration_ = std::move(calibration);
  kinds_ = std::move(kinds);
  kind_count_ = count;
  return {};
}

}  // namespace framewright::engine
