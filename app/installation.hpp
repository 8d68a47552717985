// Where this program finds what was installed beside it.
#pragma once

#include <filesystem>

namespace framewright::app {

/// The pages of the web UI: `wanted` where that is set, otherwise those of the source tree that the program
/// was built in, otherwise /usr/share/framewright/web.
std::filesystem::path find_web_directory(const std::filesystem::path& wanted);

/// The sample pictures that the build drew: beside the program, or in /usr/share/framewright/samples.
std::filesystem::path find_samples();

}  // namespace framewright::app
