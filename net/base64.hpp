// Base64 as RFC 4648 section 4 has it: standard alphabet, padded, nothing else allowed in between.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace framewright::net {

/// Appends the text of `bytes` to `out`.
void append_base64(std::span<const std::uint8_t> bytes, std::string& out);

/// The number of bytes that well-formed `text` stands for; none when its length or padding is wrong.
std::optional<std::size_t> base64_decoded_bytes(std::string_view text) noexcept;

/// Writes what `text` stands for to `out`, which holds at least base64_decoded_bytes(text). False when `text`
/// is not base64; `out` is then undefined.
bool decode_base64(std::string_view text, std::span<std::uint8_t> out) noexcept;

}  // namespace framewright::net
