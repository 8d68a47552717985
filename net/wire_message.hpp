// A WireMessage is one outgoing message as bytes: what a session is writing right now.
//
// Memory    an answer's payload stays in its pooled buffer; header and metadata lie beside it.
// Lifetime  parts() borrow from the message, which must not move while they are written.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "net/frame_codec.hpp"
#include "net/send_queue.hpp"

namespace framewright::net {

/// The header that an answer has on the wire.
FrameHeader result_header_of(const engine::OutboundFrame& frame) noexcept;

class WireMessage {
 public:
  explicit WireMessage(Outgoing source);
  WireMessage(const WireMessage&) = delete;
  WireMessage& operator=(const WireMessage&) = delete;

  bool is_text() const noexcept { return is_text_; }
  /// The message in two parts, of which the second may be empty.
  std::array<std::span<const std::uint8_t>, 2> parts() const noexcept;
  const Outgoing& source() const noexcept { return source_; }

 private:
  // Given.
  const Outgoing source_;
  // Owned.
  bool is_text_ = true;
  std::string text_;  ///< of answers that travel as text
  ResultHead head_;   ///< of the others
};

}  // namespace framewright::net
