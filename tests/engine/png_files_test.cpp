// PNG files put together chunk by chunk: all kinds, with every filter, beside libpng; and broken ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "engine/png_shape.hpp"
#include "tests/engine/codec_fixture.hpp"
#include "tests/engine/libpng_reader.hpp"
#include "tests/engine/picture_bytes.hpp"

namespace framewright::engine {
namespace {

using PngFiles = CodecFixture;

std::string deflated(const std::string& bytes) {
  uLongf size = ::compressBound(static_cast<uLong>(bytes.size()));
  std::string out(size, '\0');
  ::compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
             static_cast<uLong>(bytes.size()));
  out.resize(size);
  return out;
}

std::string noise(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  std::ranges::generate(bytes, [&random] { return static_cast<char>(random()); });
  return bytes;
}

std::string with_wrong_checksum(std::string chunk) {
  chunk.back() = static_cast<char>(chunk.back() ^ 1);
  return chunk;
}

/// The parts of a file; whatever a test does not change is right.
struct PngFile {
  PngShape shape{9, 5, 8, PngColor::Rgb, false};
  std::string palette = {};
  std::string transparency = {};
  std::size_t piece_bytes = SIZE_MAX;  ///< of the compressed pixels in one chunk
  std::string filtered = random_rows(shape);
  std::string before_palette = {};
  std::string before_pixels = {};
  std::string between_pieces = {};
  std::string behind_pixels = {};
  std::string compressed = deflated(filtered);

  static PngFile of(const PngShape& shape) { return {.shape = shape, .palette = palette_of(shape)}; }

  static std::string palette_of(const PngShape& shape) {
    return shape.color == PngColor::Palette ? noise(3u << shape.bit_depth, 5) : "";
  }

  /// Noise, so that every filter meets every kind of neighbours.
  static std::string random_rows(const PngShape& shape) {
    auto bytes = noise(static_cast<std::size_t>(shape.filtered_bytes()), 3);
    std::size_t at = 0, row = 0;
    const auto set_filters = [&](const PngPass& pass) {
      if (shape.width_of(pass) == 0) return;
      for (std::uint64_t y = 0; y < shape.height_of(pass); ++y) {
        bytes[at] = static_cast<char>(row++ * 3 % 5);
        at += 1 + static_cast<std::size_t>(shape.row_bytes(shape.width_of(pass)));
      }
    };
    if (shape.is_interlaced) {
      std::ranges::for_each(kPngAdam7, set_filters);
    } else {
      set_filters(kPngWhole[0]);
    }
    return bytes;
  }

