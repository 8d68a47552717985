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

/// The parts of a file; whatever a test does not change is right.
struct PngFile {
  PngShape shape{9, 5, 8, PngColor::Rgb, false};
  std::string palette = {};
  std::string transparency = {};
  std::size_t piece_bytes = SIZE_MAX;  ///< of the compressed pixels in one chunk
  std::string filtered = random_rows(shape);
  std::string before_pixels = {};
  std::string between_pieces = {};

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
    if (!palette.empty()) file += png_chunk("PLTE", palette);
    if (!transparency.empty()) file += png_chunk("tRNS", transparency);
    file += before_pixels;
    const auto compressed = deflated(filtered);
    for (std::size_t at = 0; at < compressed.size();) {
      const auto piece = compressed.substr(at, piece_bytes);
      if (at != 0) file += between_pieces;
      file += png_chunk("IDAT", piece);
      at += piece.size();
    }
    file += png_chunk("IEND", "");
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
    const auto bytes = file.bytes();
    const auto frame = decode(bytes, ImageEncoding::Png);
    ASSERT_TRUE(frame) << frame.error().detail;
    const auto expected = libpng_pixels(bytes, frame->geometry);
    ASSERT_TRUE(expected);
    ASSERT_EQ(pictures::pixels_of(*frame).bytes, *expected);
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
      std::ranges::fill(file.filtered, '\0');  // All zeros without a filter: all transparent.
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
      auto input = pictures::encoded(pool_, file.bytes(), ImageEncoding::Png);
      FrameBudget exact(decode_bytes(*inspect(input, limits_), PixelFormat::Rgb8));
      FramePool pool(exact);
      auto all = exact.reserve(exact.limit_bytes());
      const auto frame = Decoder(pool).decode(std::move(input), limits_, *all);
      EXPECT_TRUE(frame) << frame.error().detail;
    }
  }
}

class BrokenPngFiles : public CodecFixture {
 protected:
  void expect_corrupt(const PngFile& file) { expect_corrupt(file.bytes()); }
  void expect_corrupt(const pictures::Bytes& bytes) {
    const auto frame = decode(bytes, ImageEncoding::Png);
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().code, ErrorCode::CorruptMedia);
  }
};

TEST_F(BrokenPngFiles, AreNoticedByOneWrongByteAnywhere) {
  const auto bytes = PngFile::of({9, 5, 4, PngColor::Palette, true}).bytes();
  for (std::size_t i = kPngSignatureBytes; i < bytes.size(); ++i) {
    auto wrong = bytes;
    wrong[i] ^= 0x10;
    const auto frame = decode(wrong, ImageEncoding::Png);
    ASSERT_FALSE(frame) << "byte " << i;
    ASSERT_TRUE(frame.error().code == ErrorCode::CorruptMedia ||
                frame.error().code == ErrorCode::ImageTooLarge);
  }
}

TEST_F(BrokenPngFiles, HaveFewerOrMorePixelsThanTheHeaderSays) {
  PngFile file;
  file.filtered.pop_back();
  expect_corrupt(file);
  file.filtered += "ab";
  expect_corrupt(file);
}

TEST_F(BrokenPngFiles, HaveAFilterThatThereIsNot) {
  PngFile file;
  file.filtered[0] = 5;
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
  for (const auto& palette : {std::string(), noise(3 * 17, 1), noise(10, 1)}) {
    file.palette = palette;
    expect_corrupt(file);
  }
  file.palette = noise(3 * 16, 1);
  file.before_pixels = png_chunk("PLTE", file.palette);
  expect_corrupt(file);
}

TEST_F(BrokenPngFiles, HaveMoreTransparencyThanColours) {
  auto file = PngFile::of({9, 5, 1, PngColor::Palette, false});
  file.transparency = noise(3, 1);
  expect_corrupt(file);
  PngFile rgb;
  rgb.transparency = noise(2, 1);
  expect_corrupt(rgb);
  rgb.transparency = noise(6, 1);
  rgb.before_pixels = png_chunk("tRNS", noise(6, 2));
  expect_corrupt(rgb);
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
