// FW_CHECK: the program contradicts itself. Active in every build; prints the place and stops the process.
#pragma once

namespace framewright::engine {

[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace framewright::engine

#define FW_CHECK(condition)                            \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::framewright::engine::check_failed(#condition, __FILE__, __LINE__))
