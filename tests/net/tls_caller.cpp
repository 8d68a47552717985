#include "tests/net/tls_caller.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <signal.h>

namespace framewright::net {

TlsCaller::TlsCaller(int port, const Credentials& shown, int version)
    : socket_(PlainSocket::connected_to(port)), context_(SSL_CTX_new(TLS_client_method())) {
  ::signal(SIGPIPE, SIG_IGN);  // This side uses OpenSSL's own socket BIO.
  SSL_CTX_set_security_level(context_.get(), 0);
  SSL_CTX_set_min_proto_version(context_.get(), version);
  SSL_CTX_set_max_proto_version(context_.get(), version);
  if (!shown.certificate.empty()) {
    const auto certificate_text = read_from(shown.certificate);
    const auto key_text = read_from(shown.key);
    const CertificateHandle certificate{PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr)};
    const KeyHandle key{PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr)};
    EXPECT_EQ(SSL_CTX_use_certificate(context_.get(), certificate.get()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(context_.get(), key.get()), 1);
  }
  tls_.reset(SSL_new(context_.get()));
  SSL_set_fd(tls_.get(), socket_.handle());
  shaken_ = SSL_connect(tls_.get()) == 1;
}

bool TlsCaller::is_let_in() {
  char byte = 'x';
  const bool through = shaken_ && SSL_write(tls_.get(), &byte, 1) == 1 && SSL_read(tls_.get(), &byte, 1) == 1;
  ERR_clear_error();
  return through;
}

}  // namespace framewright::net
