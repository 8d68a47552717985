// Which web pages may talk to this server: the same origin always, others by an allow-list.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace framewright::net {

/// The rule for CORS and for WebSocket upgrades.
///
/// Threads   immutable.
class OriginPolicy {
 public:
  /// `allowed` holds origins as browsers send them ("https://app.example"), compared without regard to case
  /// and default ports; "*" allows every origin.
  explicit OriginPolicy(std::vector<std::string> allowed);

  /// `origin` is the Origin header ("" where the client sent none: not a browser, allowed); `host` the Host
  /// header.
  bool allows(std::string_view origin, std::string_view host) const;

 private:
  std::vector<std::string> allowed_;
  bool any_ = false;
};

}  // namespace framewright::net
