// A Sequencer restores order: places are opened in order, filled in any order, and their items leave in
// order.
//
// Memory    at most `capacity` places; a place is open until its item is taken or it is skipped.
// Threads   none: belongs to one actor.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "engine/check.hpp"

namespace framewright::engine {

template <class T>
class Sequencer {
 public:
  explicit Sequencer(std::size_t capacity) noexcept : capacity_(capacity) {}

  /// Opens the next place. Sequences rise; gaps are allowed.
  void open(std::uint64_t sequence) {
    FW_CHECK(places_.size() < capacity_);
    FW_CHECK(places_.empty() || places_.back().sequence < sequence);
    places_.push_back({sequence, std::nullopt});
  }

  /// Fills an open place.
  void put(std::uint64_t sequence, T item) {
    auto place = find(sequence);
    FW_CHECK(!place->item.has_value());
    place->item = std::move(item);
  }

  /// Gives up an open place: those behind it no longer wait for it.
  void skip(std::uint64_t sequence) { places_.erase(find(sequence)); }

  /// The item of the first place, when it is there.
  std::optional<T> take() {
    if (places_.empty() || !places_.front().item) return std::nullopt;
    auto item = std::move(places_.front().item);
    places_.pop_front();
    return item;
  }

  void clear() noexcept { places_.clear(); }
  std::size_t size() const noexcept { return places_.size(); }

 private:
  struct Place {
    std::uint64_t sequence;
    std::optional<T> item;
  };

  auto find(std::uint64_t sequence) {
    const auto place = std::lower_bound(places_.begin(), places_.end(), sequence,
                                        [](const Place& p, std::uint64_t s) { return p.sequence < s; });
    FW_CHECK(place != places_.end() && place->sequence == sequence);
    return place;
  }

  // Given.
  const std::size_t capacity_;
  // Owned.
  std::deque<Place> places_;
};

}  // namespace framewright::engine
