// The DataDirectory is the folder of everything that must survive, held by one process at a time, or by
// several gateways whose jobs are in a shared store.
//
// Lifetime  the folder is locked as long as this object lives; the kernel lets go when the process dies.
#pragma once

#include <filesystem>
#include <memory>

#include "engine/disk.hpp"
#include "engine/folder_use.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

class DataDirectory {
 public:
  /// Makes the folder if there is none, checks that it can be written, and locks `framewright.lock` in it.
  /// Errors   Internal: a folder that cannot be made, read or written; Conflict: another process holds it,
  ///          and one of the two wants it alone. Both name the path and the reason.
  static Result<std::unique_ptr<DataDirectory>> open(const std::filesystem::path& folder,
                                                     FolderUse use = FolderUse::Alone,
                                                     Disk& disk = system_disk());
  ~DataDirectory();
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  const std::filesystem::path& root() const noexcept { return root_; }
  FolderUse use() const noexcept { return use_; }
  std::filesystem::path database_file() const { return root_ / "framewright.db"; }
  std::filesystem::path jobs_folder() const { return root_ / "jobs"; }
  std::filesystem::path images_folder() const { return root_ / "library" / "images"; }
  std::filesystem::path thumbnails_folder() const { return root_ / "library" / "thumbnails"; }

 private:
  DataDirectory(std::filesystem::path root, FolderUse use, int lock)
      : root_(std::move(root)), use_(use), lock_(lock) {}

  const std::filesystem::path root_;
  const FolderUse use_;
  const int lock_;
};

}  // namespace framewright::engine
