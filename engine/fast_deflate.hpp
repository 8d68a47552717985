// FastDeflate writes a zlib stream of a picture's rows, to be fast rather than small.
//
// Rows are collected into pieces, and each piece becomes one block: repetitions of six bytes and more,
// found by one look into a small table, which is asked less often the longer it finds nothing; the rest as
// literals of a Huffman code made for the piece. A repetition that takes more bits than its literals is not
// used, and a piece that all this does not shorten is stored as it is.
//
// Memory    works in the scratch that the caller lends it; allocates nothing.
// Lifetime  borrows scratch and output.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/bit_writer.hpp"
#include "engine/huffman_code.hpp"

namespace framewright::engine {

class FastDeflate {
 public:
  /// For rows of so many bytes; scratch is aligned as a pooled buffer is.
  static std::uint64_t scratch_bytes(std::uint64_t row_bytes) noexcept;
  /// The most that so many bytes may become.
  static std::uint64_t worst_bytes(std::uint64_t bytes) noexcept;

  /// `out` has at least worst_bytes() of everything that will be added.
  FastDeflate(std::uint64_t row_bytes, std::span<std::uint8_t> scratch, std::span<std::uint8_t> out) noexcept;

  /// Adds a row, for the caller to fill before the next call.
  std::span<std::uint8_t> add_row() noexcept;
  /// Writes what is left. Returns the size of the stream.
  std::size_t finish() noexcept;

 private:
  enum class IsLast : std::uint8_t { No, Yes };
  static constexpr std::size_t kLengthSymbols = 286;
  static constexpr std::size_t kDistanceSymbols = 30;
  static constexpr unsigned kTableBits = 12;

  /// So many bytes as they are, then some that have been seen before.
  struct Step {
    std::uint32_t literals;
    std::uint16_t length;
    std::uint16_t distance;
  };

  void write_piece(IsLast is_last) noexcept;
  void estimate_literals() noexcept;
  bool is_shorter(const std::uint8_t* match, std::size_t length, std::size_t distance) const noexcept;
  void find_steps() noexcept;
  void add_match(std::size_t literals, std::size_t length, std::size_t distance) noexcept;
  void count_symbols() noexcept;
  std::uint64_t coded_bits() const noexcept;
  void write_coded(IsLast is_last) noexcept;
  void write_stored(IsLast is_last) noexcept;
  void keep_window() noexcept;

  // Given.
  std::size_t row_bytes_;
  std::span<std::uint8_t> out_;
  // Laid out in the scratch: the steps of a piece; the window before it and the piece.
  Step* steps_;
  std::uint8_t* bytes_;
  std::size_t piece_capacity_;
  // Owned.
  BitWriter writer_;
  std::size_t window_bytes_ = 0;
  std::size_t piece_bytes_ = 0;
  std::size_t step_count_ = 0;
  std::uint32_t checksum_ = 1;
  std::uint32_t origin_ = 0;  ///< position in the stream of bytes_[0]
  std::array<std::uint32_t, std::size_t{1} << kTableBits> last_seen_ = {};
  std::array<std::uint8_t, 256> literal_quarters_ = {};  ///< of a bit, about, before the code is made
  std::array<std::uint32_t, kLengthSymbols> length_counts_ = {};
  std::array<std::uint32_t, kDistanceSymbols> distance_counts_ = {};
  std::array<HuffmanBits, kLengthSymbols> length_code_ = {};
  std::array<HuffmanBits, kDistanceSymbols> distance_code_ = {};
};

}  // namespace framewright::engine
