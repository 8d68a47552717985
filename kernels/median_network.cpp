// Medians of 3x3 and 5x5 by minima and maxima of whole rows of bytes. Neighbouring squares share columns, so
// each column is sorted once: row k of scratch holds the k-th smallest of every column. What a network sorts
// and nobody reads, the compiler leaves out.
#include "kernels/median_passes.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/median_network.cpp"
#include <hwy/foreach_target.h>

#include "kernels/byte_rows-inl.hpp"
#include "kernels/median_sorting-inl.hpp"
#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// Rows of sorted columns; element 0 stands at the left end of the border.
template <std::size_t kSize>
struct SortedColumns {
  std::uint8_t* ranks[kSize];
  std::size_t channels;
};

template <typename D>
HWY_INLINE Three<hn::Vec<D>> load_three(D d, const SortedColumns<3>& sorted, std::size_t rank,
                                        std::size_t i) {
  const std::uint8_t* first = sorted.ranks[rank] + i;
  return {hn::LoadU(d, first), hn::LoadU(d, first + sorted.channels),
          hn::LoadU(d, first + 2 * sorted.channels)};
}

template <typename D>
HWY_INLINE Five<hn::Vec<D>> load_five(D d, const SortedColumns<5>& sorted, std::size_t rank, std::size_t i) {
  const std::uint8_t* first = sorted.ranks[rank] + i;
  return {hn::LoadU(d, first), hn::LoadU(d, first + sorted.channels),
          hn::LoadU(d, first + 2 * sorted.channels), hn::LoadU(d, first + 3 * sorted.channels),
          hn::LoadU(d, first + 4 * sorted.channels)};
}

template <typename D>
HWY_INLINE hn::Vec<D> median_at(D d, const SortedColumns<3>& sorted, std::size_t i) {
  return middle_of_ranks(load_three(d, sorted, 0, i), load_three(d, sorted, 1, i),
                         load_three(d, sorted, 2, i));
}

template <typename D>
HWY_INLINE hn::Vec<D> median_at(D d, const SortedColumns<5>& sorted, std::size_t i) {
  return middle_of_ranks(load_five(d, sorted, 0, i), load_five(d, sorted, 1, i), load_five(d, sorted, 2, i),
                         load_five(d, sorted, 3, i), load_five(d, sorted, 4, i));
}

HWY_INLINE void sort_columns(const std::uint8_t* const (&rows)[3], std::size_t count,
                             std::uint8_t* const (&ranks)[3], std::size_t border) {
  for_each_vector(count, [&](auto d, std::size_t i) HWY_ATTR {
    Three<hn::Vec<decltype(d)>> column{hn::LoadU(d, rows[0] + i), hn::LoadU(d, rows[1] + i),
                                       hn::LoadU(d, rows[2] + i)};
    sort_values(column);
    hn::StoreU(column.a, d, ranks[0] + border + i);
    hn::StoreU(column.b, d, ranks[1] + border + i);
    hn::StoreU(column.c, d, ranks[2] + border + i);
  });
}

HWY_INLINE void sort_columns(const std::uint8_t* const (&rows)[5], std::size_t count,
                             std::uint8_t* const (&ranks)[5], std::size_t border) {
  for_each_vector(count, [&](auto d, std::size_t i) HWY_ATTR {
    Five<hn::Vec<decltype(d)>> column{hn::LoadU(d, rows[0] + i), hn::LoadU(d, rows[1] + i),
                                      hn::LoadU(d, rows[2] + i), hn::LoadU(d, rows[3] + i),
                                      hn::LoadU(d, rows[4] + i)};
    sort_values(column);
    hn::StoreU(column.a, d, ranks[0] + border + i);
    hn::StoreU(column.b, d, ranks[1] + border + i);
    hn::StoreU(column.c, d, ranks[2] + border + i);
    hn::StoreU(column.d, d, ranks[3] + border + i);
    hn::StoreU(column.e, d, ranks[4] + border + i);
  });
}

template <std::size_t kSize>
void filter_rows(const ConstImageView& in, const ImageView& out, std::byte* scratch) {
  constexpr int kRadius = static_cast<int>(kSize) / 2;
  const RowExtent extent{in.width_px, in.channels, kRadius, Border::Reflect};
  SortedColumns<kSize> sorted{{}, extent.pixel_elements()};
  for (std::size_t k = 0; k < kSize; ++k) {
    sorted.ranks[k] =
        reinterpret_cast<std::uint8_t*>(scratch + k * scratch_row_bytes<std::uint8_t>(extent.elements()));
  }
  for (int y = 0; y < in.height_px; ++y) {
    const std::uint8_t* rows[kSize];
    for (int k = 0; k < static_cast<int>(kSize); ++k) {
      rows[k] = in.row(border_index(y + k - kRadius, in.height_px, extent.border));
    }
    sort_columns(rows, extent.row_elements(), sorted.ranks, extent.border_elements());
    for (std::uint8_t* rank : sorted.ranks) continue_row(extent, rank);
    for_each_vector(extent.row_elements(), [&](auto d, std::size_t i) HWY_ATTR {
      hn::StoreU(median_at(d, sorted, i), d, out.row(y) + i);
    });
    copy_alpha(in.row(y), in.width_px, in.channels, out.row(y));
  }
}

void filter_rows_of_three(const ConstImageView& in, const ImageView& out, std::byte* scratch) {
  filter_rows<3>(in, out, scratch);
}

void filter_rows_of_five(const ConstImageView& in, const ImageView& out, std::byte* scratch) {
  filter_rows<5>(in, out, scratch);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(filter_rows_of_three);
HWY_EXPORT(filter_rows_of_five);

std::size_t median_network_scratch_bytes(int width_px, int channels, int kernel_size_px) {
  const auto elements = static_cast<std::size_t>((width_px + kernel_size_px - 1) * channels);
  return scratch_row_bytes<std::uint8_t>(elements) * static_cast<std::size_t>(kernel_size_px);
}

void median_by_network(const ConstImageView& in, int kernel_size_px, const ImageView& out,
                       std::byte* scratch) {
  if (kernel_size_px == 3) {
    HWY_DYNAMIC_DISPATCH(filter_rows_of_three)(in, out, scratch);
  } else {
    HWY_DYNAMIC_DISPATCH(filter_rows_of_five)(in, out, scratch);
  }
}

}  // namespace framewright::kernels
#endif
