// Every place that can hold a frame or its bytes, added up. Whoever adds such a place adds it here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace framewright::engine {

/// The limits that bound the places; each is a setting or a constant of the code that owns the place.
struct FrameMemoryLimits {
  /// The frame budget. It covers, together: messages and bodies being read, inputs that wait, decoded pixels
  /// and scratch, answers until they are written.
  std::uint64_t frame_memory_bytes = 0;
  std::uint64_t connections = 0;
  /// headers and control messages, outside the budget
  std::uint64_t read_buffer_bytes_per_connection = 0;
  std::uint64_t control_bytes_per_connection = 0;  ///< control messages that wait to be written
  std::uint64_t device_slots = 0;
  std::uint64_t pinned_bytes_per_device_slot = 0;  ///< host memory of a slot, input and output
  std::uint64_t workers = 0;
  std::uint64_t codec_bytes_per_worker = 0;  ///< contexts that decoders and encoders keep
  std::uint64_t uploads_at_once = 0;
  std::uint64_t buffer_bytes_per_upload = 0;  ///< uploads go to disk through one buffer each
};

struct FrameMemoryBounds {
  struct Addend {
    std::string_view place;
    std::uint64_t bytes = 0;
  };
  std::vector<Addend> addends;
  std::uint64_t total_bytes = 0;  ///< the sum; stays at the largest number instead of wrapping

  /// One line for each place and one for the sum, for the log at start.
  std::string to_text() const;
};

FrameMemoryBounds bounds_of(const FrameMemoryLimits& limits);

}  // namespace framewright::engine
