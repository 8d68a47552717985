// Who works in a folder: this process alone, or several gateways at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

namespace framewright::engine {

enum class FolderUse : std::uint8_t { Alone, Shared };

/// Whether what lies at `path`, and nobody seems to know, may be removed. In a folder of one process whatever
/// is there at the start was left by a dead one. In a shared one it may be what another gateway is writing,
/// so only what has not changed for a day is taken for abandoned.
inline bool is_abandoned(const std::filesystem::path& path, FolderUse use) {
  if (use == FolderUse::Alone) return true;
  std::error_code failure;
  const auto changed = std::filesystem::last_write_time(path, failure);
  return !failure && std::filesystem::file_time_type::clock::now() - changed > std::chrono::hours{24};
}

}  // namespace framewright::engine
