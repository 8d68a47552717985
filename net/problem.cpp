#include "net/problem.hpp"

#include <nlohmann/json.hpp>

namespace framewright::net {

std::string problem_json(const engine::Error& error, const ProblemContext& context) {
  const auto mapping = engine::mapping_of(error.code);
  auto errors = nlohmann::ordered_json::array();
  for (const auto& field : error.fields)
    errors.push_back({{"field", field.field}, {"message", field.message}});
  const nlohmann::ordered_json document = {
      {"type", "urn:framewright:error:" + std::string(mapping.code)},
      {"title", mapping.title},
      {"status", context.status},
      {"detail", error.detail},
      {"code", mapping.code},
      {"request_id", context.request_id},
      {"trace_id", context.trace_id},
      {"errors", std::move(errors)},
  };
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

int retry_after_s(engine::ErrorCode code) noexcept {
  using engine::ErrorCode;
  switch (code) {
    case ErrorCode::NotReady:
    case ErrorCode::RateLimited:
    case ErrorCode::Overloaded: return 1;
    case ErrorCode::Draining: return 5;
    default: return 0;
  }
}

}  // namespace framewright::net
