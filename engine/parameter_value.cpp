#include "engine/parameter_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "engine/suggestion.hpp"

namespace framewright::engine {
namespace {

/// Whole numbers that a double holds exactly: beyond, a JSON number such as 1e300 is no integer of ours.
constexpr double kLargestWhole = 9007199254740992.0;

std::string number_text(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

/// A value as it was sent, fit for a message.
std::string sent_text(const ParameterValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text ? "\"" + printable(*text) + "\"" : to_text(value);
}

Unexpected refuse(const ParameterDescriptor& descriptor, const std::string& sent) {
  return unexpected(ErrorCode::InvalidPipeline, sent + "; accepted: " + accepted_values(descriptor));
}

template <class Number>
std::optional<Number> number_from(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Text as the descriptor's type, or as a string where it is not that: the check names it then.
ParameterValue value_from_text(ParameterType type, std::string_view text) {
  if (type == ParameterType::Boolean && (text == "true" || text == "false")) return text == "true";
  if (type == ParameterType::Integer || type == ParameterType::Float) {
    if (const auto whole = number_from<std::int64_t>(text)) return *whole;
    if (const auto number = number_from<double>(text)) return *number;
  }
  return std::string{text};
}

Result<ParameterValue> check_float(const ParameterDescriptor& descriptor, const ParameterValue& value) {
  const auto* whole = std::get_if<std::int64_t>(&value);
  const auto* number = std::get_if<double>(&value);
  if (!whole && !number) return refuse(descriptor, sent_text(value) + " is not a number");
  const auto sent = whole ? static_cast<double>(*whole) : *number;
  if (!std::isfinite(sent)) return refuse(descriptor, sent_text(value) + " is not a finite number");
  if (sent < descriptor.min_value || sent > descriptor.max_value) {
    return refuse(descriptor, sent_text(value) + " is out of range");
  }
  return ParameterValue{sent};
}

Result<ParameterValue> check_integer(const ParameterDescriptor& descriptor, const ParameterValue& value) {
  const auto* number = std::get_if<double>(&value);
  const bool is_whole = number && std::abs(*number) <= kLargestWhole && std::trunc(*number) == *number;
  if (!std::holds_alternative<std::int64_t>(value) && !is_whole) {
    return refuse(descriptor, sent_text(value) + " is not a whole number");
  }
  const auto sent = number ? static_cast<std::int64_t>(*number) : std::get<std::int64_t>(value);
  const auto min = static_cast<std::int64_t>(descriptor.min_value);
  if (sent < min || sent > static_cast<std::int64_t>(descriptor.max_value)) {
    return refuse(descriptor, std::to_string(sent) + " is out of range");
  }
  if ((sent - min) % static_cast<std::int64_t>(descriptor.step) != 0) {
    return refuse(descriptor, std::to_string(sent) + " is between two steps");
  }
  return ParameterValue{sent};
}

Result<ParameterValue> check_choice(const ParameterDescriptor& descriptor, const ParameterValue& value) {
  const auto* sent = std::get_if<std::string>(&value);
  if (!sent) return refuse(descriptor, sent_text(value) + " is not one of the choices");
  if (std::ranges::find(descriptor.options, *sent) == descriptor.options.end()) {
    return refuse(descriptor, sent_text(value) + " is not one of the choices");
  }
  return value;
}

Result<ParameterValue> check(const ParameterDescriptor& descriptor, const ParameterValue& value) {
  switch (descriptor.type) {
    case ParameterType::Boolean:
      if (!std::holds_alternative<bool>(value))
        return refuse(descriptor, sent_text(value) + " is not a boolean");
      return value;
    case ParameterType::Integer: return check_integer(descriptor, value);
    case ParameterType::Float: return check_float(descriptor, value);
    case ParameterType::Choice: return check_choice(descriptor, value);
  }
  check_failed("a ParameterType outside its list", __FILE__, __LINE__);
}

}  // namespace

Result<ParameterValue> read_parameter(const ParameterDescriptor& descriptor, const RawParameterValue& raw) {
  if (const auto* text = std::get_if<ParameterText>(&raw)) {
    return check(descriptor, value_from_text(descriptor.type, text->text));
  }
  if (const auto* value = std::get_if<ParameterValue>(&raw)) return check(descriptor, *value);
  return refuse(descriptor, "there is no value");
}

std::string accepted_values(const ParameterDescriptor& descriptor) {
  if (descriptor.type == ParameterType::Boolean) return "true or false";
  if (descriptor.type == ParameterType::Choice) {
    std::string text;
    for (std::size_t i = 0; i < descriptor.options.size(); ++i) {
      if (i > 0) text += i + 1 == descriptor.options.size() ? " or " : ", ";
      text += descriptor.options[i];
    }
    return text;
  }
  const auto range = number_text(descriptor.min_value) + " to " + number_text(descriptor.max_value);
  const bool in_steps = descriptor.type == ParameterType::Integer && descriptor.step > 1;
  return in_steps ? range + " in steps of " + number_text(descriptor.step) : range;
}

std::string to_text(const ParameterValue& value) {
  struct Writer {
    std::string operator()(bool is_true) const { return is_true ? "true" : "false"; }
    std::string operator()(std::int64_t whole) const { return std::to_string(whole); }
    std::string operator()(double number) const { return number_text(number); }
    std::string operator()(const std::string& text) const { return text; }
  };
  return std::visit(Writer{}, value);
}

}  // namespace framewright::engine
