#include "app/files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace framewright::app {
namespace {

using engine::ErrorCode;
using engine::unexpected;

std::string cause() { return std::strerror(errno == 0 ? EIO : errno); }

engine::Unexpected not_written(const std::filesystem::path& path, const std::string& why) {
  return unexpected(ErrorCode::Internal, path.string() + ": cannot be written: " + why);
}

}  // namespace

engine::Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit_bytes) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(path, failure);
  if (failure) return unexpected(ErrorCode::NotFound, path.string() + ": " + failure.message());
  if (size > limit_bytes) {
    return unexpected(ErrorCode::BodyTooLarge, path.string() + ": " + std::to_string(size) +
                                                   " bytes, at most " + std::to_string(limit_bytes) +
                                                   " are read");
  }
  errno = 0;
  std::string bytes(size, '\0');
  std::ifstream in(path, std::ios::binary);
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  if (!in) return unexpected(ErrorCode::Internal, path.string() + ": cannot be read: " + cause());
  return bytes;
}

engine::Result<void> write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::error_code failure;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failure);
  if (failure) return not_written(path, failure.message());
  auto partial = path;
  partial += ".part";
  errno = 0;
  std::ofstream out(partial, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) {
    const auto why = cause();
    std::filesystem::remove(partial, failure);  // Best effort: what counts is that the failure is told.
    return not_written(path, why);
  }
  std::filesystem::rename(partial, path, failure);
  if (failure) return not_written(path, failure.message());
  return {};
}

}  // namespace framewright::app