  pictures::Bytes bytes() const {
    std::string file = "\x89PNG\r\n\x1a\n";
    file += png_chunk("IHDR", big_endian(shape.width_px, 4) + big_endian(shape.height_px, 4) +
                                  big_endian(static_cast<unsigned>(shape.bit_depth), 1) +
                                  big_endian(static_cast<unsigned>(shape.color), 1) + big_endian(0, 2) +
                                  big_endian(shape.is_interlaced ? 1 : 0, 1));
    file += before_palette;
    if (!palette.empty()) file += png_chunk("PLTE", palette);
    if (!transparency.empty()) file += png_chunk("tRNS", transparency);
    file += before_pixels;
    for (std::size_t at = 0; at < compressed.size();) {
      const auto piece = compressed.substr(at, piece_bytes);
      if (at != 0) file += between_pieces;
      file += png_chunk("IDAT", piece);
      at += piece.size();
    }
    file += behind_pixels + png_chunk("IEND", "");
    return {file.begin(), file.end()};
  }
};

std::vector<PngShape> every_shape() {
  const std::pair<PngColor, std::vector<int>> legal[] = {{PngColor::Gray, {1, 2, 4, 8, 16}},
                                                         {PngColor::Rgb, {8, 16}},
                                                         {PngColor::Palette, {1, 2, 4, 8}},
                                                         {PngColor::GrayAlpha, {8, 16}},
                                                         {PngColor::Rgba, {8, 16}}};
  std::vector<PngShape> shapes;
  for (const auto& [color, depths] : legal) {
    for (const int depth : depths) {
      for (const auto& [width, height] : {std::pair{1u, 1u}, {2u, 7u}, {5u, 3u}, {33u, 17u}, {130u, 9u}}) {
        for (const bool is_interlaced : {false, true}) {
          shapes.push_back({width, height, depth, color, is_interlaced});
        }
      }
    }
  }
  return shapes;
}

std::string describe(const PngShape& shape) {
  return std::to_string(shape.width_px) + "x" + std::to_string(shape.height_px) + ", colour type " +
         std::to_string(static_cast<int>(shape.color)) + ", " + std::to_string(shape.bit_depth) + " bits" +
         (shape.is_interlaced ? ", interlaced" : "");
}

class PngFilesBesideLibpng : public CodecFixture {
 protected:
  void expect_the_same_pixels(const PngFile& file) {
    SCOPED_TRACE(describe(file.shape));
    expect_the_same_pixels(file.bytes());
  }
  void expect_the_same_pixels(const pictures::Bytes& bytes) {
    const auto frame = decode(bytes, ImageEncoding::Png);
    ASSERT_TRUE(frame) << frame.error().detail;
    const auto expected = read_by_libpng(bytes);
    ASSERT_TRUE(expected);
    ASSERT_EQ(frame->geometry, expected->geometry);
    ASSERT_EQ(pictures::pixels_of(*frame).bytes, expected->bytes);
  }
};

TEST_F(PngFilesBesideLibpng, HaveTheSamePixelsInEveryKindWithEveryFilter) {
  for (const auto& shape : every_shape()) expect_the_same_pixels(PngFile::of(shape));
}

TEST_F(PngFilesBesideLibpng, HaveTheSameTransparentColours) {
  for (const auto& shape : every_shape()) {
    auto file = PngFile::of(shape);
    if (shape.color == PngColor::Gray) file.transparency = big_endian(1, 2);
    if (shape.color == PngColor::Palette) file.transparency = noise(2, 9);
    if (shape.color == PngColor::Rgb) {
      file.transparency = std::string(6, '\0');
      file.compressed = deflated(std::string(file.filtered.size(), '\0'));  // All of it is transparent.
    }
    if (!file.transparency.empty()) expect_the_same_pixels(file);
  }
}

TEST_F(PngFilesBesideLibpng, HaveTheSamePixelsInChunksOfAnySize) {
  for (const std::size_t piece_bytes : {1u, 2u, 7u, 100u}) {
    auto file = PngFile::of({33, 17, 8, PngColor::Rgb, false});
    file.piece_bytes = piece_bytes;
    expect_the_same_pixels(file);
  }
}

TEST_F(PngFilesBesideLibpng, AreBlackBeyondThePalette) {
  auto file = PngFile::of({33, 17, 8, PngColor::Palette, false});
  file.palette.resize(30);
  expect_the_same_pixels(file);
}

TEST_F(PngFilesBesideLibpng, MayHaveChunksThatNobodyKnows) {
  auto file = PngFile::of({9, 5, 8, PngColor::Rgb, false});
  file.before_pixels = png_chunk("teXt", "whatever") + png_chunk("PLTE", noise(30, 1));
  expect_the_same_pixels(file);
}

TEST_F(PngFiles, AreDecodedWithTheMemoryThatTheirHeadersAnnounce) {
  for (const std::size_t piece_bytes : {std::size_t{50}, SIZE_MAX}) {
    for (const bool is_interlaced : {false, true}) {
      auto file = PngFile::of({133, 77, 16, PngColor::Rgba, is_interlaced});
      file.piece_bytes = piece_bytes;
      file.behind_pixels = png_chunk("tEXt", "whatever") + png_chunk("IDAT", "these are gathered by nobody");
      auto input = pictures::encoded(pool_, file.bytes(), ImageEncoding::Png);
      FrameBudget exact(decode_bytes(*inspect(input, limits_), PixelFormat::Rgb8));
      FramePool pool(exact);
      auto all = exact.reserve(exact.limit_bytes());
      const auto frame = Decoder(pool).decode(std::move(input), limits_, *all);
      EXPECT_TRUE(frame) << frame.error().detail;
    }
  }
}

class BrokenPngFiles : public PngFilesBesideLibpng {
 protected:
  void expect_corrupt(const PngFile& file) { expect_corrupt(file.bytes()); }
  void expect_corrupt(const pictures::Bytes& bytes) {
    const auto frame = decode(bytes, ImageEncoding::Png);
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().code, ErrorCode::CorruptMedia);
  }
};

