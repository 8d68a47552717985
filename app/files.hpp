// Files as the subcommands read and write them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "engine/result.hpp"

namespace framewright::app {

/// Errors   NotFound, BodyTooLarge (beyond `limit_bytes`), Internal; the detail names the file and the cause.
engine::Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit_bytes);

/// Writes beside `path` and renames, so that a half-written file never shows. Folders on the way are made.
///
/// Errors   Internal; the detail names the file and the cause.
engine::Result<void> write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace framewright::app
