// The reference for WebSocket measurements: as little server as Boost.Beast needs to send a message back.
//
// usage: ws_echo PORT THREADS      (port 0 picks a free one)
//
// One io context for each thread; connections are dealt out in turn, so that no connection needs a lock.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

class Echo : public std::enable_shared_from_this<Echo> {
 public:
  explicit Echo(tcp::socket socket) : stream_(std::move(socket)) {}

  void start() {
    stream_.next_layer().set_option(tcp::no_delay(true));
    stream_.read_message_max(64 << 20);
    stream_.auto_fragment(false);
    stream_.binary(true);
    stream_.async_accept([self = shared_from_this()](error_code error) {
      if (!error) self->read();
    });
  }

 private:
  void read() {
    stream_.async_read(buffer_, [self = shared_from_this()](error_code error, std::size_t) {
      if (!error) self->write();
    });
  }
  void write() {
    stream_.async_write(buffer_.data(), [self = shared_from_this()](error_code error, std::size_t) {
      self->buffer_.clear();
      if (!error) self->read();
    });
  }

  websocket::stream<tcp::socket, false> stream_;
  beast::flat_buffer buffer_;
};

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::fprintf(stderr, "usage: ws_echo PORT THREADS\n");
    return 2;
  }
  const auto thread_count = static_cast<std::size_t>(std::max(1, std::atoi(words[2])));
  std::vector<std::unique_ptr<asio::io_context>> contexts;
  std::vector<asio::executor_work_guard<asio::io_context::executor_type>> guards;
  for (std::size_t i = 0; i < thread_count; ++i) {
    contexts.push_back(std::make_unique<asio::io_context>(1));
    guards.push_back(asio::make_work_guard(*contexts.back()));
  }
  const auto port = static_cast<asio::ip::port_type>(std::atoi(words[1]));
  tcp::acceptor acceptor(*contexts[0], {asio::ip::address_v4::loopback(), port});
  acceptor.listen(4096);
  std::printf("listening ws=127.0.0.1:%d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  std::size_t next = 0;
  std::function<void()> accept = [&] {
    auto& context = *contexts[next++ % thread_count];
    acceptor.async_accept(context, [&](error_code error, tcp::socket socket) {
      if (!error) asio::post(context, [echo = std::make_shared<Echo>(std::move(socket))] { echo->start(); });
      accept();
    });
  };
  accept();
  std::vector<std::thread> threads;
  for (auto& context : contexts) threads.emplace_back([&context] { context->run(); });
  for (auto& thread : threads) thread.join();
}
