// `framewright filters`: what filters there are and what they take.
#pragma once

#include <string>

namespace framewright::app {

/// A table for people, or the JSON that clients of the server get.
std::string describe_filters(bool json);

}  // namespace framewright::app
