// The files of jobs, below one folder: <root>/<job>/in/N as uploaded, <root>/<job>/out/N as finished, and
// <root>/<job>/result.zip where a job has several results.
//
// Durable   what was written is complete and on the disk when the call returns.
// Threads   any thread; one job's result is written by one thread at a time. Calls block on the disk.
// Lifetime  JobFiles outlives its uploads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/disk.hpp"
#include "engine/folder_use.hpp"
#include "engine/job.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

class JobFiles;

/// The pictures of a job that does not exist yet. Their files go when the upload ends, unless a job was made
/// of it.
class JobUpload {
 public:
  JobUpload(const JobFiles& files, std::string id) : files_(files), id_(std::move(id)) {}
  ~JobUpload();
  JobUpload(const JobUpload&) = delete;
  JobUpload& operator=(const JobUpload&) = delete;

  /// Writes one picture.
  /// Errors   Internal (disk).
  Result<void> add(const std::string& filename, std::span<const std::uint8_t> bytes);
  /// Takes a picture that is already on this file system without copying it; it survives the removal of
  /// `file`. Errors   NotFound, Internal (disk).
  Result<void> link(const std::string& filename, const std::filesystem::path& file);

  const std::string& id() const noexcept { return id_; }
  const std::vector<JobItem>& items() const noexcept { return items_; }
  /// The store made a job of this upload: from now on the files are the job's.
  void keep() noexcept { kept_ = true; }

 private:
  // Given.
  const JobFiles& files_;
  const std::string id_;
  // Owned.
  std::vector<JobItem> items_;
  bool kept_ = false;
};

class JobFiles {
 public:
  /// Makes the folder if there is none and removes unfinished files that an earlier process left.
  /// Errors   Internal (a folder that cannot be made, read or written), naming path and reason.
  static Result<std::unique_ptr<JobFiles>> open(const std::filesystem::path& root,
                                                FolderUse use = FolderUse::Alone, Disk& disk = system_disk());

  Result<std::shared_ptr<JobUpload>> begin_upload() const;
  /// Writes the finished bytes of one item, in place of earlier ones.
  /// Errors   Internal (disk).
  Result<void> write_result(const std::string& job_id, std::size_t item,
                            std::span<const std::uint8_t> bytes) const;
  /// Writes the ZIP of a job whose items all have results; returns its size.
  Result<std::uint64_t> write_archive(const Job& job) const;
  /// Removes everything of a job; nothing there is fine.
  Result<void> remove(const std::string& job_id) const;
  /// Removes the abandoned folders of jobs for which `known` says no; returns how many.
  Result<std::size_t> remove_unknown(const std::function<bool(const std::string& job_id)>& known) const;

  std::filesystem::path input_of(const std::string& job_id, std::size_t item) const;
  std::filesystem::path result_of(const std::string& job_id, std::size_t item) const;
  std::filesystem::path archive_of(const std::string& job_id) const;

 private:
  friend class JobUpload;
  JobFiles(std::filesystem::path root, FolderUse use, Disk& disk)
      : root_(std::move(root)), use_(use), disk_(disk) {}

  const std::filesystem::path root_;
  const FolderUse use_;
  Disk& disk_;
};

}  // namespace framewright::engine
