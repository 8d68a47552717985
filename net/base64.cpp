#include "net/base64.hpp"

#include <algorithm>
#include <array>

namespace framewright::net {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kInvalid = 0xFF;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  for (auto& value : values) value = kInvalid;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr auto kValues = make_values();

std::size_t padding_of(std::string_view text) noexcept {
  if (text.ends_with("==")) return 2;
  return text.ends_with('=') ? 1 : 0;
}

}  // namespace

void append_base64(std::span<const std::uint8_t> bytes, std::string& out) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  while (!bytes.empty()) {
    const auto count = std::min<std::size_t>(bytes.size(), 3);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8U | (i < count ? bytes[i] : 0U);
    for (std::size_t i = 0; i < 4; ++i) {
      out.push_back(i <= count ? kAlphabet[group >> (18 - 6 * i) & 0x3FU] : '=');
    }
    bytes = bytes.subspan(count);
  }
}

std::optional<std::size_t> base64_decoded_bytes(std::string_view text) noexcept {
  if (text.size() % 4 != 0) return std::nullopt;
  return text.size() / 4 * 3 - padding_of(text);
}

bool decode_base64(std::string_view text, std::span<std::uint8_t> out) noexcept {
  const auto size = base64_decoded_bytes(text);
  if (!size || out.size() < *size) return false;
  text.remove_suffix(padding_of(text));
  std::uint32_t group = 0;
  std::size_t written = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto value = kValues[static_cast<std::uint8_t>(text[i])];
    if (value == kInvalid) return false;
    group = group << 6U | value;
    // From the second character of four on, each completes one byte.
    if (i % 4 != 0) out[written++] = static_cast<std::uint8_t>(group >> (6 - 2 * (i % 4)));
  }
  // The unused low bits of the last character are zero in canonical base64.
  const auto unused_bits =
      text.size() % 4 == 0 ? 0U : 6U - 2U * (static_cast<unsigned>(text.size() % 4) - 1U);
  return (group & ((1U << unused_bits) - 1U)) == 0;
}

}  // namespace framewright::net
