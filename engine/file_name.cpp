#include "engine/file_name.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

namespace framewright::engine {
namespace {

constexpr std::size_t kNameBytes = 120;
constexpr std::size_t kExtensionBytes = 10;
constexpr std::string_view kReserved = "<>:\"|?*";

/// One character of UTF-8: its code point, or none where the bytes are not valid, and how many bytes it took.
struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
  bool is_valid = false;
};

/// Bytes that follow a first byte of UTF-8; none for a byte that cannot be first.
std::size_t length_of(std::uint8_t first) noexcept {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

Character first_character(std::string_view text) noexcept {
  constexpr std::array<std::uint32_t, 5> kLowest{0, 0, 0x80, 0x800, 0x10000};
  const auto first = static_cast<std::uint8_t>(text[0]);
  const std::size_t length = length_of(first);
  if (length == 0 || length > text.size()) return {};
  std::uint32_t code = length == 1 ? first : first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<std::uint8_t>(text[i]);
    if ((next & 0xC0U) != 0x80U) return {};
    code = (code << 6U) | (next & 0x3FU);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kLowest[length] || code > 0x10FFFF || surrogate) return {};
  return {code, length, true};
}

/// Control characters, and those that are not seen or that turn the reading direction around.
bool is_invisible(std::uint32_t code) noexcept {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}

std::string visible_characters(std::string_view name) {
  std::string kept;
  while (!name.empty()) {
    const Character character = first_character(name);
    if (!character.is_valid || kReserved.find(name[0]) != std::string_view::npos) {
      kept.push_back('_');
    } else if (!is_invisible(character.code)) {
      kept.append(name.substr(0, character.bytes));
    }
    name.remove_prefix(character.bytes);
  }
  return kept;
}

std::string_view trimmed(std::string_view name) noexcept {
  const std::size_t first = name.find_first_not_of(". ");
  if (first == std::string_view::npos) return {};
  return name.substr(first, name.find_last_not_of(". ") - first + 1);
}

/// CON, COM1 and their like name devices on Windows, whatever the extension.
bool is_device(std::string_view name) {
  std::string stem(trimmed(name.substr(0, name.find('.'))));
  std::ranges::transform(stem, stem.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  constexpr std::array<std::string_view, 4> kDevices{"CON", "PRN", "AUX", "NUL"};
  if (std::ranges::find(kDevices, stem) != kDevices.end()) return true;
  return stem.size() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT")) && stem[3] >= '1' &&
         stem[3] <= '9';
}

/// At most `bytes` of `text`, cut between characters.
std::string_view cut(std::string_view text, std::size_t bytes) noexcept {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<std::uint8_t>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return text.substr(0, bytes);
}

std::string shortened(std::string_view name) {
  if (name.size() <= kNameBytes) return std::string(name);
  const std::size_t dot = name.rfind('.');
  const bool has_extension = dot != std::string_view::npos && name.size() - dot <= kExtensionBytes;
  const std::string_view extension = has_extension ? name.substr(dot) : std::string_view{};
  const std::string_view stem = name.substr(0, name.size() - extension.size());
  return std::string(trimmed(cut(stem, kNameBytes - extension.size()))).append(extension);
}

}  // namespace

std::string safe_file_name(std::string_view name, std::string_view fallback) {
  if (const std::size_t slash = name.find_last_of("/\\"); slash != std::string_view::npos) {
    name.remove_prefix(slash + 1);
  }
  const std::string visible = visible_characters(name);
  std::string safe = shortened(trimmed(visible));
  if (safe.empty()) return std::string(fallback);
  if (is_device(safe)) safe.insert(safe.begin(), '_');
  return safe;
}

}  // namespace framewright::engine
