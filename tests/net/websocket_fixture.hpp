// A WebSocketHub on a real socket and an io thread of its own, with a FakeFrameService behind it.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/beast/http/read.hpp>
#include <memory>
#include <thread>

#include "net/websocket_hub.hpp"
#include "tests/net/fake_frame_service.hpp"
#include "tests/net/websocket_client.hpp"

namespace framewright::net {

/// As much of an HTTP front as it takes to hand connections to a WebSocketAcceptor.
class UpgradeServer {
 public:
  explicit UpgradeServer(WebSocketAcceptor& acceptor) : websockets_(acceptor) {
    accept_next();
    thread_ = std::thread([this] { context_.run(); });
  }
  ~UpgradeServer() {
    context_.stop();
    thread_.join();
  }
  int port() const { return listener_.local_endpoint().port(); }

 private:
  struct Pending {
    boost::asio::ip::tcp::socket socket;
    boost::beast::flat_buffer buffer = {};
    UpgradeRequest request = {};
  };

  void accept_next() {
    listener_.async_accept([this](boost::system::error_code error, boost::asio::ip::tcp::socket socket) {
      if (error) return;
      read_request(std::make_shared<Pending>(Pending{std::move(socket)}));
      accept_next();
    });
  }
  void read_request(const std::shared_ptr<Pending>& pending) {
    boost::beast::http::async_read(pending->socket, pending->buffer, pending->request,
                                   [this, pending](boost::system::error_code error, std::size_t) {
                                     if (error) return;
                                     websockets_.accept(
                                         {std::move(pending->socket), std::move(pending->buffer), {}},
                                         std::move(pending->request));
                                   });
  }

  WebSocketAcceptor& websockets_;
  boost::asio::io_context context_{1};
  boost::asio::ip::tcp::acceptor listener_{context_, {boost::asio::ip::address_v4::loopback(), 0}};
  std::thread thread_;
};

class WebSocketFixture : public testing::Test {
 protected:
  ~WebSocketFixture() override { server.reset(); }

  /// To be called once the settings are as the test wants them.
  void start(FakeFrameService::Answers answers = FakeFrameService::Answers::AtOnce) {
    budget = std::make_unique<engine::FrameBudget>(frame_memory_bytes);
    pool = std::make_unique<engine::FramePool>(*budget);
    frames = std::make_unique<FakeFrameService>(answers);
    hub = std::make_unique<WebSocketHub>(
        SessionServices{*frames, *pool, metrics, engine::system_clock(), limits}, timeouts,
        OriginPolicy(allowed_origins));
    server = std::make_unique<UpgradeServer>(*hub);
  }
  WebSocketTestClient client() const { return WebSocketTestClient(server->port()); }
  WebSocketTestClient open_client() const {
    auto opened = client();
    EXPECT_EQ(opened.open()["type"], "welcome");
    return opened;
  }
  /// A client with stream 1 open.
  WebSocketTestClient streaming_client(const std::string& delivery, int window = 8) const {
    auto opened = open_client();
    opened.say({{"type", "open_stream"}, {"stream_id", 1}, {"delivery", delivery}, {"window", window}});
    EXPECT_EQ(opened.receive_json()["type"], "stream_opened");
    return opened;
  }
  bool sessions_come_to(int count) {
    return frames->wait_until([&] { return hub->open_sessions() == count; });
  }
  /// A session that has ended keeps its buffers until what was under way on its socket has been called off.
  bool memory_comes_back() {
    return frames->wait_until([&] { return budget->used_bytes() == 0; });
  }
  static FrameHeader jpeg_header(std::uint64_t frame_id, std::uint32_t stream_id = 1) {
    FrameHeader header;
    header.encoding = engine::ImageEncoding::Jpeg;
    header.frame_id = frame_id;
    header.stream_id = stream_id;
    return header;
  }

  WebSocketLimits limits;
  SessionTimeouts timeouts;
  std::vector<std::string> allowed_origins;
  std::uint64_t frame_memory_bytes = 256 << 20;
  engine::SilentMetrics metrics;
  std::unique_ptr<engine::FrameBudget> budget;
  std::unique_ptr<engine::FramePool> pool;
  std::unique_ptr<FakeFrameService> frames;
  std::unique_ptr<WebSocketHub> hub;
  std::unique_ptr<UpgradeServer> server;
};

}  // namespace framewright::net
