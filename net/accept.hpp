// What a client would rather have: the Accept header (RFC 9110, section 12.5.1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/headers.hpp"

namespace framewright::net {

class Accept {
 public:
  /// Of all Accept fields together. Ranges that are not understood count for nothing.
  explicit Accept(const Headers& headers);

  /// What the most specific range that covers `media_type` says, in thousandths: 0 where the client does not
  /// want it, 1000 where it says nothing of what it wants.
  int weight_of(std::string_view media_type) const noexcept;
  /// The most that a range says which begins with `start`, as "image/": 0 where none does, so that `*/*` asks
  /// for nothing in particular.
  int weight_named(std::string_view start) const noexcept;

 private:
  struct Range {
    std::string type;  ///< in lower case
    int weight = 1000;
  };
  std::vector<Range> ranges_;
};

}  // namespace framewright::net
