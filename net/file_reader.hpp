// An open file, read piece by piece from where it is told. Blocks on the disk: for the BlockingPool.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "engine/result.hpp"

namespace framewright::net {

class FileReader {
 public:
  /// Errors   NotFound when there is no such regular file, Internal when it cannot be read.
  static engine::Result<FileReader> open(const std::filesystem::path& path);

  FileReader(FileReader&& other) noexcept;
  FileReader& operator=(FileReader&& other) noexcept;
  ~FileReader();

  std::uint64_t size_bytes() const noexcept { return size_bytes_; }
  /// Reads until `into` is full or the file ends; returns how many bytes.
  engine::Result<std::size_t> read_at(std::uint64_t offset_bytes, std::span<std::uint8_t> into) const;

 private:
  FileReader(int descriptor, std::uint64_t size_bytes) noexcept
      : descriptor_(descriptor), size_bytes_(size_bytes) {}

  int descriptor_ = -1;
  std::uint64_t size_bytes_ = 0;
};

}  // namespace framewright::net
