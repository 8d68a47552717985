// What subcommands say on the terminal: results on standard output, one clear line for a failure on standard
// error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/error.hpp"

namespace framewright::app {

/// Exit statuses of the program.
inline constexpr int kSuccess = 0;
inline constexpr int kFailure = 1;
inline constexpr int kWrongUsage = 2;

/// Writes `text` to standard output and returns kSuccess; complains and returns kFailure when it cannot be
/// written (a full disk).
int print(std::string_view text);

/// "framewright: <what>" on standard error, and below it one line for each wrong field.
void complain(const engine::Error& error);
void complain(std::string_view message);

/// Whether standard error is a terminal, where progress may be drawn in place.
bool on_terminal();

/// Columns padded to their widest cell; the first row is the heading.
std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace framewright::app
