#include "net/send_queue.hpp"

#include <algorithm>
#include <utility>

#include "net/server_messages.hpp"

namespace framewright::net {
namespace {

/// A list node, its links and the allocator's own share.
constexpr std::uint64_t kEntryBytes = sizeof(Outgoing) + 4 * sizeof(void*);
/// A 64-bit number and a comma as text.
constexpr std::uint64_t kDroppedIdBytes = 21;

}  // namespace

std::uint64_t queued_bytes(const Outgoing& message) noexcept {
  if (const auto* text = std::get_if<std::string>(&message)) return kEntryBytes + text->size();
  const auto& answer = std::get<QueuedAnswer>(message).frame.answer;
  return kEntryBytes + (answer ? answer->size_bytes : answer.error().detail.size());
}

void SendQueue::push(std::string control_message) {
  entries_.emplace_back(std::move(control_message));
  bytes_ += queued_bytes(entries_.back());
}

void SendQueue::push(QueuedAnswer answer) {
  entries_.emplace_back(std::move(answer));
  bytes_ += queued_bytes(entries_.back());
}

void SendQueue::push_dropped(std::uint32_t stream_id, engine::DropReason reason,
                             const std::vector<std::uint64_t>& ids) {
  auto same = std::find_if(dropped_.begin(), dropped_.end(), [&](const Dropped& waiting) {
    return waiting.stream_id == stream_id && waiting.reason == reason;
  });
  if (same == dropped_.end()) same = dropped_.insert(dropped_.end(), Dropped{stream_id, reason, {}});
  same->ids.insert(same->ids.end(), ids.begin(), ids.end());
  bytes_ += ids.size() * kDroppedIdBytes;
}

std::optional<Outgoing> SendQueue::pop() {
  if (!dropped_.empty()) {
    const auto dropped = std::move(dropped_.front());
    dropped_.erase(dropped_.begin());
    bytes_ -= dropped.ids.size() * kDroppedIdBytes;
    return dropped_message(dropped.stream_id, dropped.ids, dropped.reason);
  }
  if (entries_.empty()) return std::nullopt;
  bytes_ -= queued_bytes(entries_.front());
  auto next = std::move(entries_.front());
  entries_.pop_front();
  return next;
}

void SendQueue::clear() noexcept {
  entries_.clear();
  dropped_ = {};
  bytes_ = 0;
}

}  // namespace framewright::net
