#include "engine/frame_pool.hpp"

#include <sanitizer/asan_interface.h>
#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <new>
#include <string>
#include <utility>

#include "engine/check.hpp"

namespace framewright::engine {
namespace {

constexpr std::uint64_t kSmallestBytes = 1024;
constexpr std::uint64_t kLargestBytes = std::uint64_t{1} << 62;
constexpr std::align_val_t kAlignment{64};
constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

// Big buffers are mapped by themselves: on huge pages a 1080p frame costs 3 page faults instead of 1500, and
// what is freed really leaves the process, so that its size follows the budget.
std::uint8_t* map_huge(std::size_t bytes) noexcept {
  const std::size_t mapped_bytes = bytes + kHugePageBytes;
  void* mapped = ::mmap(nullptr, mapped_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  auto* const start = static_cast<std::uint8_t*>(mapped);
  const std::size_t misaligned = reinterpret_cast<std::uintptr_t>(start) % kHugePageBytes;
  const std::size_t head = misaligned == 0 ? 0 : kHugePageBytes - misaligned;
  if (head != 0) ::munmap(start, head);
  ::munmap(start + head + bytes, kHugePageBytes - head);
  ::madvise(start + head, bytes, MADV_HUGEPAGE);  // A wish: without huge pages the buffer works as well.
  return start + head;
}

std::uint8_t* allocate(std::size_t bytes) noexcept {
  if (bytes >= kHugePageBytes) return map_huge(bytes);
  return static_cast<std::uint8_t*>(::operator new(bytes, kAlignment, std::nothrow));
}

void deallocate(void* data, std::size_t bytes) noexcept {
  if (bytes >= kHugePageBytes) {
    FW_CHECK(::munmap(data, bytes) == 0);
  } else {
    ::operator delete(data, kAlignment);
  }
}

}  // namespace

BufferLease::BufferLease(BufferLease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      data_(std::exchange(other.data_, nullptr)),
      capacity_(std::exchange(other.capacity_, 0)),
      reservation_(std::move(other.reservation_)) {}

BufferLease& BufferLease::operator=(BufferLease&& other) noexcept {
  if (this != &other) {
    release();
    pool_ = std::exchange(other.pool_, nullptr);
    data_ = std::exchange(other.data_, nullptr);
    capacity_ = std::exchange(other.capacity_, 0);
    reservation_ = std::move(other.reservation_);
  }
  return *this;
}

BufferLease::~BufferLease() { release(); }

void BufferLease::release() noexcept {
  Reservation paid;
  release_to(paid);
}

void BufferLease::release_to(Reservation& reservation) noexcept {
  if (data_ == nullptr) return;
  // First the bytes, then the right to them: what is lent is covered at every moment.
  std::exchange(pool_, nullptr)->take_back(std::exchange(data_, nullptr), std::exchange(capacity_, 0));
  reservation.merge(std::move(reservation_));
}

FramePool::~FramePool() {
  FW_CHECK(lent_bytes_ == 0);
  trim();
}

std::uint64_t FramePool::rounded_bytes(std::uint64_t bytes) noexcept {
  if (bytes <= kSmallestBytes) return kSmallestBytes;
  if (bytes > kLargestBytes) return std::numeric_limits<std::uint64_t>::max();  // No budget is that large.
  const std::uint64_t step = std::bit_floor(bytes - 1) / 4;
  return (bytes + step - 1) / step * step;
}

Result<BufferLease> FramePool::lend(std::size_t bytes, Reservation& reservation) {
  auto paid = charge(rounded_bytes(bytes), reservation);
  if (!paid) return unexpected(std::move(paid).error());
  return lend_paid(std::move(paid).value());
}

Result<BufferLease> FramePool::lend(std::size_t bytes) {
  auto paid = budget_.reserve(rounded_bytes(bytes));
  if (!paid) return unexpected(std::move(paid).error());
  return lend_paid(std::move(paid).value());
}

Result<Reservation> FramePool::charge(std::uint64_t bytes, Reservation& reservation) {
  return reservation.bytes() == 0 ? budget_.reserve(bytes) : reservation.split(bytes);
}

Result<BufferLease> FramePool::lend_input(std::size_t bytes) {
  auto paid = inputs_.reserve(rounded_bytes(bytes));
  if (paid) return lend_paid(std::move(paid).value());
  auto error = std::move(paid).error();
  if (error.code == ErrorCode::ImageTooLarge) error.code = ErrorCode::BodyTooLarge;
  return unexpected(std::move(error));
}

Result<BufferLease> FramePool::lend_paid(Reservation paid) {
  const auto capacity = static_cast<std::size_t>(paid.bytes());
  std::uint8_t* data = nullptr;
  KeptBuffer* surplus = nullptr;
  {
    const std::lock_guard lock(mutex_);
    kept_.try_emplace(capacity, nullptr);  // So that take_back() finds its place and allocates nothing.
    lent_bytes_ += capacity;
    FW_CHECK(lent_bytes_ <= budget_.limit_bytes());
    data = pop_kept(capacity);
    if (data == nullptr) surplus = take_out_kept_above(budget_.limit_bytes() - lent_bytes_);
  }
  free_list(surplus);
  if (data == nullptr) data = allocate(capacity);
  if (data == nullptr) {
    const std::lock_guard lock(mutex_);
    lent_bytes_ -= capacity;
    return unexpected(ErrorCode::Overloaded,
                      "the system has no memory for a frame of " + std::to_string(capacity) + " bytes");
  }
  return BufferLease{this, {data, capacity}, std::move(paid)};
}

std::uint8_t* FramePool::pop_kept(std::size_t capacity) noexcept {
  auto& first = kept_.find(capacity)->second;
  if (first == nullptr) return nullptr;
  auto* const buffer = std::exchange(first, first->next);
  kept_bytes_ -= capacity;
  auto* const data = reinterpret_cast<std::uint8_t*>(buffer);
  ASAN_UNPOISON_MEMORY_REGION(data, capacity);
  return data;
}

FramePool::KeptBuffer* FramePool::take_out_kept_above(std::uint64_t limit_bytes) noexcept {
  KeptBuffer* taken = nullptr;
  // The largest first: the fewest calls to the system, and the least likely to be asked for again.
  for (auto size_class = kept_.rbegin(); size_class != kept_.rend() && kept_bytes_ > limit_bytes;
       ++size_class) {
    auto& first = size_class->second;
    while (first != nullptr && kept_bytes_ > limit_bytes) {
      auto* const buffer = std::exchange(first, first->next);
      kept_bytes_ -= buffer->capacity;
      buffer->next = std::exchange(taken, buffer);
    }
  }
  return taken;
}

void FramePool::free_list(KeptBuffer* buffer) noexcept {
  while (buffer != nullptr) {
    auto* const next = buffer->next;
    const auto capacity = buffer->capacity;
    ASAN_UNPOISON_MEMORY_REGION(buffer, capacity);
    deallocate(buffer, capacity);
    buffer = next;
  }
}

void FramePool::take_back(std::uint8_t* data, std::size_t capacity) noexcept {
  const std::lock_guard lock(mutex_);
  auto& first = kept_.find(capacity)->second;
  first = new (data) KeptBuffer{first, capacity};
  kept_bytes_ += capacity;
  lent_bytes_ -= capacity;
  // Under AddressSanitizer a view that outlives its frame is found at once.
  ASAN_POISON_MEMORY_REGION(data + sizeof(KeptBuffer), capacity - sizeof(KeptBuffer));
}

void FramePool::trim() noexcept {
  KeptBuffer* taken = nullptr;
  {
    const std::lock_guard lock(mutex_);
    taken = take_out_kept_above(0);
  }
  free_list(taken);
}

std::uint64_t FramePool::kept_bytes() const noexcept {
  const std::lock_guard lock(mutex_);
  return kept_bytes_;
}

std::uint64_t FramePool::lent_bytes() const noexcept {
  const std::lock_guard lock(mutex_);
  return lent_bytes_;
}

}  // namespace framewright::engine
