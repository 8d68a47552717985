// Builds the calls of a pipeline from either of its forms and collects every mistake on the way.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/parameter_value.hpp"
#include "engine/pipeline.hpp"

namespace framewright::engine {

/// One filter as a client wrote it.
struct RawFilterCall {
  std::string_view filter;
  std::vector<std::pair<std::string_view, RawParameterValue>> parameters;
};

class PipelineBuilder {
 public:
  /// Mistakes beyond these are counted, not kept: a hostile request must not grow a list.
  static constexpr std::size_t kMaxMistakes = 64;

  /// Checks the call for the next position.
  void add(const RawFilterCall& call);
  /// Notes that the next position holds no filter call.
  void skip(std::string message);
  void mistake(ErrorCode code, std::string field, std::string message);
  /// "pipeline[2]": the position of the next call.
  std::string here() const { return "pipeline[" + std::to_string(position_) + "]"; }

  /// Errors   UnknownFilter when a filter is unknown, otherwise InvalidPipeline; one FieldError for each
  ///          mistake.
  Result<std::vector<FilterCall>> finish() &&;

 private:
  void add_parameters(const FilterDescriptor& filter, const RawFilterCall& raw);

  // Owned.
  std::size_t position_ = 0;
  std::vector<FilterCall> calls_;
  ErrorCode code_ = ErrorCode::InvalidPipeline;
  std::vector<FieldError> mistakes_;
  std::size_t mistake_count_ = 0;
};

}  // namespace framewright::engine
