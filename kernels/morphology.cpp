#include "kernels/morphology.hpp"

#include <algorithm>

#include "kernels/morphology_layout.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/morphology.cpp"
#include <hwy/foreach_target.h>

#include "kernels/small_elements-inl.hpp"
#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// The row of `source` that is nearest to y; where a square reaches outside, it also covers that row.
template <class Source>
HWY_INLINE const std::uint8_t* nearest_row(const Source& source, int y, int height_px) {
  return source.row(std::clamp(y, 0, height_px - 1));
}

/// Rows that a stage makes at a time.
struct Block {
  int y;
  int count;
  std::uint8_t* rows[kMorphologyMaxSize];
};

#if HWY_TARGET != HWY_SCALAR

using TwoRows = void (*)(const RowsUnderTwo& under, std::size_t row_bytes, std::uint8_t* upper,
                         std::uint8_t* lower);

template <class Choose, class Element>
TwoRows two_rows_of(std::size_t pixel_bytes) {
  switch (pixel_bytes) {
    case 1: return extrema_of_two_rows<Choose, Element, 1>;
    case 3: return extrema_of_two_rows<Choose, Element, 3>;
    default: return extrema_of_two_rows<Choose, Element, 4>;
  }
}

/// None for elements that are not small.
template <class Choose>
TwoRows two_rows_of(const MorphologyLayout& layout) {
  if (!layout.is_small) return nullptr;
  const std::size_t pixel_bytes = layout.pixel_bytes;
  if (layout.size_px == 3) {
    return layout.wide_radius_px == 0 ? two_rows_of<Choose, SmallElement<3, 0>>(pixel_bytes)
                                      : two_rows_of<Choose, SmallElement<3, 1>>(pixel_bytes);
  }
  switch (layout.wide_radius_px) {
    case 0: return two_rows_of<Choose, SmallElement<5, 0>>(pixel_bytes);
    case 1: return two_rows_of<Choose, SmallElement<5, 1>>(pixel_bytes);
    default: return two_rows_of<Choose, SmallElement<5, 2>>(pixel_bytes);
  }
}

#endif

/// Columns first, straight from the source, then along the rows; small elements of any shape in one.
template <class Choose>
class SquareStage {
 public:
  SquareStage(const MorphologyLayout& layout, const StructuringElement& element, int height_px,
              std::byte* memory)
      : layout_(layout), radius_px_(element.radius_px), height_px_(height_px) {
    for (int j = 0; j < layout.size_px; ++j) {
      const std::size_t start = static_cast<std::size_t>(j) * layout.pitch_bytes + layout.before_bytes;
      work_[j] = reinterpret_cast<std::uint8_t*>(memory) + start;
    }
  }

  template <class Source>
  void make_rows(const Source& source, const Block& block) {
#if HWY_TARGET != HWY_SCALAR
    if (const TwoRows set_rows = two_rows_of<Choose>(layout_)) return make_small(source, block, set_rows);
#endif
    const std::uint8_t* rows[2 * kMorphologyMaxSize];
    const int row_count = layout_.size_px + block.count - 1;
    for (int j = 0; j < row_count; ++j) {
      rows[j] = nearest_row(source, block.y - radius_px_ + j, height_px_);
    }
    slide_rows<Choose>({rows, layout_.size_px, block.count}, layout_.row_bytes, work_);
    for (int j = 0; j < block.count; ++j) {
      std::memset(work_[j] - layout_.border_bytes, Choose::kNeutral, layout_.border_bytes);
      std::memset(work_[j] + layout_.row_bytes, Choose::kNeutral, layout_.border_bytes);
      slide_along<Choose>(work_[j] - layout_.border_bytes, layout_.size_px, layout_.pixel_bytes,
                          layout_.row_bytes, block.rows[j]);
    }
  }

 private:
#if HWY_TARGET != HWY_SCALAR
  template <class Source>
  void make_small(const Source& source, const Block& block, TwoRows set_rows) {
    for (int j = 0; j < block.count; j += 2) {
      const int y = block.y + j;
      const auto row_at = [&](int row) { return nearest_row(source, row, height_px_); };
      RowsUnderTwo under{};
      for (int k = 0; k <= layout_.size_px; ++k) under.rows[k] = row_at(y - radius_px_ + k);
      for (int k = 0; k < 2; ++k) under.ahead[k] = row_at(y + radius_px_ + 2 + k);
      set_rows(under, layout_.row_bytes, block.rows[j], j + 1 < block.count ? block.rows[j + 1] : work_[0]);
    }
  }
#endif

  // Given.
  const MorphologyLayout layout_;
  const int radius_px_;
  const int height_px_;
  std::uint8_t* work_[kMorphologyMaxSize];
};

