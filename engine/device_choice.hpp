// A DeviceChoice predicts how long a picture takes on the CPU and on a device, so that `auto` takes the one
// that will be done first. The bytes are the same either way.
//
// It counts what differs: on the CPU the steps of the plan, on a device the copy up, the steps and the copy
// down, on both sides the coding of a JPEG, which a device does itself, and what waits in front. Decoding and
// encoding to other formats are the CPU's work in any case.
// The first guess is a calibration, a line in bytes and steps for each side. What pictures were seen to take
// corrects it, by plan and size, as a pace. A pace that is not seen again fades, so that a side which was
// slow once is tried again; a side that was never seen counts as twice as fast as guessed, so that it is
// tried soon.
//
// Memory    at most kMostKinds kinds of pictures; beyond that the one that was asked for longest ago goes.
// Threads   any: dispatcher, workers and whoever wants to know share one.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "engine/clock.hpp"
#include "engine/frame_task.hpp"
#include "engine/plan.hpp"
#include "engine/result.hpp"
#include "engine/route.hpp"

namespace framewright::engine {

/// How long one side takes without knowing a plan better: for each picture, for each byte that is copied
/// there and back, for each byte that a step reads, and for each byte of pixels that is coded as JPEG.
struct CostLine {
  double fixed_ns = 0;
  double ns_per_copied_byte = 0;
  double ns_per_step_byte = 0;
  double ns_per_coded_byte = 0;
  bool operator==(const CostLine&) const = default;
};

/// What was measured at the start, and of what.
struct DeviceCalibration {
  std::string device;  ///< its name
  std::string cpu;     ///< likewise
  CostLine on_cpu;
  CostLine on_device;
  bool operator==(const DeviceCalibration&) const = default;
};

/// A picture, what is done to it and what it becomes.
struct ChoiceSubject {
  const Plan& plan;
  Geometry geometry;
  Route route = Route::Pixels;
  ImageEncoding output = ImageEncoding::Raw;
};
ChoiceSubject subject_of(const FrameTask& task) noexcept;

/// Until a picture that is handed over now would be started.
struct ChoiceWaits {
  std::chrono::nanoseconds cpu{0};
  std::chrono::nanoseconds device{0};
};

/// What `auto` means for one picture.
struct Choice {
  Accelerator accelerator = Accelerator::Cpu;
  AcceleratorReason reason = AcceleratorReason::NoDevice;
  /// Until it is through with what is compared, waits included; 0 where nobody compared.
  std::chrono::nanoseconds on_cpu{0};
  std::chrono::nanoseconds on_device{0};
};

/// Without measurements: the device where the picture is made of pixels and the whole plan runs on one.
Choice choose_unmeasured(const ChoiceSubject& subject) noexcept;

/// One sentence, for people.
std::string explain(const Choice& choice);

class DeviceChoice {
 public:
  static constexpr std::size_t kMostKinds = 256;
  /// Version of to_text(). Whoever changes what it says raises it.
  static constexpr int kFormat = 1;

  DeviceChoice(const Clock& clock, std::uint64_t slot_bytes) : clock_(clock), slot_bytes_(slot_bytes) {}

  /// From then on the sides are compared; before, a device gets whatever it can run.
  void calibrate(DeviceCalibration calibration);
  bool is_calibrated() const;

  /// For a machine that has a device in service.
  Choice choose(const ChoiceSubject& subject, const ChoiceWaits& waits = {}) const;
  /// What a picture took on that side, without waiting. Device: from start() until its pixels were back.
  void record(Accelerator side, const ChoiceSubject& subject, std::chrono::nanoseconds took);
  /// The same of a frame that was answered, whose steps and copies took `steps` where it ran.
  void record(const FrameTask& task, std::chrono::nanoseconds steps);

  std::size_t kinds() const;
  /// Calibration and paces as JSON, to be kept.
  std::string to_text() const;
  /// Takes over what to_text() has written for this device and CPU.
  ///
  /// Errors   InvalidArgument: not such a text, or of another version, device or CPU; nothing is changed.
  Result<void> take(std::string_view text, std::string_view device, std::string_view cpu);

 private:
  /// How long a picture takes over the calibration's guess.
  struct Pace {
    double factor = 1;
    std::optional<SteadyTime> seen_at;
  };
  struct Paces {
    Pace cpu;
    Pace device;
  };
  struct Kind {
    Paces to_jpeg;
    Paces to_others;
    mutable SteadyTime asked_at{};
  };
  using Sizes = std::map<int, Kind>;                        ///< by power of two of the bytes
  using Kinds = std::map<std::string, Sizes, std::less<>>;  ///< by pipeline text

  double factor(const Pace& pace, SteadyTime now) const noexcept;
  const Kind* find(std::string_view pipeline, int size_class) const;
  Kind& make_kind(const std::string& pipeline, int size_class);
  void forget_oldest();

  // Given.
  const Clock& clock_;
  const std::uint64_t slot_bytes_;
  // Owned.
  mutable std::mutex mutex_;
  std::optional<DeviceCalibration> calibration_;
  // Measured.
  Kinds kinds_;
  std::size_t kind_count_ = 0;
};

}  // namespace framewright::engine
