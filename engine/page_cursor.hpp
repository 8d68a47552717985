// The cursor of a paged list: opaque to clients, inside the number of the last row that a page showed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/result.hpp"

namespace framewright::engine {

std::string page_cursor(std::int64_t last_number);

/// The number to go on below; the highest of all when there is no cursor.
/// Errors   InvalidArgument (a cursor that page_cursor() did not make), naming the field `cursor`.
Result<std::int64_t> parse_page_cursor(const std::optional<std::string>& cursor);

}  // namespace framewright::engine