/// Each row of the element is two overlapping windows, each as wide as a power of two; every row of the
/// source is kept for as long as the element reaches it, once for each power.
template <class Choose>
class SpanStage {
 public:
  SpanStage(const MorphologyLayout& layout, const StructuringElement& element, int height_px,
            std::byte* memory)
      : layout_(layout),
        element_(element),
        height_px_(height_px),
        memory_(reinterpret_cast<std::uint8_t*>(memory)) {}

  /// Blocks must come in order, from the top.
  template <class Source>
  void make_rows(const Source& source, const Block& block) {
    for (int j = 0; j < block.count; ++j) {
      const int y = block.y + j;
      for (; next_row_ <= std::min(y + element_.radius_px, height_px_ - 1); ++next_row_) {
        widen_windows(source.row(next_row_));
      }
      join_spans(y, block.rows[j]);
    }
  }

 private:
  /// The row whose pixels stand for windows of 2^level pixels, from each to the right.
  std::uint8_t* row(int y, int level) const {
    const int slot = y % layout_.size_px * layout_.levels + level;
    return memory_ + static_cast<std::size_t>(slot) * layout_.pitch_bytes + layout_.before_bytes;
  }

  void widen_windows(const std::uint8_t* from) {
    std::uint8_t* narrow = row(next_row_, 0);
    std::memcpy(narrow, from, layout_.row_bytes);
    std::memset(narrow - layout_.border_bytes, Choose::kNeutral, layout_.border_bytes);
    std::memset(narrow + layout_.row_bytes, Choose::kNeutral, layout_.border_bytes);
    for (int level = 1; level < layout_.levels; ++level) {
      const std::size_t step = layout_.pixel_bytes << (level - 1);
      const std::uint8_t* narrower = row(next_row_, level - 1) - layout_.border_bytes;
      const std::size_t offsets[] = {0, step};
      join_terms<Choose, 2>(narrower, offsets, layout_.row_bytes + 2 * layout_.border_bytes - step,
                            row(next_row_, level) - layout_.border_bytes);
    }
  }

  void join_spans(int y, std::uint8_t* out) const {
    const std::uint8_t* windows[2 * kMorphologyMaxSize];
    std::size_t count = 0;
    for (int dy = -element_.radius_px; dy <= element_.radius_px; ++dy) {
      if (y + dy < 0 || y + dy >= height_px_) continue;
      const int half_width = element_.half_width_px[static_cast<unsigned>(dy < 0 ? -dy : dy)];
      const int width = 2 * half_width + 1;
      int level = 0;
      while (2 << level <= width) ++level;
      const std::uint8_t* middle = row(y + dy, level);
      const auto channels = static_cast<std::ptrdiff_t>(layout_.pixel_bytes);
      windows[count++] = middle - half_width * channels;
      if (level > 0) windows[count++] = middle + (half_width + 1 - (1 << level)) * channels;
    }
    join_rows<Choose>(windows, count, layout_.row_bytes, out);
  }

  // Given.
  const MorphologyLayout layout_;
  const StructuringElement element_;
  const int height_px_;
  std::uint8_t* const memory_;
  // Measured.
  int next_row_ = 0;
};

/// The rows between two stages: made by the first as the second asks for them.
class BetweenRows {
 public:
  BetweenRows(const MorphologyLayout& layout, std::byte* memory)
      : layout_(layout), memory_(reinterpret_cast<std::uint8_t*>(memory)) {}

  std::uint8_t* row(int y) const {
    const auto slot = static_cast<std::size_t>(y % layout_.between_rows());
    return memory_ + slot * layout_.pitch_bytes + layout_.before_bytes;
  }

  template <class Stage>
  void make_up_to(int end, const ConstImageView& in, Stage& stage) {
    while (made_ < end) {
      Block block{made_, std::min(layout_.block_rows(), in.height_px - made_), {}};
      for (int j = 0; j < block.count; ++j) block.rows[j] = row(made_ + j);
      stage.make_rows(in, block);
      made_ += block.count;
    }
  }

 private:
  // Given.
  const MorphologyLayout layout_;
  std::uint8_t* const memory_;
  // Measured.
  int made_ = 0;
};

/// Calls body(block) for blocks of rows of `out`, from the top.
template <typename Body>
HWY_INLINE void for_each_block(const ImageView& out, int block_rows, Body body) {
  for (int y = 0; y < out.height_px; y += block_rows) {
    Block block{y, std::min(block_rows, out.height_px - y), {}};
    for (int j = 0; j < block.count; ++j) block.rows[j] = out.row(y + j);
    body(block);
  }
}

template <class Stage>
void run_one(const ConstImageView& in, const StructuringElement& element, const ImageView& out,
             std::byte* scratch) {
  const MorphologyLayout layout(in.width_px, in.channels, element);
  Stage stage(layout, element, in.height_px, scratch);
  for_each_block(out, layout.block_rows(), [&](const Block& block) HWY_ATTR { stage.make_rows(in, block); });
}

