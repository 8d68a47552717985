#include "net/openssl_handles.hpp"

#include <openssl/err.h>

namespace framewright::net {

BioHandle read_from(std::string_view text) {
  return BioHandle{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

std::string openssl_reason() {
  const auto code = ERR_get_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(code);
  return reason == nullptr ? "unknown reason" : reason;
}

}  // namespace framewright::net
