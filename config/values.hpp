// Scalars as people write them in configuration: integers, sizes ("64MiB") and durations ("500ms", "10s").
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace framewright::config {

/// Decimal digits only, without a leading zero (YAML 1.1 would read 010 as octal); none when it is anything
/// else or does not fit.
std::optional<std::uint64_t> parse_integer(std::string_view text) noexcept;

/// An integer with B, KiB, MiB, GiB or nothing behind it. MB and the like are refused: people differ on their
/// size.
std::optional<std::uint64_t> parse_bytes(std::string_view text) noexcept;

/// An integer with ms, s, m, h or d behind it.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;

/// In the largest unit that divides it, so that it reads back as the same value.
std::string format_bytes(std::uint64_t bytes);
std::string format_duration(std::chrono::milliseconds duration);

/// Hides the password of a URL, between user and host or as a parameter: "postgresql://app:***@db/jobs".
std::string mask_password(std::string_view text);

}  // namespace framewright::config
