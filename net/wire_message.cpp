#include "net/wire_message.hpp"

#include <utility>

#include "net/server_messages.hpp"

namespace framewright::net {
namespace {

std::span<const std::uint8_t> bytes_of(const std::string& text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

FrameHeader result_header_of(const engine::OutboundFrame& frame) noexcept {
  FrameHeader header;
  header.kind = FrameKind::Result;
  header.flags = frame.flags;
  header.frame_id = frame.frame_id;
  header.capture_us = frame.capture_us;
  header.width_px = static_cast<std::uint32_t>(frame.geometry.width_px);
  header.height_px = static_cast<std::uint32_t>(frame.geometry.height_px);
  header.stream_id = frame.stream_id;
  if (frame.answer) {
    header.encoding = frame.answer->encoding;
    header.pixel_format = frame.answer->pixel_format;
  }
  return header;
}

WireMessage::WireMessage(Outgoing source) : source_(std::move(source)) {
  const auto* answer = std::get_if<QueuedAnswer>(&source_);
  if (answer == nullptr) return;
  const auto& frame = answer->frame;
  const ResultMetadata metadata{frame.ran_on, frame.reason, frame.times};
  if (!frame.answer) {
    text_ = error_message(frame.answer.error(), ErrorSubject::frame({frame.stream_id, frame.frame_id}));
  } else if (frame.answer_as_json) {
    text_ = result_message(result_header_of(frame), metadata, frame.answer->payload());
  } else {
    is_text_ = false;
    head_ = encode_result_head(result_header_of(frame), metadata);
  }
}

std::array<std::span<const std::uint8_t>, 2> WireMessage::parts() const noexcept {
  const auto* answer = std::get_if<QueuedAnswer>(&source_);
  if (answer == nullptr) return {bytes_of(std::get<std::string>(source_)), {}};
  if (is_text_) return {bytes_of(text_), {}};
  return {head_.bytes(), answer->frame.answer->payload()};
}

}  // namespace framewright::net
