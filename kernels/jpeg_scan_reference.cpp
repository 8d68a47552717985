#include "kernels/jpeg_math.hpp"
#include "kernels/jpeg_scan.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels {
namespace {

struct Samples {
  int values[kJpegBlockSize];
};

int luma_at(const ConstImageView& in, int x, int y) {
  const int column = x < in.width_px ? x : in.width_px - 1;
  const int row = y < in.height_px ? y : in.height_px - 1;
  const std::uint8_t* pixel = in.row(row) + column * in.channels;
  return in.channels == 1 ? *pixel : to_ycbcr(pixel[0], pixel[1], pixel[2]).y;
}

Samples luma_block(const ConstImageView& in, int left, int top) {
  Samples samples;
  for (int i = 0; i < kJpegBlockSize; ++i) samples.values[i] = luma_at(in, left + i % 8, top + i / 8) - 128;
  return samples;
}

Samples chroma_block(const ConstImageView& in, int left, int top, bool is_cb) {
  Samples samples;
  for (int i = 0; i < kJpegBlockSize; ++i) {
    const JpegQuad quad = read_quad(in, left + i % 8, top + i / 8);
    samples.values[i] = (is_cb ? quad.cb : quad.cr) - 128;
  }
  return samples;
}

Samples samples_of(const ConstImageView& in, const JpegLayout& layout, int block) {
  const int unit = block / layout.unit_blocks();
  const int place = block % layout.unit_blocks();
  const int x = unit % layout.units_across();
  const int y = unit / layout.units_across();
  if (layout.is_gray) return luma_block(in, 8 * x, 8 * y);
  if (place > 3) return chroma_block(in, 8 * x, 8 * y, place == 4);
  return luma_block(in, 16 * x + place % 2 * 8, 16 * y + place / 2 * 8);
}

JpegBlock coefficients_of(const Samples& samples, const JpegDivisors& divisors) {
  Samples rows = samples;
  for (int row = 0; row < 8; ++row) transform_eight<JpegPass::Rows>(rows.values + 8 * row);
  JpegBlock block;
  for (int column = 0; column < 8; ++column) {
    int line[8];
    for (int row = 0; row < 8; ++row) line[row] = rows.values[8 * row + column];
    transform_eight<JpegPass::Columns>(line);
    for (int row = 0; row < 8; ++row) {
      const int place = zigzag_place(row, column);
      block.eights[place / 8].values[place % 8] =
          static_cast<std::int16_t>(quantised(line[row], divisors.places[8 * row + column]));
    }
  }
  return block;
}

JpegBlock block_at(const ConstImageView& in, const JpegLayout& layout, const JpegTables& tables, int block) {
  const int stands = layout.stands_for(block);
  const JpegBlock there = coefficients_of(
      samples_of(in, layout, stands), layout.is_luma(block) ? tables.divisors.luma : tables.divisors.chroma);
  if (stands == block) return there;
  JpegBlock beyond{};
  beyond.eights[0].values[0] = there.eights[0].values[0];
  return beyond;
}

/// Writes bit by bit, as far as there is room.
struct BitRow {
  std::uint8_t* bytes;
  std::size_t room_bytes;
  std::uint64_t bits = 0;

  void put(std::uint32_t value, int count) {
    for (int i = count - 1; i >= 0; --i, ++bits) {
      const auto at = static_cast<std::size_t>(bits / 8);
      if (at >= room_bytes) continue;
      if (bits % 8 == 0) bytes[at] = 0;
      bytes[at] = static_cast<std::uint8_t>(bytes[at] | ((value >> i & 1) << (7 - bits % 8)));
    }
  }
};

}  // namespace

namespace reference {

std::uint64_t jpeg_scan(const ConstImageView& in, const JpegTables& tables, std::uint8_t* bits,
                        std::size_t room_bytes) noexcept {
  const JpegLayout layout({in.width_px, in.height_px, in.channels});
  BitRow row{bits, room_bytes};
  int last[3] = {0, 0, 0};  // the first coefficient of the latest block of Y, Cb and Cr
  for (int i = 0; i < layout.blocks(); ++i) {
    const JpegBlock block = block_at(in, layout, tables, i);
    int& before = last[layout.is_luma(i) ? 0 : i % 6 - 3];
    put_block(layout.is_luma(i) ? tables.codes.luma : tables.codes.chroma, block, before, row);
    before = block.eights[0].values[0];
  }
  return row.bits;
}

}  // namespace reference

}  // namespace framewright::kernels
