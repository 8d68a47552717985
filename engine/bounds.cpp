#include "engine/bounds.hpp"

#include <limits>

namespace framewright::engine {
namespace {

constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();

std::uint64_t times(std::uint64_t a, std::uint64_t b) noexcept {
  return b != 0 && a > kMost / b ? kMost : a * b;
}

std::uint64_t plus(std::uint64_t a, std::uint64_t b) noexcept { return a > kMost - b ? kMost : a + b; }

}  // namespace

FrameMemoryBounds bounds_of(const FrameMemoryLimits& limits) {
  FrameMemoryBounds bounds;
  bounds.addends = {
      {"frame budget (messages being read, waiting inputs, pixels and scratch, unwritten answers)",
       limits.frame_memory_bytes},
      {"read buffers of connections", times(limits.connections, limits.read_buffer_bytes_per_connection)},
      {"unwritten control messages of connections",
       times(limits.connections, limits.control_bytes_per_connection)},
      {"pinned memory of device slots", times(limits.device_slots, limits.pinned_bytes_per_device_slot)},
      {"codec contexts of workers", times(limits.workers, limits.codec_bytes_per_worker)},
      {"buffers of uploads on their way to disk",
       times(limits.uploads_at_once, limits.buffer_bytes_per_upload)},
  };
  for (const auto& addend : bounds.addends) bounds.total_bytes = plus(bounds.total_bytes, addend.bytes);
  return bounds;
}

std::string FrameMemoryBounds::to_text() const {
  std::string text;
  for (const auto& [place, bytes] : addends) {
    text.append(place).append(": ").append(std::to_string(bytes)).append(" bytes\n");
  }
  return text + "in all: " + std::to_string(total_bytes) + " bytes\n";
}

}  // namespace framewright::engine
