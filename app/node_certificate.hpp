// `framewright node certificate`: files for the links between nodes, for tests and small set-ups.
#pragma once

#include "app/command_line.hpp"

namespace framewright::app {

/// Writes NAME.pem and NAME.key into the folder, signed by its authority.pem and authority.key, which are
/// made first where the folder has neither. Overwrites nothing; only the owner may read the keys.
int run_node_certificate(const NodeCertificateCommand& command);

}  // namespace framewright::app
