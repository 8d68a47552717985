#include "net/digest.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstdint>

#include "engine/check.hpp"

namespace framewright::net {

struct Digest::Context {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> evp{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Digest::Digest() : context_(std::make_unique<Context>()) {
  FW_CHECK(context_->evp && EVP_DigestInit_ex(context_->evp.get(), EVP_sha256(), nullptr) == 1);
}

Digest::~Digest() = default;

void Digest::add(std::span<const std::uint8_t> bytes) {
  const auto size = static_cast<std::uint64_t>(bytes.size());
  FW_CHECK(EVP_DigestUpdate(context_->evp.get(), &size, sizeof size) == 1);
  FW_CHECK(EVP_DigestUpdate(context_->evp.get(), bytes.data(), bytes.size()) == 1);
}

void Digest::add(std::string_view text) {
  add({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string Digest::finish() {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  FW_CHECK(EVP_DigestFinal_ex(context_->evp.get(), bytes.data(), &size) == 1);
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += {kDigits[bytes[i] >> 4], kDigits[bytes[i] & 15]};
  return text;
}

}  // namespace framewright::net
