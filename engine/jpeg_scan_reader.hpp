// Reads the coefficients of a JPEG that comes in one baseline scan (ITU-T T.81, F.2), without a library.
//
// It gives up where anything is unusual, and says no more than that: whoever asks then has the library read
// the picture, which knows more kinds of them and what is wrong with those that are of none.
//
// Lifetime  borrows the bytes.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "engine/jpeg_library.hpp"

namespace framewright::engine {

/// One Huffman table, laid out for reading: by the next bits what they mean.
class JpegCodes {
 public:
  static constexpr int kIndexBits = 11;
  static constexpr std::uint8_t kEndOfBlock = DCTSIZE2;

  /// What stands next: a code and the bits of the value behind it.
  struct Step {
    std::uint8_t bits;  ///< of both; 0: no code begins so, or a longer one
    std::uint8_t code_bits;
    std::uint8_t value_bits;  ///< 0: the value is 0
    std::uint8_t advance;     ///< to the place of the value, from that of the one before
  };

  /// False where the table is none.
  bool make(const JHUFF_TBL& table) noexcept;
  Step at(std::uint64_t next_bits) const noexcept { return steps_[next_bits >> (64 - kIndexBits)]; }
  /// Of a code that is longer than kIndexBits.
  Step long_at(std::uint64_t next_bits) const noexcept;
  /// Whether every symbol is a number of bits that a difference of DC may have.
  bool is_for_dc() const noexcept { return largest_symbol_ <= 15; }

 private:
  std::array<Step, std::size_t{1} << kIndexBits> steps_;
  std::array<std::int32_t, 17> last_code_;     ///< of each length; -1 where there is none
  std::array<std::int32_t, 17> first_symbol_;  ///< of each length, less its first code
  std::array<std::uint8_t, 256> symbols_;
  std::uint8_t largest_symbol_;
};

/// The bits of entropy-coded data.
class JpegBits {
 public:
  explicit JpegBits(std::span<const std::uint8_t> bytes) noexcept
      : next_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  /// At least 32 bits are there, unless the data ends before.
  void refill() noexcept {
    if (count_ >= 32) return;
    if (end_ - next_ >= 8) {
      std::uint64_t eight;
      std::memcpy(&eight, next_, sizeof eight);
      if (!has_ff(eight) && count_ >= 0) {
        bits_ |= __builtin_bswap64(eight) >> count_;
        next_ += (63 - count_) / 8;
        count_ |= 56;
        return;
      }
    }
    refill_by_bytes();
  }
  /// The bits from here on, the next one highest; zeros behind the end.
  std::uint64_t ahead() const noexcept { return bits_; }
  void skip(int bits) noexcept {
    bits_ <<= bits;
    count_ -= bits;
  }
  /// Takes a step, and the value in it (T.81, F.2.2.1, EXTEND).
  int take(JpegCodes::Step step) noexcept {
    const auto raw = static_cast<int>((bits_ << step.code_bits) >> 1 >> (63 - step.value_bits));
    skip(step.bits);
    const int all = 1 << step.value_bits;
    return raw - (raw < all >> 1 ? all - 1 : 0);
  }
  /// Whether more was taken than there is.
  bool is_overdrawn() const noexcept { return count_ < 0; }
  /// Goes past `marker`, which must follow after less than a byte of padding.
  bool pass_marker(std::uint8_t marker) noexcept;

 private:
  static bool has_ff(std::uint64_t bytes) noexcept {
    constexpr std::uint64_t kLow = 0x0101010101010101;
    return ((~bytes - kLow) & bytes & (kLow << 7)) != 0;
  }
  void refill_by_bytes() noexcept;

  // Given.
  const std::uint8_t* next_;
  const std::uint8_t* end_;
  // Owned.
  std::uint64_t bits_ = 0;  ///< aligned to the top
  int count_ = 0;           ///< of bits that are there
};

/// The blocks of a scan in the order in which they come.
class JpegScanReader {
 public:
  /// Of a picture whose header was read up to its first scan.
  explicit JpegScanReader(const jpeg_decompress_struct& info) noexcept;

  /// Whether this scan is one that can be read here: baseline, all components in it, their tables known.
  /// Nothing else may be called before.
  bool begin() noexcept;
  int components() const noexcept { return info_.comps_in_scan; }
  const jpeg_component_info& component(int index) const noexcept { return *info_.cur_comp_info[index]; }
  const JQUANT_TBL& quantisation(const jpeg_component_info& component) const noexcept {
    return *info_.quant_tbl_ptrs[component.quant_tbl_no];
  }
  int units_across() const noexcept { return units_across_; }
  int units_down() const noexcept { return units_down_; }

  /// To be called before each unit: takes the restart marker where one is due. False: it is not there.
  bool begin_unit() noexcept;
  /// Reads one block of a component: calls take(place, value) for each coefficient but the first that is not
  /// 0, with its place in zigzag order. False: these are no bits of a block.
  template <class Take>
  bool read_block(int component, int& dc, const Take& take) noexcept;
  /// Whether the picture ends here, as it should.
  bool end() noexcept { return bits_.pass_marker(JPEG_EOI); }

 private:
  bool make_codes() noexcept;
  static JpegCodes::Step next_step(JpegBits& bits, const JpegCodes& codes) noexcept {
    bits.refill();
    const auto step = codes.at(bits.ahead());
    return step.bits != 0 ? step : codes.long_at(bits.ahead());
  }

  // Given.
  const jpeg_decompress_struct& info_;
  // Owned.
  JpegBits bits_;
  std::array<JpegCodes, MAX_COMPS_IN_SCAN> dc_codes_;
  std::array<JpegCodes, MAX_COMPS_IN_SCAN> ac_codes_;
  std::array<int, MAX_COMPS_IN_SCAN> last_dc_{};
  int units_across_ = 0;
  int units_down_ = 0;
  unsigned units_to_restart_ = 0;
  int restarts_ = 0;
};

template <class Take>
bool JpegScanReader::read_block(int component, int& dc, const Take& take) noexcept {
  // Bits in registers: what `take` writes to cannot be they.
  JpegBits bits = bits_;
  const auto at = static_cast<std::size_t>(component);
  auto step = next_step(bits, dc_codes_[at]);
  if (step.bits == 0) return false;
  dc = last_dc_[at] += bits.take(step);
  if (dc != static_cast<std::int16_t>(dc)) return false;
  constexpr int kLast = DCTSIZE2 - 1;
  for (int place = 0; place < kLast;) {
    step = next_step(bits, ac_codes_[at]);
    if (step.bits == 0) return false;
    const int value = bits.take(step);
    place += step.advance;
    if (step.value_bits == 0) continue;  // The end, or sixteen zeros.
    if (place > kLast) return false;
    take(place, value);
  }
  bits_ = bits;
  return !bits_.is_overdrawn();
}

}  // namespace framewright::engine
