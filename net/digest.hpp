// SHA-256, in hex.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace framewright::net {

class Digest {
 public:
  Digest();
  ~Digest();

  /// Its length goes in as well, so that "ab" + "c" and "a" + "bc" differ.
  void add(std::span<const std::uint8_t> bytes);
  void add(std::string_view text);
  /// 64 hex digits. Ends the digest.
  std::string finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace framewright::net
