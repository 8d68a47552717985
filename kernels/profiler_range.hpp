// Frames and what is done for them, on the timeline of NVIDIA's profilers, by NVTX. A build without NVTX does
// nothing here, and one with it looks at a pointer as long as no profiler listens.
#pragma once

#include <cstdint>

namespace framewright::kernels {

/// A frame from the construction of this to its end, on any threads.
class ProfilerFrame {
 public:
  ProfilerFrame() noexcept;
  ~ProfilerFrame();
  ProfilerFrame(const ProfilerFrame&) = delete;
  ProfilerFrame& operator=(const ProfilerFrame&) = delete;

  /// The payload of this range and of those of its stages; 0 where nobody listens.
  std::uint64_t number() const noexcept { return number_; }

 private:
  std::uint64_t number_ = 0;
  [[maybe_unused]] std::uint64_t range_ = 0;  ///< not in a build without NVTX
};

/// What a thread does for a frame from the construction of this to its end. Ranges of a thread lie within
/// each other, and `stage` lives on.
class ProfilerRange {
 public:
  ProfilerRange(const char* stage, std::uint64_t frame_number) noexcept;
  ~ProfilerRange();
  ProfilerRange(const ProfilerRange&) = delete;
  ProfilerRange& operator=(const ProfilerRange&) = delete;
};

}  // namespace framewright::kernels
