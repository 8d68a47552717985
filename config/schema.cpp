#include "config/schema.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <type_traits>

#include "config/values.hpp"

namespace framewright::config {
namespace {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('.') + 1); }

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const auto word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

std::string range_text(const Key& key, std::string (*format)(std::uint64_t)) {
  return "from " + format(key.min_value) + " to " + format(key.max_value);
}

bool accepts_text(const Key& key, std::string_view text) {
  if (!key.choices.empty())
    return std::find(key.choices.begin(), key.choices.end(), text) != key.choices.end();
  return key.accepts == nullptr || key.accepts(text);
}

std::optional<std::uint64_t> parse_number(const Key& key, std::string_view text) {
  std::optional<std::uint64_t> number;
  if (key.kind == Kind::Integer) number = parse_integer(text);
  if (key.kind == Kind::Bytes) number = parse_bytes(text);
  if (key.kind == Kind::Duration) {
    if (const auto duration = parse_duration(text)) number = static_cast<std::uint64_t>(duration->count());
  }
  if (number && (*number < key.min_value || *number > key.max_value)) return std::nullopt;
  return number;
}

bool is_number(Kind kind) { return kind == Kind::Integer || kind == Kind::Bytes || kind == Kind::Duration; }

Result<void> refuse(const Key& key, std::string_view given) {
  const auto shown = key.secret ? std::string("***") : mask_password(given);
  return unexpected(ErrorCode::InvalidArgument, "'" + shown + "' is not " + accepted_values(key));
}

void store(const Slot& slot, std::uint64_t number) {
  std::visit(
      [number](auto* target) {
        using Target = std::remove_pointer_t<decltype(target)>;
        if constexpr (std::is_arithmetic_v<Target>) *target = static_cast<Target>(number);
        if constexpr (std::is_same_v<Target, milliseconds>)
          *target = milliseconds{static_cast<std::int64_t>(number)};
      },
      slot);
}

std::string yaml_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string shown_list(const std::vector<std::string>& elements) {
  std::string text = "[";
  for (const auto& element : elements)
    text += (text.size() > 1 ? ", " : "") + yaml_text(mask_password(element));
  return text + "]";
}

}  // namespace

const Key* find_key(std::string_view name) noexcept {
  const auto keys = all_keys();
  const auto found =
      std::find_if(keys.begin(), keys.end(), [name](const Key& key) { return key.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

bool is_section(std::string_view name) noexcept {
  const auto keys = all_keys();
  return std::any_of(keys.begin(), keys.end(), [name](const Key& key) {
    return key.name.size() > name.size() && key.name.starts_with(name) && key.name[name.size()] == '.';
  });
}

std::string_view nearest_key(std::string_view name) {
  std::string_view nearest;
  std::size_t best = 3 + name.size() / 10;
  for (const auto& key : all_keys()) {
    const bool same_last_part =
        last_part(key.name) == last_part(name) && name.find('.') == std::string_view::npos;
    const auto distance = same_last_part ? 1 : edit_distance(name, key.name);
    if (distance < best) {
      best = distance;
      nearest = key.name;
    }
  }
  return nearest;
}

std::string environment_name(const Key& key) {
  std::string name = "FRAMEWRIGHT_";
  for (const char c : key.name)
    name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

std::string accepted_values(const Key& key) {
  switch (key.kind) {
    case Kind::Text:
      if (!key.choices.empty()) return "one of " + joined(key.choices);
      return key.accepted_text.empty() ? "text" : std::string(key.accepted_text);
    case Kind::Path: return "a path";
    case Kind::Integer:
      return "an integer " + range_text(key, [](std::uint64_t value) { return std::to_string(value); });
    case Kind::Bytes: return "a size such as 65536 or 64MiB, " + range_text(key, format_bytes);
    case Kind::Duration:
      return "a duration such as 500ms, 10s or 24h, " + range_text(key, [](std::uint64_t value) {
               return format_duration(milliseconds{static_cast<std::int64_t>(value)});
             });
    case Kind::List:
      if (!key.choices.empty()) return "a list of " + joined(key.choices);
      return "a list, each " + std::string(key.accepted_text);
  }
  FW_CHECK(false && "a Kind outside its list");
  return {};
}

Result<void> assign(Settings& settings, const Key& key, const RawValue& value) {
  const auto slot = key.slot(settings);
  if (const auto* elements = std::get_if<std::vector<std::string>>(&value)) {
    if (key.kind != Kind::List) return refuse(key, "a list");
    for (const auto& element : *elements) {
      if (!accepts_text(key, element)) return refuse(key, element);
    }
    *std::get<std::vector<std::string>*>(slot) = *elements;
    return {};
  }
  const auto& text = std::get<std::string>(value);
  if (key.kind == Kind::List) return refuse(key, text);
  if (is_number(key.kind)) {
    const auto number = parse_number(key, text);
    if (!number) return refuse(key, text);
    store(slot, *number);
    return {};
  }
  if (text.find('\0') != std::string::npos || !accepts_text(key, text)) return refuse(key, text);
  if (key.kind == Kind::Path) {
    *std::get<std::filesystem::path*>(slot) = text;
  } else {
    *std::get<std::string*>(slot) = text;
  }
  return {};
}

std::string shown_value(const Settings& settings, const Key& key) {
  Settings copy = settings;
  return std::visit(
      [&key](const auto* value) -> std::string {
        using Value = std::remove_cvref_t<decltype(*value)>;
        if constexpr (std::is_same_v<Value, milliseconds>)
          return format_duration(*value);
        else if constexpr (std::is_same_v<Value, std::vector<std::string>>)
          return shown_list(*value);
        else if constexpr (std::is_same_v<Value, std::string>)
          return yaml_text(mask_password(*value));
        else if constexpr (std::is_same_v<Value, std::filesystem::path>)
          return yaml_text(key.secret && !value->empty() ? "***" : value->string());
        else
          return key.kind == Kind::Bytes ? format_bytes(static_cast<std::uint64_t>(*value))
                                         : std::to_string(*value);
      },
      key.slot(copy));
}

}  // namespace framewright::config
