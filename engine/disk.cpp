#include "engine/disk.hpp"

#include <unistd.h>
#include <cstdio>

namespace framewright::engine {

ssize_t Disk::write(int file, const void* bytes, std::size_t size_bytes) noexcept {
  return ::write(file, bytes, size_bytes);
}

int Disk::fsync(int file) noexcept { return ::fsync(file); }

int Disk::rename(const char* from, const char* to) noexcept { return std::rename(from, to); }

Disk& system_disk() noexcept {
  static Disk disk;
  return disk;
}

}  // namespace framewright::engine
