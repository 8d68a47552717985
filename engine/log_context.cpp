#include "engine/log_context.hpp"

namespace framewright::engine {
namespace {

thread_local LogIds current_ids;

}  // namespace

LogContext::LogContext(LogIds ids) noexcept : outer_(current_ids) { current_ids = ids; }

LogContext::~LogContext() { current_ids = outer_; }

const LogIds& LogContext::current() noexcept { return current_ids; }

}  // namespace framewright::engine
