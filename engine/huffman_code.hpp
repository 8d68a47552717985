// HuffmanCode: a prefix code for the symbols of a deflate block, made from how often each occurs.
//
// Memory    allocates nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace framewright::engine {

/// The bits of one symbol, first bit lowest, as deflate sends them. No bits where the symbol does not occur.
struct HuffmanBits {
  std::uint16_t bits = 0;
  std::uint16_t count = 0;
};

inline constexpr std::size_t kMostHuffmanSymbols = 288;
/// Below deflate's own limit of 15, so that four symbols and seven bits before them fit 64 bits.
inline constexpr unsigned kMostHuffmanBits = 14;

/// The canonical code of least total length among those of at most `most_bits` for a symbol, or nearly so.
/// At least two symbols get bits, because a decoder may refuse a code of one.
///
/// `counts` are at most kMostHuffmanSymbols, their sum below 2^32; `code` is as long.
/// Source   RFC 1951, 3.2.2, for the order of codes.
void make_huffman_code(std::span<const std::uint32_t> counts, unsigned most_bits,
                       std::span<HuffmanBits> code) noexcept;

}  // namespace framewright::engine
