#include "net/joining_socket.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <numeric>
#include <optional>
#include <random>
#include <string>

namespace framewright::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// A JoiningSocket and its peer, on one thread that the test runs.
class JoiningSocketTest : public ::testing::Test {
 protected:
  JoiningSocketTest() { connect(); }

  void connect() {
    tcp::acceptor acceptor(context_, {asio::ip::address_v4::loopback(), 0});
    peer_ = tcp::socket(context_);
    peer_.connect(acceptor.local_endpoint());
    auto accepted = acceptor.accept();
    accepted.set_option(tcp::no_delay(true));
    socket_.emplace(std::move(accepted));
  }

  /// Writes the texts one after the other, as Beast does, the next when the one before has completed.
  void write_all(const std::vector<std::string>& texts, std::size_t next = 0) {
    if (next == texts.size()) return;
    asio::async_write(*socket_, asio::buffer(texts[next]), [&, next](error_code error, std::size_t) {
      write_error_ = error;
      most_waiting_ = std::max(most_waiting_, socket_->waiting_bytes());
      if (!error) write_all(texts, next + 1);
    });
  }
  void run() {
    context_.restart();
    context_.run();
  }
  std::string received(std::size_t bytes) {
    std::string text(bytes, '\0');
    asio::read(peer_, asio::buffer(text));
    return text;
  }
  /// Reads pieces of `piece_bytes` until the peer ends.
  void read_to_end(std::string& into, std::size_t piece_bytes) {
    piece_.resize(piece_bytes);
    socket_->async_read_some(asio::buffer(piece_), [&, piece_bytes](error_code error, std::size_t got) {
      into.append(piece_.data(), got);
      if (!error) read_to_end(into, piece_bytes);
      read_error_ = error;
    });
  }

  asio::io_context context_{1};
  tcp::socket peer_{context_};
  std::optional<JoiningSocket> socket_;
  error_code write_error_;
  std::size_t most_waiting_ = 0;
  error_code read_error_;
  std::string piece_;
};

std::string joined(const std::vector<std::string>& texts) {
  return std::accumulate(texts.begin(), texts.end(), std::string());
}

/// Texts of the sizes, of bytes that tell where each belongs.
std::vector<std::string> texts_of(const std::vector<std::size_t>& sizes) {
  std::mt19937 random(7);
  std::vector<std::string> texts;
  for (const auto size : sizes) {
    auto& text = texts.emplace_back(size, '\0');
    for (char& byte : text) byte = static_cast<char>(random());
  }
  return texts;
}

TEST_F(JoiningSocketTest, SendsSmallMessagesInOneCall) {
  const auto texts = texts_of({10, 800, 1, 4096, 300});
  write_all(texts);
  run();
  EXPECT_EQ(received(joined(texts).size()), joined(texts));
  EXPECT_EQ(most_waiting_, joined(texts).size());
}

TEST_F(JoiningSocketTest, SendsOneMessageWithoutWaitingForMore) {
  const auto texts = texts_of({10});
  write_all(texts);
  run();
  EXPECT_EQ(received(10), texts[0]);
  EXPECT_EQ(socket_->waiting_bytes(), 0U);
}

TEST_F(JoiningSocketTest, KeepsTheOrderAroundLargeMessages) {
  const auto texts = texts_of({10, 5'000, 20, 30, 100'000, 1, 4096, 4097});
  write_all(texts);
  run();
  EXPECT_EQ(received(joined(texts).size()), joined(texts));
  EXPECT_FALSE(write_error_);
}

TEST_F(JoiningSocketTest, WaitsForAPeerThatDoesNotRead) {
  std::mt19937 random(3);
  std::vector<std::size_t> sizes(20'000);
  for (auto& size : sizes) size = random() % 10 == 0 ? 5'000 + random() % 20'000 : 1 + random() % 2'000;
  const auto texts = texts_of(sizes);
  write_all(texts);
  context_.restart();
  while (context_.poll() > 0) {
  }
  const auto all = joined(texts);
  EXPECT_LE(socket_->waiting_bytes(), ByteBatch::kCapacity);
  std::string seen(all.size(), '\0');
  asio::async_read(peer_, asio::buffer(seen), [](error_code error, std::size_t) { EXPECT_FALSE(error); });
  run();
  EXPECT_TRUE(seen == all);
  EXPECT_FALSE(write_error_);
}

TEST_F(JoiningSocketTest, ReadsWhatComesInPiecesOfAnySize) {
  for (const std::size_t piece_bytes : {1u, 14u, 1536u, 20'000u}) {
    SCOPED_TRACE(piece_bytes);
    connect();
    const auto sent = texts_of({60'000})[0];
    asio::write(peer_, asio::buffer(sent));
    peer_.shutdown(tcp::socket::shutdown_send);
    std::string seen;
    read_to_end(seen, piece_bytes);
    run();
    EXPECT_TRUE(seen == sent);
    EXPECT_EQ(read_error_, asio::error::eof);
  }
}

TEST_F(JoiningSocketTest, FetchesSmallMessagesAheadOfTheirReads) {
  asio::write(peer_, asio::buffer(std::string(1'000, 'a')));
  std::string piece(100, '\0');
  socket_->async_read_some(asio::buffer(piece), [](error_code error, std::size_t got) {
    EXPECT_FALSE(error);
    EXPECT_EQ(got, 100U);
  });
  run();
  EXPECT_EQ(socket_->next_layer().available(), 0U);
  EXPECT_EQ(socket_->held_bytes(), ByteBatch::kCapacity);
  std::string rest(900, '\0');
  asio::async_read(*socket_, asio::buffer(rest), [](error_code error, std::size_t) { EXPECT_FALSE(error); });
  run();
  EXPECT_EQ(rest, std::string(900, 'a'));
  EXPECT_EQ(socket_->held_bytes(), 0U);
}

TEST_F(JoiningSocketTest, TellsALaterWriteThatAPeerIsGone) {
  peer_.set_option(asio::socket_base::linger(true, 0));
  peer_.close();
  const auto texts = texts_of({10, 10});
  for (const auto& text : texts) {
    const std::vector<std::string> alone{text};
    write_all(alone);
    run();
  }
  EXPECT_TRUE(write_error_);
  EXPECT_EQ(socket_->held_bytes(), 0U);
}

TEST_F(JoiningSocketTest, FlushesWhatWaitsOnceThePeerReads) {
  const auto texts = texts_of(std::vector<std::size_t>(20'000, 1'000));
  write_all(texts);
  context_.restart();
  while (context_.poll() > 0) {
  }
  ASSERT_GT(socket_->waiting_bytes(), 0U);
  bool flushed = false;
  socket_->async_flush([&](error_code error) { flushed = !error; });
  while (context_.poll() > 0) {
  }
  EXPECT_FALSE(flushed);
  std::string seen(joined(texts).size(), '\0');
  asio::async_read(peer_, asio::buffer(seen), [](error_code error, std::size_t) { EXPECT_FALSE(error); });
  run();
  EXPECT_TRUE(flushed);
}

TEST_F(JoiningSocketTest, FlushesAtOnceWhenThePeerHasRoom) {
  const auto texts = texts_of({100});
  std::string seen;
  asio::async_write(*socket_, asio::buffer(texts[0]), [&](error_code, std::size_t) {
    socket_->async_flush([&](error_code error) {
      EXPECT_FALSE(error);
      seen = received(100);
    });
  });
  run();
  EXPECT_EQ(seen, texts[0]);
}

}  // namespace
}  // namespace framewright::net
