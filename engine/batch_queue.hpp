// A BatchQueue holds what waits for a slot of a device, and says what goes next: small pictures of one plan
// go together, everything else alone.
//
// A batch goes when it is full, when one of its pictures has waited long enough, and at once while the device
// has nothing else to do: waiting would gain nothing there. A picture with a deadline waits for half of the
// time that it has left, at most. Live pictures go before those of jobs, and a batch is of one class. While
// live pictures come, jobs leave them a slot.
//
// Memory    as much as is pushed: the device's credit bounds it.
// Threads   none: belongs to one actor. Time is the caller's.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/clock.hpp"
#include "engine/frame_task.hpp"

namespace framewright::engine {

struct BatchLimits {
  std::chrono::nanoseconds delay{0};  ///< that a picture waits for others, at most; 0: nothing is gathered
  std::size_t pictures = 32;          ///< of a batch
  std::uint64_t bytes = 0;            ///< of a batch: those of a slot
  std::uint64_t small_bytes = 0;      ///< a picture that takes more goes alone
};

/// What is free at the moment.
struct FreeSlots {
  int free = 0;
  int all = 0;
};

template <class Item>
class BatchQueue {
 public:
  /// What the queue has to know of a picture.
  struct Entry {
    Item item;
    std::shared_ptr<const Plan> plan;
    std::uint64_t bytes = 0;  ///< that it takes of a slot
    WorkClass work_class = WorkClass::Live;
    std::optional<SteadyTime> deadline = {};
  };

  explicit BatchQueue(BatchLimits limits) : limits_(limits) {}

  void push(Entry entry, SteadyTime now) {
    const auto goes_at = gathers(entry) ? now + patience(entry, now) : now;
    const bool is_live = entry.work_class == WorkClass::Live;
    if (is_live) live_came_at_ = now;
    auto& queue = is_live ? live_ : jobs_;
    queue.push_back({std::move(entry), goes_at});
  }

  /// What to start now on one free slot, in the order of its coming; empty when nothing is to go yet.
  std::vector<Item> take(FreeSlots slots, SteadyTime now) {
    if (slots.free <= 0) return {};
    auto batch = take_of(live_, slots, now);
    if (batch.empty() && (slots.free > 1 || !is_last_kept(slots, now))) batch = take_of(jobs_, slots, now);
    return batch;
  }

  /// When the next of those that still wait for others at `now` has waited long enough.
  std::optional<SteadyTime> next_after(SteadyTime now) const {
    std::optional<SteadyTime> next;
    for (const auto* queue : {&live_, &jobs_}) {
      for (const auto& waiting : *queue) {
        if (waiting.goes_at > now) next = std::min(next.value_or(waiting.goes_at), waiting.goes_at);
      }
    }
    return next;
  }

  /// All of it, live pictures first.
  std::vector<Item> take_all() {
    std::vector<Item> all;
    for (auto* queue : {&live_, &jobs_}) {
      for (auto& waiting : *queue) all.push_back(std::move(waiting.entry.item));
      queue->clear();
    }
    return all;
  }

  std::size_t size() const noexcept { return live_.size() + jobs_.size(); }

 private:
  struct Waiting {
    Entry entry;
    SteadyTime goes_at;
  };
  using Queue = std::deque<Waiting>;
  /// A stream of one frame a second or more is a stream.
  static constexpr std::chrono::seconds kLiveComesAgainWithin{1};

  /// The last free slot is kept for live pictures that gather and, where jobs have another, for the next one
  /// of those that have come just now: it would otherwise wait until some job ends.
  bool is_last_kept(const FreeSlots& slots, SteadyTime now) const {
    if (!live_.empty()) return true;
    return slots.all > 1 && live_came_at_ && now - *live_came_at_ < kLiveComesAgainWithin;
  }

  bool gathers(const Entry& entry) const {
    return limits_.delay > std::chrono::nanoseconds{0} && entry.bytes <= limits_.small_bytes;
  }

  std::chrono::nanoseconds patience(const Entry& entry, SteadyTime now) const {
    if (!entry.deadline) return limits_.delay;
    const std::chrono::nanoseconds left = *entry.deadline - now;
    return std::clamp(left / 2, std::chrono::nanoseconds{0}, limits_.delay);
  }

  /// The oldest batch that is to go.
  std::vector<Item> take_of(Queue& queue, FreeSlots slots, SteadyTime now) {
    std::vector<const Plan*> gathering;
    for (std::size_t i = 0; i < queue.size(); ++i) {
      const Entry& entry = queue[i].entry;
      if (!gathers(entry)) return extract(queue, {i});
      if (std::ranges::find(gathering, entry.plan.get()) != gathering.end()) continue;
      gathering.push_back(entry.plan.get());
      const auto batch = gather(queue, i);
      const bool is_due = std::ranges::any_of(
          batch.members, [&](std::size_t member) { return queue[member].goes_at <= now; });
      if (batch.is_full || is_due || slots.free == slots.all) return extract(queue, batch.members);
    }
    return {};
  }

  struct Gathered {
    std::vector<std::size_t> members;
    bool is_full = false;
  };

  /// From the entry at `first` on, what goes together with it.
  Gathered gather(const Queue& queue, std::size_t first) const {
    Gathered batch;
    std::uint64_t bytes = 0;
    for (std::size_t i = first; i < queue.size() && !batch.is_full; ++i) {
      const Entry& entry = queue[i].entry;
      if (entry.plan != queue[first].entry.plan || !gathers(entry)) continue;
      batch.is_full = bytes + entry.bytes > limits_.bytes && !batch.members.empty();
      if (batch.is_full) break;
      bytes += entry.bytes;
      batch.members.push_back(i);
      batch.is_full = batch.members.size() >= limits_.pictures;
    }
    return batch;
  }

  static std::vector<Item> extract(Queue& queue, const std::vector<std::size_t>& members) {
    std::vector<Item> items;
    items.reserve(members.size());
    for (const auto member : members) items.push_back(std::move(queue[member].entry.item));
    for (auto member = members.rbegin(); member != members.rend(); ++member) {
      queue.erase(queue.begin() + static_cast<std::ptrdiff_t>(*member));
    }
    return items;
  }

  // Given.
  BatchLimits limits_;
  // Owned.
  Queue live_;
  Queue jobs_;
  std::optional<SteadyTime> live_came_at_;  ///< the last one
};

}  // namespace framewright::engine
