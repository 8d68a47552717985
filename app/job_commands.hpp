// `framewright submit` and `framewright jobs`: jobs of a server, over REST.
#pragma once

#include "app/command_line.hpp"

namespace framewright::app {

/// One job for each file; a file that is refused fails alone. Returns the exit status.
int run_submit(const SubmitCommand& command);

int run_jobs(const JobsCommand& command);

}  // namespace framewright::app
