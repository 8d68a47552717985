#include "engine/jpeg_luma_scan.hpp"

#include <algorithm>

#include "engine/jpeg_requantise.hpp"
#include "engine/jpeg_scan_reader.hpp"
#include "engine/jpeg_scan_writer.hpp"
#include "engine/jpeg_zigzag.hpp"

namespace framewright::engine {
namespace {

/// In words: half of the values of a block on average, more than photographs have at any quality. A picture
/// that has more is left to the library.
constexpr std::size_t kWordsForBlock = DCTSIZE2 / 2;

struct WordValue {
  int place;
  int value;
};
std::uint32_t word_of(int place, int value) noexcept {
  return static_cast<std::uint32_t>(place) << 16 | static_cast<std::uint16_t>(value);
}
WordValue value_of(std::uint32_t word) noexcept {
  return {static_cast<int>(word >> 16), static_cast<std::int16_t>(word & 0xFFFF)};
}

/// The blocks of one row of luma: for each a word with how many values follow and its DC, and the values.
/// They come in units, several rows at a time, and are written row by row.
class NotedRow {
 public:
  NotedRow() = default;
  explicit NotedRow(std::span<std::uint32_t> words) noexcept : words_(words) {}

  void clear() noexcept { used_ = 0; }
  /// Where the words of the next block go; none where it might not fit.
  std::uint32_t* next_block() noexcept {
    return words_.size() - used_ <= DCTSIZE2 ? nullptr : words_.data() + used_;
  }
  void keep_until(const std::uint32_t* end) noexcept {
    used_ = static_cast<std::size_t>(end - words_.data());
  }
  bool write(GrayScanWriter& writer) const noexcept;

 private:
  std::span<std::uint32_t> words_;
  std::size_t used_ = 0;
};

bool NotedRow::write(GrayScanWriter& writer) const noexcept {
  for (const auto *word = words_.data(), *end = word + used_; word != end;) {
    if (!writer.has_room()) return false;
    const auto [count, dc] = value_of(*word++);
    writer.put_dc(dc);
    for (const auto* const block_end = word + count; word != block_end; ++word) {
      const auto [place, value] = value_of(*word);
      writer.put(place, value);
    }
    writer.end_block();
  }
  return true;
}

class LumaScan {
 public:
  LumaScan(JpegScanReader& reader, const jpeg_component_info& luma, const jpeg_compress_struct& out,
           std::span<std::uint32_t> words) noexcept
      : reader_(reader),
        luma_(luma),
        writer_(out),
        requantiser_(reader.quantisation(luma), *out.quant_tbl_ptrs[0]),
        across_(static_cast<int>(luma_.width_in_blocks)),
        down_(static_cast<int>(luma_.height_in_blocks)) {
    const auto share = words.size() / static_cast<std::size_t>(luma_.v_samp_factor);
    for (std::size_t i = 0; i < static_cast<std::size_t>(luma_.v_samp_factor); ++i)
      rows_[i] = NotedRow(words.subspan(i * share, share));
  }

  std::optional<std::size_t> run() noexcept {
    for (int y = 0; y < reader_.units_down(); ++y) {
      for (auto& row : rows_) row.clear();
      for (int x = 0; x < reader_.units_across(); ++x) {
        if (!reader_.begin_unit() || !read_unit(x)) return std::nullopt;
      }
      const int rows = std::min(luma_.v_samp_factor, down_ - y * luma_.v_samp_factor);
      for (int i = 0; i < rows; ++i) {
        if (!rows_[static_cast<std::size_t>(i)].write(writer_)) return std::nullopt;
      }
    }
    const auto size = reader_.end() ? writer_.end() : 0;
    return size == 0 ? std::nullopt : std::optional(size);
  }

 private:
  bool read_unit(int x) noexcept {
    for (int i = 0; i < reader_.components(); ++i) {
      const auto& component = reader_.component(i);
      for (int v = 0; v < component.v_samp_factor; ++v) {
        for (int h = 0; h < component.h_samp_factor; ++h) {
          const bool wanted = &component == &luma_ && x * luma_.h_samp_factor + h < across_;
          if (wanted ? !note_block(i, rows_[static_cast<std::size_t>(v)]) : !pass_block(i)) return false;
        }
      }
    }
    return true;
  }
  bool pass_block(int component) noexcept {
    int dc = 0;
    return reader_.read_block(component, dc, [](int, int) {});
  }
  bool note_block(int component, NotedRow& row) noexcept {
    auto* const first = row.next_block();
    if (first == nullptr) return false;
    auto* word = first + 1;
    int dc = 0;
    const bool read = reader_.read_block(component, dc, [&](int place, int value) {
      const int kept = requantiser_.ac(kJpegZigzag[static_cast<std::size_t>(place)], value);
      *word = word_of(place, kept);
      word += kept != 0 ? 1 : 0;
    });
    *first = word_of(static_cast<int>(word - first) - 1, requantiser_.dc(dc));
    row.keep_until(word);
    return read;
  }

  // Given.
  JpegScanReader& reader_;
  const jpeg_component_info& luma_;
  // Owned.
  GrayScanWriter writer_;
  const JpegRequantiser requantiser_;
  const int across_;  ///< blocks of luma
  const int down_;
  std::array<NotedRow, MAX_SAMP_FACTOR> rows_;
};

}  // namespace

std::size_t luma_scan_words(int width_px) noexcept {
  const auto across = (static_cast<std::size_t>(width_px) + DCTSIZE - 1) / DCTSIZE;
  return MAX_SAMP_FACTOR * (across * kWordsForBlock + DCTSIZE2 + 1);
}

std::optional<std::size_t> take_luma_scan(const jpeg_decompress_struct& in, const jpeg_compress_struct& out,
                                          std::span<std::uint32_t> words) noexcept {
  JpegScanReader reader(in);
  if (!reader.begin()) return std::nullopt;
  return LumaScan(reader, in.comp_info[0], out, words).run();
}

}  // namespace framewright::engine
