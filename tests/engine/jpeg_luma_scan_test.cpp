#include "engine/jpeg_luma_scan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "engine/codec.hpp"
#include "engine/jpeg_gray.hpp"
#include "tests/engine/scenes.hpp"

namespace framewright::engine {
namespace {

using pictures::Bytes;

struct Kind {
  int across = 2;  ///< sampling factors of luma; chroma has 1
  int down = 2;
  unsigned restart_interval = 0;
  bool own_tables = false;
  bool progressive = false;
  bool several_scans = false;
  int chroma_across = 1;
};

/// What the library makes of it, at quality 80.
Bytes jpeg(const pictures::Pixels& pixels, const Kind& kind) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &bytes, &size);
  describe(info, pixels.geometry.width_px, pixels.geometry.height_px, {JCS_EXT_RGB, 80});
  info.comp_info[0].h_samp_factor = kind.across;
  info.comp_info[0].v_samp_factor = kind.down;
  info.comp_info[1].h_samp_factor = kind.chroma_across;
  info.restart_interval = kind.restart_interval;
  info.optimize_coding = kind.own_tables ? TRUE : FALSE;
  if (kind.progressive) jpeg_simple_progression(&info);
  const std::array<jpeg_scan_info, 3> scans{
      {{1, {0}, 0, 63, 0, 0}, {1, {1}, 0, 63, 0, 0}, {1, {2}, 0, 63, 0, 0}}};
  if (kind.several_scans) {
    info.scan_info = scans.data();
    info.num_scans = static_cast<int>(scans.size());
  }
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    auto* row =
        const_cast<JSAMPROW>(pixels.bytes.data()) + std::size_t{info.next_scanline} * info.image_width * 3;
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  Bytes made(bytes, bytes + size);
  std::free(bytes);
  return made;
}

class JpegLumaScan : public testing::Test {
 protected:
  /// What take_luma_scan() makes of a picture; nothing where it leaves it to the library.
  std::optional<Bytes> taken(const Bytes& input, const Geometry& geometry, int quality = 80) {
    auto& reader = decoder_.reader();
    Bytes out(static_cast<std::size_t>(JpegEncoder::worst_bytes({geometry.width_px, geometry.height_px, 1})));
    std::vector<std::uint32_t> words(luma_scan_words(geometry.width_px));
    std::optional<std::size_t> size;
    const auto read = reader.read(input, [&] {
      const auto written = encoder_.writer().write(out, [&] {
        auto& info = encoder_.writer().info;
        describe(info, geometry.width_px, geometry.height_px, {JCS_GRAYSCALE, quality});
        size = take_luma_scan(reader.info, info, words);
      });
      EXPECT_TRUE(written);
    });
    if (!read || !size) return std::nullopt;
    out.resize(*size);
    return out;
  }
  /// What the library makes of it.
  Bytes expected(const Bytes& input, const Geometry& geometry, int quality = 80) {
    Bytes out(static_cast<std::size_t>(JpegEncoder::worst_bytes({geometry.width_px, geometry.height_px, 1})));
    const auto size = write_gray_jpeg(decoder_, {input, geometry}, encoder_, quality, {out, {}});
    EXPECT_TRUE(size);
    out.resize(size ? *size : 0);
    return out;
  }

  JpegDecoder decoder_;
  JpegEncoder encoder_;
};

TEST_F(JpegLumaScan, GivesTheBytesOfTheLibrary) {
  for (const auto& [width, height] : {std::pair{1, 1}, {8, 8}, {17, 9}, {64, 48}, {101, 37}}) {
    const Geometry geometry{width, height, 3};
    for (const auto& [across, down] : {std::pair{2, 2}, {1, 1}, {2, 1}, {1, 2}, {4, 1}, {4, 2}}) {
      for (const unsigned restart_interval : {0U, 1U, 3U}) {
        for (const bool own_tables : {false, true}) {
          const Kind kind{across, down, restart_interval, own_tables};
          const auto input = jpeg(pictures::photograph(geometry), kind);
          for (const int quality : {80, 30, 92}) {
            EXPECT_EQ(taken(input, geometry, quality), expected(input, geometry, quality))
                << width << "x" << height << ", " << across << "x" << down << ", " << restart_interval << ", "
                << own_tables << ", " << quality;
          }
        }
      }
    }
  }
}

TEST_F(JpegLumaScan, LeavesOtherKindsToTheLibrary) {
  const Geometry geometry{64, 48, 3};
  const auto pixels = pictures::photograph(geometry);
  EXPECT_TRUE(taken(jpeg(pixels, {}), geometry));
  EXPECT_FALSE(taken(jpeg(pixels, {.progressive = true}), geometry));
  EXPECT_FALSE(taken(jpeg(pixels, {.several_scans = true}), geometry));
}

TEST_F(JpegLumaScan, LeavesEveryTruncationToTheLibrary) {
  const Geometry geometry{40, 24, 3};
  const auto whole = jpeg(pictures::photograph(geometry), {.restart_interval = 2});
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const Bytes part(whole.begin(), whole.begin() + static_cast<long>(size));
    ASSERT_FALSE(taken(part, geometry)) << size << " of " << whole.size();
  }
}

TEST_F(JpegLumaScan, LeavesDamageToTheLibrary) {
  const Geometry geometry{40, 24, 3};
  const auto whole = jpeg(pictures::photograph(geometry), {.restart_interval = 2});
  auto extra = whole;
  extra.insert(extra.end() - 2, {1, 2});
  EXPECT_FALSE(taken(extra, geometry)) << "bytes behind the last block";
  auto skipped = whole;
  const std::array<std::uint8_t, 2> restart{0xFF, 0xD1};
  const auto at = std::ranges::search(skipped, restart);
  ASSERT_FALSE(at.empty());
  at[1] = 0xD2;
  EXPECT_FALSE(taken(skipped, geometry)) << "a restart is left out";
}

/// A gray picture of it would be narrower than it says.
TEST_F(JpegLumaScan, IsNotAskedWhereLumaIsSmallerThanChroma) {
  const auto input = jpeg(pictures::photograph({64, 48, 3}), {.across = 1, .down = 1, .chroma_across = 2});
  EXPECT_EQ(inspect(input, {})->planes, ColourPlanes::None);
}

/// Bits turned over: whatever it still takes, the library takes too, and makes the same of it.
TEST_F(JpegLumaScan, TakesNothingThatTheLibraryRefuses) {
  const Geometry geometry{40, 24, 3};
  const auto whole = jpeg(pictures::photograph(geometry), {.restart_interval = 2});
  int taken_count = 0;
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    auto damaged = whole;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    const auto made = taken(damaged, geometry);
    if (!made) continue;
    ++taken_count;
    Bytes out(static_cast<std::size_t>(JpegEncoder::worst_bytes({geometry.width_px, geometry.height_px, 1})));
    const auto size = write_gray_jpeg(decoder_, {damaged, geometry}, encoder_, 80, {out, {}});
    if (!size) continue;  // The header gives another picture; write_gray_jpeg() looks at that first.
    out.resize(*size);
    ASSERT_EQ(*made, out) << "bit " << bit;
  }
  EXPECT_GT(taken_count, 100);
}

}  // namespace
}  // namespace framewright::engine
