#include "net/query_input.hpp"

#include <algorithm>
#include <charconv>

namespace framewright::net {

bool QueryInput::has(std::string_view name) const noexcept {
  return std::any_of(query_.begin(), query_.end(), [name](const auto& given) { return given.first == name; });
}

std::optional<std::string> QueryInput::text(std::string_view name) {
  read_.emplace_back(name);
  const std::string* value = nullptr;
  for (const auto& [key, given] : query_) {
    if (key != name) continue;
    if (value != nullptr) {
      mistake(name, "stands twice");
      break;
    }
    value = &given;
  }
  if (value == nullptr) return std::nullopt;
  return *value;
}

std::optional<int> QueryInput::integer(std::string_view name, Range range) {
  const auto given = text(name);
  if (!given) return std::nullopt;
  int value = 0;
  const auto [end, failed] = std::from_chars(given->data(), given->data() + given->size(), value);
  const bool is_number = failed == std::errc{} && end == given->data() + given->size() && !given->empty();
  if (is_number && value >= range.min && value <= range.max) return value;
  mistake(name,
          "accepted: a whole number from " + std::to_string(range.min) + " to " + std::to_string(range.max));
  return std::nullopt;
}

std::optional<std::string> QueryInput::choice(std::string_view name,
                                              std::initializer_list<std::string_view> accepted) {
  auto given = text(name);
  if (!given || std::find(accepted.begin(), accepted.end(), *given) != accepted.end()) return given;
  std::string list;
  for (const auto word : accepted) list.append(list.empty() ? "" : ", ").append(word);
  mistake(name, "accepted: " + list);
  return std::nullopt;
}

void QueryInput::mistake(std::string_view name, std::string message) {
  mistakes_.push_back({std::string(name), std::move(message)});
}

engine::Result<void> QueryInput::finish() {
  for (const auto& [key, value] : query_) {
    if (std::find(read_.begin(), read_.end(), key) == read_.end())
      mistake(key, "there is no such parameter here");
  }
  if (mistakes_.empty()) return {};
  const auto& first = mistakes_.front();
  return engine::unexpected(engine::Error{engine::ErrorCode::InvalidArgument,
                                          first.field + ": " + first.message, std::move(mistakes_)});
}

}  // namespace framewright::net
