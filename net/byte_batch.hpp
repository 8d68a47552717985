// A ByteBatch is a short queue of bytes between a socket and those who read or write small messages.
//
// Memory    kCapacity bytes while there are bytes in it, none while it is empty.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace framewright::net {

class ByteBatch {
 public:
  static constexpr std::size_t kCapacity = 16 << 10;

  std::span<const std::uint8_t> bytes() const noexcept { return {storage_.get() + begin_, size()}; }
  std::size_t size() const noexcept { return end_ - begin_; }
  bool empty() const noexcept { return size() == 0; }
  std::size_t held_bytes() const noexcept { return storage_ ? kCapacity : 0; }

  /// Where the next bytes go.
  std::span<std::uint8_t> space() {
    if (!storage_) storage_ = std::make_unique_for_overwrite<std::uint8_t[]>(kCapacity);
    return {storage_.get() + end_, kCapacity - end_};
  }
  /// `count` bytes were written to space().
  void commit(std::size_t count) noexcept { end_ += count; }
  /// The first `count` bytes have gone.
  void consume(std::size_t count) noexcept {
    begin_ += std::min(count, size());
    if (empty()) clear();
  }
  void clear() noexcept {
    storage_.reset();
    begin_ = end_ = 0;
  }

 private:
  std::unique_ptr<std::uint8_t[]> storage_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace framewright::net
