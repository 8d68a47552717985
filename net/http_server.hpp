// The HttpServer listens and deals connections out to its io threads in turn: each connection lives on one
// thread, so that no connection needs a lock.
//
// Threads   start(), stop() and the destructor belong to one thread of the program.
// Lifetime  what the sessions were given (router, pool, services) outlives the server. stop() ends every
//           session; whoever posts to the io threads (the pool, the actors) ends after stop() and before the
//           destructor.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/result.hpp"
#include "net/http_front.hpp"

namespace framewright::net {

struct ListenOptions {
  std::string address = "127.0.0.1";
  int port = 8080;  ///< 0 picks a free one
  int threads = 1;
  int connections =
      10'000;  ///< beyond that: 503 overloaded; beyond kMaxRefusedAtOnce of those: closed at once
};

class HttpServer {
 public:
  static constexpr int kMaxRefusedAtOnce = 64;

  /// Binds, listens and starts the io threads.
  ///
  /// Errors   InvalidArgument (address or port that cannot be listened on, with the system's reason).
  static engine::Result<std::unique_ptr<HttpServer>> start(ListenOptions options,
                                                           std::unique_ptr<HttpFront> front);
  ~HttpServer();

  int port() const noexcept;
  int open_connections() const noexcept;

  /// Stops accepting, closes idle connections, lets running exchanges finish until `deadline`, then ends the
  /// rest. Returns when no session is left. The io threads run on until the destructor: actors that live on
  /// them have still to hear that their sessions have gone.
  void stop(engine::SteadyTime deadline);

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace framewright::net
