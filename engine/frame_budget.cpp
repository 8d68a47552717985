#include "engine/frame_budget.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/check.hpp"

namespace framewright::engine {

Reservation::Reservation(Reservation&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

Reservation& Reservation::operator=(Reservation&& other) noexcept {
  if (this != &other) {
    release();
    budget_ = std::exchange(other.budget_, nullptr);
    bytes_ = std::exchange(other.bytes_, 0);
  }
  return *this;
}

Reservation::~Reservation() { release(); }

Result<Reservation> Reservation::split(std::uint64_t bytes) {
  if (bytes > bytes_) {
    if (budget_ == nullptr) {
      return unexpected(ErrorCode::Overloaded,
                        "no frame memory is reserved, " + std::to_string(bytes) + " bytes needed");
    }
    auto added = budget_->reserve(bytes - bytes_);
    if (!added) return unexpected(std::move(added).error());
    merge(std::move(added).value());
  }
  bytes_ -= bytes;
  return Reservation{budget_, bytes};
}

void Reservation::merge(Reservation other) noexcept {
  if (budget_ == nullptr) budget_ = other.budget_;
  if (other.bytes_ == 0) return;
  if (other.budget_ != budget_) {
    FW_CHECK(other.budget_->whole_ == budget_);
    other.budget_->leave_to_whole(other.bytes_);
  }
  bytes_ += std::exchange(other.bytes_, 0);
}

void Reservation::release() noexcept {
  if (bytes_ != 0) budget_->give_back(std::exchange(bytes_, 0));
}

FrameBudget::FrameBudget(std::uint64_t limit_bytes, FrameBudget& whole) noexcept
    : limit_bytes_(limit_bytes), whole_(&whole) {
  FW_CHECK(limit_bytes <= whole.limit_bytes_ && whole.share_ == nullptr);
  whole.share_ = this;
}

FrameBudget::~FrameBudget() {
  FW_CHECK(used_bytes_.load() == 0);
  if (whole_ != nullptr) whole_->share_ = nullptr;
}

Result<Reservation> FrameBudget::reserve(std::uint64_t bytes) {
  if (bytes > limit_bytes_) {
    return unexpected(ErrorCode::ImageTooLarge, "the frame needs " + std::to_string(bytes) +
                                                    " bytes of frame memory, the whole of it is " +
                                                    std::to_string(limit_bytes_));
  }
  if (!try_take(bytes)) {
    return unexpected(ErrorCode::Overloaded, "frame memory: " + std::to_string(used_bytes()) + " of " +
                                                 std::to_string(limit_bytes_) +
                                                 " bytes are used, the frame needs " + std::to_string(bytes));
  }
  return Reservation{this, bytes};
}

std::uint64_t FrameBudget::wait_for(std::uint64_t bytes, std::function<void(Reservation)> ready) {
  FW_CHECK(bytes <= limit_bytes_);
  std::uint64_t ticket = 0;
  {
    const std::lock_guard lock(mutex_);
    ticket = next_ticket_++;
    waiters_.push_back({ticket, bytes, std::move(ready)});
    has_waiters_.store(true);
  }
  serve_waiters();
  return ticket;
}

void FrameBudget::cancel_wait(std::uint64_t ticket) noexcept {
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(waiters_, [ticket](const Waiter& waiter) { return waiter.ticket == ticket; });
    has_waiters_.store(!waiters_.empty());
  }
  serve_waiters();  // The one that went may have stood before smaller ones.
}

bool FrameBudget::try_take(std::uint64_t bytes) noexcept {
  auto used = used_bytes_.load();
  do {
    if (bytes > limit_bytes_ - used) return false;
  } while (!used_bytes_.compare_exchange_weak(used, used + bytes));
  if (whole_ != nullptr && !whole_->try_take(bytes)) {
    used_bytes_.fetch_sub(bytes);
    return false;
  }
  auto peak = peak_bytes_.load(std::memory_order_relaxed);
  while (peak < used + bytes && !peak_bytes_.compare_exchange_weak(peak, used + bytes)) {
  }
  return true;
}

void FrameBudget::give_back(std::uint64_t bytes) noexcept {
  const auto before = used_bytes_.fetch_sub(bytes);
  FW_CHECK(before >= bytes);
  // Sequentially consistent on both sides: either this thread sees the waiter, or the waiter sees these
  // bytes.
  if (whole_ != nullptr) whole_->give_back(bytes);
  if (has_waiters_.load()) serve_waiters();
  if (share_ != nullptr && share_->has_waiters_.load()) share_->serve_waiters();
}

void FrameBudget::leave_to_whole(std::uint64_t bytes) noexcept {
  const auto before = used_bytes_.fetch_sub(bytes);
  FW_CHECK(before >= bytes);
  if (has_waiters_.load()) serve_waiters();
}

void FrameBudget::serve_waiters() noexcept {
  std::unique_lock lock(mutex_);
  // One thread serves at a time, which keeps the order and ends the recursion of a `ready` that gives memory
  // back. Whoever comes meanwhile may leave: the serving thread looks again under this lock before it stops.
  if (serving_) return;
  serving_ = true;
  while (!waiters_.empty() && try_take(waiters_.front().bytes)) {
    auto waiter = std::move(waiters_.front());
    waiters_.pop_front();
    has_waiters_.store(!waiters_.empty());
    lock.unlock();
    waiter.ready(Reservation{this, waiter.bytes});
    lock.lock();
  }
  serving_ = false;
}

}  // namespace framewright::engine
