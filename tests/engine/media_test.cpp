#include "engine/media.hpp"

#include <gtest/gtest.h>

namespace framewright::engine {
namespace {

TEST(Media, ParsesEveryEncodingThatItNames) {
  using enum ImageEncoding;
  for (const auto encoding : {Raw, Jpeg, Png, Webp, H264}) {
    EXPECT_EQ(parse_encoding(to_string(encoding)), encoding);
  }
}

TEST(Media, ParsesEveryPixelFormatThatItNames) {
  using enum PixelFormat;
  for (const auto format : {Gray8, Rgb8, Rgba8, Nv12})
    EXPECT_EQ(parse_pixel_format(to_string(format)), format);
}

TEST(Media, ParsesEveryAcceleratorThatItNames) {
  using enum Accelerator;
  for (const auto accelerator : {Auto, Cpu, Cuda})
    EXPECT_EQ(parse_accelerator(to_string(accelerator)), accelerator);
}

TEST(Media, KnowsNoNameThatOnlyLooksAlike) {
  EXPECT_FALSE(parse_encoding("JPEG"));
  EXPECT_FALSE(parse_encoding(""));
  EXPECT_FALSE(parse_pixel_format("rgb"));
  EXPECT_FALSE(parse_accelerator("gpu"));
}

TEST(Media, KeepsTheNumbersOfTheWire) {
  EXPECT_EQ(static_cast<int>(ImageEncoding::H264), 4);
  EXPECT_EQ(static_cast<int>(PixelFormat::Nv12), 3);
}

TEST(Media, NamesTheMediaTypeOfRawPixelsAsOctets) {
  EXPECT_EQ(media_type_of(ImageEncoding::Raw), "application/octet-stream");
  EXPECT_EQ(media_type_of(ImageEncoding::Webp), "image/webp");
}

TEST(Geometry, CountsBytesBeyondThirtyTwoBits) {
  EXPECT_EQ((Geometry{65536, 65536, 4}.bytes()), std::uint64_t{1} << 34);
}

}  // namespace
}  // namespace framewright::engine