/// Lighter minus darker.
template <template <class> class Stage>
void run_gradient(const ConstImageView& in, const StructuringElement& element, const ImageView& out,
                  std::byte* scratch) {
  const MorphologyLayout layout(in.width_px, in.channels, element);
  Stage<Darker> darker(layout, element, in.height_px, scratch);
  Stage<Lighter> lighter(layout, element, in.height_px, scratch + layout.stage_bytes());
  auto* rows = reinterpret_cast<std::uint8_t*>(scratch + 2 * layout.stage_bytes());
  for_each_block(out, layout.block_rows(), [&](const Block& block) HWY_ATTR {
    Block light = block;
    for (int j = 0; j < block.count; ++j)
      light.rows[j] = rows + static_cast<std::size_t>(j) * layout.pitch_bytes;
    darker.make_rows(in, block);
    lighter.make_rows(in, light);
    for (int j = 0; j < block.count; ++j) {
      subtract_rows(light.rows[j], block.rows[j], layout.row_bytes, block.rows[j]);
    }
  });
}

/// One after the other; then finish(in row, out row) for each row.
template <class First, class Second, typename Finish>
void run_two(const ConstImageView& in, const StructuringElement& element, const ImageView& out,
             std::byte* scratch, Finish finish) {
  const MorphologyLayout layout(in.width_px, in.channels, element);
  First first(layout, element, in.height_px, scratch);
  Second second(layout, element, in.height_px, scratch + layout.stage_bytes());
  BetweenRows between(layout, scratch + 2 * layout.stage_bytes());
  for_each_block(out, layout.block_rows(), [&](const Block& block) HWY_ATTR {
    between.make_up_to(std::min(in.height_px, block.y + block.count + element.radius_px), in, first);
    second.make_rows(between, block);
    for (int j = 0; j < block.count; ++j) finish(in.row(block.y + j), block.rows[j]);
  });
}

template <template <class> class Stage>
void run_with(const ConstImageView& in, Morphology operation, const StructuringElement& element,
              const ImageView& out, std::byte* scratch) {
  const std::size_t count = static_cast<std::size_t>(in.width_px) * static_cast<std::size_t>(in.channels);
  const auto keep = [](const std::uint8_t*, std::uint8_t*) {};
  const auto subtract_from_in = [=](const std::uint8_t* from, std::uint8_t* to)
                                    HWY_ATTR { subtract_rows(from, to, count, to); };
  const auto subtract_in = [=](const std::uint8_t* from, std::uint8_t* to)
                               HWY_ATTR { subtract_rows(to, from, count, to); };
  using Dark = Stage<Darker>;
  using Light = Stage<Lighter>;
  switch (operation) {
    case Morphology::Erode: return run_one<Dark>(in, element, out, scratch);
    case Morphology::Dilate: return run_one<Light>(in, element, out, scratch);
    case Morphology::Open: return run_two<Dark, Light>(in, element, out, scratch, keep);
    case Morphology::Close: return run_two<Light, Dark>(in, element, out, scratch, keep);
    case Morphology::Gradient: return run_gradient<Stage>(in, element, out, scratch);
    case Morphology::TopHat: return run_two<Dark, Light>(in, element, out, scratch, subtract_from_in);
    case Morphology::BlackHat: return run_two<Light, Dark>(in, element, out, scratch, subtract_in);
  }
}

void run_morphology(const ConstImageView& in, Morphology operation, const StructuringElement& element,
                    const ImageView& out, std::byte* scratch) {
  const bool is_in_steps =
      HWY_TARGET != HWY_SCALAR && MorphologyLayout(in.width_px, in.channels, element).is_small;
  if (element.is_square() || is_in_steps) {
    run_with<SquareStage>(in, operation, element, out, scratch);
  } else {
    run_with<SpanStage>(in, operation, element, out, scratch);
  }
  for (int y = 0; y < in.height_px; ++y) copy_alpha(in.row(y), in.width_px, in.channels, out.row(y));
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {
namespace {

bool is_made(const StructuringElement& element) {
  if (element.radius_px < 1 || element.size_px() > kMorphologyMaxSize) return false;
  const auto* end = element.half_width_px.begin() + element.radius_px + 1;
  return std::all_of(element.half_width_px.begin(), end,
                     [&](int half_width) { return half_width <= element.radius_px; });
}

}  // namespace

HWY_EXPORT(run_morphology);

std::size_t morphology_scratch_bytes(int width_px, int channels, Morphology operation,
                                     const StructuringElement& element) noexcept {
  return MorphologyLayout(width_px, channels, element).scratch_bytes(operation);
}

Status morphology(const ConstImageView& in, Morphology operation, const StructuringElement& element,
                  const ImageView& out, Scratch scratch) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (!is_made(element) ||
      scratch.size_bytes < morphology_scratch_bytes(in.width_px, in.channels, operation, element)) {
    return Status::BadParameter;
  }
  HWY_DYNAMIC_DISPATCH(run_morphology)(in, operation, element, out, scratch.bytes);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
