#include "net/http_session.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/engine/kept_spans.hpp"
#include "tests/net/http_fixture.hpp"

namespace framewright::net {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

class HttpSession : public HttpFixture {
 protected:
  HttpSession() {
    router.add("GET", "/hello", "hello",
               [](Exchange&) -> Awaitable<Response> { co_return text_response("text/plain", "hello"); });
    router.add("GET", "/names/{name}", "names", [](Exchange& exchange) -> Awaitable<Response> {
      co_return text_response("text/plain", exchange.request.captures.at(0));
    });
    router.add("POST", "/echo", "echo", [](Exchange& exchange) -> Awaitable<Response> {
      auto text = co_await read_text(exchange.body);
      if (!text) co_return problem(text.error());
      co_return text_response("text/plain", std::move(*text));
    });
    router.add("POST", "/refuse", "refuse", [](Exchange&) -> Awaitable<Response> {
      co_return problem({engine::ErrorCode::BodyTooLarge, "too much"});
    });
    router.add("GET", "/throws", "throws", [](Exchange&) -> Awaitable<Response> {
      throw std::runtime_error("a bug");
      co_return Response{};
    });
    router.add_always("GET", "/health", "health", [](Exchange&) -> Awaitable<Response> {
      co_return text_response("text/plain", "fine");
    });
  }
};

TEST_F(HttpSession, AnswersManyRequestsOnOneConnection) {
  start();
  auto one = client();
  for (int i = 0; i < 3; ++i) {
    const auto response = one.ask(request_text("GET", "/hello"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "hello");
  }
}

TEST_F(HttpSession, AnswersPipelinedRequestsInTheirOrder) {
  start();
  auto one = client();
  one.send(request_text("GET", "/names/a") + request_text("POST", "/echo", "b") +
           request_text("GET", "/names/c"));
  EXPECT_EQ(one.read().body, "a");
  EXPECT_EQ(one.read().body, "b");
  EXPECT_EQ(one.read().body, "c");
}

TEST_F(HttpSession, ReadsARequestThatArrivesByteByByte) {
  start();
  auto one = client();
  for (const char c : request_text("POST", "/echo", "slow")) one.send({&c, 1});
  EXPECT_EQ(one.read().body, "slow");
}

TEST_F(HttpSession, ReadsChunkedBodiesWithExtensionsAndTrailers) {
  start();
  auto one = client();
  const auto response = one.ask(
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4;name=value\r\nWiki\r\n5\r\npedia\r\n0\r\nTrailer: t\r\n\r\n");
  EXPECT_EQ(response.body, "Wikipedia");
  EXPECT_EQ(one.ask(request_text("GET", "/hello")).status, 200)
      << "the connection goes on behind the trailers";
}

TEST_F(HttpSession, ReadsALargeChunkedBodyInOneChunk) {
  start();
  const std::string body(300'000, 'x');
  auto one = client();
  const auto response =
      one.ask("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n493e0\r\n" + body +
              "\r\n0\r\n\r\n");
  EXPECT_EQ(response.body, body);
}

TEST_F(HttpSession, RefusesABrokenChunk) {
  start();
  auto one = client();
  const auto response =
      one.ask("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.headers.at("connection"), "close");
}

TEST_F(HttpSession, SaysContinueOnlyWhenTheBodyIsWanted) {
  start();
  auto wanted = client();
  wanted.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(wanted.read().status, 100);
  EXPECT_EQ(wanted.ask("ab").body, "ab");

  auto unwanted = client();
  const auto refusal =
      unwanted.ask("POST /refuse HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(refusal.status, 413);
}

TEST_F(HttpSession, PassesOverEmptyLinesBeforeARequest) {
  start();
  auto one = client();
  EXPECT_EQ(one.ask("\r\n" + request_text("POST", "/echo", "abc") + "\r\n").status, 200);
  EXPECT_EQ(one.ask("\r\n\r\n" + request_text("GET", "/hello")).status, 200);
  one.send("\r");
  EXPECT_EQ(one.ask("\n" + request_text("GET", "/hello")).status, 200);
}

TEST_F(HttpSession, HearsNoExpectationOfHttp10) {
  start();
  for (const auto* expected : {"100-continue", "miracles"}) {
    auto one = client();
    one.send(std::string("POST /echo HTTP/1.0\r\nContent-Length: 2\r\nExpect: ") + expected + "\r\n\r\nab");
    EXPECT_EQ(one.read_bytes(15), "HTTP/1.1 200 OK");
  }
}

TEST_F(HttpSession, RefusesAnExpectationThatItDoesNotKnow) {
  start();
  EXPECT_EQ(client().ask(request_text("GET", "/hello", "", "Expect: miracles\r\n")).status, 417);
}

TEST_F(HttpSession, AnswersHeadWithTheLengthAndNoBody) {
  start();
  auto one = client();
  one.send(request_text("HEAD", "/hello"));
  const auto response = one.read(true);
  EXPECT_EQ(response.headers.at("content-length"), "5");
  EXPECT_EQ(one.ask(request_text("GET", "/hello")).body, "hello");
}

TEST_F(HttpSession, ClosesWhenAskedTo) {
  start();
  auto one = client();
  const auto response = one.ask(request_text("GET", "/hello", "", "Connection: close\r\n"));
  EXPECT_EQ(response.headers.at("connection"), "close");
  EXPECT_TRUE(one.closed());
}

TEST_F(HttpSession, SpeaksHttp10) {
  start();
  auto one = client();
  EXPECT_EQ(one.ask("GET /hello HTTP/1.0\r\n\r\n").body, "hello");
  EXPECT_TRUE(one.closed());
  auto kept = client();
  EXPECT_EQ(kept.ask("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").headers.at("connection"),
            "keep-alive");
  EXPECT_EQ(kept.ask("GET /hello HTTP/1.0\r\n\r\n").status, 200);
}

TEST_F(HttpSession, TellsAnUnknownPathFromAnUnknownMethod) {
  start();
  auto one = client();
  const auto unknown = one.ask(request_text("GET", "/nothing"));
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.headers.at("content-type"), "application/problem+json");
  const auto refused = one.ask(request_text("DELETE", "/hello"));
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.headers.at("allow"), "GET, HEAD, OPTIONS");
  const auto options = one.ask(request_text("OPTIONS", "/echo"));
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.headers.at("allow"), "OPTIONS, POST");
}

TEST_F(HttpSession, DecodesPathSegmentsAfterSplittingThem) {
  start();
  auto one = client();
  EXPECT_EQ(one.ask(request_text("GET", "/names/a%2Fb%20c")).body, "a/b c");
  EXPECT_EQ(one.ask(request_text("GET", "/names/%zz")).status, 400);
  EXPECT_EQ(one.ask(request_text("GET", "/names/a%00")).status, 400);
}

TEST_F(HttpSession, NamesTheRequestInProblems) {
  start();
  const auto response = client().ask(request_text(
      "GET", "/nothing", "",
      "X-Request-Id: my-id\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"));
  const auto document = nlohmann::json::parse(response.body);
  EXPECT_EQ(document["code"], "not_found");
  EXPECT_EQ(document["status"], 404);
  EXPECT_EQ(document["request_id"], "my-id");
  EXPECT_EQ(document["trace_id"], "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(response.headers.at("x-request-id"), "my-id");
}

TEST_F(HttpSession, RecordsRequestsOfTracesThatAreRecorded) {
  engine::KeptSpans spans;
  engine::Tracer tracer{"node", 0, engine::system_clock(), spans};
  auto front = make_front();
  front->tracer = &tracer;
  start(std::move(front));
  auto one = client();
  one.ask(request_text("GET", "/names/secret?x=y"));
  one.ask(request_text("GET", "/names/secret?x=y", "",
                       "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
                       "tracestate: vendor=1\r\nX-Request-Id: my-id\r\n"));
  stop();
  ASSERT_EQ(spans.all().size(), 1U) << "the first begins a trace, and none that begins here is recorded";
  const auto span = spans.named("GET /names/{name}");
  EXPECT_EQ(engine::hex_of(span.trace), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(engine::hex_of(span.parent), "b7ad6b7169203331");
  EXPECT_EQ(span.trace_state, "vendor=1");
  EXPECT_EQ(span.kind, engine::SpanKind::Server);
  EXPECT_GE(span.ended, span.started);
  EXPECT_EQ(attribute_of(span, "url.path"), "/names/secret");
  EXPECT_EQ(attribute_of(span, "http.route"), "/names/{name}");
  EXPECT_EQ(attribute_of(span, "http.response.status_code"), "200");
  EXPECT_EQ(attribute_of(span, "framewright.request.id"), "my-id");
  EXPECT_EQ(span.error, std::nullopt);
}

TEST_F(HttpSession, BeginsTracesButNotForProbes) {
  engine::KeptSpans spans;
  engine::Tracer tracer{"node", 1, engine::system_clock(), spans};
  auto front = make_front();
  front->tracer = &tracer;
  start(std::move(front));
  auto one = client();
  one.ask(request_text("GET", "/health"));
  one.ask(request_text("GET", "/nothing"));
  one.ask(request_text("GET", "/throws"));
  stop();
  EXPECT_EQ(spans.all().size(), 2U);
  const auto nothing = spans.named("HTTP");
  EXPECT_EQ(nothing.parent, 0U);
  EXPECT_EQ(attribute_of(nothing, "error.type"), "not_found");
  EXPECT_EQ(nothing.error, std::nullopt) << "that is the client's mistake";
  EXPECT_TRUE(spans.named("GET /throws").error.has_value());
}

TEST_F(HttpSession, MakesARequestIdWhenTheClientsIsNotSane) {
  start();
  const auto response = client().ask(request_text("GET", "/hello", "", "X-Request-Id: a b\r\n"));
  EXPECT_EQ(response.headers.at("x-request-id").size(), 32u);
}

TEST_F(HttpSession, TurnsAnExceptionIntoAnInternalProblem) {
  start();
  const auto response = client().ask(request_text("GET", "/throws"));
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, HasSubstr("\"code\":\"internal\""));
}

TEST_F(HttpSession, GoesOnBehindAShortBodyThatNobodyRead) {
  start();
  auto one = client();
  EXPECT_EQ(one.ask(request_text("POST", "/refuse", std::string(1000, 'x'))).status, 413);
  EXPECT_EQ(one.ask(request_text("GET", "/hello")).status, 200);
}

TEST_F(HttpSession, LetsAClientReadTheRefusalOfABodyThatItIsStillSending) {
  start();
  auto one = client();
  ASSERT_TRUE(one.send("POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 67108864\r\n\r\n"));
  const std::string piece(1 << 20, 'x');
  for (int i = 0; i < 64; ++i) ASSERT_TRUE(one.send(piece)) << "reset after " << i << " MiB";
  const auto response = one.read();
  EXPECT_EQ(response.status, 413);
  EXPECT_TRUE(one.closed());
}

TEST_F(HttpSession, StopsReadingARefusedBodyAtItsLimit) {
  auto front = make_front();
  front->linger.bytes = 1 << 20;
  start(std::move(front));
  auto one = client();
  one.send("POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 1099511627776\r\n\r\n");
  const std::string piece(1 << 20, 'x');
  int sent = 0;
  while (one.send(piece)) ++sent;  // Ends when the server has closed: the kernel's buffers are a few MiB.
  EXPECT_LT(sent, 64);
}

TEST_F(HttpSession, TellsAPageOfAnotherOriginNothing) {
  start();
  auto one = client();
  const auto read = one.ask(request_text("GET", "/hello", "", "Origin: http://evil.example\r\n"));
  EXPECT_FALSE(read.headers.contains("access-control-allow-origin"));
  EXPECT_EQ(one.ask(request_text("POST", "/echo", "x", "Origin: http://evil.example\r\n")).status, 403);
  const auto preflight = one.ask(request_text(
      "OPTIONS", "/echo", "", "Origin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\n"));
  EXPECT_FALSE(preflight.headers.contains("access-control-allow-methods"));
}

TEST_F(HttpSession, LetsPagesOfAnAllowedOriginIn) {
  auto front = make_front();
  front->origins = OriginPolicy({"https://app.example"});
  start(std::move(front));
  auto one = client();
  const auto preflight =
      one.ask(request_text("OPTIONS", "/echo", "",
                           "Origin: https://app.example\r\nAccess-Control-Request-Method: POST\r\n"
                           "Access-Control-Request-Headers: content-type\r\n"));
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.headers.at("access-control-allow-headers"), "content-type");
  const auto response = one.ask(request_text("POST", "/echo", "x", "Origin: https://app.example\r\n"));
  EXPECT_EQ(response.headers.at("access-control-allow-origin"), "https://app.example");
}

TEST_F(HttpSession, RefusesEncodedBodies) {
  start();
  EXPECT_EQ(client().ask(request_text("POST", "/echo", "x", "Content-Encoding: gzip\r\n")).status, 415);
}

TEST_F(HttpSession, SaysThatAnAddressSpeaksWebSocketOnly) {
  struct NoSockets final : WebSocketAcceptor {
    void accept(UpgradedConnection, UpgradeRequest) override {}
    void drain(engine::SteadyTime) override {}
  } sockets;
  auto front = make_front();
  front->websockets = &sockets;
  start(std::move(front));
  EXPECT_EQ(client().ask(request_text("GET", "/ws")).status, 426);
  EXPECT_EQ(client().ask(request_text("GET", "/ws", "", "Upgrade: websocket\r\n")).headers.at("upgrade"),
            "websocket");
  EXPECT_EQ(client().ask(request_text("POST", "/ws", "x")).headers.at("allow"), "GET, OPTIONS");
  EXPECT_EQ(client().ask(request_text("OPTIONS", "/ws")).status, 204);
  stop();
}

TEST_F(HttpSession, HandsAnUpgradeOverWithWhatFollowedIt) {
  struct Taker final : WebSocketAcceptor {
    void accept(UpgradedConnection connection, UpgradeRequest request) override {
      std::string reply(request["Sec-WebSocket-Key"]);
      reply += static_cast<const char*>(connection.leftover.data().data())[0];
      connection.socket.write_some(boost::asio::buffer(reply));
    }
    void drain(engine::SteadyTime) override {}
  } taker;
  auto front = make_front();
  front->websockets = &taker;
  start(std::move(front));
  auto one = client();
  one.send(
      "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Key: "
      "k\r\n\r\n!");
  EXPECT_EQ(one.read_bytes(2), "k!");
  EXPECT_TRUE(one.closed());
  stop();
}

}  // namespace
}  // namespace framewright::net
