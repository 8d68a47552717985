// Names that nobody guesses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace framewright::engine {

/// 128 random bits of the operating system as 26 characters of a-z and 0-9 (Crockford's base 32, lower case):
/// safe in URLs, in file names that ignore case, and as a command's argument.
///
/// Threads  any thread.
std::string random_id();

/// Whether `text` has the form of a random_id().
bool is_random_id(const std::string& text) noexcept;

/// The bits of a random_id(), the first 64 and the last; none for other texts.
std::optional<std::pair<std::uint64_t, std::uint64_t>> bits_of_random_id(const std::string& text) noexcept;

}  // namespace framewright::engine
