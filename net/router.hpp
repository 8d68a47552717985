// The Router finds the handler for a method and a path.
//
// Threads   filled at start, then only read, by any number of threads.
// Lifetime  outlives every server that uses it.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/http_exchange.hpp"

namespace framewright::net {

struct Route {
  std::string method;
  std::vector<std::string> pattern;  ///< segments; "{...}" matches any one
  std::string name;                  ///< a short fixed name, for metrics and logs
  bool while_draining = false;       ///< answered even while the server drains: health and metrics
  Handler handler;
};

/// What the router says about a path that it does not serve.
struct NoRoute {
  std::string allow;  ///< methods that the path has, comma-separated; "" where there is no such path
};

struct RouteMatch {
  const Route* route = nullptr;
  std::vector<std::string> captures;
};

class Router {
 public:
  /// `pattern` as "/api/v1/jobs/{id}/events". Of two patterns that match, the one added first wins.
  void add(std::string method, std::string_view pattern, std::string name, Handler handler);
  /// As add(), for what is still answered while the server drains.
  void add_always(std::string method, std::string_view pattern, std::string name, Handler handler);
  /// Answers every path that has no route of its own, whatever the method.
  void set_fallback(std::string name, Handler handler);

  /// HEAD finds what GET finds.
  std::variant<RouteMatch, NoRoute> find(std::string_view method,
                                         const std::vector<std::string>& segments) const;

 private:
  std::vector<Route> routes_;
  Route fallback_;
};

}  // namespace framewright::net
