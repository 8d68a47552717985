#include "engine/jpeg_scan_reader.hpp"

#include <algorithm>

namespace framewright::engine {
namespace {

constexpr int kLongestCode = 16;
constexpr int kMostBlocksInUnit = 10;  ///< T.81, B.2.3

int divided_up(JDIMENSION size, int by) noexcept { return (static_cast<int>(size) + by - 1) / by; }

/// What a symbol behind a code of this length means: a run of zeros, and the bits of the value after it
/// (T.81, F.1.2.2).
JpegCodes::Step step_of(std::uint8_t symbol, int length) noexcept {
  const auto run = static_cast<std::uint8_t>(symbol >> 4);
  const auto size = static_cast<std::uint8_t>(symbol & 15);
  const auto code_bits = static_cast<std::uint8_t>(length);
  const auto bits = static_cast<std::uint8_t>(length + size);
  if (size > 0) return {bits, code_bits, size, static_cast<std::uint8_t>(run + 1)};
  if (run < 15) return {bits, code_bits, 0, JpegCodes::kEndOfBlock};
  return {bits, code_bits, 0, 16};
}

}  // namespace

bool JpegCodes::make(const JHUFF_TBL& table) noexcept {
  steps_.fill({});
  last_code_.fill(-1);
  largest_symbol_ = 0;
  std::copy_n(table.huffval, symbols_.size(), symbols_.begin());
  std::int32_t code = 0;
  std::int32_t symbol = 0;
  for (int length = 1; length <= kLongestCode; ++length, code <<= 1) {
    const auto at = static_cast<std::size_t>(length);
    const int count = table.bits[at];
    if (code + count > 1 << length || symbol + count > 256) return false;
    first_symbol_[at] = symbol - code;
    for (int i = 0; i < count; ++i, ++code, ++symbol) {
      const auto value = symbols_[static_cast<std::size_t>(symbol)];
      largest_symbol_ = std::max(largest_symbol_, value);
      if (length > kIndexBits) continue;
      const int spare = kIndexBits - length;
      std::fill_n(steps_.begin() + (code << spare), std::size_t{1} << spare, step_of(value, length));
    }
    if (count > 0) last_code_[at] = code - 1;
  }
  return true;
}

JpegCodes::Step JpegCodes::long_at(std::uint64_t next_bits) const noexcept {
  for (int length = kIndexBits + 1; length <= kLongestCode; ++length) {
    const auto at = static_cast<std::size_t>(length);
    const auto code = static_cast<std::int32_t>(next_bits >> (64 - length));
    if (code > last_code_[at]) continue;
    return step_of(symbols_[static_cast<std::size_t>((code + first_symbol_[at]) & 0xFF)], length);
  }
  return {};
}

void JpegBits::refill_by_bytes() noexcept {
  if (is_overdrawn()) return;
  while (count_ <= 56 && next_ < end_) {
    const std::uint64_t byte = *next_;
    if (byte == 0xFF) {
      if (end_ - next_ < 2 || next_[1] != 0) return;  // A marker.
      ++next_;
    }
    ++next_;
    bits_ |= byte << (56 - count_);
    count_ += 8;
  }
}

bool JpegBits::pass_marker(std::uint8_t marker) noexcept {
  refill_by_bytes();
  if (is_overdrawn() || count_ >= 8 || end_ - next_ < 2 || next_[0] != 0xFF || next_[1] != marker)
    return false;
  next_ += 2;
  bits_ = 0;
  count_ = 0;
  return true;
}

JpegScanReader::JpegScanReader(const jpeg_decompress_struct& info) noexcept
    : info_(info), bits_({info.src->next_input_byte, info.src->bytes_in_buffer}) {}

bool JpegScanReader::begin() noexcept {
  if (info_.progressive_mode || info_.arith_code || info_.comps_in_scan != info_.num_components) return false;
  if (info_.comps_in_scan < 2) return false;  // One component alone comes in another order.
  if (info_.Ss != 0 || info_.Se != DCTSIZE2 - 1 || info_.Ah != 0 || info_.Al != 0) return false;
  int blocks = 0;
  for (int i = 0; i < components(); ++i) {
    const int table = component(i).quant_tbl_no;
    if (table >= NUM_QUANT_TBLS || info_.quant_tbl_ptrs[table] == nullptr) return false;
    blocks += component(i).h_samp_factor * component(i).v_samp_factor;
  }
  if (blocks > kMostBlocksInUnit) return false;
  units_across_ = divided_up(info_.image_width, info_.max_h_samp_factor * DCTSIZE);
  units_down_ = divided_up(info_.image_height, info_.max_v_samp_factor * DCTSIZE);
  units_to_restart_ = info_.restart_interval;
  return make_codes();
}

bool JpegScanReader::make_codes() noexcept {
  for (int i = 0; i < components(); ++i) {
    const int dc_number = component(i).dc_tbl_no;
    const int ac_number = component(i).ac_tbl_no;
    if (dc_number >= NUM_HUFF_TBLS || ac_number >= NUM_HUFF_TBLS) return false;
    const auto* const dc = info_.dc_huff_tbl_ptrs[dc_number];
    const auto* const ac = info_.ac_huff_tbl_ptrs[ac_number];
    const auto at = static_cast<std::size_t>(i);
    if (dc == nullptr || ac == nullptr || !dc_codes_[at].make(*dc) || !ac_codes_[at].make(*ac)) return false;
    if (!dc_codes_[at].is_for_dc()) return false;
  }
  return true;
}

bool JpegScanReader::begin_unit() noexcept {
  if (info_.restart_interval == 0) return true;
  if (units_to_restart_ == 0) {
    if (!bits_.pass_marker(static_cast<std::uint8_t>(JPEG_RST0 + restarts_))) return false;
    restarts_ = (restarts_ + 1) % 8;
    last_dc_.fill(0);
    units_to_restart_ = info_.restart_interval;
  }
  --units_to_restart_;
  return true;
}

}  // namespace framewright::engine
