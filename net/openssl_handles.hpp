// OpenSSL's objects as owning pointers, and its queue of errors as words.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace framewright::net {

template <auto Free>
struct OpensslFree {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

using BioHandle = std::unique_ptr<BIO, OpensslFree<BIO_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using CertificateHandle = std::unique_ptr<X509, OpensslFree<X509_free>>;
using TlsHandle = std::unique_ptr<SSL, OpensslFree<SSL_free>>;
using TlsContextHandle = std::unique_ptr<SSL_CTX, OpensslFree<SSL_CTX_free>>;

/// Reads `text`, which outlives the result.
BioHandle read_from(std::string_view text);

/// The reason of the oldest error that OpenSSL has noted for this thread, and forgets them all.
std::string openssl_reason();

}  // namespace framewright::net
