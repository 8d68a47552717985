// A SendQueue holds what one connection has yet to write: answers and control messages in order, drops
// gathered up.
//
// Memory    counted, so that the session stops taking in before the client's share is used up; nothing while
//           empty.
// Threads   none: belongs to one session.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/stream.hpp"

namespace framewright::net {

/// An answer, and which opening of its stream it belongs to: stream ids may be used again.
struct QueuedAnswer {
  std::uint64_t opening = 0;
  engine::OutboundFrame frame;
};

/// A control message or an answer.
using Outgoing = std::variant<std::string, QueuedAnswer>;

class SendQueue {
 public:
  void push(std::string control_message);
  void push(QueuedAnswer answer);
  /// Joins ids that are already waiting with the same stream and reason, so that a flood of drops is one
  /// message.
  void push_dropped(std::uint32_t stream_id, engine::DropReason reason,
                    const std::vector<std::uint64_t>& ids);

  /// What is to be written next: drops first, then in the order of push().
  std::optional<Outgoing> pop();

  /// Forgets everything.
  void clear() noexcept;

  bool empty() const noexcept { return entries_.empty() && dropped_.empty(); }
  /// What the waiting messages take up, bookkeeping included.
  std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  struct Dropped {
    std::uint32_t stream_id;
    engine::DropReason reason;
    std::vector<std::uint64_t> ids;
  };

  // Owned.
  std::list<Outgoing> entries_;
  std::vector<Dropped> dropped_;
  // Measured.
  std::uint64_t bytes_ = 0;
};

/// What one waiting message counts.
std::uint64_t queued_bytes(const Outgoing& message) noexcept;

}  // namespace framewright::net
