// An IncomingPayload is put together from the pieces of a link, in a buffer that was lent for all of it.
//
// Threads   none: belongs to one actor.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

namespace framewright::engine {

class IncomingPayload {
 public:
  IncomingPayload() = default;
  /// Borrows `buffer`, which outlives this.
  explicit IncomingPayload(std::span<std::uint8_t> buffer) noexcept : buffer_(buffer) {}

  /// False when the piece is not the next one, or more than is missing: the sender makes things up.
  bool add(std::uint64_t offset, std::span<const std::uint8_t> bytes) noexcept {
    if (bytes.empty() || offset != filled_ || bytes.size() > buffer_.size() - filled_) return false;
    std::copy(bytes.begin(), bytes.end(), buffer_.begin() + static_cast<std::ptrdiff_t>(filled_));
    filled_ += bytes.size();
    return true;
  }
  bool complete() const noexcept { return filled_ == buffer_.size(); }

 private:
  std::span<std::uint8_t> buffer_;
  std::size_t filled_ = 0;
};

}  // namespace framewright::engine
