#include "net/link_identity.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <sys/stat.h>

#include <ctime>
#include <vector>

#include "engine/durable_file.hpp"
#include "net/openssl_handles.hpp"

namespace framewright::net {
namespace {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;
using std::filesystem::path;

using StoreContextHandle = std::unique_ptr<X509_STORE_CTX, OpensslFree<X509_STORE_CTX_free>>;

constexpr std::uint64_t kMaxFileBytes = 1 << 20;
constexpr int kReadAheadBytes = 64 * 1024;

engine::Unexpected wrong(const path& file, const std::string& what) {
  ERR_clear_error();  // What is said here is not said again about the next file.
  return unexpected(ErrorCode::InvalidArgument, file.string() + ": " + what);
}

Result<std::string> text_of(const path& file) {
  auto bytes = engine::read_whole(file, kMaxFileBytes);
  if (!bytes) return unexpected(ErrorCode::InvalidArgument, std::move(bytes).error().detail);
  return std::string(bytes->begin(), bytes->end());
}

Result<std::vector<CertificateHandle>> certificates_in(const path& file) {
  const auto text = text_of(file);
  if (!text) return unexpected(text.error());
  const auto bio = read_from(*text);
  std::vector<CertificateHandle> found;
  while (auto* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    found.emplace_back(certificate);
  }
  const auto reason = ERR_GET_REASON(ERR_peek_last_error());
  if (reason != PEM_R_NO_START_LINE)
    return wrong(file, "a certificate in it is damaged: " + openssl_reason());
  if (found.empty()) return wrong(file, "holds no certificate in PEM");
  ERR_clear_error();
  return found;
}

std::string day_of(const ASN1_TIME* time) {
  std::tm day{};
  if (ASN1_TIME_to_tm(time, &day) != 1) return "an unreadable time";
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &day)};
}

Result<void> check_time(const path& file, const X509* certificate) {
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) {
    return wrong(file, "has expired on " + day_of(X509_get0_notAfter(certificate)));
  }
  if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
    return wrong(file, "is not good before " + day_of(X509_get0_notBefore(certificate)));
  }
  return {};
}

Result<void> trust_authority(SSL_CTX* context, const path& file) {
  const auto authorities = certificates_in(file);
  if (!authorities) return unexpected(authorities.error());
  for (const auto& authority : *authorities) {
    if (X509_check_ca(authority.get()) == 0) return wrong(file, "is no certificate of an authority");
    if (auto checked = check_time(file, authority.get()); !checked) return checked;
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) != 1 ||
        SSL_CTX_add_client_CA(context, authority.get()) != 1) {
      return wrong(file, "cannot be used: " + openssl_reason());
    }
  }
  return {};
}

/// Nobody is there to type a passphrase.
int no_passphrase(char*, int, int, void*) { return 0; }

Result<void> use_key(SSL_CTX* context, const LinkFiles& files) {
  const auto text = text_of(files.key);
  if (!text) return unexpected(text.error());
  const auto bio = read_from(*text);
  const KeyHandle key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr)};
  if (!key) {
    const bool encrypted = text->find("ENCRYPTED") != std::string::npos;
    return wrong(files.key, encrypted ? "needs a passphrase" : "holds no private key in PEM");
  }
  if (X509_check_private_key(SSL_CTX_get0_certificate(context), key.get()) != 1) {
    return wrong(files.key, "is not the key of " + files.certificate.string());
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return wrong(files.key, "cannot be used: " + openssl_reason());
  }
  return {};
}

Result<void> check_signature(SSL_CTX* context, const LinkFiles& files) {
  STACK_OF(X509)* between = nullptr;
  SSL_CTX_get0_chain_certs(context, &between);
  const StoreContextHandle check{X509_STORE_CTX_new()};
  if (!check || X509_STORE_CTX_init(check.get(), SSL_CTX_get_cert_store(context),
                                    SSL_CTX_get0_certificate(context), between) != 1) {
    return wrong(files.certificate, "cannot be checked: " + openssl_reason());
  }
  // A node is client of one link and server of the next.
  for (const auto purpose : {X509_PURPOSE_SSL_CLIENT, X509_PURPOSE_SSL_SERVER}) {
    if (X509_check_purpose(SSL_CTX_get0_certificate(context), purpose, 0) != 1) {
      return wrong(files.certificate, "is not for both clients and servers of TLS");
    }
  }
  if (X509_verify_cert(check.get()) != 1) {
    return wrong(files.certificate, "is not signed by " + files.authority.string() + ": " +
                                        X509_verify_cert_error_string(X509_STORE_CTX_get_error(check.get())));
  }
  return {};
}

Result<void> use_certificate(SSL_CTX* context, const path& file) {
  const auto chain = certificates_in(file);
  if (!chain) return unexpected(chain.error());
  if (auto checked = check_time(file, chain->front().get()); !checked) return checked;
  bool used = SSL_CTX_use_certificate(context, chain->front().get()) == 1;
  for (std::size_t i = 1; i < chain->size(); ++i) {
    used = used && SSL_CTX_add1_chain_cert(context, (*chain)[i].get()) == 1;
  }
  if (!used) return wrong(file, "cannot be used: " + openssl_reason());
  return {};
}

TlsContextHandle new_context() {
  TlsContextHandle context{SSL_CTX_new(TLS_method())};
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) return nullptr;
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  // A resumed session would skip the check of a certificate that has expired or was replaced meanwhile.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  // Several records with one system call.
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_default_read_buffer_len(context.get(), kReadAheadBytes);
  return context;
}

std::chrono::system_clock::time_point end_of(const X509* certificate) {
  std::tm end{};
  ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end);
  return std::chrono::system_clock::from_time_t(::timegm(&end));
}

}  // namespace

Result<std::shared_ptr<const LinkIdentity>> LinkIdentity::load(const LinkFiles& files) {
  ERR_clear_error();
  auto context = new_context();
  if (!context) return unexpected(ErrorCode::Internal, "cannot prepare TLS: " + openssl_reason());
  if (auto done = trust_authority(context.get(), files.authority); !done) return unexpected(done.error());
  if (auto done = use_certificate(context.get(), files.certificate); !done) return unexpected(done.error());
  if (auto done = use_key(context.get(), files); !done) return unexpected(done.error());
  if (auto done = check_signature(context.get(), files); !done) return unexpected(done.error());
  const auto good_until = end_of(SSL_CTX_get0_certificate(context.get()));
  return std::shared_ptr<const LinkIdentity>(new LinkIdentity(context.release(), good_until));
}

LinkIdentity::~LinkIdentity() { SSL_CTX_free(context_); }

FileMarks marks_of(const LinkFiles& files) noexcept {
  FileMarks marks{};
  std::size_t i = 0;
  for (const auto* file : {&files.authority, &files.certificate, &files.key}) {
    struct stat found{};
    if (::stat(file->c_str(), &found) == 0) {
      marks[i] = {found.st_mtim.tv_sec, found.st_mtim.tv_nsec, static_cast<std::int64_t>(found.st_ino),
                  found.st_size};
    }
    ++i;
  }
  return marks;
}

}  // namespace framewright::net
