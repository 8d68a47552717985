#include "engine/error.hpp"

#include "engine/check.hpp"

namespace framewright::engine {

std::array<ErrorCode, kErrorCodeCount> all_error_codes() noexcept {
  std::array<ErrorCode, kErrorCodeCount> codes{};
  for (std::size_t i = 0; i < kErrorCodeCount; ++i) codes[i] = static_cast<ErrorCode>(i);
  return codes;
}

ErrorMapping mapping_of(ErrorCode code) noexcept {
  // gRPC numbers: google.rpc.Code. Close codes: RFC 6455 section 7.4.1, registered by IANA.
  switch (code) {
    case ErrorCode::InvalidArgument: return {"invalid_argument", "Invalid argument", 400, 3, 1008};
    case ErrorCode::InvalidPipeline: return {"invalid_pipeline", "Invalid pipeline", 400, 3, 1008};
    case ErrorCode::UnknownFilter: return {"unknown_filter", "Unknown filter", 400, 3, 1008};
    case ErrorCode::UnsupportedMedia: return {"unsupported_media", "Unsupported media", 415, 3, 1003};
    case ErrorCode::CorruptMedia: return {"corrupt_media", "Corrupt media", 422, 3, 1007};
    case ErrorCode::ImageTooLarge: return {"image_too_large", "Image too large", 413, 8, 1009};
    case ErrorCode::BodyTooLarge: return {"body_too_large", "Body too large", 413, 8, 1009};
    case ErrorCode::Unauthenticated: return {"unauthenticated", "Not authenticated", 401, 16, 1008};
    case ErrorCode::PermissionDenied: return {"permission_denied", "Permission denied", 403, 7, 1008};
    case ErrorCode::NotFound: return {"not_found", "Not found", 404, 5, 1008};
    case ErrorCode::MethodNotAllowed: return {"method_not_allowed", "Method not allowed", 405, 12, 1008};
    case ErrorCode::Conflict: return {"conflict", "Conflict", 409, 10, 1008};
    case ErrorCode::NotReady: return {"not_ready", "Not ready", 409, 9, 1013};
    case ErrorCode::RateLimited: return {"rate_limited", "Too many requests", 429, 8, 1008};
    case ErrorCode::AcceleratorUnavailable:
      return {"accelerator_unavailable", "Accelerator unavailable", 503, 14, 1013};
    case ErrorCode::Overloaded: return {"overloaded", "Overloaded", 503, 8, 1013};
    case ErrorCode::Draining: return {"draining", "Draining", 503, 14, 1001};
    case ErrorCode::Timeout: return {"timeout", "Timeout", 504, 4, 1008};
    case ErrorCode::Cancelled: return {"cancelled", "Cancelled", 499, 1, 1000};
    case ErrorCode::Internal: return {"internal", "Internal error", 500, 13, 1011};
  }
  check_failed("an ErrorCode outside its list", __FILE__, __LINE__);
}

}  // namespace framewright::engine
