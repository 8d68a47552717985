// Writes a gray baseline JPEG from coefficients, without a library: the bytes that the library would write.
//
// Memory    writes to the room of a writer's info and moves its destination forward; stops where that is
//           full.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "engine/jpeg_library.hpp"

namespace framewright::engine {

/// One Huffman table, laid out for writing.
struct JpegCodeWords {
  explicit JpegCodeWords(const JHUFF_TBL& table) noexcept;

  std::array<std::uint16_t, 256> bits{};
  std::array<std::uint8_t, 256> lengths{};
};

class GrayScanWriter {
 public:
  /// `info` was prepared by describe() as gray.
  explicit GrayScanWriter(const jpeg_compress_struct& info) noexcept;

  /// Whether there is room for a block, whatever is in it.
  bool has_room() const noexcept { return static_cast<std::size_t>(end_ - next_) >= kMostBlockBytes; }

  // A block: its DC, its coefficients that are not 0 in zigzag order, its end. Values as the Huffman tables
  // can code them: -1024 to 1023 the first, -1023 to 1023 the others.

  void put_dc(int value) noexcept {
    put_value(dc_, 0, value - last_dc_);
    last_dc_ = value;
    place_ = 0;
  }
  void put(int place, int value) noexcept {
    int run = place - place_ - 1;
    for (; run > 15; run -= 16) put_symbol(ac_, 0xF0);
    put_value(ac_, run, value);
    place_ = place;
  }
  void end_block() noexcept {
    if (place_ != DCTSIZE2 - 1) put_symbol(ac_, 0);
  }

  /// Writes what is left, and the end of the picture. Returns how many bytes it has; 0 where there is no
  /// room.
  std::size_t end() noexcept;

 private:
  /// 64 codes of 16 bits with values of 11, and what is stored beyond.
  static constexpr std::size_t kMostBlockBytes = DCTSIZE2 * 27 / 8 + 8;

  void put_symbol(const JpegCodeWords& codes, std::size_t symbol) noexcept {
    put_bits(codes.bits[symbol], codes.lengths[symbol]);
  }
  void put_value(const JpegCodeWords& codes, int run, int value) noexcept {
    const auto size = static_cast<int>(std::bit_width(static_cast<unsigned>(std::abs(value))));
    const auto symbol = static_cast<std::size_t>(run) * 16 + static_cast<std::size_t>(size);
    // A negative value is coded as one less in its lowest bits (T.81, F.1.2.1.1).
    const auto low = static_cast<unsigned>(value - (value < 0 ? 1 : 0)) & ((1U << size) - 1);
    put_bits((static_cast<unsigned>(codes.bits[symbol]) << size) | low, codes.lengths[symbol] + size);
  }
  /// 1 to 32 bits. All eight bytes are stored each time: nothing has to be foreseen.
  void put_bits(std::uint32_t bits, int count) noexcept {
    count_ += count;
    bits_ |= static_cast<std::uint64_t>(bits) << (64 - count_);
    const auto eight = __builtin_bswap64(bits_);
    std::memcpy(next_, &eight, sizeof eight);
    next_ += count_ / 8;
    bits_ <<= count_ & ~7;
    count_ &= 7;
  }

  // Given.
  const jpeg_compress_struct& info_;
  // Owned.
  const JpegCodeWords dc_;
  const JpegCodeWords ac_;
  std::uint8_t* const begin_;  ///< of the scan before its bytes are stuffed, in the second half of the room
  std::uint8_t* const end_;
  std::uint8_t* next_;
  std::uint64_t bits_ = 0;  ///< not yet passed by next_, aligned to the top
  int count_ = 0;           ///< of them, at most 7
  int last_dc_ = 0;
  int place_ = 0;
};

}  // namespace framewright::engine
