// Reading JSON that others wrote: strictly, and with every mistake named by its field.
//
// Threads   none shared: a reader belongs to the call that makes it.
// Lifetime  JsonFields borrows the object that it reads.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/media.hpp"
#include "engine/result.hpp"

namespace framewright::net {

/// Parses `text`, which has to be one JSON object of at most `max_depth` nested objects and arrays.
///
/// Errors   InvalidArgument: not JSON, not an object, nested too deep, or a name that stands twice in one
///          object.
engine::Result<nlohmann::json> parse_json_object(std::string_view text, int max_depth);

/// Takes the fields of one object one after the other; what is wrong is collected, not thrown.
class JsonFields {
 public:
  struct Range {
    std::uint64_t min = 0;
    std::uint64_t max = 0;
  };

  /// `path` stands before the names in messages ("output." for a nested object).
  explicit JsonFields(const nlohmann::json& object, std::string path = {});

  /// The field's value, counted as read; none when it is absent.
  const nlohmann::json* find(std::string_view name);
  bool is_null(std::string_view name);

  std::optional<std::uint64_t> integer(std::string_view name, Range range);
  std::optional<std::int64_t> signed_integer(std::string_view name);
  std::optional<bool> boolean(std::string_view name);
  const std::string* text(std::string_view name);
  /// The place of the field's text in `accepted`.
  std::optional<std::size_t> choice(std::string_view name, std::initializer_list<std::string_view> accepted);
  /// What the field "accelerator" asks for.
  std::optional<engine::AcceleratorWish> accelerator();
  /// Reads the fields of a nested object into a reader of its own; its mistakes come back by
  /// take_mistakes_of().
  const nlohmann::json* object(std::string_view name);

  /// Names the field as missing when it is not there.
  void require(std::string_view name);
  void mistake(std::string_view name, std::string message);
  void take_mistakes_of(JsonFields& nested);
  /// Names every field that nobody asked for.
  void refuse_unread();

  const std::vector<engine::FieldError>& mistakes() const noexcept { return mistakes_; }
  /// Success, or InvalidArgument with every mistake.
  engine::Result<void> finish();

 private:
  // Given.
  const nlohmann::json& object_;
  const std::string path_;
  // Owned.
  std::vector<std::string> read_;
  std::vector<engine::FieldError> mistakes_;
};

}  // namespace framewright::net
