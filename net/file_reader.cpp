#include "net/file_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace framewright::net {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;

namespace {

std::string reason() { return std::generic_category().message(errno); }

}  // namespace

Result<FileReader> FileReader::open(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) {
    const bool absent = errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ENAMETOOLONG;
    if (absent) return unexpected(ErrorCode::NotFound, "no such file");
    return unexpected(ErrorCode::Internal, "cannot open " + path.filename().string() + ": " + reason());
  }
  struct stat status{};
  FileReader file(descriptor, 0);
  if (::fstat(descriptor, &status) != 0)
    return unexpected(ErrorCode::Internal, "cannot look at a file: " + reason());
  if (!S_ISREG(status.st_mode)) return unexpected(ErrorCode::NotFound, "no such file");
  file.size_bytes_ = static_cast<std::uint64_t>(status.st_size);
  return file;
}

FileReader::FileReader(FileReader&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), size_bytes_(other.size_bytes_) {}

FileReader& FileReader::operator=(FileReader&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_bytes_, other.size_bytes_);
  return *this;
}

FileReader::~FileReader() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::size_t> FileReader::read_at(std::uint64_t offset_bytes, std::span<std::uint8_t> into) const {
  std::size_t total = 0;
  while (total < into.size()) {
    const auto at = static_cast<off_t>(offset_bytes + total);
    const auto count = ::pread(descriptor_, into.data() + total, into.size() - total, at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unexpected(ErrorCode::Internal, "cannot read a file: " + reason());
    if (count == 0) break;
    total += static_cast<std::size_t>(count);
  }
  return total;
}

}  // namespace framewright::net