TEST_F(BrokenPngFiles, AreNoticedByOneWrongByteWhereLibpngNoticesIt) {
  auto file = PngFile::of({9, 5, 4, PngColor::Palette, true});
  file.transparency = noise(16, 2);
  file.before_palette = png_chunk("gAMA", big_endian(45455, 4));
  file.behind_pixels = png_chunk("tEXt", "whatever");
  const auto bytes = file.bytes();
  int taken = 0;
  for (std::size_t i = kPngSignatureBytes; i < bytes.size(); ++i) {
    SCOPED_TRACE("byte " + std::to_string(i));
    auto wrong = bytes;
    wrong[i] ^= 0x10;
    const auto frame = decode(wrong, ImageEncoding::Png);
    if (frame) {
      ++taken;
      expect_the_same_pixels(wrong);
    } else if (frame.error().code != ErrorCode::ImageTooLarge) {
      ASSERT_EQ(frame.error().code, ErrorCode::CorruptMedia);
      ASSERT_FALSE(read_by_libpng(wrong)) << frame.error().detail;
    }
  }
  // Payloads and checksums of the three ancillary chunks, and those letters of their types that stay letters.
  EXPECT_GT(taken, 3 * 4 + 16 + 4 + 8);
}

TEST_F(BrokenPngFiles, HaveFewerPixelsThanTheHeaderSays) {
  PngFile file;
  file.compressed = deflated(file.filtered.substr(1));
  expect_corrupt(file);
  file.compressed = deflated(file.filtered);
  file.compressed.resize(file.compressed.size() / 2);
  expect_corrupt(file);
}

