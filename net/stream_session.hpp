// A StreamSession is what is said on one WebSocket, without the socket: messages come in, a SendQueue goes
// out.
//
// It opens and closes streams, decides which frames are taken now, later or never, and keeps the counts that
// bound what one client may hold.
//
// Memory    at most one frame that waits for a place, the errors of as many refused frames as a connection
//           may have in flight, and the send queue; all bounded by the limits.
// Threads   none: belongs to the io thread of its connection. Streams answer there too (see FrameService).
// Lifetime  streams share it while they are open; after end() it ignores them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "actors/frame_service.hpp"
#include "engine/metrics.hpp"
#include "net/control_messages.hpp"
#include "net/send_queue.hpp"

namespace framewright::net {

/// What sessions need of the program.
struct SessionServices {
  actors::FrameService& frames;
  engine::FramePool& pool;
  engine::Metrics& metrics;
  const engine::Clock& clock;
  const WebSocketLimits& limits;
};

class StreamSession final : public actors::StreamEvents, public std::enable_shared_from_this<StreamSession> {
 public:
  /// `post` leads to the session's io thread; `changed` is called there when a stream has changed what there
  /// is to write or whether more may be read.
  StreamSession(SessionServices services, actors::Post post, std::function<void()> changed);

  /// Streams that name no trace of their own belong to this one; empty: to none.
  void follow(std::string trace_parent) { trace_parent_ = std::move(trace_parent); }

  // What comes from the client.
  void welcome(std::string_view session_id, std::chrono::milliseconds slow_client_timeout);
  /// One text message. `buffer` is the pooled buffer that `text` lies in, if it lies in one: a JSON frame is
  /// decoded into it.
  void take_text(std::string_view text, engine::BufferLease buffer);
  /// One binary message: the first `size_bytes` of `buffer`.
  void take_binary(engine::BufferLease buffer, std::size_t size_bytes);
  /// Whether a message whose beginning is known should be dropped for want of memory rather than waited for:
  /// true for frames of Latest streams, which are then named to the client.
  bool drops_for_want_of_memory(std::span<const std::uint8_t> beginning);
  /// Names a message that could not be taken in.
  void refuse(const engine::Error& error, std::span<const std::uint8_t> beginning);
  /// Whether the connection should be read: no frame waits for a place, and the send queue and the errors
  /// that wait for their turn are within their limits.
  bool wants_more() const noexcept;

  // What goes to the client.
  std::optional<Outgoing> next_to_write() { return queue_.pop(); }
  bool has_more_to_write() const noexcept { return !queue_.empty(); }
  /// `message` has been written: its frame's place is free.
  void written(const Outgoing& message);

  // The end.
  /// Takes no more work, finishes what was submitted.
  void drain(std::int64_t deadline_us);
  /// Whether a drained session has nothing left to say.
  bool drained() const noexcept { return draining_ && streams_.empty() && queue_.empty(); }
  /// The client has gone: ends every stream at once and forgets what was to be written.
  void end() noexcept;

  // StreamEvents
  void on_opened(const engine::StreamSettings& effective) override;
  void on_updated(const engine::StreamSettings& effective) override;
  void on_answer(engine::OutboundFrame frame) override;
  void on_dropped(std::uint32_t stream_id, std::vector<std::uint64_t> frame_ids,
                  engine::DropReason reason) override;
  void on_statistics(std::uint32_t stream_id, const engine::StreamStatistics& statistics) override;
  void on_closed(std::uint32_t stream_id, const std::string& reason,
                 const engine::StreamStatistics& totals) override;

 private:
  /// A frame of a lossless stream that was refused while frames before it had no answer yet: its error waits
  /// for its turn.
  struct RefusedFrame {
    std::uint64_t turn = 0;  ///< how many submitted frames go before
    std::uint64_t frame_id = 0;
    engine::Error error = {};
  };
  /// One open stream.
  struct Stream {
    std::uint64_t opening = 0;  ///< tells it from an earlier stream with the same id
    engine::StreamSettings settings = {};
    std::unique_ptr<actors::StreamHandle> handle = {};
    bool closing = false;
    int unanswered = 0;          ///< submitted, neither answered nor dropped
    int unwritten = 0;           ///< answered, not written yet
    std::uint64_t answered = 0;  ///< of those submitted, drops included
    std::deque<RefusedFrame> refused = {};
    std::optional<std::uint64_t> answer_bytes = {};  ///< of the last answer
    std::uint64_t dropped_at_entry = 0;              ///< by this session, before the stream saw them
    std::uint64_t dropped_at_exit = 0;               ///< by this session, after the stream answered them
  };
  /// A frame that was read and has no place yet.
  struct Waiting {
    std::uint32_t stream_id = 0;
    engine::InboundFrame frame;
  };
  enum class Admission : std::uint8_t { Now, Later, Never };

  void handle(const OpenStream& message);
  void handle(const UpdateStream& message);
  void handle(const CloseStream& message);
  void handle(const StartSource& message);
  void handle(const StopSource& message);
  void handle(const JsonFrame& message);
  void handle(const Ping& message);

  Stream* open_stream(std::uint32_t stream_id);
  void close_stream(Stream& stream);
  void take_frame(std::uint32_t stream_id, engine::InboundFrame frame);
  Admission admission_of(const Stream& stream, const engine::InboundFrame& frame) const;
  bool fits_send_queue(const Stream& stream, const engine::InboundFrame& frame) const;
  void submit(Stream& stream, engine::InboundFrame frame);
  void drop_at_entry(Stream& stream, std::uint64_t frame_id, engine::DropReason reason);
  void refuse_frame(const engine::Error& error, FrameAddress address);
  /// `count` frames of the stream are answered: whoever has waited for them takes its turn.
  void count_answered(Stream& stream, int count);
  void say_refused(Stream& stream);
  void retry_waiting();
  int in_flight() const noexcept;
  engine::Result<engine::BufferLease> decode_data(const JsonFrame& message, engine::BufferLease buffer);
  void say_error(const engine::Error& error, const ErrorSubject& subject);

  // Given.
  const SessionServices services_;
  const actors::Post post_;
  const std::function<void()> changed_;
  const engine::FlowId flow_;
  std::string trace_parent_;
  // Owned.
  std::map<std::uint32_t, Stream> streams_;
  std::optional<Waiting> waiting_;
  engine::BufferLease text_buffer_;  ///< of the text message that is being handled
  SendQueue queue_;
  std::uint64_t openings_ = 0;
  int refused_ = 0;  ///< of all streams
  bool draining_ = false;
  bool ended_ = false;
};

}  // namespace framewright::net
