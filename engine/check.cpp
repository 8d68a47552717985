#include "engine/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace framewright::engine {

void check_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "framewright: check failed: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace framewright::engine
