#include "engine/durable_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/check.hpp"
#include "engine/random_id.hpp"

namespace framewright::engine {
namespace {

constexpr const char* kPartSuffix = ".part";
constexpr mode_t kFileMode = 0640;
constexpr mode_t kFolderMode = 0750;

/// Ends a descriptor of an opened file.
class OpenFile {
 public:
  OpenFile(const std::filesystem::path& path, int flags) : file_(::open(path.c_str(), flags | O_CLOEXEC)) {}
  ~OpenFile() {
    if (file_ >= 0) ::close(file_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int get() const noexcept { return file_; }

 private:
  const int file_;
};

}  // namespace

Error disk_error(const char* verb, const std::filesystem::path& path, int reason) {
  return Error{ErrorCode::Internal, std::string("cannot ") + verb + " " + path.string() + ": " +
                                        std::generic_category().message(reason)};
}

DurableFile::DurableFile(std::filesystem::path name, std::filesystem::path part, int file, Disk& disk)
    : name_(std::move(name)), part_(std::move(part)), disk_(&disk), file_(file) {}

DurableFile::DurableFile(DurableFile&& other) noexcept
    : name_(std::move(other.name_)),
      part_(std::move(other.part_)),
      disk_(other.disk_),
      file_(std::exchange(other.file_, -1)),
      size_bytes_(other.size_bytes_) {}

DurableFile::~DurableFile() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(part_.c_str());
}

Result<DurableFile> DurableFile::create(const std::filesystem::path& name, Disk& disk) {
  std::filesystem::path part = name.string() + "." + random_id() + kPartSuffix;
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode);
  if (file < 0) return unexpected(disk_error("create", part, errno));
  return DurableFile(name, std::move(part), file, disk);
}

Result<void> DurableFile::append(std::span<const std::uint8_t> bytes) {
  FW_CHECK(file_ >= 0);
  while (!bytes.empty()) {
    const ssize_t written = disk_->write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return unexpected(disk_error("write", part_, errno));
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    size_bytes_ += static_cast<std::uint64_t>(written);
  }
  return {};
}

Result<void> DurableFile::commit() {
  FW_CHECK(file_ >= 0);
  // After a failed fsync the kernel may have thrown the pages away: trying again would lie.
  if (disk_->fsync(file_) != 0) return unexpected(disk_error("sync", part_, errno));
  if (disk_->rename(part_.c_str(), name_.c_str()) != 0) return unexpected(disk_error("rename", part_, errno));
  ::close(std::exchange(file_, -1));
  Result<void> synced = sync_folder(name_.parent_path(), *disk_);
  if (!synced) ::unlink(name_.c_str());
  return synced;
}

Result<void> write_durably(const std::filesystem::path& name, std::span<const std::uint8_t> bytes,
                           Disk& disk) {
  Result<DurableFile> file = DurableFile::create(name, disk);
  if (!file) return unexpected(file.error());
  if (Result<void> written = file->append(bytes); !written) return written;
  return file->commit();
}

Result<void> make_folders(const std::filesystem::path& folder, Disk& disk) {
  if (::mkdir(folder.c_str(), kFolderMode) == 0) return sync_folder(folder.parent_path(), disk);
  const int reason = errno;
  std::error_code failure;
  if (reason == EEXIST && std::filesystem::is_directory(folder, failure)) return {};
  if (reason != ENOENT || !folder.has_parent_path())
    return unexpected(disk_error("make folder", folder, reason));
  if (Result<void> parent = make_folders(folder.parent_path(), disk); !parent) return parent;
  if (::mkdir(folder.c_str(), kFolderMode) != 0) return unexpected(disk_error("make folder", folder, errno));
  return sync_folder(folder.parent_path(), disk);
}

Result<void> sync_folder(const std::filesystem::path& folder, Disk& disk) {
  const std::filesystem::path path = folder.empty() ? "." : folder;
  const OpenFile opened(path, O_RDONLY | O_DIRECTORY);
  if (opened.get() < 0) return unexpected(disk_error("open folder", path, errno));
  if (disk.fsync(opened.get()) != 0) return unexpected(disk_error("sync folder", path, errno));
  return {};
}

Result<std::size_t> sweep_unfinished(const std::filesystem::path& folder, FolderUse use) {
  std::error_code failure;
  std::vector<std::filesystem::path> unfinished;
  auto entry = std::filesystem::recursive_directory_iterator(folder, failure);
  for (; !failure && entry != std::filesystem::end(entry); entry.increment(failure)) {
    if (entry->path().extension() == kPartSuffix && is_abandoned(entry->path(), use)) {
      unfinished.push_back(entry->path());
    }
  }
  if (failure) return unexpected(disk_error("read folder", folder, failure.value()));
  for (const auto& path : unfinished) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return unexpected(disk_error("remove", path, errno));
  }
  return unfinished.size();
}

Result<void> read_blocks(const std::filesystem::path& name,
                         const std::function<Result<void>(std::span<const std::uint8_t>)>& take) {
  const OpenFile opened(name, O_RDONLY);
  if (opened.get() < 0) {
    Error error = disk_error("open", name, errno);
    if (errno == ENOENT) error.code = ErrorCode::NotFound;
    return unexpected(std::move(error));
  }
  std::vector<std::uint8_t> block(64 << 10);
  for (;;) {
    const ssize_t size = ::read(opened.get(), block.data(), block.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return unexpected(disk_error("read", name, errno));
    if (size == 0) return {};
    if (Result<void> taken = take({block.data(), static_cast<std::size_t>(size)}); !taken) return taken;
  }
}

Result<std::vector<std::uint8_t>> read_whole(const std::filesystem::path& name, std::uint64_t limit_bytes) {
  std::vector<std::uint8_t> bytes;
  Result<void> read = read_blocks(name, [&](std::span<const std::uint8_t> block) -> Result<void> {
    if (bytes.size() + block.size() > limit_bytes) {
      return unexpected(ErrorCode::BodyTooLarge,
                        name.string() + " has more than " + std::to_string(limit_bytes) + " bytes");
    }
    bytes.insert(bytes.end(), block.begin(), block.end());
    return {};
  });
  if (!read) return unexpected(read.error());
  return bytes;
}

}  // namespace framewright::engine
