// Binary messages of a client: whatever decodes lies within the message and is written back as it came.
#include <cstdint>

#include "engine/check.hpp"
#include "net/frame_codec.hpp"

namespace framewright::net {
namespace {

void check_parts(std::span<const std::uint8_t> message, const WireFrame& frame) {
  FW_CHECK(kFrameHeaderBytes + frame.metadata.size() + frame.payload.size() == message.size());
  FW_CHECK(frame.metadata.size() == frame.header.metadata_bytes);
  FW_CHECK(frame.payload.empty() || &frame.payload.back() == &message.back());
  const auto address = address_of(message);
  FW_CHECK(address && address->stream_id == frame.header.stream_id &&
           address->frame_id == frame.header.frame_id);
}

void check_round_trip(const FrameHeader& header) {
  auto alone = header;
  alone.metadata_bytes = 0;
  const auto bytes = encode_header(alone);
  const auto again = header.kind == FrameKind::Frame ? decode_frame(bytes) : decode_result(bytes);
  FW_CHECK(again && again->header == alone);
}

void take(std::span<const std::uint8_t> message) {
  for (const auto& decoded : {decode_frame(message), decode_result(message)}) {
    if (!decoded) continue;
    check_parts(message, *decoded);
    check_round_trip(decoded->header);
  }
}

}  // namespace
}  // namespace framewright::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  framewright::net::take({data, size});
  return 0;
}
