#include "app/installation.hpp"

#include <array>

namespace framewright::app {
namespace {

constexpr const char* kShared = "/usr/share/framewright";

std::filesystem::path program_folder() {
  std::error_code ignored;  // Without /proc only the installed folder is left.
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

std::filesystem::path first_folder(const std::array<std::filesystem::path, 3>& candidates) {
  std::error_code ignored;  // What cannot be looked at is not there.
  for (const auto& candidate : candidates) {
    if (!candidate.empty() && std::filesystem::is_directory(candidate, ignored)) return candidate;
  }
  return {};
}

}  // namespace

std::filesystem::path find_web_directory(const std::filesystem::path& wanted) {
  if (!wanted.empty()) return wanted;
  const auto program = program_folder();
  return first_folder(
      {program / ".." / ".." / "web", program / "web", std::filesystem::path{kShared} / "web"});
}

std::filesystem::path find_samples() {
  return first_folder({program_folder() / "samples", std::filesystem::path{kShared} / "samples", {}});
}

}  // namespace framewright::app
