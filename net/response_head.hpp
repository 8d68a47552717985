// The bytes of a response head.
#pragma once

#include <optional>
#include <string>

#include "net/http_exchange.hpp"

namespace framewright::net {

enum class BodyFraming : std::uint8_t { None, Sized, Chunked, UntilClose };

struct HeadOptions {
  BodyFraming framing = BodyFraming::None;
  std::uint64_t body_bytes = 0;  ///< of a Sized body
  bool keep_alive = true;
  bool http_1_0 = false;  ///< keep-alive must then be said
};

std::string response_head(const Response& response, const HeadOptions& options);

}  // namespace framewright::net
