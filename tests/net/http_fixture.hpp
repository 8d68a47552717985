// A real server on a free port, with a router that the test fills.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "net/http_server.hpp"
#include "tests/net/raw_client.hpp"

namespace framewright::net {

/// Reads the whole body into a string.
inline Awaitable<engine::Result<std::string>> read_text(BodySource& body) {
  std::string text;
  std::vector<std::uint8_t> piece(4096);
  while (true) {
    const auto count = co_await body.read_some(piece);
    if (!count) co_return engine::unexpected(count.error());
    if (*count == 0) co_return text;
    text.append(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(*count));
  }
}

class HttpFixture : public ::testing::Test {
 protected:
  ~HttpFixture() override { stop(); }

  std::unique_ptr<HttpFront> make_front() {
    return std::unique_ptr<HttpFront>(new HttpFront{router, pool, metrics});
  }
  void start(std::unique_ptr<HttpFront> front, ListenOptions options = {}) {
    options.port = 0;
    auto started = HttpServer::start(options, std::move(front));
    ASSERT_TRUE(started) << started.error().detail;
    server = std::move(*started);
  }
  void start() { start(make_front()); }
  RawClient client() const { return RawClient(server->port()); }
  void stop() {
    if (server) server->stop(std::chrono::steady_clock::now());
    pool.stop();
    server.reset();
  }

  Router router;
  BlockingPool pool{2, 64};
  engine::SilentMetrics metrics;
  std::unique_ptr<HttpServer> server;
};

}  // namespace framewright::net
