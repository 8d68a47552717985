#include "engine/png_colors.hpp"

#include <algorithm>
#include <string>

#include "engine/byte_reader.hpp"
#include "engine/check.hpp"

namespace framewright::engine {
namespace {

Unexpected corrupt(const std::string& what) { return unexpected(ErrorCode::CorruptMedia, "PNG: " + what); }

template <int kDepth>
unsigned sample_at(const std::uint8_t* row, std::size_t i) noexcept {
  if constexpr (kDepth == 16) return static_cast<unsigned>(row[2 * i] << 8 | row[2 * i + 1]);
  if constexpr (kDepth == 8) return row[i];
  constexpr std::size_t kInByte = 8 / kDepth;
  const auto shift = (kInByte - 1 - i % kInByte) * kDepth;
  return (static_cast<unsigned>(row[i / kInByte]) >> shift) & ((1u << kDepth) - 1);
}

/// The sample in 8 bits.
template <int kDepth>
std::uint8_t value_of(unsigned sample) noexcept {
  if constexpr (kDepth == 16) return static_cast<std::uint8_t>(sample >> 8);
  return static_cast<std::uint8_t>(sample * (255 / ((1u << std::min(kDepth, 8)) - 1)));
}

/// Samples that become values one by one.
template <int kDepth, int kSamples>
void expand_plain(const std::uint8_t* row, const PixelRun& run) noexcept {
  std::uint8_t* pixel = run.first;
  for (std::size_t i = 0; i < run.count; ++i, pixel += run.step_bytes) {
    for (std::size_t s = 0; s < kSamples; ++s) {
      pixel[s] = value_of<kDepth>(sample_at<kDepth>(row, i * kSamples + s));
    }
  }
}

template <int kDepth>
void expand_gray_alpha(const std::uint8_t* row, const PixelRun& run) noexcept {
  std::uint8_t* pixel = run.first;
  for (std::size_t i = 0; i < run.count; ++i, pixel += run.step_bytes) {
    const auto gray = value_of<kDepth>(sample_at<kDepth>(row, 2 * i));
    pixel[0] = pixel[1] = pixel[2] = gray;
    pixel[3] = value_of<kDepth>(sample_at<kDepth>(row, 2 * i + 1));
  }
}

}  // namespace

Result<void> PngColors::read(const PngChunk& chunk) {
  if (chunk.type == "PLTE") return read_palette(chunk.payload);
  if (chunk.type == "tRNS" && chunk.has_right_checksum()) read_transparency(chunk.payload);
  return {};
}

int PngColors::channels() const noexcept {
  if (has_transparency_) return 4;
  switch (shape_.color) {
    case PngColor::Gray: return 1;
    case PngColor::Rgb:
    case PngColor::Palette: return 3;
    case PngColor::GrayAlpha:
    case PngColor::Rgba: return 4;
  }
  check_failed("a PngColor outside its list", __FILE__, __LINE__);
}

/// One that is larger than its indices reach is cut, as libpng does.
Result<void> PngColors::read_palette(std::span<const std::uint8_t> payload) {
  constexpr std::size_t kMostBytes = 3 * 256;
  const bool is_one = payload.size() % 3 == 0 && payload.size() <= kMostBytes;
  if (shape_.color != PngColor::Palette) {
    // A suggestion for screens of few colours; but transparency that lies before it does not count.
    if (is_one && shape_.color == PngColor::Rgb && has_transparency_) {
      has_transparency_ = false;
      is_transparency_taken_back_ = true;
    }
    return {};
  }
  const std::size_t most = std::size_t{1} << shape_.bit_depth;
  const std::size_t entries = std::min(payload.size() / 3, most);
  if (palette_entries_ != 0 || !is_one || entries == 0) {
    return corrupt("a palette of " + std::to_string(payload.size()) + " bytes, or a second one");
  }
  for (auto& color : palette_) color = {0, 0, 0, 255};
  for (std::size_t i = 0; i < entries; ++i) std::copy_n(payload.data() + 3 * i, 3, palette_[i].data());
  palette_entries_ = entries;
  return {};
}

void PngColors::read_transparency(std::span<const std::uint8_t> payload) {
  if (has_transparency_ || is_transparency_taken_back_) return;
  if (shape_.color == PngColor::Palette) {
    if (payload.empty() || payload.size() > palette_entries_) return;
    for (std::size_t i = 0; i < payload.size(); ++i) palette_[i][3] = payload[i];
    has_transparency_ = true;
    return;
  }
  if (shape_.color != PngColor::Gray && shape_.color != PngColor::Rgb) return;
  if (payload.size() != 2 * shape_.samples()) return;
  for (std::size_t s = 0; s < shape_.samples(); ++s) {
    const unsigned sample = *read_number<std::uint16_t>(payload, 2 * s, ByteOrder::Big);
    transparent_[s] = static_cast<std::uint16_t>(sample & ((1u << shape_.bit_depth) - 1));
  }
  has_transparency_ = true;
}

bool PngColors::are_those_of_the_frame() const noexcept {
  return shape_.bit_depth == 8 && shape_.color != PngColor::Palette &&
         static_cast<int>(shape_.samples()) == channels();
}

/// Gray or RGB of which one colour may be transparent.
template <int kDepth, int kSamples>
void PngColors::expand_keyed(const std::uint8_t* row, const PixelRun& run) const noexcept {
  if (!has_transparency_) return expand_plain<kDepth, kSamples>(row, run);
  std::uint8_t* pixel = run.first;
  for (std::size_t i = 0; i < run.count; ++i, pixel += run.step_bytes) {
    bool is_transparent = true;
    for (std::size_t c = 0; c < 3; ++c) {
      const std::size_t s = c % kSamples;
      const unsigned sample = sample_at<kDepth>(row, i * kSamples + s);
      is_transparent = is_transparent && sample == transparent_[s];
      pixel[c] = value_of<kDepth>(sample);
    }
    pixel[3] = is_transparent ? 0 : 255;
  }
}

template <int kDepth>
void PngColors::expand_palette(const std::uint8_t* row, const PixelRun& run) const noexcept {
  std::uint8_t* pixel = run.first;
  const int channels = this->channels();
  for (std::size_t i = 0; i < run.count; ++i, pixel += run.step_bytes) {
    std::copy_n(palette_[sample_at<kDepth>(row, i)].data(), channels, pixel);
  }
}

template <int kDepth>
void PngColors::expand_depth(const std::uint8_t* row, const PixelRun& run) const noexcept {
  switch (shape_.color) {
    case PngColor::Gray: return expand_keyed<kDepth, 1>(row, run);
    case PngColor::Palette:
      if constexpr (kDepth <= 8) return expand_palette<kDepth>(row, run);
      break;
    case PngColor::Rgb:
      if constexpr (kDepth >= 8) return expand_keyed<kDepth, 3>(row, run);
      break;
    case PngColor::GrayAlpha:
      if constexpr (kDepth >= 8) return expand_gray_alpha<kDepth>(row, run);
      break;
    case PngColor::Rgba:
      if constexpr (kDepth >= 8) return expand_plain<kDepth, 4>(row, run);
      break;
  }
  check_failed("parse_png_shape() accepts no such depth", __FILE__, __LINE__);
}

void PngColors::expand(const std::uint8_t* row, const PixelRun& run) const noexcept {
  switch (shape_.bit_depth) {
    case 1: return expand_depth<1>(row, run);
    case 2: return expand_depth<2>(row, run);
    case 4: return expand_depth<4>(row, run);
    case 8: return expand_depth<8>(row, run);
    case 16: return expand_depth<16>(row, run);
    default: check_failed("parse_png_shape() accepts no such depth", __FILE__, __LINE__);
  }
}

}  // namespace framewright::engine
