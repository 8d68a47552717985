#include "engine/random_id.hpp"

#include <sys/random.h>
#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "engine/check.hpp"

namespace framewright::engine {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kBits = 128;
constexpr std::size_t kBitsPerCharacter = 5;
constexpr std::size_t kCharacters = (kBits + kBitsPerCharacter - 1) / kBitsPerCharacter;

}  // namespace

std::string random_id() {
  std::array<std::uint8_t, kBits / 8> bytes{};
  // Up to 256 bytes come whole or not at all, and only a kernel without the call fails.
  FW_CHECK(::getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  std::string id;
  id.reserve(kCharacters);
  unsigned pending = 0;
  std::size_t pending_bits = 0;
  for (const std::uint8_t byte : bytes) {
    pending = (pending << 8U) | byte;
    pending_bits += 8;
    for (; pending_bits >= kBitsPerCharacter; pending_bits -= kBitsPerCharacter) {
      id.push_back(kAlphabet[(pending >> (pending_bits - kBitsPerCharacter)) & 31U]);
    }
  }
  id.push_back(kAlphabet[(pending << (kBitsPerCharacter - pending_bits)) & 31U]);
  return id;
}

bool is_random_id(const std::string& text) noexcept {
  return text.size() == kCharacters && std::ranges::all_of(text, [](char character) {
           return kAlphabet.find(character) != std::string_view::npos;
         });
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> bits_of_random_id(const std::string& text) noexcept {
  if (!is_random_id(text)) return std::nullopt;
  constexpr std::size_t kPadding = kCharacters * kBitsPerCharacter - kBits;
  std::pair<std::uint64_t, std::uint64_t> bits{0, 0};
  for (std::size_t i = 0; i < kCharacters; ++i) {
    const std::size_t unused = i + 1 == kCharacters ? kPadding : 0;
    const std::size_t shift = kBitsPerCharacter - unused;
    bits.first = (bits.first << shift) | (bits.second >> (64 - shift));
    bits.second = (bits.second << shift) | (kAlphabet.find(text[i]) >> unused);
  }
  return bits;
}

}  // namespace framewright::engine
