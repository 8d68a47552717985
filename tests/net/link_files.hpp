// A scratch folder with an authority and the files of nodes that it signed.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "net/certificates.hpp"
#include "net/link_identity.hpp"

namespace framewright::net {

inline Validity valid_from_to(std::chrono::hours from, std::chrono::hours until) {
  const auto now = std::chrono::system_clock::now();
  return {now + from, now + until};
}
inline Validity valid_now() { return valid_from_to(std::chrono::hours(-1), std::chrono::hours(24)); }

inline Credentials authority_for_tests() {
  auto made = make_authority("authority of the tests", valid_now());
  EXPECT_TRUE(made) << (made ? "" : made.error().detail);
  return made ? *made : Credentials{};
}

inline Credentials node_of(const Credentials& authority, const std::vector<std::string>& names,
                           Validity validity = valid_now()) {
  auto made = make_node_certificate(authority, names, validity);
  EXPECT_TRUE(made) << (made ? "" : made.error().detail);
  return made ? *made : Credentials{};
}

class ScratchFolder {
 public:
  ScratchFolder() {
    auto pattern = (std::filesystem::temp_directory_path() / "framewright-links-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~ScratchFolder() {
    std::error_code ignored;  // What is left over lies in the system's own scratch folder.
    std::filesystem::remove_all(path_, ignored);
  }
  /// Written beside and renamed, as a rotation does it.
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / (name + ".new"), std::ios::binary) << text;
    std::filesystem::rename(path_ / (name + ".new"), path_ / name);
    return path_ / name;
  }
  LinkFiles write_node(const std::string& name, const std::string& authority, const Credentials& node) const {
    return {write(name + "-authority.pem", authority), write(name + ".pem", node.certificate),
            write(name + ".key", node.key)};
  }
  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace framewright::net
