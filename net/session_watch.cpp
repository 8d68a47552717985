#include "net/session_watch.hpp"

namespace framewright::net {

Verdict SessionWatch::check(const SessionActivity& activity, engine::SteadyTime now) noexcept {
  if (reader_is_slow(activity, now)) return Verdict::SlowReader;
  if (sender_is_slow(activity, now)) return Verdict::SlowSender;
  return check_silence(activity, now);
}

bool SessionWatch::reader_is_slow(const SessionActivity& activity, engine::SteadyTime now) noexcept {
  if (!activity.writing) {
    write_.reset();
    return false;
  }
  const bool moved =
      !write_ || write_->first != activity.messages_written || write_->second != activity.unsent_bytes;
  if (moved) write_ = Mark{now, activity.messages_written, activity.unsent_bytes};
  return now - write_->at >= timeouts_.slow_client;
}

bool SessionWatch::sender_is_slow(const SessionActivity& activity, engine::SteadyTime now) noexcept {
  if (!activity.inside_message || !activity.reading) {
    message_.reset();
    return false;
  }
  const bool another = !message_ || message_->second != activity.messages_read;
  if (another) message_ = Mark{now, activity.bytes_read, activity.messages_read};
  if (now - message_->at < timeouts_.message) return false;
  if (activity.bytes_read - message_->first < kMinProgressBytes) return true;
  message_ = Mark{now, activity.bytes_read, activity.messages_read};
  return false;
}

Verdict SessionWatch::check_silence(const SessionActivity& activity, engine::SteadyTime now) noexcept {
  const auto heard = activity.bytes_read + activity.pongs;
  if (heard != heard_ || !activity.reading) {
    heard_ = heard;
    heard_at_ = now;
    pings_ = 0;
    return Verdict::Fine;
  }
  const auto interval = timeouts_.keep_alive / 2;
  const auto silence = now - heard_at_;
  if (silence >= 3 * interval) return Verdict::Gone;
  if (pings_ >= 2 || silence < (pings_ + 1) * interval) return Verdict::Fine;
  ++pings_;
  return Verdict::SendPing;
}

}  // namespace framewright::net
