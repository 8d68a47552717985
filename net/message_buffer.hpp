// A MessageBuffer is where one incoming message is read: its first bytes into the session itself, which is
// all that a control message needs, the rest into one pooled buffer that a frame's payload then stays in.
//
// Memory    kInlineBytes while idle; a pooled buffer only while a longer message is under way.
// Threads   none: belongs to one session.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/frame_pool.hpp"

namespace framewright::net {

class MessageBuffer {
 public:
  /// Holds a frame of 16 x 16 pixels in gray or RGB, so that a small frame takes one read.
  static constexpr std::size_t kInlineBytes = 1024;

  explicit MessageBuffer(engine::FramePool& pool) noexcept : pool_(pool) {}

  /// Where the next bytes go; empty when make_room() is due.
  std::span<std::uint8_t> space() noexcept { return storage().subspan(size_); }
  /// `count` bytes were read to space().
  void commit(std::size_t count) noexcept;

  /// Makes room for `more` bytes behind those that are there, in a pooled buffer that is paid from
  /// `reservation` and, where that is short, from the budget.
  ///
  /// Errors   Overloaded (try again when the budget allows), ImageTooLarge (never fits). The bytes stay.
  engine::Result<void> make_room(std::size_t more, engine::Reservation& reservation);
  /// What make_room(more) has to get from the budget.
  std::uint64_t bytes_for(std::size_t more) const noexcept;

  std::span<const std::uint8_t> bytes() const noexcept {
    return {lease_ ? lease_.data() : inline_.data(), size_};
  }

  /// Gives the message away in its pooled buffer, if it has one, and is empty again. Messages that are not
  /// longer than kInlineBytes have none unless make_room() was called.
  engine::BufferLease take() noexcept;
  bool is_pooled() const noexcept { return static_cast<bool>(lease_); }
  void clear() noexcept;

 private:
  std::span<std::uint8_t> storage() noexcept {
    return lease_ ? lease_.bytes() : std::span<std::uint8_t>(inline_);
  }

  // Given.
  engine::FramePool& pool_;
  // Owned.
  std::size_t size_ = 0;
  engine::BufferLease lease_;
  std::array<std::uint8_t, kInlineBytes> inline_;
};

}  // namespace framewright::net
