// How long the kernel should let a thread run before others that wait get their turn.
#pragma once

#include <chrono>

namespace framewright::engine {

/// Threads that hand frames on are wanted back on a core at once, and give it back as soon.
inline constexpr std::chrono::microseconds kCoordinatingSlice{100};
/// Threads that work on pixels lose what they have in the cache at every change.
inline constexpr std::chrono::microseconds kWorkingSlice{10'000};

/// Asks for slices of this length for the calling thread; the share of the core stays the same. A thread
/// with short slices that wakes up goes before one with long slices that runs, so on busy cores a frame's
/// way through the process does not wait for another frame's pixels.
///
/// Units    the kernel takes 100 us to 100 ms. Kernels before Linux 6.12 have no such wish, and ignore it.
void ask_for_time_slice(std::chrono::microseconds length) noexcept;

}  // namespace framewright::engine
