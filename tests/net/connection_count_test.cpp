#include "net/connection_count.hpp"

#include <gtest/gtest.h>

namespace framewright::net {
namespace {

TEST(ConnectionCount, RefusesBeyondItsLimit) {
  ConnectionCount count(2);
  const auto first = count.take();
  const auto second = count.take();
  EXPECT_FALSE(count.take().has_value());
  EXPECT_EQ(count.open(), 2);
}

TEST(ConnectionCount, TakesAPlaceBackWhenItsTicketEnds) {
  ConnectionCount count(1);
  {
    const auto ticket = count.take();
  }
  EXPECT_EQ(count.open(), 0);
  EXPECT_TRUE(count.take().has_value());
}

TEST(ConnectionCount, CountsAMovedTicketOnce) {
  ConnectionCount count(2);
  auto ticket = count.take();
  ConnectionTicket moved = std::move(*ticket);
  ticket.reset();
  EXPECT_EQ(count.open(), 1);
}

}  // namespace
}  // namespace framewright::net