TEST_F(PngFilesBesideLibpng, MayHaveMorePixelsThanTheHeaderSays) {
  PngFile file;
  for (const std::size_t more : {1u, 2u, 300u, 70'000u}) {
    SCOPED_TRACE(more);
    file.compressed = deflated(file.filtered + std::string(more, 'x'));
    expect_the_same_pixels(file);
    file.compressed = deflated(file.filtered + noise(more, 6));
    expect_the_same_pixels(file);
  }
}

TEST_F(PngFilesBesideLibpng, MayHaveAnythingBehindTheirPixels) {
  PngFile file;
  file.compressed += noise(100, 8);
  expect_the_same_pixels(file);
  file.compressed = deflated(file.filtered);
  file.behind_pixels = png_chunk("tEXt", "whatever") + png_chunk("tRNS", noise(6, 1)) +
                       png_chunk("PLTE", noise(30, 1)) + png_chunk("IDAT", noise(50, 1));
  expect_the_same_pixels(file);
}

TEST_F(PngFilesBesideLibpng, MayHaveTheirLastChecksumInAChunkOfItsOwn) {
  PngFile file;
  file.piece_bytes = file.compressed.size() - 4;
  file.compressed.back() =
      static_cast<char>(file.compressed.back() ^ 1);  // libpng does not look at it there.
  expect_the_same_pixels(file);
}

TEST_F(PngFilesBesideLibpng, MayHaveWrongChecksumsInChunksThatNobodyNeeds) {
  for (const auto color : {PngColor::Gray, PngColor::Palette, PngColor::Rgb}) {
    auto file = PngFile::of({9, 5, 8, color, false});
    const auto transparency = color == PngColor::Rgb ? noise(6, 1) : noise(2, 1);
    file.before_pixels = with_wrong_checksum(png_chunk("tRNS", transparency)) +
                         with_wrong_checksum(png_chunk("tEXt", "whatever")) +
                         with_wrong_checksum(png_chunk("gAMA", big_endian(45455, 4)));
    EXPECT_EQ(decode(file.bytes(), ImageEncoding::Png)->geometry.channels, color == PngColor::Gray ? 1 : 3);
    expect_the_same_pixels(file);
    file.before_pixels += png_chunk("tRNS", transparency);
    EXPECT_EQ(decode(file.bytes(), ImageEncoding::Png)->geometry.channels, 4);
    expect_the_same_pixels(file);
  }
}

TEST_F(PngFilesBesideLibpng, MayHaveTransparencyThatIsIgnored) {
  auto palette = PngFile::of({9, 5, 1, PngColor::Palette, false});
  PngFile rgb, rgba = PngFile::of({9, 5, 8, PngColor::Rgba, false});
  palette.before_palette = png_chunk("tRNS", noise(2, 1));  // Too early.
  expect_the_same_pixels(palette);
  for (const std::size_t size : {0u, 3u, 2u, 1u}) {  // None, too much, right, and a second one.
    palette.before_pixels += png_chunk("tRNS", noise(size, 1));
    expect_the_same_pixels(palette);
  }
  for (const std::size_t size : {0u, 2u, 7u, 6u, 6u}) {
    rgb.before_pixels += png_chunk("tRNS", noise(size, 1));
    expect_the_same_pixels(rgb);
  }
  rgb.before_pixels += png_chunk("PLTE", noise(30, 1));  // Takes it back, and a second one does not count.
  expect_the_same_pixels(rgb);
  EXPECT_EQ(decode(rgb.bytes(), ImageEncoding::Png)->geometry.channels, 3);
  rgb.before_pixels += png_chunk("tRNS", noise(6, 1));
  expect_the_same_pixels(rgb);
  rgba.transparency = noise(6, 1);
  expect_the_same_pixels(rgba);
}

TEST_F(PngFilesBesideLibpng, MayHaveAPaletteThatIsLargerThanTheirIndices) {
  auto file = PngFile::of({9, 5, 4, PngColor::Palette, false});
  file.palette = noise(3 * 17, 1);
  expect_the_same_pixels(file);
  file.transparency = noise(17, 1);
  expect_the_same_pixels(file);
}

TEST_F(BrokenPngFiles, HaveAFilterThatThereIsNot) {
  PngFile file;
  file.filtered[0] = 5;
  file.compressed = deflated(file.filtered);
  expect_corrupt(file);
}

TEST_F(BrokenPngFiles, HaveAChunkWhoseTypeIsNoFourLetters) {
  PngFile file;
  file.before_pixels = png_chunk("te1t", "whatever");
  expect_corrupt(file);
}

TEST_F(BrokenPngFiles, HaveAWrongChecksumInAPaletteOrAtTheEnd) {
  auto file = PngFile::of({9, 5, 4, PngColor::Palette, false});
  auto bytes = file.bytes();
  bytes.back() ^= 1;
  expect_corrupt(bytes);
  file.before_palette = with_wrong_checksum(png_chunk("PLTE", file.palette));
  file.palette.clear();
  expect_corrupt(file);
}

TEST_F(BrokenPngFiles, HaveACriticalChunkThatNobodyKnows) {
  PngFile file;
  file.before_pixels = png_chunk("TeXt", "whatever");
  expect_corrupt(file);
}

TEST_F(BrokenPngFiles, HavePixelsInTwoPlaces) {
  PngFile file;
  file.piece_bytes = 20;
  file.between_pieces = png_chunk("teXt", "whatever");
  expect_corrupt(file);
}

TEST_F(BrokenPngFiles, LackTheirPaletteOrHaveAnotherOne) {
  auto file = PngFile::of({9, 5, 4, PngColor::Palette, false});
  for (const auto& palette : {std::string(), noise(10, 1), noise(3 * 257, 1)}) {
    file.palette = palette;
    expect_corrupt(file);
  }
  file.palette = noise(3 * 16, 1);
  file.before_pixels = png_chunk("PLTE", file.palette);
  expect_corrupt(file);
}

TEST_F(BrokenPngFiles, HaveAMethodThatThereIsNot) {
  for (const std::size_t at : {26u, 27u, 28u}) {
    auto bytes = PngFile().bytes();
    bytes[at] = 2;
    expect_corrupt(bytes);
  }
}

}  // namespace
}  // namespace framewright::engine
