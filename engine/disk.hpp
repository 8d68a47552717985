// Disk is the seam to the system calls that durable files are made of, so that tests let a disk fill up or
// fail.
//
// Threads   every method may be called from any thread.
#pragma once

#include <sys/types.h>
#include <cstddef>

namespace framewright::engine {

/// Each method is the system call of its name: -1 and errno on failure.
class Disk {
 public:
  virtual ~Disk() = default;
  virtual ssize_t write(int file, const void* bytes, std::size_t size_bytes) noexcept;
  virtual int fsync(int file) noexcept;
  virtual int rename(const char* from, const char* to) noexcept;
};

/// The machine's own disk.
Disk& system_disk() noexcept;

}  // namespace framewright::engine
