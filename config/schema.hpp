// The table of every configuration key: what it is called, what it accepts, where it lands in Settings.
//
// One table drives validation, messages, environment names, `--set` and `config show`. It is a table of ours
// and not a JSON Schema: a schema would know neither durations nor sizes nor lines, and the mapping to
// Settings would be written a second time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/settings.hpp"
#include "engine/result.hpp"

namespace framewright::config {

enum class Kind : std::uint8_t { Text, Path, Integer, Bytes, Duration, List };

/// Where the value of a key lives in a Settings.
using Slot = std::variant<int*, std::uint64_t*, milliseconds*, std::string*, std::filesystem::path*,
                          std::vector<std::string>*>;

/// A value as it was written: one scalar, or the elements of a list.
using RawValue = std::variant<std::string, std::vector<std::string>>;

struct Key {
  std::string_view name;  ///< "http.port"
  Kind kind = Kind::Text;
  Slot (*slot)(Settings&) = nullptr;
  std::string_view description;
  std::uint64_t min_value = 0;  ///< Integer; Bytes in bytes; Duration in milliseconds
  std::uint64_t max_value = 0;
  std::vector<std::string_view> choices = {};   ///< Text and List: all that is accepted, unless empty
  bool (*accepts)(std::string_view) = nullptr;  ///< Text and each element of a List
  std::string_view accepted_text = {};          ///< what `accepts` accepts, in words
  bool secret = false;                          ///< never shown
};

/// Every key, in the order of config/default.yaml.
std::span<const Key> all_keys();

/// nullptr when there is no such key.
const Key* find_key(std::string_view name) noexcept;

/// Whether keys start with `name` and a dot.
bool is_section(std::string_view name) noexcept;

/// The key that a mistyped name most likely meant; empty when nothing is near.
std::string_view nearest_key(std::string_view name);

/// "http.port" is FRAMEWRIGHT_HTTP_PORT.
std::string environment_name(const Key& key);

/// What the key accepts, in words: "an integer from 0 to 65535".
std::string accepted_values(const Key& key);

/// Checks a value and stores it.
///
/// Errors   InvalidArgument; the detail says what was given and what is accepted.
engine::Result<void> assign(Settings& settings, const Key& key, const RawValue& value);

/// The value as it would be written in YAML, with passwords and secrets masked.
std::string shown_value(const Settings& settings, const Key& key);

}  // namespace framewright::config
