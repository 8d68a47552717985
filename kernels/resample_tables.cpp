#include "kernels/resample_tables.hpp"

#include <algorithm>
#include <numeric>

#include "kernels/resize_rows.hpp"

namespace framewright::kernels {
namespace {

/// Hands out rows of scratch one after the other; from null it only counts.
class ScratchRows {
 public:
  explicit ScratchRows(std::byte* scratch) : scratch_(scratch) {}

  template <typename T>
  T* take(std::size_t count) {
    std::byte* row = scratch_ == nullptr ? nullptr : scratch_ + taken_bytes_;
    taken_bytes_ += scratch_row_bytes<T>(count);
    return reinterpret_cast<T*>(row);
  }
  std::size_t taken_bytes() const { return taken_bytes_; }

 private:
  std::byte* scratch_;
  std::size_t taken_bytes_ = 0;
};

NarrowAxis lay_out(const ResampleAxis& axis, ScratchRows& scratch) {
  const auto out = static_cast<std::size_t>(axis.out_px);
  NarrowAxis narrow;
  narrow.tap_count = tap_count(axis);
  narrow.places = scratch.take<NarrowAxis::Place>(out);
  narrow.weights = scratch.take<std::int32_t>(out * static_cast<std::size_t>(narrow.tap_count));
  return narrow;
}

void fill_pixel(const ResampleAxis& axis, const NarrowAxis& narrow, int x) {
  std::int32_t* weights = narrow.weights + x * narrow.tap_count;
  narrow.places[x].first = weigh_taps(axis, x, kNarrowOne, weights);
  narrow.places[x].heaviest = heaviest_tap(weights, narrow.tap_count);
  weights[narrow.places[x].heaviest] -= kNarrowOne;
  for (int tap = 0; tap < narrow.tap_count; ++tap) {
    const auto low = static_cast<std::uint16_t>(weights[tap]);
    weights[tap] = static_cast<std::int32_t>(low * 0x10001u);
  }
}

/// Away from the edges weights repeat themselves, which spares most of the divisions that make them.
void fill(const ResampleAxis& axis, const NarrowAxis& narrow) {
  const int common = std::gcd(axis.in_px, axis.out_px);
  const int period = axis.out_px / common;
  int begin = 0;
  int end = axis.out_px;
  while (begin < end && !taps_are_within(axis, begin)) ++begin;
  while (begin < end && !taps_are_within(axis, end - 1)) --end;
  for (int x = 0; x < axis.out_px; ++x) {
    const int same = x - period;
    if (same < begin || x >= end) {
      fill_pixel(axis, narrow, x);
      continue;
    }
    narrow.places[x] = {narrow.places[same].first + axis.in_px / common, narrow.places[same].heaviest};
    std::copy_n(narrow.weights + same * narrow.tap_count, narrow.tap_count,
                narrow.weights + x * narrow.tap_count);
  }
}

constexpr int kGroupElements = 16;
constexpr int kGroupTaps = 32;

/// Whether the taps of each group lie within kGroupTaps elements.
bool can_group(const ResampleAxis& across, const ResampleAxis& down, int channels) {
  if (tap_count(across) != 2 || tap_count(down) != 2 || across.in_px * channels < kGroupTaps) return false;
  // Groups begin with any channel, unless whole pixels fill them.
  const int first_channel = kGroupElements % channels == 0 ? 0 : channels - 1;
  const std::int64_t pixels = (first_channel + kGroupElements - 1) / channels;
  const std::int64_t between_firsts = (pixels * across.in_px + across.out_px - 1) / across.out_px;
  return (between_firsts + 2) * channels <= kGroupTaps;
}

std::size_t group_count(const ConstImageView& out) {
  return (static_cast<std::size_t>(out.width_px * out.channels) + kGroupElements - 1) / kGroupElements;
}

void set_place(TwoTapGroup::Places& places, int i, int place) {
  const bool is_in_first = place < kGroupElements;
  const auto byte = static_cast<std::uint8_t>(place % kGroupElements);
  places.in_first[i] = is_in_first ? byte : TwoTapGroup::kNowhere;
  places.in_second[i] = is_in_first ? TwoTapGroup::kNowhere : byte;
}

/// Elements beyond the end of the row repeat its last pixel.
void fill_groups(const NarrowAxis& across, const ConstImageView& in, const ConstImageView& out,
                 TwoTapGroup* groups) {
  const int channels = in.channels;
  int x = 0;
  int channel = 0;
  for (std::size_t g = 0; g < group_count(out); ++g) {
    TwoTapGroup& group = groups[g];
    const int begin = std::min(across.places[x].first * channels, in.width_px * channels - kGroupTaps);
    group.begin = static_cast<std::uint32_t>(begin);
    for (int i = 0; i < kGroupElements; ++i) {
      const auto [first, heaviest] = across.places[x];
      const int lightest = 1 - heaviest;
      const std::int32_t* weights = across.weights + 2 * x;
      set_place(group.heavier, i, (first + heaviest) * channels + channel - begin);
      set_place(group.lighter, i, (first + lightest) * channels + channel - begin);
      group.heavier_weights[i] = static_cast<std::int16_t>(weights[heaviest]);
      group.lighter_weights[i] = static_cast<std::int16_t>(weights[lightest]);
      if (++channel < channels) continue;
      channel = 0;
      x = std::min(x + 1, out.width_px - 1);
    }
  }
}

/// The most elements that a strip reads of a row, in whole vectors.
std::size_t strip_elements(const ResampleAxis& axis, int channels) {
  const std::int64_t between_firsts = std::int64_t{kStripColumns - 1} * axis.in_px / axis.out_px + 2;
  const std::int64_t pixels = std::min<std::int64_t>(axis.in_px, between_firsts + tap_count(axis));
  const auto elements = static_cast<std::size_t>(pixels) * static_cast<std::size_t>(channels);
  return (elements + kMaxStripRows - 1) / kMaxStripRows * kMaxStripRows;
}

NarrowTables lay_out(const ConstImageView& in, Interpolation interpolation, const ConstImageView& out,
                     ScratchRows& scratch) {
  const ResampleAxis across{interpolation, in.width_px, out.width_px};
  const ResampleAxis down{interpolation, in.height_px, out.height_px};
  NarrowTables tables;
  tables.across = lay_out(across, scratch);
  tables.down = lay_out(down, scratch);
  if (can_group(across, down, in.channels)) tables.groups = scratch.take<TwoTapGroup>(group_count(out));
  tables.row_elements = strip_elements(across, in.channels);
  tables.rows = scratch.take<std::int16_t>(tables.row_elements * kMaxStripRows);
  tables.columns = scratch.take<std::int16_t>(tables.row_elements * kMaxStripRows);
  tables.out_columns =
      scratch.take<std::int16_t>(static_cast<std::size_t>(kStripColumns * in.channels) * kMaxStripRows);
  return tables;
}

WideTables lay_out_wide(const ConstImageView& in, Interpolation interpolation, const ConstImageView& out,
                        ScratchRows& scratch) {
  const auto width = static_cast<std::size_t>(out.width_px);
  const auto taps = [interpolation](int in_px, int out_px) {
    return static_cast<std::size_t>(tap_count({interpolation, in_px, out_px}));
  };
  WideTables tables;
  tables.sums = scratch.take<std::int32_t>(static_cast<std::size_t>(in.width_px) *
                                           static_cast<std::size_t>(in.channels));
  tables.firsts = scratch.take<std::int32_t>(width);
  tables.row_weights = scratch.take<std::int32_t>(taps(in.height_px, out.height_px));
  tables.weights = scratch.take<std::int32_t>(width * taps(in.width_px, out.width_px));
  return tables;
}

}  // namespace

std::size_t resize_narrow_scratch_bytes(const ConstImageView& in, Interpolation interpolation,
                                        const ConstImageView& out) {
  ScratchRows rows(nullptr);
  lay_out(in, interpolation, out, rows);
  return rows.taken_bytes();
}

void prepare_narrow(const ConstImageView& in, Interpolation interpolation, const ConstImageView& out,
                    std::byte* scratch) {
  const NarrowTables tables = narrow_tables(in, interpolation, out, scratch);
  fill({interpolation, in.width_px, out.width_px}, tables.across);
  fill({interpolation, in.height_px, out.height_px}, tables.down);
  if (tables.groups != nullptr) fill_groups(tables.across, in, out, tables.groups);
}

NarrowTables narrow_tables(const ConstImageView& in, Interpolation interpolation, const ConstImageView& out,
                           std::byte* scratch) {
  ScratchRows rows(scratch);
  return lay_out(in, interpolation, out, rows);
}

std::size_t resize_wide_scratch_bytes(const ConstImageView& in, Interpolation interpolation,
                                      const ConstImageView& out) {
  ScratchRows rows(nullptr);
  lay_out_wide(in, interpolation, out, rows);
  return rows.taken_bytes();
}

void prepare_wide(const ConstImageView& in, Interpolation interpolation, const ConstImageView& out,
                  std::byte* scratch) {
  const ResampleAxis across{interpolation, in.width_px, out.width_px};
  const WideTables tables = wide_tables(in, interpolation, out, scratch);
  const int taps = tap_count(across);
  for (int x = 0; x < out.width_px; ++x)
    tables.firsts[x] = weigh_taps(across, x, kWideOne, tables.weights + x * taps);
}

WideTables wide_tables(const ConstImageView& in, Interpolation interpolation, const ConstImageView& out,
                       std::byte* scratch) {
  ScratchRows rows(scratch);
  return lay_out_wide(in, interpolation, out, rows);
}

}  // namespace framewright::kernels
