#include "engine/data_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <string>

#include "engine/durable_file.hpp"
#include "engine/random_id.hpp"

namespace framewright::engine {
namespace {

std::string holder_of(int lock) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(lock, text.data(), text.size(), 0);
  return size > 0 ? "process " + std::string(text.data(), static_cast<std::size_t>(size)) : "another process";
}

/// Locks `path` for this process and, where it is alone, writes its number there for the other one to name.
Result<int> lock_file(const std::filesystem::path& path, FolderUse use) {
  const int lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (lock < 0) return unexpected(disk_error("open", path, errno));
  if (::flock(lock, (use == FolderUse::Alone ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
    const int reason = errno;
    Error error =
        reason == EWOULDBLOCK
            ? Error{ErrorCode::Conflict, "data.directory " + path.parent_path().string() + " is in use by " +
                                             holder_of(lock) + ", which holds " + path.string()}
            : disk_error("lock", path, reason);
    ::close(lock);
    return unexpected(std::move(error));
  }
  const std::string process = use == FolderUse::Alone ? std::to_string(::getpid()) : "";
  if (::ftruncate(lock, 0) != 0 || ::pwrite(lock, process.data(), process.size(), 0) < 0) {
    Error error = disk_error("write", path, errno);
    ::close(lock);
    return unexpected(std::move(error));
  }
  return lock;
}

}  // namespace

DataDirectory::~DataDirectory() { ::close(lock_); }

Result<std::unique_ptr<DataDirectory>> DataDirectory::open(const std::filesystem::path& folder, FolderUse use,
                                                           Disk& disk) {
  std::error_code failure;
  std::filesystem::path root = std::filesystem::absolute(folder, failure).lexically_normal();
  if (failure) return unexpected(disk_error("find", folder, failure.value()));
  if (!root.has_filename()) root = root.parent_path();  // "data/" is "data"
  if (Result<void> made = make_folders(root, disk); !made) return unexpected(made.error());
  const Result<int> lock = lock_file(root / "framewright.lock", use);
  if (!lock) return unexpected(lock.error());
  std::unique_ptr<DataDirectory> directory(new DataDirectory(root, use, *lock));
  // A folder that takes a lock file may still refuse to be synced or written, and now is the time to say so.
  const std::filesystem::path probe = root / ("framewright.probe." + random_id());
  if (Result<void> written = write_durably(probe, {}, disk); !written) return unexpected(written.error());
  if (::unlink(probe.c_str()) != 0) return unexpected(disk_error("remove", probe, errno));
  return directory;
}

}  // namespace framewright::engine
