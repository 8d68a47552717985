#include "net/batched_socket.hpp"

#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <string>

namespace framewright::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

const std::string kDataFrame =
    "\x82\x01"
    "d";
const std::string kControlFrame =
    "\x88\x01"
    "c";

struct Fixture : testing::Test {
  asio::io_context context;
  tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
  tcp::socket peer{context};
  std::optional<BatchedSocket> batched;

  void SetUp() override {
    tcp::socket socket(context);
    socket.connect(acceptor.local_endpoint());
    acceptor.accept(peer);
    batched.emplace(std::move(socket));
  }
  /// Writes, runs what there is to run, and gives what the write came to.
  std::pair<error_code, std::size_t> write(std::string_view bytes, bool more) {
    std::pair<error_code, std::size_t> result{asio::error::would_block, 0};
    batched->more_will_follow(more);
    batched->async_write_some(asio::buffer(bytes),
                              [&](error_code error, std::size_t count) { result = {error, count}; });
    context.restart();
    context.run();
    return result;
  }
  bool wrote(std::string_view bytes, bool more) {
    return write(bytes, more) == std::pair(error_code{}, bytes.size());
  }
  std::string peer_reads(std::size_t count) {
    std::string bytes(count, '\0');
    asio::read(peer, asio::buffer(bytes));
    return bytes;
  }
};
using BatchedSocketTest = Fixture;

TEST_F(BatchedSocketTest, SendsAWriteThatComesAloneAtOnce) {
  EXPECT_TRUE(wrote(kDataFrame, false));
  EXPECT_EQ(peer_reads(3), kDataFrame);
}

TEST_F(BatchedSocketTest, KeepsWritesBackUntilTheLastOfThem) {
  EXPECT_TRUE(wrote(kDataFrame, true));
  EXPECT_TRUE(wrote(kDataFrame, true));
  EXPECT_EQ(peer.available(), 0U);
  EXPECT_TRUE(wrote(kDataFrame, false));
  EXPECT_EQ(peer_reads(9), kDataFrame + kDataFrame + kDataFrame);
}

TEST_F(BatchedSocketTest, LetsNoControlFrameWait) {
  EXPECT_TRUE(wrote(kDataFrame, true));
  EXPECT_TRUE(wrote(kControlFrame, true));
  EXPECT_EQ(peer_reads(6), kDataFrame + kControlFrame);
}

TEST_F(BatchedSocketTest, SendsWhatWasKeptBeforeALargeWrite) {
  EXPECT_TRUE(wrote(kDataFrame, true));
  const std::string large = "\x82" + std::string(BatchedSocket::kMaxKeptBytes, 'x');
  EXPECT_TRUE(wrote(large, true));
  EXPECT_EQ(peer_reads(3 + large.size()), kDataFrame + large);
}

TEST_F(BatchedSocketTest, KeepsNoMoreThanItsLimit) {
  const std::string frame = "\x82" + std::string(999, 'x');
  std::size_t sent = 0;
  while (peer.available() == 0) {
    ASSERT_LE(sent, BatchedSocket::kMaxKeptBytes + frame.size());
    ASSERT_TRUE(wrote(frame, true));
    sent += frame.size();
  }
  EXPECT_TRUE(wrote(frame, false));
  std::string expected;
  for (std::size_t at = 0; at <= sent; at += frame.size()) expected += frame;
  EXPECT_EQ(peer_reads(expected.size()), expected);
}

TEST_F(BatchedSocketTest, SaysWhenWhatWasKeptCannotBeSent) {
  EXPECT_TRUE(wrote(kDataFrame, true));
  batched->next_layer().close();
  EXPECT_EQ(write(kDataFrame, false).first, asio::error::bad_descriptor);
}

TEST_F(BatchedSocketTest, SaysWhenWhatWasKeptBeforeALargeWriteCannotBeSent) {
  EXPECT_TRUE(wrote(kDataFrame, true));
  batched->next_layer().close();
  const std::string large(BatchedSocket::kMaxKeptBytes, 'x');
  EXPECT_EQ(write(large, false), std::pair(error_code(asio::error::bad_descriptor), std::size_t{0}));
}

}  // namespace
}  // namespace framewright::net
