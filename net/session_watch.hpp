// A SessionWatch decides when a client has been waited for long enough. It is fed a few counters on every
// tick.
//
// Threads   none: belongs to one session.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/clock.hpp"
#include "net/websocket_limits.hpp"

namespace framewright::net {

/// What a session has seen so far. The counters only grow.
struct SessionActivity {
  bool reading = false;         ///< a read is under way: the client could be heard
  bool inside_message = false;  ///< a message has begun and has not ended
  bool writing = false;         ///< a write is under way
  std::uint64_t bytes_read = 0;
  std::uint64_t messages_read = 0;
  std::uint64_t pongs = 0;
  std::uint64_t messages_written = 0;
  std::uint64_t unsent_bytes = 0;  ///< in the socket's own buffer
};

enum class Verdict : std::uint8_t { Fine, SendPing, Gone, SlowReader, SlowSender };

class SessionWatch {
 public:
  /// A message that goes on for SessionTimeouts::message has to bring this much in that time, or end.
  static constexpr std::uint64_t kMinProgressBytes = 4096;

  SessionWatch(const SessionTimeouts& timeouts, engine::SteadyTime now) noexcept
      : timeouts_(timeouts), heard_at_(now) {}

  Verdict check(const SessionActivity& activity, engine::SteadyTime now) noexcept;

 private:
  /// Counters at a moment, to see what has changed since.
  struct Mark {
    engine::SteadyTime at;
    std::uint64_t first = 0;
    std::uint64_t second = 0;
  };

  bool reader_is_slow(const SessionActivity& activity, engine::SteadyTime now) noexcept;
  bool sender_is_slow(const SessionActivity& activity, engine::SteadyTime now) noexcept;
  Verdict check_silence(const SessionActivity& activity, engine::SteadyTime now) noexcept;

  // Given.
  const SessionTimeouts& timeouts_;
  // Measured.
  std::optional<Mark> write_;    ///< messages written, unsent bytes
  std::optional<Mark> message_;  ///< bytes read, messages read
  std::uint64_t heard_ = 0;      ///< bytes and pongs
  engine::SteadyTime heard_at_;
  int pings_ = 0;  ///< since heard_at_
};

}  // namespace framewright::net
