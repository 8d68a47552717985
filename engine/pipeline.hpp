// A Pipeline is what a client asked for: an ordered list of filters with complete, validated parameters.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/filter.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

inline constexpr std::size_t kMaxPipelineFilters = 16;
inline constexpr std::size_t kMaxPipelineTextBytes = 8192;

struct FilterCall {
  std::string filter;  ///< the id, never an alias
  Parameters parameters;
  bool operator==(const FilterCall&) const = default;
};

class Pipeline {
 public:
  Pipeline() = default;

  /// Text form: `grayscale:algorithm=bt709|gaussian_blur:kernel_size=5,sigma=1.5`. Empty text is the empty
  /// pipeline.
  ///
  /// Errors   UnknownFilter, InvalidPipeline; each FieldError names position, filter and parameter
  ///          ("pipeline[1].gaussian_blur.sigma") and what is accepted. All mistakes are reported, not the
  ///          first.
  static Result<Pipeline> parse(std::string_view text, std::size_t max_filters = kMaxPipelineFilters);
  /// JSON form: `[{"filter":"grayscale","params":{"algorithm":"bt709"}}, ...]`; a JSON string is taken as
  /// text form.
  static Result<Pipeline> from_json(const nlohmann::json& json,
                                    std::size_t max_filters = kMaxPipelineFilters);

  /// Canonical text: ids, every parameter, shortest numbers that round-trip. parse(to_text()) == *this.
  std::string to_text() const;
  nlohmann::json to_json() const;

  const std::vector<FilterCall>& filters() const noexcept { return filters_; }
  bool empty() const noexcept { return filters_.empty(); }
  bool operator==(const Pipeline&) const = default;

 private:
  std::vector<FilterCall> filters_;
};

/// Descriptor list as clients discover it (`GET /api/v1/config/processor/status`, `framewright filters
/// --json`).
nlohmann::json filters_to_json();

}  // namespace framewright::engine
