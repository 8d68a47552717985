#include "net/message_buffer.hpp"

#include <algorithm>
#include <utility>

#include "engine/check.hpp"

namespace framewright::net {

void MessageBuffer::commit(std::size_t count) noexcept {
  FW_CHECK(count <= space().size());
  size_ += count;
}

std::uint64_t MessageBuffer::bytes_for(std::size_t more) const noexcept {
  return engine::FramePool::rounded_bytes(size_ + more);
}

engine::Result<void> MessageBuffer::make_room(std::size_t more, engine::Reservation& reservation) {
  if (lease_ && lease_.capacity() - size_ >= more) return {};
  auto larger =
      reservation.bytes() == 0 ? pool_.lend_input(size_ + more) : pool_.lend(size_ + more, reservation);
  if (!larger) return engine::unexpected(std::move(larger).error());
  std::copy_n(bytes().data(), size_, larger->data());
  lease_ = std::move(*larger);
  return {};
}

engine::BufferLease MessageBuffer::take() noexcept {
  size_ = 0;
  return std::exchange(lease_, {});
}

void MessageBuffer::clear() noexcept {
  size_ = 0;
  lease_.release();
}

}  // namespace framewright::net
