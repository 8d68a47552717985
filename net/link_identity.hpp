// A LinkIdentity is what a node shows its peers and what it asks of them: its certificate and key, and the
// authority that has to have signed theirs. It is read from three PEM files and checked as a whole, so that a
// wrong file is named at the start and not at the first link.
//
// Threads   immutable once loaded; shared by links on any thread.
#pragma once

#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/result.hpp"

struct ssl_ctx_st;

namespace framewright::net {

struct LinkFiles {
  std::filesystem::path authority;    ///< certificates that sign nodes; every one of them is trusted
  std::filesystem::path certificate;  ///< of this node, then those between it and the authority
  std::filesystem::path key;          ///< of the certificate, without a passphrase
};

class LinkIdentity {
 public:
  /// Errors   InvalidArgument; the detail names the file and what is wrong with it: cannot be read, holds no
  ///          certificate, has expired, is not yet good, is no authority, does not match its key, is not
  ///          signed by the authority.
  static engine::Result<std::shared_ptr<const LinkIdentity>> load(const LinkFiles& files);

  LinkIdentity(const LinkIdentity&) = delete;
  LinkIdentity& operator=(const LinkIdentity&) = delete;
  ~LinkIdentity();

  /// When the certificate ends, in wall-clock time.
  std::chrono::system_clock::time_point good_until() const noexcept { return good_until_; }
  /// For net/tls_stream.cpp.
  ssl_ctx_st* context() const noexcept { return context_; }

 private:
  LinkIdentity(ssl_ctx_st* context, std::chrono::system_clock::time_point good_until) noexcept
      : context_(context), good_until_(good_until) {}

  // Owned.
  ssl_ctx_st* context_;
  std::chrono::system_clock::time_point good_until_;
};

/// What tells a file from its successor: time of change, inode and size of each, zeros where there is none.
using FileMarks = std::array<std::array<std::int64_t, 4>, 3>;
FileMarks marks_of(const LinkFiles& files) noexcept;

}  // namespace framewright::net
