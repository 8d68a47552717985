#include <gtest/gtest.h>

#include <numeric>

#include "engine/incoming_payload.hpp"
#include "engine/outgoing_pieces.hpp"

namespace framewright::engine {
namespace {

std::vector<std::uint8_t> numbers(std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

TEST(OutgoingPieces, CutsAPayloadThatIsPutTogetherAgain) {
  const auto payload = numbers(10);
  OutgoingPieces pieces{{.piece_bytes = 4, .in_flight_bytes = 100}};
  pieces.add(7, payload);
  std::vector<std::uint8_t> buffer(10);
  IncomingPayload incoming{buffer};
  int count = 0;
  while (const auto piece = pieces.next()) {
    EXPECT_FALSE(incoming.complete());
    EXPECT_EQ(piece->number, 7u);
    EXPECT_TRUE(incoming.add(piece->offset, piece->bytes));
    EXPECT_EQ(piece->last, ++count == 3);
  }
  EXPECT_TRUE(incoming.complete());
  EXPECT_EQ(buffer, payload);
}

TEST(OutgoingPieces, SendsNoMoreUntilSomeWasTaken) {
  const auto payload = numbers(20);
  OutgoingPieces pieces{{.piece_bytes = 4, .in_flight_bytes = 8}};
  pieces.add(1, payload);
  EXPECT_TRUE(pieces.next());
  EXPECT_TRUE(pieces.next());
  EXPECT_FALSE(pieces.next());
  EXPECT_TRUE(pieces.taken(4));
  EXPECT_TRUE(pieces.next());
  EXPECT_FALSE(pieces.next());
}

TEST(OutgoingPieces, BelievesNoMoreTakenThanWasSent) {
  const auto payload = numbers(4);
  OutgoingPieces pieces{{.piece_bytes = 4, .in_flight_bytes = 8}};
  pieces.add(1, payload);
  EXPECT_TRUE(pieces.next());
  EXPECT_FALSE(pieces.taken(5));
}

TEST(OutgoingPieces, SendsNothingMoreOfAPayloadThatWasDropped) {
  const auto payload = numbers(8);
  OutgoingPieces pieces{{.piece_bytes = 4, .in_flight_bytes = 100}};
  pieces.add(1, payload);
  pieces.add(2, payload);
  EXPECT_EQ(pieces.next()->number, 1u);
  pieces.drop(1);
  EXPECT_EQ(pieces.next()->number, 2u);
}

TEST(IncomingPayload, TakesNoPieceTwiceNoneOutOfOrderAndNoneTooLarge) {
  std::vector<std::uint8_t> buffer(8);
  IncomingPayload incoming{buffer};
  EXPECT_FALSE(incoming.add(4, numbers(4)));
  EXPECT_FALSE(incoming.add(0, numbers(9)));
  EXPECT_FALSE(incoming.add(0, {}));
  EXPECT_TRUE(incoming.add(0, numbers(4)));
  EXPECT_FALSE(incoming.add(0, numbers(4)));
  EXPECT_FALSE(incoming.complete());
}

}  // namespace
}  // namespace framewright::engine
