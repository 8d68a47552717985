// The FramePool lends out the buffers that frames live in, and keeps returned ones for the next frame.
//
// Memory    size classes four to an octave, 64-byte aligned, big ones on huge pages where the system has
//           them; lent + kept never exceeds the limit: kept buffers are freed before new ones are taken.
//           Every lent byte is covered by a Reservation. The buffer that came back last is lent first,
//           because it is in the cache.
// Threads   every method and the end of a lease may happen on any thread.
// Lifetime  the pool outlives its leases; otherwise the destructor stops the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>

#include "engine/frame_budget.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

class FramePool;

/// One buffer, owned by one holder at a time; returns to its pool when it ends. Move-only. What it holds at
/// first is undefined: whoever lends it writes every byte before reading it.
class BufferLease {
 public:
  BufferLease() = default;
  BufferLease(BufferLease&& other) noexcept;
  BufferLease& operator=(BufferLease&& other) noexcept;
  ~BufferLease();

  std::uint8_t* data() const noexcept { return data_; }
  std::size_t capacity() const noexcept { return capacity_; }
  std::span<std::uint8_t> bytes() const noexcept { return {data_, capacity_}; }
  explicit operator bool() const noexcept { return data_ != nullptr; }
  void release() noexcept;
  /// Returns the buffer, but keeps the right to its bytes in `reservation`, for the next buffer of the same
  /// work.
  void release_to(Reservation& reservation) noexcept;

 private:
  friend class FramePool;
  BufferLease(FramePool* pool, std::span<std::uint8_t> bytes, Reservation reservation) noexcept
      : pool_(pool), data_(bytes.data()), capacity_(bytes.size()), reservation_(std::move(reservation)) {}

  FramePool* pool_ = nullptr;
  std::uint8_t* data_ = nullptr;
  std::size_t capacity_ = 0;
  Reservation reservation_;
};

class FramePool {
 public:
  /// What clients send may take up to one in so many bytes of the budget. The rest is there for the work on
  /// it, so that frames that have arrived can always be finished, and give their memory back, whatever else
  /// arrives.
  static constexpr std::uint64_t kInputShare = 4;

  explicit FramePool(FrameBudget& budget) noexcept
      : budget_(budget), inputs_(budget.limit_bytes() / kInputShare, budget) {}
  ~FramePool();
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  /// The size of the buffer that a request for `bytes` gets: what must be reserved for it.
  static std::uint64_t rounded_bytes(std::uint64_t bytes) noexcept;

  /// Lends a buffer of at least `bytes` (at least one), paid from `reservation` and, where that is short,
  /// from the budget.
  ///
  /// Errors   Overloaded when the budget is used up or the system has no memory; ImageTooLarge when the
  ///          buffer would exceed the whole budget.
  Result<BufferLease> lend(std::size_t bytes, Reservation& reservation);
  /// As above, paid from the budget alone.
  Result<BufferLease> lend(std::size_t bytes);
  /// For bytes that a client sends: paid from the inputs' share.
  ///
  /// Errors   Overloaded when the share is used up; BodyTooLarge when it can never be enough.
  Result<BufferLease> lend_input(std::size_t bytes);

  /// The right to `bytes` that are not the pool's own, such as what a codec library allocates: paid as a
  /// buffer is.
  ///
  /// Errors   Overloaded, ImageTooLarge, as FrameBudget::reserve().
  Result<Reservation> charge(std::uint64_t bytes, Reservation& reservation);

  /// Gives every kept buffer back to the system. For quiet times: the next frames take memory anew.
  void trim() noexcept;

  FrameBudget& budget() const noexcept { return budget_; }
  /// The inputs' share of it: who waits to read on waits here.
  FrameBudget& inputs() noexcept { return inputs_; }
  std::uint64_t kept_bytes() const noexcept;
  std::uint64_t lent_bytes() const noexcept;

 private:
  friend class BufferLease;
  /// Lies at the start of a kept buffer, so that returning a buffer allocates nothing.
  struct KeptBuffer {
    KeptBuffer* next;
    std::size_t capacity;
  };

  Result<BufferLease> lend_paid(Reservation paid);
  std::uint8_t* pop_kept(std::size_t capacity) noexcept;
  KeptBuffer* take_out_kept_above(std::uint64_t limit_bytes) noexcept;
  static void free_list(KeptBuffer* buffer) noexcept;
  void take_back(std::uint8_t* data, std::size_t capacity) noexcept;

  // Given.
  FrameBudget& budget_;
  // Owned.
  FrameBudget inputs_;
  mutable std::mutex mutex_;
  std::map<std::size_t, KeptBuffer*> kept_;
  // Measured.
  std::uint64_t kept_bytes_ = 0;
  std::uint64_t lent_bytes_ = 0;
};

}  // namespace framewright::engine
