// What every session of one HTTP server shares.
//
// Threads   read by every io thread; only `draining` changes.
#pragma once

#include <atomic>
#include <functional>

#include "engine/metrics.hpp"
#include "engine/tracer.hpp"
#include "net/blocking_pool.hpp"
#include "net/connection.hpp"
#include "net/origin.hpp"
#include "net/request_reader.hpp"
#include "net/router.hpp"
#include "net/websocket_acceptor.hpp"

namespace framewright::net {

/// One finished exchange, for the access log.
struct AccessEntry {
  const Request& request;
  std::string_view target;
  std::string_view handler;
  int status = 0;
  std::uint64_t body_bytes = 0;
  const engine::Error* error = nullptr;  ///< what the answer tells, where it is a problem
  std::chrono::nanoseconds total{0};
  const Route* route = nullptr;  ///< none where nothing is at that address
};

struct HttpFront {
  // Given.
  const Router& router;
  BlockingPool& pool;
  engine::Metrics& metrics;
  WebSocketAcceptor* websockets = nullptr;  ///< none: `/ws` is not found
  OriginPolicy origins{{}};
  ReaderLimits reader = {};
  Connection::LingerLimits linger = {};
  std::chrono::milliseconds write_patience{10'000};
  std::function<void(const AccessEntry&)> log = {};  ///< called on io threads
  engine::Tracer* tracer = nullptr;                  ///< none: no trace is recorded
  // Measured.
  std::atomic<bool> draining{false};
};

}  // namespace framewright::net
