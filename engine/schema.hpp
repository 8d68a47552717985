// The schema of the embedded database, as numbered steps.
#pragma once

#include <span>

#include "engine/database.hpp"

namespace framewright::engine {

/// Every step from an empty file to what this program reads and writes. Released steps stay as they are: a
/// change is a new step at the end.
std::span<const Migration> schema_migrations() noexcept;

}  // namespace framewright::engine
