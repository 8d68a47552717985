#include "net/certificates.hpp"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>

#include "net/openssl_handles.hpp"

namespace framewright::net {
namespace {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;

using ExtensionHandle = std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION_free>>;
using NumberHandle = std::unique_ptr<BIGNUM, OpensslFree<BN_free>>;

constexpr std::size_t kMaxCommonName = 64;  // RFC 5280, ub-common-name.
constexpr int kSerialBytes = 16;

engine::Unexpected failed(const char* what) {
  return unexpected(ErrorCode::Internal, std::string(what) + ": " + openssl_reason());
}

bool is_ip_address(const std::string& name) {
  boost::system::error_code failure;
  boost::asio::ip::make_address(name, failure);
  return !failure;
}

/// Whether `name` can stand in OpenSSL's comma-separated list of alternative names as it is.
bool is_dns_name(const std::string& name) {
  return !name.empty() && name.size() <= 253 && name.front() != '.' && name.front() != '-' &&
         name.find("..") == std::string::npos &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") ==
             std::string::npos;
}

bool set_random_serial(X509* certificate) {
  std::array<unsigned char, kSerialBytes> bytes;
  if (RAND_bytes(bytes.data(), kSerialBytes) != 1) return false;
  bytes[0] &= 0x7f;  // Serial numbers are positive.
  const NumberHandle number{BN_bin2bn(bytes.data(), kSerialBytes, nullptr)};
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_validity(X509* certificate, Validity validity) {
  const auto from = std::chrono::system_clock::to_time_t(validity.from);
  const auto until = std::chrono::system_clock::to_time_t(validity.until);
  return ASN1_TIME_set(X509_getm_notBefore(certificate), from) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), until) != nullptr;
}

bool set_common_name(X509* certificate, const std::string& name) {
  const auto* text = reinterpret_cast<const unsigned char*>(name.data());
  const auto length = static_cast<int>(std::min(name.size(), kMaxCommonName));
  return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, text, length, -1,
                                    0) == 1;
}

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionHandle extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str())};
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

std::string alternative_names(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) {
    list += (list.empty() ? "" : ",") + std::string(is_ip_address(name) ? "IP:" : "DNS:") + name;
  }
  return list;
}

/// All that authority and node have in common.
CertificateHandle unsigned_certificate(EVP_PKEY* key, const std::string& name, Validity validity) {
  CertificateHandle certificate{X509_new()};
  const bool made = certificate && X509_set_version(certificate.get(), 2) == 1 &&
                    set_random_serial(certificate.get()) && set_validity(certificate.get(), validity) &&
                    set_common_name(certificate.get(), name) && X509_set_pubkey(certificate.get(), key) == 1;
  return made ? std::move(certificate) : nullptr;
}

std::string written(BIO* bio) {
  char* text = nullptr;
  const auto length = BIO_get_mem_data(bio, &text);
  return {text, static_cast<std::size_t>(length)};
}

Result<Credentials> in_pem(X509* certificate, EVP_PKEY* key) {
  const BioHandle certificate_text{BIO_new(BIO_s_mem())};
  const BioHandle key_text{BIO_new(BIO_s_secmem())};
  if (!certificate_text || !key_text || PEM_write_bio_X509(certificate_text.get(), certificate) != 1 ||
      PEM_write_bio_PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return failed("cannot write a certificate");
  }
  return Credentials{written(certificate_text.get()), written(key_text.get())};
}

Result<void> check_names(const std::vector<std::string>& names) {
  if (names.empty()) return unexpected(ErrorCode::InvalidArgument, "a node's certificate needs a name");
  for (const auto& name : names) {
    if (is_ip_address(name) || is_dns_name(name)) continue;
    return unexpected(ErrorCode::InvalidArgument, "\"" + name + "\" is neither a DNS name nor an IP address");
  }
  return {};
}

}  // namespace

Result<Credentials> make_authority(const std::string& name, Validity validity) {
  if (name.empty()) return unexpected(ErrorCode::InvalidArgument, "an authority needs a name");
  const KeyHandle key{EVP_EC_gen("P-256")};
  if (!key) return failed("cannot make a key");
  const auto certificate = unsigned_certificate(key.get(), name, validity);
  auto* x509 = certificate.get();
  const bool made = certificate && X509_set_issuer_name(x509, X509_get_subject_name(x509)) == 1 &&
                    add_extension(x509, x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                    add_extension(x509, x509, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                    add_extension(x509, x509, NID_subject_key_identifier, "hash") &&
                    X509_sign(x509, key.get(), EVP_sha256()) > 0;
  if (!made) return failed("cannot make an authority");
  return in_pem(x509, key.get());
}

Result<Credentials> make_node_certificate(const Credentials& authority, const std::vector<std::string>& names,
                                          Validity validity) {
  if (auto checked = check_names(names); !checked) return unexpected(checked.error());
  const auto authority_text = read_from(authority.certificate);
  const auto authority_key_text = read_from(authority.key);
  const CertificateHandle issuer{PEM_read_bio_X509(authority_text.get(), nullptr, nullptr, nullptr)};
  const KeyHandle issuer_key{PEM_read_bio_PrivateKey(authority_key_text.get(), nullptr, nullptr, nullptr)};
  if (!issuer || !issuer_key || X509_check_private_key(issuer.get(), issuer_key.get()) != 1) {
    return unexpected(ErrorCode::InvalidArgument, "the authority cannot be used: " + openssl_reason());
  }
  const KeyHandle key{EVP_EC_gen("P-256")};
  if (!key) return failed("cannot make a key");
  const auto certificate = unsigned_certificate(key.get(), names.front(), validity);
  auto* x509 = certificate.get();
  const bool made = certificate && X509_set_issuer_name(x509, X509_get_subject_name(issuer.get())) == 1 &&
                    add_extension(x509, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(x509, issuer.get(), NID_key_usage, "critical,digitalSignature") &&
                    add_extension(x509, issuer.get(), NID_ext_key_usage, "serverAuth,clientAuth") &&
                    add_extension(x509, issuer.get(), NID_authority_key_identifier, "keyid") &&
                    add_extension(x509, issuer.get(), NID_subject_alt_name, alternative_names(names)) &&
                    X509_sign(x509, issuer_key.get(), EVP_sha256()) > 0;
  if (!made) return failed("cannot make a certificate");
  return in_pem(x509, key.get());
}

}  // namespace framewright::net
