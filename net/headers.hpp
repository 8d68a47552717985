// HTTP header fields in the order they came, found without regard to case.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace framewright::net {

/// Whether two ASCII words are equal, whatever their case.
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

class Headers {
 public:
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  /// Replaces every field of that name.
  void set(std::string_view name, std::string value);

  /// The first field of that name; "" where there is none.
  std::string_view get(std::string_view name) const noexcept;
  bool has(std::string_view name) const noexcept;
  /// Whether one of the comma-separated words of the fields of that name is `word`, whatever its case.
  bool has_word(std::string_view name, std::string_view word) const noexcept;
  std::size_t count(std::string_view name) const noexcept;

  const std::vector<std::pair<std::string, std::string>>& fields() const noexcept { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace framewright::net
