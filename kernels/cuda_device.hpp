// The CUDA devices of this machine, and a CudaWorker: one device with a fixed number of slots for frames in
// flight. No CUDA header is needed to use it; a build without CUDA, or a machine without a driver, has no
// devices.
//
// Memory    all of it is taken by create(): for each slot a stream of each priority, pinned input and
//           output, two device buffers and scratch. Graphs take theirs later, a bounded number for a slot.
// Threads   submit() and fail_lost_frames() from one thread at a time; completions come on a thread of the
//           driver.
// Lifetime  views and completions of a submitted frame must live until it is done; the destructor waits for
//           all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/device_batch.hpp"
#include "kernels/device_step.hpp"
#include "kernels/graph_cache.hpp"
#include "kernels/image_view.hpp"
#include "kernels/jpeg_scan.hpp"

namespace framewright::kernels {

struct CudaDeviceDescription {
  int index = 0;
  std::string name;
  std::uint64_t memory_bytes = 0;
};

/// The devices that can run our kernels; empty without a driver, a device or CUDA in the build.
std::vector<CudaDeviceDescription> cuda_devices();

/// Where there are none, why: no CUDA in the build, a driver that is missing or too old, or no device for it.
std::string why_no_cuda_devices();

/// Takes away all that this process has on a device, and with it an error that sticks: until then, whatever a
/// device is asked for after a fault of a kernel fails, a new worker, too. No worker of it may be left.
///
/// Errors   LaunchFailed when the driver refuses, as it does where only a new process helps.
Status reset_cuda_device(int index);

/// What became of a frame. Times are the device's.
struct DeviceResult {
  Status status = Status::Ok;
  std::int64_t upload_us = 0;    ///< from the first copy to the first step
  std::int64_t steps_us = 0;     ///< to the last step; with copies between those of several pictures
  std::int64_t coding_us = 0;    ///< of what the steps have made, as the scan of a JPEG
  std::int64_t download_us = 0;  ///< to the end of the last copy
  std::uint64_t scan_bits = 0;   ///< that `out` holds of the scan of a JPEG; 0 where it holds pixels
  std::int64_t device_us() const { return upload_us + steps_us + coding_us + download_us; }
};

/// Called exactly once for each accepted frame. It must be short and call nothing of CUDA: it runs on a
/// thread of the driver.
struct DeviceCompletion {
  void (*call)(void* context, const DeviceResult& result) = nullptr;
  void* context = nullptr;
};

/// What goes first where a device has work of both.
enum class DevicePriority : std::uint8_t { Urgent, Patient };

/// One frame's work. `steps` and `jpeg` are read during submit() only; `out` is complete when `done` is
/// called with Ok.
struct DeviceJob {
  const DeviceSteps* steps = nullptr;
  ConstImageView in;
  ImageView out;
  DeviceCompletion done;
  DevicePriority priority = DevicePriority::Urgent;
  /// Given: what the steps make is coded, and `out`, which is packed, gets the scan of a JPEG. A scan that
  /// would be larger than the pixels stays behind, and the pixels come.
  const JpegTables* jpeg = nullptr;
  /// Names `steps` and `jpeg`: jobs of the same name and shape have the same of both, and what they launch
  /// may be kept as a graph.
  WorkName work = {};
  std::uint64_t frame_number = 0;  ///< for profilers: ProfilerFrame::number()
};

/// One picture of a batch. `steps` are read during submit_batch() only; `out` is complete when the
/// batch's `done` is called with Ok.
struct DeviceItem {
  const DeviceSteps* steps = nullptr;
  ConstImageView in;
  ImageView out;
};

/// Pictures of any sizes that share a slot.
struct DeviceBatch {
  const DeviceItem* items = nullptr;
  std::size_t count = 0;  ///< 1 to kMaxBatch
  DeviceCompletion done;
  DevicePriority priority = DevicePriority::Urgent;
  std::uint64_t frame_number = 0;  ///< of the first, for profilers
};

/// What a slot takes of the device's memory; it takes no more while it works, but for graphs.
inline std::size_t slot_memory_bytes(const DeviceLimits& limits) {
  return 2 * device_bytes(limits.frame_bytes) + limits.scratch_bytes;
}

struct CudaWorkerOptions {
  int device_index = 0;
  int slots = 4;
  DeviceLimits limits;
};

class CudaWorker {
 public:
  struct Created {
    std::unique_ptr<CudaWorker> worker;  ///< null when it could not be made
    std::string error;                   ///< then, why
  };
  /// Takes fewer slots than asked for where no more fit into the device's memory, but at least one. Slots of
  /// more than kDeviceMaxBytes are an error.
  static Created create(const CudaWorkerOptions& options);

  ~CudaWorker();
  CudaWorker(const CudaWorker&) = delete;
  CudaWorker& operator=(const CudaWorker&) = delete;

  int slots() const;

  /// Enqueues copy up, steps, copy down and completion on the slot's stream, and returns.
  ///
  /// Shapes   out has the shape that the steps make of in, by check_device_steps(), and fits_jpeg() where it
  ///          is to be coded.
  /// Stream   the slot's; no synchronisation, and no allocation but when work that has a name comes to the
  ///          slot the second time, and a graph is made of it. `in` is read before the call returns.
  /// Errors   BadShape; BadParameter when there is no such slot, it is busy, or a step is malformed;
  ///          LaunchFailed. On any error nothing was accepted, and the completion is not called.
  Status submit(int slot, const DeviceJob& job);

  /// The same for several pictures: one copy up, and one completion for all. Pictures of equally many
  /// channels whose filters run_together() take each step together: in as many launches as one of them alone,
  /// but for what launches_by_picture(), and come down in one copy. Others are launched picture by picture,
  /// and come down in as few copies as their places allow.
  ///
  /// Shapes   as submit(); the rooms of all pictures together fit a frame of the limits, and what their steps
  ///          need of staging together fits that.
  /// Stream   as submit().
  /// Errors   as submit(); BadShape, too, when the pictures do not fit together.
  Status submit_batch(int slot, const DeviceBatch& batch);

  /// What became of jobs that have a name, by the thread that submits.
  GraphCounts graph_counts() const;

  /// A device that has failed calls no completions any more. This asks the driver, without waiting, and
  /// completes every lost frame with LaunchFailed. Returns LaunchFailed when the worker is of no more use.
  Status fail_lost_frames();

 private:
  struct Impl;
  explicit CudaWorker(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace framewright::kernels
