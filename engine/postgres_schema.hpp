// The schema of the shared job store in PostgreSQL, as numbered steps.
#pragma once

#include <span>

#include "engine/database.hpp"

namespace framewright::engine {

/// Every step from nothing to what this program reads and writes. Released steps stay as they are: a change
/// is a new step at the end, which programs of the version before can still work with, because gateways are
/// replaced one by one.
std::span<const Migration> postgres_migrations() noexcept;

}  // namespace framewright::engine
