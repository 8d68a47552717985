// The weights of a resize as its loops read them, and its working memory, all laid out in scratch.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/resample_math.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// What makes one output pixel on one axis.
struct NarrowTaps {
  int first;
  int heaviest;                 ///< counted from the first
  const std::int32_t* weights;  ///< each twice, in both halves
};

/// The taps of every output pixel on one axis.
struct NarrowAxis {
  struct Place {
    std::int32_t first;
    std::int32_t heaviest;
  };

  int tap_count = 0;
  Place* places = nullptr;
  std::int32_t* weights = nullptr;

  NarrowTaps taps(int x) const {
    return {places[x].first, places[x].heaviest,
            weights + static_cast<std::size_t>(x) * static_cast<std::size_t>(tap_count)};
  }
};

/// Sixteen neighbouring elements of an output row that have two taps across: how to pick their taps out of 32
/// input elements. A place is a byte of the first 16 and of the second; where kNowhere, the other counts.
struct alignas(64) TwoTapGroup {
  static constexpr std::uint8_t kNowhere = 0x80;
  struct Places {
    std::uint8_t in_first[16];
    std::uint8_t in_second[16];
  };

  Places heavier;
  Places lighter;
  std::int16_t lighter_weights[16];
  std::int16_t heavier_weights[16];  ///< less kNarrowOne
  std::uint32_t begin;               ///< the first of the input elements
};

/// Output pixels of a strip across: enough to make little of the input twice, few enough for the first cache.
inline constexpr int kStripColumns = 64;

/// The most lanes of 16 bits that a vector has.
inline constexpr std::size_t kMaxStripRows = 32;

struct NarrowTables {
  NarrowAxis across;
  NarrowAxis down;
  std::size_t row_elements = 0;         ///< of a strip of the input; a multiple of kMaxStripRows
  std::int16_t* rows = nullptr;         ///< kMaxStripRows rows of row_elements
  std::int16_t* columns = nullptr;      ///< row_elements columns of kMaxStripRows elements
  std::int16_t* out_columns = nullptr;  ///< the output elements of a strip, as columns
  /// Of an output row, where both axes have two taps and all are near enough; null otherwise.
  TwoTapGroup* groups = nullptr;
};

/// The tables as prepare_narrow() has filled them.
NarrowTables narrow_tables(const ConstImageView& in, Interpolation interpolation, const ConstImageView& out,
                           std::byte* scratch);

struct WideTables {
  std::int32_t* sums = nullptr;         ///< of the columns of one output row
  std::int32_t* firsts = nullptr;       ///< the first input pixel of each output pixel across
  std::int32_t* row_weights = nullptr;  ///< of the output row that is made
  std::int32_t* weights = nullptr;      ///< of each output pixel across
};

/// The tables as prepare_wide() has filled them.
WideTables wide_tables(const ConstImageView& in, Interpolation interpolation, const ConstImageView& out,
                       std::byte* scratch);

}  // namespace framewright::kernels
