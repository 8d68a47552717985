// JSON bodies of REST: every one is a request or an error that can be told, and what is taken is within its
// limits.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "engine/check.hpp"
#include "net/job_request.hpp"
#include "net/json_bodies.hpp"
#include "net/problem.hpp"

namespace framewright::net {
namespace {

constexpr std::size_t kMaxFilters = 16;
constexpr std::uint64_t kFileBytes = 1000;

template <class T>
bool taken(const engine::Result<T>& result) {
  if (result) return true;
  const auto text = problem_json(result.error(), {.status = 400, .request_id = {}, .trace_id = {}});
  FW_CHECK(!nlohmann::json::parse(text, nullptr, false).is_discarded());
  return false;
}

void run(std::string_view text) {
  engine::FrameBudget budget{1U << 20};
  engine::FramePool pool{budget};
  if (const auto job = parse_job_request(text, kMaxFilters); taken(job)) {
    FW_CHECK(job->pipeline.filters().size() <= kMaxFilters && job->priority >= 0 && job->priority <= 9);
    FW_CHECK(!nlohmann::json::parse(job->canonical(), nullptr, false).is_discarded());
  }
  if (const auto pixels = parse_pixels(text, kMaxFilters, pool); taken(pixels)) {
    FW_CHECK(pixels->input.width_px >= 1 && pixels->input.height_px >= 1);
    FW_CHECK(pixels->input.size_bytes <= pixels->input.buffer.capacity());
  }
  if (const auto file = parse_file(text, kFileBytes, pool); taken(file)) {
    FW_CHECK(file->content.size_bytes <= kFileBytes);
  }
}

}  // namespace
}  // namespace framewright::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  framewright::net::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
