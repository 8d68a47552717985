// RFC 9457 problem documents.
#pragma once

#include <string>
#include <string_view>

#include "engine/error.hpp"

namespace framewright::net {

/// What a problem document says beside the error itself.
struct ProblemContext {
  int status = 500;
  std::string_view request_id;
  std::string_view trace_id;
};

/// `{"type","title","status","detail","code","request_id","trace_id","errors":[{"field","message"}]}`.
/// Text that is not UTF-8 is shown with replacement characters.
std::string problem_json(const engine::Error& error, const ProblemContext& context);

/// Seconds for `Retry-After`, for the codes that have one; 0 for the others.
int retry_after_s(engine::ErrorCode code) noexcept;

}  // namespace framewright::net
