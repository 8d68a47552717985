// A TLS client of a test that shows any certificate, or none, and believes every server.
#pragma once

#include <string>

#include "net/certificates.hpp"
#include "net/openssl_handles.hpp"
#include "tests/net/plain_socket.hpp"

namespace framewright::net {

class TlsCaller {
 public:
  /// `shown` may be empty. `version` is TLS1_2_VERSION and the like.
  TlsCaller(int port, const Credentials& shown, int version = TLS1_3_VERSION);

  /// Whether the other side lets a byte through and sends one back.
  bool is_let_in();

 private:
  PlainSocket socket_;
  TlsContextHandle context_;
  TlsHandle tls_;
  bool shaken_ = false;
};

}  // namespace framewright::net
