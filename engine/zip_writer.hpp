// A ZipWriter packs finished pictures into one archive. Pictures are already compressed, so they are stored
// as they are; the archive's bytes depend on nothing but names and contents.
//
// Errors    Internal (disk, an input that changed), BodyTooLarge (more than 4 GiB or 65535 files: no ZIP64).
// Threads   one thread at a time.
// Source    PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/durable_file.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

class ZipWriter {
 public:
  static Result<ZipWriter> create(const std::filesystem::path& archive, Disk& disk = system_disk());

  /// Adds the bytes of `file`; a name that is taken becomes "name (2).png". Nothing of the file is held in
  /// memory.
  Result<void> add(const std::string& name, const std::filesystem::path& file);
  /// Makes the archive appear, durably; returns its size.
  Result<std::uint64_t> commit();

 private:
  struct Entry {
    std::string name;
    std::uint32_t crc = 0;
    std::uint32_t size_bytes = 0;
    std::uint32_t offset_bytes = 0;
  };

  explicit ZipWriter(DurableFile file) : file_(std::move(file)) {}
  Result<void> append_entry(const Entry& entry, const std::filesystem::path& file);
  std::string free_name(const std::string& name) const;

  // Owned.
  DurableFile file_;
  std::vector<Entry> entries_;
};

}  // namespace framewright::engine
