#include "engine/outgoing_pieces.hpp"

#include <algorithm>

namespace framewright::engine {

void OutgoingPieces::add(std::uint64_t number, std::span<const std::uint8_t> payload) {
  if (!payload.empty()) waiting_.push_back({number, 0, payload});
}

void OutgoingPieces::drop(std::uint64_t number) {
  std::erase_if(waiting_, [number](const Payload& payload) { return payload.number == number; });
}

void OutgoingPieces::clear() {
  waiting_.clear();
  in_flight_bytes_ = 0;
}

std::optional<OutgoingPieces::Piece> OutgoingPieces::next() {
  if (waiting_.empty() || in_flight_bytes_ >= limits_.in_flight_bytes) return std::nullopt;
  Payload& payload = waiting_.front();
  const auto now = payload.rest.first(std::min(payload.rest.size(), limits_.piece_bytes));
  Piece piece{payload.number, payload.offset, {now.begin(), now.end()}, now.size() == payload.rest.size()};
  payload.rest = payload.rest.subspan(now.size());
  payload.offset += now.size();
  in_flight_bytes_ += now.size();
  if (piece.last) waiting_.pop_front();
  return piece;
}

bool OutgoingPieces::taken(std::uint64_t bytes) {
  if (bytes > in_flight_bytes_) return false;
  in_flight_bytes_ -= bytes;
  return true;
}

}  // namespace framewright::engine
