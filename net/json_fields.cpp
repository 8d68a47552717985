#include "net/json_fields.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

namespace framewright::net {
namespace {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;
using nlohmann::json;

/// What a client wrote, cut to a length that fits into an error. A character that is cut in two is replaced
/// when the message is written.
std::string shortened(std::string text) {
  constexpr std::size_t kMaxQuotedBytes = 160;
  if (text.size() > kMaxQuotedBytes) text.replace(kMaxQuotedBytes, std::string::npos, "...");
  return text;
}

/// A whole number that is not negative, also where it is written as 8.0 or 1e3: JSON knows one kind of number
/// only.
std::optional<std::uint64_t> whole_number(const json& value) {
  constexpr double kMaxExact = 9007199254740992.0;  // From here on a double may stand for several numbers.
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (!value.is_number_float()) return std::nullopt;
  const auto number = value.get<double>();
  if (!(number >= 0 && number < kMaxExact) || number != std::floor(number)) return std::nullopt;
  return static_cast<std::uint64_t>(number);
}

/// Leaves the parser from inside its callback.
struct Refused {
  std::string detail;
};

/// Watches the parser for what a DOM no longer shows.
class Strictness {
 public:
  explicit Strictness(int max_depth) : max_depth_(max_depth) {}

  bool operator()(int depth, json::parse_event_t event, json& parsed) {
    switch (event) {
      case json::parse_event_t::object_start: names_.emplace_back(); [[fallthrough]];
      case json::parse_event_t::array_start:
        if (depth >= max_depth_)
          throw Refused{"nested deeper than " + std::to_string(max_depth_) + " levels"};
        break;
      case json::parse_event_t::object_end: names_.pop_back(); break;
      case json::parse_event_t::key: note(parsed.get_ref<const std::string&>()); break;
      case json::parse_event_t::array_end:
      case json::parse_event_t::value: break;
    }
    return true;
  }

 private:
  void note(const std::string& name) {
    if (!names_.back().insert(name).second) throw Refused{"field \"" + shortened(name) + "\" stands twice"};
  }

  const int max_depth_;
  std::vector<std::set<std::string>> names_;
};

std::string joined(std::initializer_list<std::string_view> words) {
  std::string text;
  for (const auto word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

}  // namespace

Result<json> parse_json_object(std::string_view text, int max_depth) {
  try {
    auto parsed = json::parse(text, Strictness(max_depth));
    if (!parsed.is_object()) return unexpected(ErrorCode::InvalidArgument, "not a JSON object");
    return parsed;
  } catch (const json::exception& error) {
    return unexpected(ErrorCode::InvalidArgument, "not JSON: " + shortened(error.what()));
  } catch (const Refused& refused) {
    return unexpected(ErrorCode::InvalidArgument, "JSON " + refused.detail);
  }
}

JsonFields::JsonFields(const json& object, std::string path) : object_(object), path_(std::move(path)) {}

const json* JsonFields::find(std::string_view name) {
  read_.emplace_back(name);
  const auto found = object_.find(name);
  return found == object_.end() ? nullptr : &*found;
}

bool JsonFields::is_null(std::string_view name) {
  const auto* value = find(name);
  return value != nullptr && value->is_null();
}

std::optional<std::uint64_t> JsonFields::integer(std::string_view name, Range range) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto number = whole_number(*value);
  if (number && *number >= range.min && *number <= range.max) return number;
  mistake(name, "must be an integer from " + std::to_string(range.min) + " to " + std::to_string(range.max));
  return std::nullopt;
}

std::optional<std::int64_t> JsonFields::signed_integer(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const bool fits =
      value->is_number_unsigned() ? value->get<std::uint64_t>() <= kMax : value->is_number_integer();
  if (fits) return value->get<std::int64_t>();
  mistake(name, "must be an integer of 64 bits");
  return std::nullopt;
}

std::optional<bool> JsonFields::boolean(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  mistake(name, "must be true or false");
  return std::nullopt;
}

const std::string* JsonFields::text(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return nullptr;
  if (value->is_string()) return value->get_ptr<const std::string*>();
  mistake(name, "must be a string");
  return nullptr;
}

std::optional<std::size_t> JsonFields::choice(std::string_view name,
                                              std::initializer_list<std::string_view> accepted) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto* given = value->get_ptr<const std::string*>();
  const auto* found = given == nullptr ? accepted.end() : std::find(accepted.begin(), accepted.end(), *given);
  if (found != accepted.end()) return static_cast<std::size_t>(found - accepted.begin());
  mistake(name, "must be one of " + joined(accepted));
  return std::nullopt;
}

std::optional<engine::AcceleratorWish> JsonFields::accelerator() {
  constexpr std::string_view kName = "accelerator";
  const auto* value = find(kName);
  if (value == nullptr) return std::nullopt;
  const auto* given = value->get_ptr<const std::string*>();
  const auto wish = given == nullptr ? std::nullopt : engine::parse_accelerator_wish(*given);
  if (!wish) mistake(kName, std::string(engine::kAcceleratorsAccepted));
  return wish;
}

const json* JsonFields::object(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr || value->is_object()) return value;
  mistake(name, "must be an object");
  return nullptr;
}

void JsonFields::require(std::string_view name) {
  if (!object_.contains(name)) mistake(name, "is missing");
}

void JsonFields::mistake(std::string_view name, std::string message) {
  constexpr std::size_t kMaxMistakes = 32;
  if (mistakes_.size() < kMaxMistakes) {
    mistakes_.push_back({path_ + shortened(std::string(name)), std::move(message)});
  }
}

void JsonFields::take_mistakes_of(JsonFields& nested) {
  std::move(nested.mistakes_.begin(), nested.mistakes_.end(), std::back_inserter(mistakes_));
  nested.mistakes_.clear();
}

void JsonFields::refuse_unread() {
  for (const auto& [name, value] : object_.items()) {
    if (std::find(read_.begin(), read_.end(), name) == read_.end()) mistake(name, "is not a known field");
  }
}

Result<void> JsonFields::finish() {
  if (mistakes_.empty()) return {};
  std::string detail;
  for (const auto& [field, message] : mistakes_) {
    detail.append(detail.empty() ? "" : "; ").append(field).append(" ").append(message);
  }
  return unexpected(engine::Error{ErrorCode::InvalidArgument, std::move(detail), std::move(mistakes_)});
}

}  // namespace framewright::net
