// The closed list of error codes and what each is called in every protocol.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace framewright::engine {

enum class ErrorCode : std::uint8_t {
  InvalidArgument,
  InvalidPipeline,
  UnknownFilter,
  UnsupportedMedia,
  CorruptMedia,
  ImageTooLarge,
  BodyTooLarge,
  Unauthenticated,
  PermissionDenied,
  NotFound,
  MethodNotAllowed,
  Conflict,
  NotReady,
  RateLimited,
  AcceleratorUnavailable,
  Overloaded,
  Draining,
  Timeout,
  Cancelled,
  Internal,
};

/// Every code, in the order of declaration, for tables and tests.
inline constexpr std::size_t kErrorCodeCount = 20;
std::array<ErrorCode, kErrorCodeCount> all_error_codes() noexcept;

/// How one error code appears outside.
struct ErrorMapping {
  std::string_view code;          ///< name on the wire, snake_case
  std::string_view title;         ///< short, the same for every occurrence (RFC 9457 `title`)
  std::uint16_t http_status;      ///< 499 for cancelled, as nginx has it
  std::uint8_t grpc_status;       ///< canonical gRPC status number
  std::uint16_t websocket_close;  ///< close code where the error ends a connection (RFC 6455)
};

/// The one table. Its switch has no default, so that a new code does not compile without a row.
ErrorMapping mapping_of(ErrorCode code) noexcept;
inline std::string_view to_string(ErrorCode code) noexcept { return mapping_of(code).code; }

/// One wrong field of a request: `field` as a path ("pipeline[2].sigma"), `message` with what is accepted.
struct FieldError {
  std::string field;
  std::string message;
  bool operator==(const FieldError&) const = default;
};

/// What went wrong: the code, one sentence that names who, what and how much, and the fields if there are
/// any.
struct Error {
  ErrorCode code = ErrorCode::Internal;
  std::string detail;
  std::vector<FieldError> fields = {};
};

}  // namespace framewright::engine
