// What an HTTP connection may not do: too much, too slowly, or two things at once.
#include <atomic>
#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "tests/net/http_fixture.hpp"

namespace framewright::net {
namespace {

using namespace std::chrono_literals;

class HttpLimits : public HttpFixture {
 protected:
  HttpLimits() {
    router.add("GET", "/hello", "hello",
               [](Exchange&) -> Awaitable<Response> { co_return text_response("text/plain", "hello"); });
    router.add("POST", "/echo", "echo", [](Exchange& exchange) -> Awaitable<Response> {
      auto text = co_await read_text(exchange.body);
      if (!text) co_return problem(text.error());
      co_return text_response("text/plain", std::move(*text));
    });
  }

  /// What the server answers to `bytes` on a connection of its own, which must then be closed.
  int status_of(std::string_view bytes) {
    auto one = client();
    const auto status = one.ask(bytes).status;
    one.shutdown_send();
    EXPECT_TRUE(one.closed());
    return status;
  }
};

TEST_F(HttpLimits, RefusesAHeaderThatIsTooLarge) {
  start();
  EXPECT_EQ(status_of(request_text("GET", "/hello", "", "X-Big: " + std::string(17 << 10, 'a') + "\r\n")),
            431);
}

TEST_F(HttpLimits, TakesAHeaderJustBelowTheLimit) {
  start();
  EXPECT_EQ(
      client().ask(request_text("GET", "/hello", "", "X-Big: " + std::string(15 << 10, 'a') + "\r\n")).status,
      200);
}

TEST_F(HttpLimits, CountsTheRequestLineAndTheFieldsTogether) {
  start();
  constexpr std::size_t kLimit = 16 << 10;
  for (const std::size_t in_line : {std::size_t{0}, kLimit / 2}) {
    const auto head = "GET /hello?" + std::string(in_line, 'a') + " HTTP/1.1\r\nHost: x\r\nX: ";
    const auto room = kLimit - head.size() - 4;
    EXPECT_EQ(status_of(head + std::string(room, 'a') + "\r\n\r\n"), 200) << in_line;
    EXPECT_EQ(status_of(head + std::string(room + 1, 'a') + "\r\n\r\n"), 431) << in_line;
  }
}

TEST_F(HttpLimits, RefusesAnEndlessHeaderLine) {
  start();
  EXPECT_EQ(status_of("GET /" + std::string(20 << 10, 'a')), 431);
}

TEST_F(HttpLimits, RefusesWhatIsNotHttp) {
  start();
  EXPECT_EQ(status_of("\x16\x03\x01\x02garbage\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET /hello HTTP/9.9\r\nHost: x\r\n\r\n"), 505);
  EXPECT_EQ(status_of("GET /hello HTTP/1.1\r\nHost : x\r\n\r\n"), 400);
}

TEST_F(HttpLimits, WantsExactlyOneHost) {
  start();
  EXPECT_EQ(status_of("GET /hello HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  for (const auto* host : {"a b", "a/b", "u@a", "a?", "<a>", "a\\b"}) {
    EXPECT_EQ(status_of(std::string("GET /hello HTTP/1.1\r\nHost: ") + host + "\r\n\r\n"), 400) << host;
  }
  for (const auto* host : {"", "a.b:80", "[::1]:8080", "xn--a_b~.", "%C3%A9"}) {
    EXPECT_EQ(status_of(std::string("GET /hello HTTP/1.1\r\nHost: ") + host + "\r\n\r\n"), 200) << host;
  }
}

TEST_F(HttpLimits, RefusesRequestsThatCouldBeReadTwoWays) {
  start();
  const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\n";
  EXPECT_EQ(status_of(head + "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde"), 400);
  EXPECT_EQ(status_of(head + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"), 400);
  EXPECT_EQ(status_of(head + "Content-Length: 3, 3\r\n\r\nabc"), 400);
  EXPECT_EQ(status_of(head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(status_of(head + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(status_of(head + "Content-Length: -1\r\n\r\n"), 400);
  EXPECT_EQ(status_of(head + "Content-Length: 0x3\r\n\r\nabc"), 400);
  EXPECT_EQ(status_of(head + "Content-Length: 99999999999999999999\r\n\r\n"), 400);
}

TEST_F(HttpLimits, RefusesTransferCodingsThatItDoesNotKnow) {
  start();
  const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\n";
  EXPECT_EQ(status_of(head + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 501);
  EXPECT_EQ(status_of(head + "Transfer-Encoding: identity\r\n\r\n"), 501);
  EXPECT_EQ(status_of("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
}

TEST_F(HttpLimits, EndsAHeaderThatArrivesTooSlowly) {
  auto front = make_front();
  front->reader.header_timeout = 50ms;
  start(std::move(front));
  auto one = client();
  one.send("GET /hello HT");
  EXPECT_EQ(one.read().status, 408);
}

TEST_F(HttpLimits, ClosesASilentConnectionWithoutAWord) {
  auto front = make_front();
  front->reader.header_timeout = 50ms;
  start(std::move(front));
  EXPECT_TRUE(client().closed());
}

TEST_F(HttpLimits, ClosesAnIdleConnection) {
  auto front = make_front();
  front->reader.keep_alive_timeout = 50ms;
  start(std::move(front));
  auto one = client();
  EXPECT_EQ(one.ask(request_text("GET", "/hello")).status, 200);
  EXPECT_TRUE(one.closed());
}

TEST_F(HttpLimits, EndsABodyThatStopsArriving) {
  auto front = make_front();
  front->reader.body_timeout = 50ms;
  start(std::move(front));
  auto one = client();
  const auto response = one.ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(response.status, 504);
  EXPECT_EQ(response.headers.at("connection"), "close");
}

TEST_F(HttpLimits, EndsABodyThatComesByteByByte) {
  auto front = make_front();
  front->reader.body_timeout = 200ms;
  start(std::move(front));
  for (const auto* coding :
       {"Content-Length: 1000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nF4240\r\n"}) {
    auto one = client();
    one.send(std::string("POST /echo HTTP/1.1\r\nHost: x\r\n") + coding);
    std::atomic<bool> answered = false;
    std::thread sender([&] {
      while (!answered && one.send("x"))
        std::this_thread::sleep_for(10ms);  // The slowness is what is tested.
    });
    EXPECT_EQ(one.read().status, 504) << coding;
    answered = true;
    sender.join();
  }
}

TEST_F(HttpLimits, TakesALongBodyThatComesFastEnough) {
  auto front = make_front();
  front->reader.body_timeout = 200ms;
  start(std::move(front));
  auto one = client();
  one.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 327680\r\n\r\n");
  for (int i = 0; i < 40; ++i) {  // Twice as long as the patience, 8 KiB at a time.
    one.send(std::string(8192, 'x'));
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_EQ(one.read().status, 200);
}

TEST_F(HttpLimits, EndsAConnectionWhoseClientDoesNotRead) {
  router.add("GET", "/endless", "endless", [](Exchange&) -> Awaitable<Response> {
    Response response;
    response.body = StreamBody([](BodyWriter& writer, Client&) -> Awaitable<void> {
      const std::string piece(1 << 20, 'x');
      while (co_await writer.write(piece)) {
      }
    });
    co_return response;
  });
  auto front = make_front();
  front->write_patience = 50ms;
  std::promise<int> logged;
  front->log = [&](const AccessEntry& entry) { logged.set_value(entry.status); };
  start(std::move(front));
  auto one = client();
  one.send(request_text("GET", "/endless"));
  EXPECT_EQ(logged.get_future().get(), 200);
}

TEST_F(HttpLimits, TellsConnectionsBeyondTheLimitThatItIsOverloaded) {
  ListenOptions options;
  options.connections = 1;
  start(make_front(), options);
  auto first = client();
  EXPECT_EQ(first.ask(request_text("GET", "/hello")).status, 200);
  auto second = client();
  const auto refused = second.ask(request_text("GET", "/hello"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_TRUE(second.closed());
  EXPECT_EQ(first.ask(request_text("GET", "/hello")).status, 200);
}

}  // namespace
}  // namespace framewright::net
