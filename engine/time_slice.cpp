#include "engine/time_slice.hpp"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace framewright::engine {
namespace {

/// As the kernel defines it (sched_setattr(2)); Debian's C library does not.
struct SchedulingAttributes {
  std::uint32_t size = sizeof(SchedulingAttributes);
  std::uint32_t policy = SCHED_OTHER;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime_ns = 0;
  std::uint64_t deadline_ns = 0;
  std::uint64_t period_ns = 0;
};

}  // namespace

void ask_for_time_slice(std::chrono::microseconds length) noexcept {
  SchedulingAttributes attributes;
  // Read first, so that the priority that the process was started with stays.
  if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return;
  if (attributes.policy != SCHED_OTHER) return;
  attributes.runtime_ns = static_cast<std::uint64_t>(std::chrono::nanoseconds(length).count());
  ::syscall(SYS_sched_setattr, 0, &attributes, 0);  // A wish: refused, everything works as well, only later.
}

}  // namespace framewright::engine
