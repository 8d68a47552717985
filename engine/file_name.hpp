// Names of files as people see them, made from what clients send.
#pragma once

#include <string>
#include <string_view>

namespace framewright::engine {

/// A name that is safe to show, to put into a header or an archive, and to save on any system: the last part
/// of the path, valid UTF-8, without control and direction characters and <>:"|?*, no dots or spaces at its
/// ends, no device name of Windows, at most 120 bytes with its extension kept. `fallback` when nothing is
/// left.
std::string safe_file_name(std::string_view name, std::string_view fallback);

}  // namespace framewright::engine
