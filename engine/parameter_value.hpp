// Values of parameters: read from what a client sent, checked against their descriptor, written as text.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "engine/filter.hpp"

namespace framewright::engine {

/// What a client sent for a parameter: nothing that could be a value, text of the text form, or a JSON
/// scalar.
struct ParameterText {
  std::string_view text;
};
using RawParameterValue = std::variant<std::monostate, ParameterText, ParameterValue>;

/// The value that the descriptor's type and range accept.
///
/// Errors   InvalidPipeline; the detail says what was sent and what is accepted.
Result<ParameterValue> read_parameter(const ParameterDescriptor& descriptor, const RawParameterValue& raw);

/// "3 to 31 in steps of 2", "reflect, clamp or wrap".
std::string accepted_values(const ParameterDescriptor& descriptor);

/// The shortest text that reads back as the same value.
std::string to_text(const ParameterValue& value);

}  // namespace framewright::engine
