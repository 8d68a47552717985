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

TEST(Media, ReadsWhichAcceleratorIsAskedFor) {
  const auto device = [](std::string_view text) { return parse_accelerator_wish(text).value().device; };
  EXPECT_EQ(parse_accelerator_wish("auto"), AcceleratorWish{});
  EXPECT_EQ(parse_accelerator_wish("cuda"), (AcceleratorWish{Accelerator::Cuda, {}}));
  EXPECT_EQ(device("cuda:0"), 0);
  EXPECT_EQ(device("cuda:63"), 63);
  EXPECT_EQ(to_string(parse_accelerator_wish("cuda:7").value()), "cuda:7");
  EXPECT_EQ(to_string(AcceleratorWish{}), "auto");
  for (const auto* wrong : {"", "gpu", "cuda:", "cuda:-1", "cuda:+1", "cuda:64", "cuda:1x", "cuda: 1",
                            "cpu:0", "auto:0", "CUDA:0", "cuda:99999999999999999999"}) {
    EXPECT_FALSE(parse_accelerator_wish(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace framewright::engine
