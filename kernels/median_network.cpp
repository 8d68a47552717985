// Medians of 3x3 and 5x5 by minima and maxima of vectors of bytes, which go down the columns of a block.
#include "kernels/median_network.hpp"
#include "kernels/median_passes.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/median_network.cpp"
#include <hwy/foreach_target.h>

#include "kernels/byte_rows-inl.hpp"
#include "kernels/median_sorting-inl.hpp"
#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// Copies what the squares of a block see, with the border of the picture.
template <int kSide>
void load_block(const ConstImageView& in, const NetworkBlock& block, const NetworkScratch& scratch) {
  constexpr int kRadius = kSide / 2;
  const int channels = in.channels;
  const auto bytes_of = [=](int pixels) HWY_ATTR { return static_cast<std::size_t>(pixels * channels); };
  const int left = block.left - kRadius;
  const int right = block.left + block.width_px + kRadius;
  const int first = std::max(left, 0);
  const int end = std::min(right, in.width_px);
  for (int i = 0; i < block.read_rows(kSide); ++i) {
    const int y = border_index(block.top - kRadius + i, in.height_px, Border::Reflect);
    const std::uint8_t* row = in.row(y);
    std::uint8_t* copy = scratch.row(i);
    std::memcpy(copy + bytes_of(first - left), row + bytes_of(first), bytes_of(end - first));
    const auto copy_pixel = [&](int x) HWY_ATTR {
      const int from = border_index(x, in.width_px, Border::Reflect);
      std::memcpy(copy + bytes_of(x - left), row + bytes_of(from), bytes_of(1));
    };
    for (int x = left; x < first; ++x) copy_pixel(x);
    for (int x = end; x < right; ++x) copy_pixel(x);
  }
}

template <typename D, int kSide, std::size_t... kIndex>
HWY_INLINE Values<hn::Vec<D>, kSide> load_side(D d, const std::uint8_t* first, std::size_t channels,
                                               std::index_sequence<kIndex...>) {
  return {{hn::LoadU(d, first + kIndex * channels)...}};
}

/// Rows of vectors of a block at one place, from above.
template <typename D, int kSide>
class RowsBelow {
 public:
  RowsBelow(const std::uint8_t* first, std::ptrdiff_t pitch_bytes, std::size_t channels)
      : next_(first), pitch_bytes_(pitch_bytes), channels_(channels) {}

  HWY_INLINE Values<hn::Vec<D>, kSide> operator()() {
    const std::uint8_t* row = next_;
    next_ += pitch_bytes_;
    return load_side<D, kSide>(D(), row, channels_, std::make_index_sequence<kSide>());
  }

 private:
  const std::uint8_t* next_;
  std::ptrdiff_t pitch_bytes_;
  std::size_t channels_;
};

/// `seen` holds what the first square of the block sees, from its upper left corner on.
template <int kSide>
void filter_block(const NetworkBlock& block, const std::uint8_t* seen, std::ptrdiff_t pitch_bytes,
                  const ImageView& out) {
  const auto channels = static_cast<std::size_t>(out.channels);
  const std::size_t left = static_cast<std::size_t>(block.left) * channels;
  for_each_vector(static_cast<std::size_t>(block.width_px) * channels, [&](auto d, std::size_t i) HWY_ATTR {
    using D = decltype(d);
    RowsBelow<D, kSide> rows(seen + i, pitch_bytes, channels);
    const auto next_row = [&]() HWY_ATTR { return rows(); };
    TwoMiddles<hn::Vec<D>, kSide> middles(next_row);
    for (int y = block.top; y < block.top + block.height_px; y += 2) {
      hn::Vec<D> upper, lower;
      middles.step(next_row, upper, lower);
      hn::StoreU(upper, d, out.row(y) + left + i);
      if (y + 1 < block.top + block.height_px) hn::StoreU(lower, d, out.row(y + 1) + left + i);
    }
  });
}

template <int kSide>
void filter(const ConstImageView& in, const ImageView& out, const NetworkScratch& scratch) {
  constexpr int kRadius = kSide / 2;
  for (int y = 0; y < in.height_px; y += NetworkBlock::kHeight) {
    for (int x = 0; x < in.width_px;) {
      const NetworkBlock block = NetworkBlock::at(x, y, kSide, in.width_px, in.height_px);
      if (block.sees_border(kSide, in.width_px, in.height_px)) {
        load_block<kSide>(in, block, scratch);
        filter_block<kSide>(block, scratch.row(0), NetworkScratch::kRowBytes, out);
      } else {
        const std::uint8_t* seen = in.row(y - kRadius) + (x - kRadius) * in.channels;
        filter_block<kSide>(block, seen, in.pitch_bytes, out);
      }
      x += block.width_px;
    }
    for (int row = y; row < std::min(y + NetworkBlock::kHeight, in.height_px); ++row) {
      copy_alpha(in.row(row), in.width_px, in.channels, out.row(row));
    }
  }
}

void filter_by_three(const ConstImageView& in, const ImageView& out, const NetworkScratch& scratch) {
  filter<3>(in, out, scratch);
}

void filter_by_five(const ConstImageView& in, const ImageView& out, const NetworkScratch& scratch) {
  filter<5>(in, out, scratch);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(filter_by_three);
HWY_EXPORT(filter_by_five);

std::size_t median_network_scratch_bytes() { return NetworkScratch::kBytes; }

void median_by_network(const ConstImageView& in, int kernel_size_px, const ImageView& out,
                       std::byte* scratch) {
  if (kernel_size_px == 3) {
    HWY_DYNAMIC_DISPATCH(filter_by_three)(in, out, NetworkScratch(scratch));
  } else {
    HWY_DYNAMIC_DISPATCH(filter_by_five)(in, out, NetworkScratch(scratch));
  }
}

}  // namespace framewright::kernels
#endif
