// One HTTP exchange as handlers see it: a request, its body, whoever sent it, and the response. No Beast
// here.
//
// Threads   a handler runs on the io thread of its connection; whatever blocks goes through a BlockingPool.
// Lifetime  an Exchange lives until its response has been written.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/frame.hpp"
#include "engine/result.hpp"
#include "net/headers.hpp"
#include "net/target.hpp"
#include "net/trace_context.hpp"

namespace framewright::net {

// Two rules for coroutines, which g++ 12 compiles wrongly otherwise: `co_await` stands alone, on the right of
// an initialisation or behind co_return (within `a && co_await b` the frame's own variables are overwritten);
// and what an awaited call is given are references to named variables or plain values (temporaries are
// destroyed twice).
template <class T>
using Awaitable = boost::asio::awaitable<T>;

struct Request {
  std::string method;
  std::vector<std::string> segments;  ///< of the path, percent-decoded
  QueryParameters query;
  std::vector<std::string> captures;  ///< what the {braces} of the route's pattern matched, in their order
  Headers headers;
  std::string request_id;
  TraceContext trace;
};

/// The body of a request, read by its handler as far as it wants.
class BodySource {
 public:
  virtual ~BodySource() = default;

  /// Its size where the client declared it; none for a chunked body.
  virtual std::optional<std::uint64_t> declared_bytes() const = 0;

  /// Reads at least one byte into `into`; 0 at the end of the body. The bytes go from the socket to `into`.
  ///
  /// Errors   Timeout (the client sent nothing for too long), Cancelled (it went away), InvalidArgument (bad
  ///          chunk).
  virtual Awaitable<engine::Result<std::size_t>> read_some(std::span<std::uint8_t> into) = 0;
};

/// Whoever waits for the response.
class Client {
 public:
  virtual ~Client() = default;
  /// Calls `gone` once, on the io thread, when the client closes its connection before the response is
  /// written. An empty function ends the interest.
  virtual void on_gone(std::function<void()> gone) = 0;
  /// Calls `drain` once, on the io thread, when the server begins to drain: for responses without an end of
  /// their own.
  virtual void on_drain(std::function<void()> drain) = 0;
};

/// Writes a response body of unknown length, piece by piece.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;
  /// False when the client went away or reads nothing: the producer returns.
  virtual Awaitable<bool> write(std::string_view piece) = 0;
};

/// A piece of a file.
struct FileSlice {
  std::filesystem::path path;
  std::uint64_t offset_bytes = 0;
  std::uint64_t size_bytes = 0;
};

/// Produces a body for as long as it likes. Sent chunked.
using StreamBody = std::function<Awaitable<void>(BodyWriter&, Client&)>;

/// What a response carries. An Error becomes an RFC 9457 problem document.
using ResponseBody =
    std::variant<std::monostate, std::string, engine::EncodedFrame, FileSlice, StreamBody, engine::Error>;

struct Response {
  int status = 200;
  Headers headers;
  ResponseBody body;
};

struct Exchange {
  const Request& request;
  BodySource& body;
  Client& client;
};

/// A handler answers with a response or a problem; it lets no exception out.
using Handler = std::function<Awaitable<Response>(Exchange&)>;

/// The problem document for `error`, with the status of the one error table, or with `status` where HTTP
/// itself has a more exact one (408, 416, 431, ...).
Response problem(engine::Error error, std::optional<int> status = std::nullopt);

/// For a request of none of the methods in `allow`: what there are, for OPTIONS, and a problem for all
/// others.
Response other_method(const Request& request, const std::string& allow);

/// A response whose body is `text`, of that media type.
Response text_response(std::string_view media_type, std::string text, int status = 200);

}  // namespace framewright::net
