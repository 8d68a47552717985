// A DurableFile appears under its name all at once and complete, or not at all: it is written beside it as
// NAME.<random>.part, synced, renamed, and the folder synced.
//
// Errors    Internal with path and reason ("cannot write x/y: No space left on device").
// Threads   one thread at a time for each object; of two writers of one name the last to commit wins.
// Lifetime  the disk outlives its files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <vector>

#include "engine/disk.hpp"
#include "engine/folder_use.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

class DurableFile {
 public:
  static Result<DurableFile> create(const std::filesystem::path& name, Disk& disk = system_disk());
  DurableFile(DurableFile&& other) noexcept;
  /// Removes what was not committed.
  ~DurableFile();

  Result<void> append(std::span<const std::uint8_t> bytes);
  /// Makes the file appear. When this fails the name does not exist, also where an earlier file stood under
  /// it.
  Result<void> commit();

  std::uint64_t size_bytes() const noexcept { return size_bytes_; }

 private:
  DurableFile(std::filesystem::path name, std::filesystem::path part, int file, Disk& disk);

  // Given.
  std::filesystem::path name_;
  std::filesystem::path part_;
  Disk* disk_;
  // Owned.
  int file_ = -1;  ///< -1: committed or given up
  // Measured.
  std::uint64_t size_bytes_ = 0;
};

/// Writes a whole file durably.
Result<void> write_durably(const std::filesystem::path& name, std::span<const std::uint8_t> bytes,
                           Disk& disk = system_disk());

/// Makes `folder` and what lacks above it, durably.
Result<void> make_folders(const std::filesystem::path& folder, Disk& disk = system_disk());

/// Makes the entries of `folder` durable.
Result<void> sync_folder(const std::filesystem::path& folder, Disk& disk = system_disk());

/// Removes the unfinished files that a killed process left below `folder`; returns how many.
Result<std::size_t> sweep_unfinished(const std::filesystem::path& folder, FolderUse use = FolderUse::Alone);

/// Reads a file in blocks of at most 64 KiB.
/// Errors   NotFound, Internal, and whatever `take` returns.
Result<void> read_blocks(const std::filesystem::path& name,
                         const std::function<Result<void>(std::span<const std::uint8_t>)>& take);

/// Reads a whole file.
/// Errors   NotFound, BodyTooLarge (more than `limit_bytes`), Internal.
Result<std::vector<std::uint8_t>> read_whole(const std::filesystem::path& name, std::uint64_t limit_bytes);

/// "cannot VERB PATH: reason of ERRNO", as every file of the stores words it.
Error disk_error(const char* verb, const std::filesystem::path& path, int reason);

}  // namespace framewright::engine
