#include "net/http_session.hpp"

#include <exception>
#include <optional>

#include "net/cors.hpp"
#include "net/http_span.hpp"

namespace framewright::net {

using engine::ErrorCode;
using std::chrono::steady_clock;

HttpSession::HttpSession(std::shared_ptr<Connection> connection, HttpFront& front, SessionSet& peers,
                         Admission admission)
    : connection_(std::move(connection)),
      front_(front),
      peers_(peers),
      admission_(admission),
      reader_(*connection_, front.reader) {
  peers_.insert(this);
  front_.metrics.connections_changed("http", 1);
}

HttpSession::~HttpSession() {
  front_.metrics.connections_changed("http", -1);
  peers_.erase(this);
}

void HttpSession::drain() {
  connection_->tell_drain();
  if (reader_.idle()) connection_->close();
}

Awaitable<void> HttpSession::run() {
  const auto self = shared_from_this();
  auto next = Next::Request;
  while (next == Next::Request) next = co_await serve_one();
  if (next == Next::Linger) co_await connection_->linger(front_.linger);
}

Awaitable<HttpSession::Next> HttpSession::serve_one() {
  route_ = nullptr;
  if (front_.draining && reader_.buffered_bytes() == 0 && served_any_) co_return Next::Closed;
  served_any_ = true;
  HeadOutcome outcome = co_await reader_.read_head();
  switch (outcome.state) {
    case HeadState::Closed: co_return Next::Closed;
    case HeadState::Refused: co_return co_await refuse(outcome);
    case HeadState::Complete: break;
  }
  co_return co_await answer(outcome.head);
}

Awaitable<HttpSession::Next> HttpSession::refuse(HeadOutcome& outcome) {
  auto& request = outcome.head.request;
  if (request.request_id.empty()) {
    request.request_id = read_request_id(request.headers);
    request.trace = read_trace_context(request.headers);
  }
  outcome.head.keep_alive = false;
  co_await finish(outcome.head, std::move(outcome.refusal), steady_clock::now());
  co_return Next::Linger;  // Where the request ends is unknown, so the client may still be sending.
}

Awaitable<HttpSession::Next> HttpSession::answer(RequestHead& head) {
  const auto started = steady_clock::now();
  Response response;
  auto target = parse_target(head.target);
  if (target) {
    head.request.segments = std::move(target->segments);
    head.request.query = std::move(target->query);
    const bool is_websocket = head.wants_websocket && names_websockets(head.request);
    if (is_websocket && admission_ == Admission::Served && !front_.draining) {
      hand_over();
      co_return Next::Closed;
    }
    response = co_await respond(head);
  } else {
    response = problem(std::move(target).error());
  }
  co_return co_await finish(head, std::move(response), started);
}

Awaitable<Response> HttpSession::respond(RequestHead& head) {
  auto& request = head.request;
  auto found = names_websockets(request) ? NoRoute{"GET, OPTIONS"}
                                         : front_.router.find(request.method, request.segments);
  auto* match = std::get_if<RouteMatch>(&found);
  if (match != nullptr) route_ = match->route;
  if (front_.tracer != nullptr) begin_trace(*front_.tracer, route_, request.trace);
  if (auto refusal = refusal_before_handler(request, route_)) co_return std::move(*refusal);
  if (match == nullptr) co_return not_routed(request, std::get<NoRoute>(found));
  request.captures = std::move(match->captures);
  co_return co_await call(match->route->handler, request);
}

bool HttpSession::names_websockets(const Request& request) const {
  return front_.websockets != nullptr && request.segments == std::vector<std::string>{"ws"};
}

Awaitable<Response> HttpSession::call(const Handler& handler, Request& request) {
  Exchange exchange{request, reader_, *connection_};
  // The last line of defence: a handler that lets an exception out has a bug, and costs one request.
  try {
    co_return co_await handler(exchange);
  } catch (const std::exception& thrown) {
    co_return problem({ErrorCode::Internal, std::string("the handler failed: ") + thrown.what()});
  }
}

std::optional<Response> HttpSession::refusal_before_handler(const Request& request,
                                                            const Route* route) const {
  if (admission_ == Admission::Refused) {
    return problem({ErrorCode::Overloaded, "the server has as many connections as it takes"});
  }
  const bool always = route != nullptr && route->while_draining;
  if (front_.draining && !always) return problem({ErrorCode::Draining, "the server is shutting down"});
  if (auto preflight = answer_preflight(front_.origins, request)) return preflight;
  if (auto refusal = refuse_foreign_write(front_.origins, request)) return refusal;
  const auto coding = request.headers.get("Content-Encoding");
  if (!coding.empty() && !equal_ignoring_case(coding, "identity")) {
    return problem({ErrorCode::UnsupportedMedia, "request bodies with a Content-Encoding are not taken"});
  }
  return std::nullopt;
}

Response HttpSession::not_routed(const Request& request, const NoRoute& no_route) const {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (reads && names_websockets(request)) {
    auto response = problem({ErrorCode::InvalidArgument, "this address speaks WebSocket only"}, 426);
    response.headers.add("Upgrade", "websocket");
    return response;
  }
  if (request.method == "OPTIONS" && request.segments.empty())
    return other_method(request, "GET, HEAD, POST, DELETE, OPTIONS");
  if (!no_route.allow.empty()) return other_method(request, no_route.allow);
  return problem({ErrorCode::NotFound, "there is nothing at this address"});
}

void HttpSession::add_shared_headers(const Request& request, Response& response) const {
  response.headers.set("X-Request-Id", request.request_id);
  add_cors_headers(front_.origins, request, response);
}

Awaitable<HttpSession::Next> HttpSession::finish(const RequestHead& head, Response&& response,
                                                 engine::SteadyTime started) {
  connection_->on_gone({});
  add_shared_headers(head.request, response);
  std::optional<engine::Error> told;
  if (const auto* error = std::get_if<engine::Error>(&response.body)) {
    told = *error;
    front_.metrics.error(error->code, handler_name());
  }
  // A long body that the handler did not want would have to be read before the next request: closing is
  // cheaper.
  const bool body_done = co_await reader_.skip_short_rest();
  WriteOptions options;
  options.head_only = head.request.method == "HEAD";
  options.http_1_0 = head.http_1_0;
  options.patience = front_.write_patience;
  options.keep_alive = head.keep_alive && body_done && !front_.draining && admission_ == Admission::Served;

  ResponseWriter writer(*connection_, front_.pool);
  const Written written = co_await writer.write(std::move(response), head.request, options);
  const auto total = steady_clock::now() - started;
  front_.metrics.http_request(handler_name(), written.status, total);
  note({.request = head.request,
        .target = head.target,
        .handler = handler_name(),
        .status = written.status,
        .body_bytes = written.body_bytes,
        .error = told ? &*told : nullptr,
        .total = total,
        .route = route_},
       started);
  if (written.keep_alive) co_return Next::Request;
  co_return body_done ? Next::Closed : Next::Linger;
}

void HttpSession::note(const AccessEntry& exchange, engine::SteadyTime started) const {
  if (front_.log) front_.log(exchange);
  if (front_.tracer != nullptr && exchange.request.trace.sampled) {
    front_.tracer->record(http_span(exchange, started));
  }
}

void HttpSession::hand_over() {
  UpgradedConnection upgraded{std::move(connection_->socket()), reader_.take_leftover(),
                              connection_->take_ticket()};
  front_.websockets->accept(std::move(upgraded), reader_.take_upgrade());
}

}  // namespace framewright::net
