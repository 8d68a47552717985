// A disk that is full or broken when the test says so.
//
// Threads   as Disk: any, at once.
#pragma once

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <limits>

#include "engine/disk.hpp"

namespace framewright::engine {

class FailingDisk final : public Disk {
 public:
  /// Beyond it write() says ENOSPC
  std::atomic<std::size_t> free_bytes{std::numeric_limits<std::size_t>::max()};
  /// Then fsync() says EIO
  std::atomic<int> syncs_until_failure{std::numeric_limits<int>::max()};
  std::atomic<bool> renames_fail{false};  ///< rename() says EIO

  ssize_t write(int file, const void* bytes, std::size_t size_bytes) noexcept override {
    const std::size_t left = free_bytes;
    if (left == 0) return failed(ENOSPC);
    const ssize_t written = Disk::write(file, bytes, std::min(size_bytes, left));
    if (written > 0) free_bytes -= static_cast<std::size_t>(written);
    return written;
  }
  int fsync(int file) noexcept override {
    if (syncs_until_failure == 0) return failed(EIO);
    --syncs_until_failure;
    return Disk::fsync(file);
  }
  int rename(const char* from, const char* to) noexcept override {
    return renames_fail ? failed(EIO) : Disk::rename(from, to);
  }

 private:
  static int failed(int reason) noexcept {
    errno = reason;
    return -1;
  }
};

}  // namespace framewright::engine
