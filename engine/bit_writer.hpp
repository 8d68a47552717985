// BitWriter: bits into bytes, lowest first, as deflate wants them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace framewright::engine {

/// Writes eight bytes at a time, so that up to kSlackBytes behind the last one are overwritten.
class BitWriter {
 public:
  static constexpr std::size_t kSlackBytes = 8;
  static_assert(std::endian::native == std::endian::little, "words are written as they lie in memory");

  explicit BitWriter(std::uint8_t* to) noexcept : begin_(to), next_(to) {}

  /// At most 56 bits between two calls of flush().
  void put(std::uint64_t bits, unsigned count) noexcept {
    bits_ |= bits << count_;
    count_ += count;
  }
  /// Leaves at most seven bits.
  void flush() noexcept {
    std::memcpy(next_, &bits_, sizeof bits_);
    next_ += count_ / 8;
    bits_ >>= count_ / 8 * 8;
    count_ %= 8;
  }
  void put_and_flush(std::uint64_t bits, unsigned count) noexcept {
    put(bits, count);
    flush();
  }
  /// Fills the last byte with zeros.
  void align() noexcept { put_and_flush(0, (8 - count_) % 8); }
  /// After align().
  void append(const std::uint8_t* bytes, std::size_t size) noexcept {
    std::memcpy(next_, bytes, size);
    next_ += size;
  }
  std::size_t size_bytes() const noexcept { return static_cast<std::size_t>(next_ - begin_); }

 private:
  std::uint8_t* begin_;
  std::uint8_t* next_;
  std::uint64_t bits_ = 0;
  unsigned count_ = 0;
};

}  // namespace framewright::engine
