#include "net/frame_codec.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace framewright::net {
namespace {

using engine::Accelerator;
using engine::AcceleratorReason;
using engine::ErrorCode;
using engine::ImageEncoding;
using engine::PixelFormat;
using std::chrono::nanoseconds;

using Bytes = std::vector<std::uint8_t>;

/// A raw 2x1 gray frame: metadata "{}", payload 0xAA 0xBB.
Bytes golden_frame() {
  return {'F',  'W',  'F',  '1',  1,    0,    0,    3,     // magic, kind, encoding, pixel format, flags
          0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,  // frame_id
          0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01,  // capture time
          2,    0,    0,    0,    1,    0,    0,    0,     // width, height
          0xDD, 0xCC, 0xBB, 0xAA, 2,    0,    0,    0,     // stream_id, metadata length
          '{',  '}',  0xAA, 0xBB};
}

FrameHeader golden_header() {
  FrameHeader header;
  header.flags = 3;
  header.frame_id = 0x1122334455667788;
  header.capture_us = 0x0102030405060708;
  header.width_px = 2;
  header.height_px = 1;
  header.stream_id = 0xAABBCCDD;
  header.metadata_bytes = 2;
  return header;
}

Bytes with(Bytes bytes, std::size_t at, std::uint8_t value) {
  bytes[at] = value;
  return bytes;
}

ErrorCode code_of(const Bytes& bytes) {
  const auto frame = decode_frame(bytes);
  EXPECT_FALSE(frame.has_value());
  return frame ? ErrorCode::Internal : frame.error().code;
}

std::string text_of(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

TEST(FrameCodec, ReadsTheGoldenFrame) {
  const auto bytes = golden_frame();
  const auto frame = decode_frame(bytes);
  ASSERT_TRUE(frame.has_value()) << frame.error().detail;
  EXPECT_EQ(frame->header, golden_header());
  EXPECT_EQ(text_of(frame->metadata), "{}");
  EXPECT_EQ(Bytes(frame->payload.begin(), frame->payload.end()), (Bytes{0xAA, 0xBB}));
}

TEST(FrameCodec, LeavesThePayloadWhereItIs) {
  const auto bytes = golden_frame();
  EXPECT_EQ(decode_frame(bytes)->payload.data(), bytes.data() + 42);
}

TEST(FrameCodec, WritesTheGoldenHeader) {
  const auto golden = golden_frame();
  const auto header = encode_header(golden_header());
  EXPECT_EQ(Bytes(header.begin(), header.end()), Bytes(golden.begin(), golden.begin() + kFrameHeaderBytes));
}

TEST(FrameCodec, RefusesEveryTruncationOfTheHeaderAndMetadata) {
  const auto golden = golden_frame();
  for (std::size_t length = 0; length < 42; ++length) {
    const Bytes truncated(golden.begin(), golden.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_EQ(code_of(truncated), ErrorCode::InvalidArgument) << "length " << length;
  }
}

TEST(FrameCodec, TakesAFrameWithoutPayload) {
  auto bytes = golden_frame();
  bytes.resize(42);
  const auto frame = decode_frame(bytes);
  ASSERT_TRUE(frame.has_value());
  EXPECT_TRUE(frame->payload.empty());
}

TEST(FrameCodec, NamesAWrongMagic) {
  for (std::size_t at = 0; at < 4; ++at) {
    const auto frame = decode_frame(with(golden_frame(), at, 'x'));
    ASSERT_FALSE(frame.has_value());
    EXPECT_EQ(frame.error().code, ErrorCode::InvalidArgument);
    EXPECT_NE(frame.error().detail.find("FWF1"), std::string::npos);
  }
}

TEST(FrameCodec, NamesAWrongKind) {
  for (const std::uint8_t kind : Bytes{0, 2, 3, 255}) {
    const auto frame = decode_frame(with(golden_frame(), 4, kind));
    ASSERT_FALSE(frame.has_value());
    EXPECT_EQ(frame.error().code, ErrorCode::InvalidArgument);
    EXPECT_NE(frame.error().detail.find("kind " + std::to_string(kind)), std::string::npos);
  }
}

TEST(FrameCodec, TakesEveryEncodingThatTheServerDecodes) {
  for (const std::uint8_t encoding : Bytes{0, 1, 2, 3}) {
    const auto bytes = with(golden_frame(), 5, encoding);
    const auto frame = decode_frame(bytes);
    ASSERT_TRUE(frame.has_value()) << int{encoding};
    EXPECT_EQ(frame->header.encoding, static_cast<ImageEncoding>(encoding));
  }
}

TEST(FrameCodec, RefusesOtherEncodingsAsUnsupported) {
  for (const std::uint8_t encoding : Bytes{4, 5, 255}) {
    EXPECT_EQ(code_of(with(golden_frame(), 5, encoding)), ErrorCode::UnsupportedMedia) << int{encoding};
  }
}

TEST(FrameCodec, RefusesUnknownPixelFormatsOfRawFrames) {
  for (const std::uint8_t format : Bytes{4, 255}) {
    EXPECT_EQ(code_of(with(golden_frame(), 6, format)), ErrorCode::UnsupportedMedia) << int{format};
  }
}

TEST(FrameCodec, IgnoresThePixelFormatOfEncodedFrames) {
  const auto bytes = with(with(golden_frame(), 5, 1), 6, 255);
  const auto frame = decode_frame(bytes);
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->header.pixel_format, PixelFormat::Gray8);
}

TEST(FrameCodec, RefusesMetadataBeyondTheMessage) {
  EXPECT_EQ(code_of(with(golden_frame(), 36, 5)), ErrorCode::InvalidArgument);
  EXPECT_EQ(code_of(with(golden_frame(), 39, 0xFF)), ErrorCode::InvalidArgument);
  const auto whole_rest = with(golden_frame(), 36, 4);
  EXPECT_TRUE(decode_frame(whole_rest).has_value());
}

TEST(FrameCodec, RefusesRawFramesWithoutASize) {
  EXPECT_EQ(code_of(with(golden_frame(), 24, 0)), ErrorCode::InvalidArgument);
  EXPECT_EQ(code_of(with(golden_frame(), 28, 0)), ErrorCode::InvalidArgument);
  const auto jpeg = with(with(golden_frame(), 24, 0), 5, 1);
  EXPECT_TRUE(decode_frame(jpeg).has_value());
}

TEST(FrameCodec, RefusesRawSidesThatOverflow) {
  EXPECT_EQ(code_of(with(golden_frame(), 27, 0x80)), ErrorCode::ImageTooLarge);
  EXPECT_EQ(code_of(with(golden_frame(), 31, 0x80)), ErrorCode::ImageTooLarge);
}

TEST(FrameCodec, AddressesAFrameThatDoesNotDecode) {
  const auto address = address_of(with(golden_frame(), 4, 9));
  ASSERT_TRUE(address.has_value());
  EXPECT_EQ(*address, (FrameAddress{0xAABBCCDD, 0x1122334455667788}));
  EXPECT_FALSE(address_of(with(golden_frame(), 0, 'x')).has_value());
  const auto golden = golden_frame();
  EXPECT_FALSE(address_of(std::span(golden).first(kFrameHeaderBytes - 1)).has_value());
  EXPECT_FALSE(address_of({}).has_value());
}

TEST(FrameCodec, WritesResultsThatReadBack) {
  auto header = golden_header();
  header.encoding = ImageEncoding::Jpeg;
  const ResultMetadata metadata{
      Accelerator::Cuda,
      AcceleratorReason::Faster,
      {nanoseconds{12'999}, nanoseconds{3'400'000}, nanoseconds{0}, nanoseconds{56'000}}};
  const auto head = encode_result_head(header, metadata);
  const auto result = decode_result(head.bytes());
  ASSERT_TRUE(result.has_value()) << result.error().detail;
  EXPECT_EQ(result->header.kind, FrameKind::Result);
  EXPECT_EQ(result->header.frame_id, header.frame_id);
  EXPECT_EQ(result->header.capture_us, header.capture_us);
  EXPECT_EQ(result->header.stream_id, header.stream_id);
  EXPECT_EQ(result->header.flags, header.flags);
  EXPECT_EQ(text_of(result->metadata),
            R"({"accelerator":"cuda","accelerator_reason":"faster",)"
            R"("timings_us":{"queue":12,"decode":3400,"process":0,"encode":56},"detections":[]})");
  EXPECT_EQ(head.metadata(), text_of(result->metadata));
  EXPECT_TRUE(result->payload.empty());
}

TEST(FrameCodec, HasRoomForTheLongestMetadata) {
  const auto longest = nanoseconds{std::numeric_limits<std::int64_t>::min()};
  const auto head = encode_result_head(
      {}, {Accelerator::Cuda, AcceleratorReason::NotMeasured, {longest, longest, longest, longest}});
  EXPECT_LE(head.metadata().size(), 216U);
  EXPECT_TRUE(head.metadata().ends_with(R"("detections":[]})"));
}

}  // namespace
}  // namespace framewright::net
