// "Did you mean": the known name that is nearest to a wrong one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace framewright::engine {

/// ` (did you mean "sepia"?)` for the nearest of `known`, or nothing where none is near enough to be meant.
std::string suggestion_for(std::string_view wrong, std::span<const std::string> known);

/// A client's text for messages and field paths: cut to 40 bytes, everything but printable ASCII replaced by
/// '?'.
std::string printable(std::string_view text);

}  // namespace framewright::engine
