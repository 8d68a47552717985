// What `process --explain` says: the plan in words, and what becomes of the first picture that was named.
#pragma once

#include <string>

#include "app/engine_host.hpp"
#include "app/process.hpp"

namespace framewright::app {

/// The plan of the pipeline, a line for each decision; then the route of the first input and where `auto`
/// runs it, by its own header. Where that cannot be read, the same of pictures as most are, and why.
///
/// Errors   as Plan::make().
engine::Result<std::string> explain(const ProcessPlan& plan, const ChooseAccelerator& choose);

}  // namespace framewright::app
