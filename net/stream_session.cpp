#include "net/stream_session.hpp"

#include <numeric>
#include <utility>

#include "net/base64.hpp"

namespace framewright::net {
namespace {

using engine::Delivery;
using engine::DropReason;
using engine::Error;
using engine::ErrorCode;

Error not_open(std::uint32_t stream_id) {
  return {ErrorCode::NotFound, "stream " + std::to_string(stream_id) + " is not open"};
}

engine::InboundFrame inbound_frame(const FrameHeader& header, engine::EncodedFrame encoded) {
  encoded.encoding = header.encoding;
  encoded.pixel_format = header.pixel_format;
  if (header.encoding == engine::ImageEncoding::Raw) {
    encoded.width_px = static_cast<int>(header.width_px);
    encoded.height_px = static_cast<int>(header.height_px);
  }
  return {header.frame_id, header.capture_us, header.flags, false, std::move(encoded)};
}

/// Whether nothing can be said about the size of the first answer: pixels for an encoded picture.
bool answer_may_be_much_larger(const engine::StreamSettings& settings, const engine::InboundFrame& frame) {
  return settings.output.format == engine::ImageEncoding::Raw &&
         frame.encoded.encoding != engine::ImageEncoding::Raw;
}

}  // namespace

StreamSession::StreamSession(SessionServices services, actors::Post post, std::function<void()> changed)
    : services_(services),
      post_(std::move(post)),
      changed_(std::move(changed)),
      flow_(services.frames.new_flow()) {}

void StreamSession::welcome(std::string_view session_id, std::chrono::milliseconds slow_client_timeout) {
  queue_.push(welcome_message(session_id, services_.limits, slow_client_timeout));
}

void StreamSession::take_text(std::string_view text, engine::BufferLease buffer) {
  const auto parsed = parse_control(text, services_.limits.pipeline_filters);
  if (!parsed.message) {
    const auto& [stream_id, frame_id] = parsed.subject;
    if (stream_id && frame_id) return refuse_frame(parsed.message.error(), {*stream_id, *frame_id});
    return say_error(parsed.message.error(), parsed.subject);
  }
  text_buffer_ = std::move(buffer);
  std::visit([this](const auto& message) { handle(message); }, *parsed.message);
  text_buffer_.release();
}

void StreamSession::take_binary(engine::BufferLease buffer, std::size_t size_bytes) {
  const auto message = std::span<const std::uint8_t>(buffer.data(), size_bytes);
  const auto frame = decode_frame(message);
  if (!frame) return refuse(frame.error(), message);
  engine::EncodedFrame encoded;
  encoded.offset_bytes = static_cast<std::size_t>(frame->payload.data() - buffer.data());
  encoded.size_bytes = frame->payload.size();
  encoded.buffer = std::move(buffer);
  take_frame(frame->header.stream_id, inbound_frame(frame->header, std::move(encoded)));
}

bool StreamSession::drops_for_want_of_memory(std::span<const std::uint8_t> beginning) {
  const auto address = address_of(beginning);
  auto* stream = address ? open_stream(address->stream_id) : nullptr;
  if (stream == nullptr || stream->settings.delivery != Delivery::Latest) return false;
  drop_at_entry(*stream, address->frame_id, DropReason::Overloaded);
  return true;
}

void StreamSession::refuse(const Error& error, std::span<const std::uint8_t> beginning) {
  if (const auto address = address_of(beginning)) return refuse_frame(error, *address);
  say_error(error, {});
}

bool StreamSession::wants_more() const noexcept {
  return !ended_ && !waiting_ && refused_ < services_.limits.frames_per_connection &&
         queue_.bytes() < services_.limits.send_bytes_per_connection;
}

void StreamSession::written(const Outgoing& message) {
  const auto* answer = std::get_if<QueuedAnswer>(&message);
  if (answer == nullptr || ended_) return;
  const auto found = streams_.find(answer->frame.stream_id);
  if (found != streams_.end() && found->second.opening == answer->opening) {
    --found->second.unwritten;
    found->second.handle->acknowledge(1);
  }
  retry_waiting();
}

void StreamSession::drain(std::int64_t deadline_us) {
  if (draining_ || ended_) return;
  draining_ = true;
  queue_.push(draining_message(deadline_us));
  for (auto& [id, stream] : streams_) {
    if (!stream.closing) close_stream(stream);
  }
  retry_waiting();
}

void StreamSession::end() noexcept {
  ended_ = true;
  waiting_.reset();
  streams_.clear();
  queue_.clear();
}

// --- What the client asks for.

void StreamSession::handle(const OpenStream& message) {
  const auto id = message.stream_id;
  const auto subject = ErrorSubject::stream(id);
  if (draining_) return say_error({ErrorCode::Draining, "the server is shutting down"}, subject);
  if (streams_.contains(id)) {
    return say_error({ErrorCode::Conflict, "stream " + std::to_string(id) + " is open already"}, subject);
  }
  const auto limit = static_cast<std::size_t>(services_.limits.streams_per_connection);
  if (streams_.size() >= limit) {
    return say_error(
        {ErrorCode::RateLimited, "a connection carries at most " + std::to_string(limit) + " streams"},
        subject);
  }
  auto settings = message.settings.applied_to({.stream_id = id, .trace_parent = trace_parent_});
  auto handle = services_.frames.open_stream(flow_, settings, shared_from_this(), post_);
  if (!handle) return say_error(handle.error(), subject);
  auto& stream = streams_[id];
  stream.opening = ++openings_;
  stream.settings = std::move(settings);
  stream.handle = std::move(*handle);
}

void StreamSession::handle(const UpdateStream& message) {
  auto* stream = open_stream(message.stream_id);
  if (stream == nullptr)
    return say_error(not_open(message.stream_id), ErrorSubject::stream(message.stream_id));
  auto settings = message.settings.applied_to(stream->settings);
  if (const auto updated = stream->handle->update(settings); !updated) {
    return say_error(updated.error(), ErrorSubject::stream(message.stream_id));
  }
  stream->settings = std::move(settings);
}

void StreamSession::handle(const CloseStream& message) {
  auto* stream = open_stream(message.stream_id);
  if (stream == nullptr)
    return say_error(not_open(message.stream_id), ErrorSubject::stream(message.stream_id));
  close_stream(*stream);
}

void StreamSession::handle(const StartSource& message) {
  const auto subject = ErrorSubject::stream(message.stream_id);
  if (open_stream(message.stream_id) == nullptr) return say_error(not_open(message.stream_id), subject);
  say_error({ErrorCode::NotFound, "this server has no source \"" + message.source + "\""}, subject);
}

void StreamSession::handle(const StopSource& message) {
  const auto subject = ErrorSubject::stream(message.stream_id);
  if (open_stream(message.stream_id) == nullptr) return say_error(not_open(message.stream_id), subject);
  say_error({ErrorCode::NotFound, "stream " + std::to_string(message.stream_id) + " has no source to stop"},
            subject);
}

void StreamSession::handle(const JsonFrame& message) {
  const auto& header = message.header;
  auto buffer = decode_data(message, std::exchange(text_buffer_, {}));
  if (!buffer) return refuse_frame(buffer.error(), {header.stream_id, header.frame_id});
  engine::EncodedFrame encoded;
  encoded.buffer = std::move(*buffer);
  encoded.size_bytes = base64_decoded_bytes(message.base64).value_or(0);
  auto frame = inbound_frame(header, std::move(encoded));
  frame.answer_as_json = true;
  take_frame(header.stream_id, std::move(frame));
}

void StreamSession::handle(const Ping& message) { queue_.push(pong_message(message.id)); }

engine::Result<engine::BufferLease> StreamSession::decode_data(const JsonFrame& message,
                                                               engine::BufferLease buffer) {
  const auto bad_data = Error{ErrorCode::InvalidArgument, "data is not base64", {{"data", "must be base64"}}};
  const auto size = base64_decoded_bytes(message.base64);
  if (!size) return engine::unexpected(bad_data);
  if (buffer.capacity() < *size) {
    auto lent = services_.pool.lend_input(*size);
    if (!lent) return engine::unexpected(std::move(lent).error());
    buffer = std::move(*lent);
  }
  if (!decode_base64(message.base64, buffer.bytes())) return engine::unexpected(bad_data);
  return buffer;
}

// --- Frames on their way in.

void StreamSession::take_frame(std::uint32_t stream_id, engine::InboundFrame frame) {
  auto* stream = open_stream(stream_id);
  if (stream == nullptr) {
    const auto subject = ErrorSubject::frame({stream_id, frame.frame_id});
    if (draining_) return say_error({ErrorCode::Draining, "the server is shutting down"}, subject);
    return say_error(not_open(stream_id), subject);
  }
  switch (admission_of(*stream, frame)) {
    case Admission::Now: return submit(*stream, std::move(frame));
    case Admission::Later: waiting_ = Waiting{stream_id, std::move(frame)}; return;
    case Admission::Never: return drop_at_entry(*stream, frame.frame_id, DropReason::WindowFull);
  }
}

StreamSession::Admission StreamSession::admission_of(const Stream& stream,
                                                     const engine::InboundFrame& frame) const {
  const bool connection_full = in_flight() >= services_.limits.frames_per_connection;
  if (stream.settings.delivery == Delivery::Lossless) {
    const bool has_place = !connection_full && stream.handle->has_room() && fits_send_queue(stream, frame);
    return has_place ? Admission::Now : Admission::Later;
  }
  // A stream whose own window is full gives up a frame for this one, or keeps this one beyond the window: the
  // sum passes its limit by at most one frame for each stream.
  const bool replaces_its_own = stream.unanswered + stream.unwritten >= stream.settings.window;
  return connection_full && !replaces_its_own ? Admission::Never : Admission::Now;
}

bool StreamSession::fits_send_queue(const Stream& stream, const engine::InboundFrame& frame) const {
  if (in_flight() == 0) return true;
  if (!stream.answer_bytes && answer_may_be_much_larger(stream.settings, frame)) return false;
  auto bytes = queue_.bytes() + stream.answer_bytes.value_or(frame.encoded.size_bytes);
  for (const auto& [id, other] : streams_) {
    bytes +=
        static_cast<std::uint64_t>(other.unanswered) * other.answer_bytes.value_or(frame.encoded.size_bytes);
  }
  return bytes <= services_.limits.send_bytes_per_connection;
}

void StreamSession::submit(Stream& stream, engine::InboundFrame frame) {
  ++stream.unanswered;
  stream.closing = (frame.flags & engine::kLastFrameFlag) != 0;
  stream.handle->submit(std::move(frame));
}

void StreamSession::drop_at_entry(Stream& stream, std::uint64_t frame_id, DropReason reason) {
  ++stream.dropped_at_entry;
  services_.metrics.frames_dropped(reason, 1);
  queue_.push_dropped(stream.settings.stream_id, reason, {frame_id});
}

void StreamSession::refuse_frame(const Error& error, FrameAddress address) {
  auto* stream = open_stream(address.stream_id);
  const bool has_a_turn =
      stream != nullptr && stream->settings.delivery == Delivery::Lossless && stream->unanswered > 0;
  if (!has_a_turn) return say_error(error, ErrorSubject::frame(address));
  const auto before = static_cast<std::uint64_t>(stream->unanswered);
  stream->refused.push_back({stream->answered + before, address.frame_id, error});
  ++refused_;
}

void StreamSession::count_answered(Stream& stream, int count) {
  stream.unanswered -= count;
  stream.answered += static_cast<std::uint64_t>(count);
}

void StreamSession::say_refused(Stream& stream) {
  while (!stream.refused.empty() && stream.refused.front().turn <= stream.answered) {
    const auto refused = std::move(stream.refused.front());
    stream.refused.pop_front();
    --refused_;
    say_error(refused.error, ErrorSubject::frame({stream.settings.stream_id, refused.frame_id}));
  }
}

void StreamSession::retry_waiting() {
  if (!waiting_) return;
  auto waiting = std::move(*waiting_);
  waiting_.reset();
  take_frame(waiting.stream_id, std::move(waiting.frame));
}

// --- What streams say.

void StreamSession::on_opened(const engine::StreamSettings& effective) {
  if (ended_) return;
  queue_.push(stream_opened_message(effective));
  changed_();
}

void StreamSession::on_updated(const engine::StreamSettings& effective) {
  if (ended_) return;
  queue_.push(stream_updated_message(effective));
  retry_waiting();
  changed_();
}

void StreamSession::on_answer(engine::OutboundFrame frame) {
  if (ended_) return;
  const auto found = streams_.find(frame.stream_id);
  if (found == streams_.end()) return;
  auto& stream = found->second;
  count_answered(stream, 1);
  if (!frame.answer) services_.metrics.error(frame.answer.error().code, "websocket");
  const bool full = queue_.bytes() >= services_.limits.send_bytes_per_connection;
  if (full && stream.settings.delivery == Delivery::Latest) {
    ++stream.dropped_at_exit;
    services_.metrics.frames_dropped(DropReason::WindowFull, 1);
    queue_.push_dropped(frame.stream_id, DropReason::WindowFull, {frame.frame_id});
    stream.handle->acknowledge(1);
  } else {
    ++stream.unwritten;
    if (frame.answer) stream.answer_bytes = frame.answer->size_bytes;
    queue_.push(QueuedAnswer{stream.opening, std::move(frame)});
  }
  say_refused(stream);
  changed_();
}

void StreamSession::on_dropped(std::uint32_t stream_id, std::vector<std::uint64_t> frame_ids,
                               DropReason reason) {
  if (ended_) return;
  const auto found = streams_.find(stream_id);
  if (found == streams_.end()) return;
  count_answered(found->second, static_cast<int>(frame_ids.size()));
  queue_.push_dropped(stream_id, reason, frame_ids);
  say_refused(found->second);
  retry_waiting();
  changed_();
}

void StreamSession::on_statistics(std::uint32_t stream_id, const engine::StreamStatistics& statistics) {
  if (ended_) return;
  queue_.push(stats_message(stream_id, statistics));
  changed_();
}

void StreamSession::on_closed(std::uint32_t stream_id, const std::string& reason,
                              const engine::StreamStatistics& totals) {
  if (ended_) return;
  const auto found = streams_.find(stream_id);
  if (found == streams_.end()) return;
  const auto& stream = found->second;
  auto seen_by_client = totals;
  seen_by_client.frames_in += stream.dropped_at_entry;
  seen_by_client.frames_out -= stream.dropped_at_exit;
  seen_by_client.frames_dropped += stream.dropped_at_entry + stream.dropped_at_exit;
  queue_.push(stream_closed_message(stream_id, draining_ ? "draining" : reason, seen_by_client));
  streams_.erase(found);
  retry_waiting();
  changed_();
}

StreamSession::Stream* StreamSession::open_stream(std::uint32_t stream_id) {
  const auto found = streams_.find(stream_id);
  return found == streams_.end() || found->second.closing ? nullptr : &found->second;
}

void StreamSession::close_stream(Stream& stream) {
  stream.closing = true;
  stream.handle->close();
}

int StreamSession::in_flight() const noexcept {
  return std::accumulate(streams_.begin(), streams_.end(), 0, [](int sum, const auto& entry) {
    return sum + entry.second.unanswered + entry.second.unwritten;
  });
}

void StreamSession::say_error(const Error& error, const ErrorSubject& subject) {
  services_.metrics.error(error.code, "websocket");
  queue_.push(error_message(error, subject));
}

}  // namespace framewright::net
