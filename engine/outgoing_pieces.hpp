// OutgoingPieces cuts payloads into pieces for a link and keeps few of them under way, so that whatever else
// has to be said on the link waits behind those at most.
//
// Memory    borrows the payloads; one piece is copied at a time.
// Threads   none: belongs to one actor.
// Lifetime  a payload outlives its entry: until its last piece has been taken out, or drop().
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace framewright::engine {

class OutgoingPieces {
 public:
  struct Limits {
    std::size_t piece_bytes = 0;
    std::uint64_t in_flight_bytes = 0;
  };
  struct Piece {
    std::uint64_t number = 0;
    std::uint64_t offset = 0;
    std::vector<std::uint8_t> bytes;
    bool last = false;  ///< the payload is not needed any more
  };

  explicit OutgoingPieces(Limits limits) : limits_(limits) {}

  /// Behind those that wait. An empty payload has no pieces.
  void add(std::uint64_t number, std::span<const std::uint8_t> payload);
  /// What is left of this payload is not sent.
  void drop(std::uint64_t number);
  void clear();
  /// The next piece, which is under way from now on; none when there is none or too much is under way.
  std::optional<Piece> next();
  /// The other end has so many bytes; false when that many were never under way.
  bool taken(std::uint64_t bytes);

  std::uint64_t in_flight_bytes() const noexcept { return in_flight_bytes_; }

 private:
  struct Payload {
    std::uint64_t number;
    std::uint64_t offset;
    std::span<const std::uint8_t> rest;
  };

  // Given.
  const Limits limits_;
  // Owned.
  std::deque<Payload> waiting_;
  // Measured.
  std::uint64_t in_flight_bytes_ = 0;
};

}  // namespace framewright::engine
