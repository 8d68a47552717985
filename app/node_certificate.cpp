#include "app/node_certificate.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "app/console.hpp"
#include "app/files.hpp"
#include "engine/durable_file.hpp"
#include "net/certificates.hpp"

namespace framewright::app {
namespace {

using engine::Result;
using engine::unexpected;
using std::filesystem::path;

constexpr std::uint64_t kMaxFileBytes = 1 << 20;
constexpr std::chrono::hours kClocksDiffer{1};  // Good at once on a machine whose clock is behind.
constexpr mode_t kForAll = 0644;
constexpr mode_t kForOwner = 0600;

Result<void> write_new(const path& name, std::string_view text, mode_t mode) {
  const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) return unexpected(engine::disk_error("write", name, errno));
  int reason = 0;
  while (!text.empty() && reason == 0) {
    const auto count = ::write(file, text.data(), text.size());
    if (count < 0 && errno != EINTR) reason = errno;
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (reason == 0 && ::fsync(file) != 0) reason = errno;
  if (::close(file) != 0 && reason == 0) reason = errno;
  if (reason == 0) return {};
  std::error_code ignored;  // The failure that is told is the one before.
  std::filesystem::remove(name, ignored);
  return unexpected(engine::disk_error("write", name, reason));
}

Result<void> write_pair(const path& stem, const net::Credentials& made) {
  if (auto key = write_new(stem.string() + ".key", made.key, kForOwner); !key) return key;
  auto written = write_new(stem.string() + ".pem", made.certificate, kForAll);
  std::error_code ignored;  // Half a pair would be in the way of the next try.
  if (!written) std::filesystem::remove(stem.string() + ".key", ignored);
  return written;
}

Result<net::Credentials> authority_in(const path& folder, net::Validity validity) {
  const auto stem = folder / "authority";
  std::error_code ignored;  // What cannot be looked at cannot be read either, which is told below.
  const bool there = std::filesystem::exists(stem.string() + ".pem", ignored) ||
                     std::filesystem::exists(stem.string() + ".key", ignored);
  if (!there) {
    auto made = net::make_authority("framewright cluster", validity);
    if (!made) return made;
    if (auto written = write_pair(stem, *made); !written) return unexpected(written.error());
    return made;
  }
  auto certificate = read_file(stem.string() + ".pem", kMaxFileBytes);
  if (!certificate) return unexpected(certificate.error());
  auto key = read_file(stem.string() + ".key", kMaxFileBytes);
  if (!key) return unexpected(key.error());
  return net::Credentials{std::move(*certificate), std::move(*key)};
}

Result<path> make_certificate(const NodeCertificateCommand& command) {
  if (auto made = engine::make_folders(command.folder); !made) return unexpected(made.error());
  const auto stem = command.folder / command.names.front();
  if (command.names.front() == "authority") {
    return unexpected(engine::ErrorCode::InvalidArgument, "a node cannot be called authority here");
  }
  const auto now = std::chrono::system_clock::now();
  const net::Validity validity{now - kClocksDiffer, now + std::chrono::hours(24) * command.days};
  const auto authority = authority_in(command.folder, validity);
  if (!authority) return unexpected(authority.error());
  const auto node = net::make_node_certificate(*authority, command.names, validity);
  if (!node) return unexpected(node.error());
  if (auto written = write_pair(stem, *node); !written) return unexpected(written.error());
  return stem;
}

}  // namespace

int run_node_certificate(const NodeCertificateCommand& command) {
  const auto stem = make_certificate(command);
  if (!stem) {
    complain(stem.error());
    return kFailure;
  }
  return print("cluster.tls.authority: " + (command.folder / "authority.pem").string() +
               "\ncluster.tls.certificate: " + stem->string() + ".pem\ncluster.tls.key: " + stem->string() +
               ".key\n");
}

}  // namespace framewright::app
