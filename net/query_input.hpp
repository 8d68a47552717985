// Takes the query parameters of one request one after the other; what is wrong is collected, not thrown.
//
// Lifetime  borrows the parameters for the length of a call.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/result.hpp"
#include "net/target.hpp"

namespace framewright::net {

class QueryInput {
 public:
  struct Range {
    int min = 0;
    int max = 0;
  };

  explicit QueryInput(const QueryParameters& query) : query_(query) {}

  bool has(std::string_view name) const noexcept;
  std::optional<std::string> text(std::string_view name);
  std::optional<int> integer(std::string_view name, Range range);
  /// One of `accepted`.
  std::optional<std::string> choice(std::string_view name, std::initializer_list<std::string_view> accepted);
  void mistake(std::string_view name, std::string message);

  /// Success, or InvalidArgument with every mistake: those noted, and every parameter that nobody asked for
  /// or that stands twice.
  engine::Result<void> finish();

 private:
  // Given.
  const QueryParameters& query_;
  // Owned.
  std::vector<std::string> read_;
  std::vector<engine::FieldError> mistakes_;
};

}  // namespace framewright::net
