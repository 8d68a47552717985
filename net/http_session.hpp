// One HTTP/1.1 connection: its requests are read, answered and written one after the other, until it closes
// or becomes a WebSocket.
//
// Threads   belongs to the io thread of its socket.
// Lifetime  keeps itself alive until the connection ends; is in `peers` as long as it lives.
#pragma once

#include <memory>
#include <unordered_set>

#include "net/http_front.hpp"
#include "net/response_writer.hpp"

namespace framewright::net {

class HttpSession;
using SessionSet = std::unordered_set<HttpSession*>;

/// Whether a connection is served, or told that there are too many.
enum class Admission : std::uint8_t { Served, Refused };

class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(std::shared_ptr<Connection> connection, HttpFront& front, SessionSet& peers,
              Admission admission);
  ~HttpSession();
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  Awaitable<void> run();

  /// The server drains: a connection between two requests closes now, others after their response.
  void drain();
  /// The server stops now.
  void abort() { connection_->close(); }

 private:
  enum class Next : std::uint8_t { Request, Linger, Closed };

  Awaitable<Next> serve_one();
  Awaitable<Next> refuse(HeadOutcome& outcome);
  Awaitable<Next> answer(RequestHead& head);
  Awaitable<Next> finish(const RequestHead& head, Response&& response, engine::SteadyTime started);
  Awaitable<Response> respond(RequestHead& head);
  Awaitable<Response> call(const Handler& handler, Request& request);
  std::optional<Response> refusal_before_handler(const Request& request, const Route* route) const;
  bool names_websockets(const Request& request) const;
  Response not_routed(const Request& request, const NoRoute& no_route) const;
  std::string_view handler_name() const {
    if (route_ == nullptr) return "none";
    return route_->name;
  }
  void add_shared_headers(const Request& request, Response& response) const;
  void note(const AccessEntry& exchange, engine::SteadyTime started) const;
  void hand_over();

  // Given.
  const std::shared_ptr<Connection> connection_;
  HttpFront& front_;
  SessionSet& peers_;
  const Admission admission_;
  // Owned.
  RequestReader reader_;
  const Route* route_ =
      nullptr;  ///< of the current exchange; none before it is known, or where there is none
  bool served_any_ = false;
};

}  // namespace framewright::net
