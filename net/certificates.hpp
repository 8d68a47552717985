// Makes a certificate authority and certificates for nodes: EC P-256, signed with SHA-256. Meant for tests
// and small set-ups; whoever runs an authority already takes its certificates from there.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "engine/result.hpp"

namespace framewright::net {

/// A certificate and its private key, both in PEM.
struct Credentials {
  std::string certificate;
  std::string key;
};

/// From when until when a certificate is good, in wall-clock time.
struct Validity {
  std::chrono::system_clock::time_point from;
  std::chrono::system_clock::time_point until;
};

/// Errors   InvalidArgument (a name that a certificate cannot carry), Internal (OpenSSL's reason).
engine::Result<Credentials> make_authority(const std::string& name, Validity validity);

/// A certificate that serves both ends of a link. `names` are DNS names and IP addresses, one at least; the
/// first becomes the common name as well.
///
/// Errors   InvalidArgument (a name that is none, an authority that cannot be read), Internal.
engine::Result<Credentials> make_node_certificate(const Credentials& authority,
                                                  const std::vector<std::string>& names, Validity validity);

}  // namespace framewright::net
