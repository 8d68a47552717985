#include "net/http_server.hpp"

#include <boost/asio/post.hpp>
#include <future>

#include "tests/net/http_fixture.hpp"

namespace framewright::net {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// A handler that tells when it was entered and waits until it is let go or its client has gone.
struct Gate {
  std::promise<void> entered;
  std::promise<void> gone;
  std::shared_ptr<Completion> open;
  boost::asio::any_io_executor executor;

  Handler handler() {
    return [this](Exchange& exchange) -> Awaitable<Response> {
      executor = co_await boost::asio::this_coro::executor;
      open = std::make_shared<Completion>(executor);
      exchange.client.on_gone([this] {
        gone.set_value();
        open->announce();
      });
      entered.set_value();
      co_await open->wait();
      open.reset();  // Its timer may not outlive the thread.
      co_return text_response("text/plain", "done");
    };
  }
  void let_go() {
    boost::asio::post(executor, [open = open] { open->announce(); });
  }
};

class HttpServer : public HttpFixture {
 protected:
  HttpServer() {
    router.add("GET", "/gate", "gate", gate.handler());
    router.add("GET", "/hello", "hello",
               [](Exchange&) -> Awaitable<Response> { co_return text_response("text/plain", "hello"); });
    router.add_always("GET", "/health", "health", [](Exchange&) -> Awaitable<Response> {
      co_return text_response("text/plain", "fine");
    });
  }
  ~HttpServer() override { stop(); }  // The server's threads use the gate.

  Gate gate;
};

TEST_F(HttpServer, SaysWhyItCannotListen) {
  start();
  ListenOptions options;
  options.port = server->port();
  const auto second = net::HttpServer::start(options, make_front());
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().detail.find(std::to_string(options.port)), std::string::npos);
  options.address = "not an address";
  EXPECT_FALSE(net::HttpServer::start(options, make_front()));
}

TEST_F(HttpServer, ServesFromSeveralThreads) {
  ListenOptions options;
  options.threads = 3;
  start(make_front(), options);
  std::vector<RawClient> clients;
  for (int i = 0; i < 7; ++i) clients.push_back(client());
  for (auto& one : clients) EXPECT_EQ(one.ask(request_text("GET", "/hello")).status, 200);
}

TEST_F(HttpServer, TellsAHandlerThatItsClientHasGone) {
  start();
  auto one = client();
  one.send(request_text("GET", "/gate"));
  gate.entered.get_future().wait();
  one.close();
  gate.gone.get_future().wait();
}

TEST_F(HttpServer, LetsARunningExchangeFinishAndRefusesTheNext) {
  start();
  auto one = client();
  one.send(request_text("GET", "/gate") + request_text("GET", "/hello"));
  gate.entered.get_future().wait();
  auto probe = client();  // Connected before the stop, since nobody can be after it.
  auto stopped = std::async(std::launch::async, [&] { server->stop(steady_clock::now() + 60s); });
  EXPECT_TRUE(probe.closed());  // Draining has begun.
  gate.let_go();
  const auto response = one.read();
  EXPECT_EQ(response.body, "done");
  EXPECT_EQ(response.headers.at("connection"), "close");
  stopped.wait();
}

TEST_F(HttpServer, ClosesIdleConnectionsWhenItStops) {
  start();
  auto one = client();
  EXPECT_EQ(one.ask(request_text("GET", "/hello")).status, 200);
  server->stop(steady_clock::now() + 60s);
  EXPECT_TRUE(one.closed());
}

TEST_F(HttpServer, RunsWhatIsPostedToItsThreadsAfterTheLastSession) {
  start();
  auto one = client();
  one.send(request_text("GET", "/gate"));
  gate.entered.get_future().wait();
  server->stop(steady_clock::now());
  std::promise<void> ran;
  boost::asio::post(gate.executor, [&ran] { ran.set_value(); });
  EXPECT_EQ(ran.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(HttpServer, EndsWhatStillRunsAtTheDeadline) {
  start();
  auto one = client();
  one.send(request_text("GET", "/gate"));
  gate.entered.get_future().wait();
  server->stop(steady_clock::now());
  gate.gone.get_future().wait();
  EXPECT_TRUE(one.closed());
  EXPECT_EQ(server->open_connections(), 0);
}

}  // namespace
}  // namespace framewright::net
