// Which build of framewright this is.
#pragma once

#include <string>
#include <string_view>

namespace framewright::app {

struct BuildVersion {
  std::string_view version;  ///< "0.1.0"
  std::string_view
      commit;  ///< full hash, "-dirty" behind it when sources were changed; "unknown" without git
  std::string_view branch;
  std::string_view build_date;  ///< UTC day, or that of SOURCE_DATE_EPOCH
  std::string_view compiler;
  std::string_view cuda;  ///< version of the toolkit, or "none"
};

const BuildVersion& build_version() noexcept;

/// For people, or as JSON; with the accelerators found on this machine.
std::string describe_version(bool json);

}  // namespace framewright::app
