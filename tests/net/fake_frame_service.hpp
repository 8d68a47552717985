// A FrameService without an engine: it answers each frame with its own bytes, at once or when the test says
// so.
//
// Threads   everything may be called from any thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "actors/frame_service.hpp"

namespace framewright::net {

class FakeFrameService final : public actors::FrameService {
 public:
  enum class Answers : std::uint8_t { AtOnce, WhenTold };

  explicit FakeFrameService(Answers answers = Answers::AtOnce) : shared_(std::make_shared<Shared>()) {
    shared_->answers = answers;
  }

  // FrameService
  engine::FlowId new_flow() override {
    const std::lock_guard lock(shared_->mutex);
    return ++shared_->flows;
  }
  engine::Result<std::unique_ptr<actors::StreamHandle>> open_stream(
      engine::FlowId, engine::StreamSettings settings, std::shared_ptr<actors::StreamEvents> events,
      actors::Post post) override {
    if (settings.accelerator == engine::Accelerator::Cuda) {
      return engine::unexpected(engine::ErrorCode::AcceleratorUnavailable, "no CUDA device here");
    }
    auto stream = std::make_shared<Stream>();
    stream->settings = settings;
    stream->events = std::move(events);
    stream->post = std::move(post);
    {
      const std::lock_guard lock(shared_->mutex);
      shared_->streams[settings.stream_id] = stream;
    }
    say(stream, [stream, settings] { stream->events->on_opened(settings); });
    return std::make_unique<Handle>(shared_, stream);
  }
  std::unique_ptr<actors::UnaryHandle> process(actors::UnaryRequest, actors::Post,
                                               std::function<void(engine::OutboundFrame)>) override {
    return nullptr;
  }

  // For tests.
  /// Answers the oldest `count` frames that wait.
  void answer(std::uint32_t stream_id, std::size_t count = 1) {
    const auto stream = find(stream_id);
    for (std::size_t i = 0; i < count; ++i) answer_next(shared_, stream);
  }
  /// Answers the oldest frame that waits with an error.
  void fail(std::uint32_t stream_id, engine::Error error) {
    const auto stream = find(stream_id);
    {
      const std::lock_guard lock(shared_->mutex);
      stream->next_error = std::move(error);
    }
    answer_next(shared_, stream);
  }
  void say_statistics(std::uint32_t stream_id, engine::StreamStatistics statistics) {
    const auto stream = find(stream_id);
    say(stream, [stream, stream_id, statistics] { stream->events->on_statistics(stream_id, statistics); });
  }
  /// Frames that the stream holds and has not answered.
  std::size_t waiting(std::uint32_t stream_id) {
    const std::lock_guard lock(shared_->mutex);
    const auto found = shared_->streams.find(stream_id);
    return found == shared_->streams.end() ? 0 : found->second->waiting.size();
  }
  std::size_t open_streams() {
    const std::lock_guard lock(shared_->mutex);
    return shared_->streams.size();
  }
  engine::StreamSettings settings(std::uint32_t stream_id) {
    const auto stream = find(stream_id);
    const std::lock_guard lock(shared_->mutex);
    return stream->settings;
  }
  /// Waits until `condition` holds; false when it does not within a time that no working test needs.
  bool wait_until(const std::function<bool()>& condition) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
      std::unique_lock lock(shared_->mutex);
      if (std::chrono::steady_clock::now() > give_up) return false;
      shared_->changed.wait_for(lock, std::chrono::milliseconds(10));
    }
    return true;
  }

 private:
  struct Stream {
    engine::StreamSettings settings;
    std::shared_ptr<actors::StreamEvents> events;
    actors::Post post;
    std::deque<engine::InboundFrame> waiting;
    std::optional<engine::Error> next_error;
    std::optional<std::string> closing;
    int unacknowledged = 0;
    bool ended = false;
    engine::StreamStatistics totals;
  };
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    Answers answers = Answers::AtOnce;
    engine::FlowId flows = 0;
    std::map<std::uint32_t, std::shared_ptr<Stream>> streams;
  };

  class Handle final : public actors::StreamHandle {
   public:
    Handle(std::shared_ptr<Shared> shared, std::shared_ptr<Stream> stream)
        : shared_(std::move(shared)), stream_(std::move(stream)) {}
    ~Handle() override {
      const std::lock_guard lock(shared_->mutex);
      stream_->ended = true;
      stream_->waiting.clear();
      std::erase_if(shared_->streams, [this](const auto& entry) { return entry.second == stream_; });
      shared_->changed.notify_all();
    }
    void submit(engine::InboundFrame frame) override {
      const auto dropped = keep(std::move(frame));
      const auto stream = stream_;
      if (!dropped.empty()) {
        say(stream, [stream, dropped] {
          stream->events->on_dropped(stream->settings.stream_id, dropped, engine::DropReason::WindowFull);
        });
      }
      if (shared_->answers == Answers::AtOnce) answer_next(shared_, stream_);
    }
    bool has_room() const override {
      const std::lock_guard lock(shared_->mutex);
      return stream_->settings.delivery == engine::Delivery::Latest || places() < stream_->settings.window;
    }
    void acknowledge(std::size_t count) override {
      const std::lock_guard lock(shared_->mutex);
      stream_->unacknowledged -= static_cast<int>(count);
      shared_->changed.notify_all();
    }
    engine::Result<void> update(engine::StreamSettings settings) override {
      if (settings.accelerator == engine::Accelerator::Cuda) {
        return engine::unexpected(engine::ErrorCode::AcceleratorUnavailable, "no CUDA device here");
      }
      {
        const std::lock_guard lock(shared_->mutex);
        stream_->settings = settings;
      }
      const auto stream = stream_;
      say(stream, [stream, settings] { stream->events->on_updated(settings); });
      return {};
    }
    void close() override { finish(shared_, stream_, "client"); }

   private:
    int places() const { return static_cast<int>(stream_->waiting.size()) + stream_->unacknowledged; }
    std::vector<std::uint64_t> keep(engine::InboundFrame frame) {
      const std::lock_guard lock(shared_->mutex);
      std::vector<std::uint64_t> dropped;
      ++stream_->totals.frames_in;
      if (frame.flags & engine::kLastFrameFlag) stream_->closing = "last_frame";
      if (places() >= stream_->settings.window && !stream_->waiting.empty()) {
        dropped.push_back(stream_->waiting.front().frame_id);
        stream_->waiting.pop_front();
        ++stream_->totals.frames_dropped;
      }
      stream_->waiting.push_back(std::move(frame));
      shared_->changed.notify_all();
      return dropped;
    }

    const std::shared_ptr<Shared> shared_;
    const std::shared_ptr<Stream> stream_;
  };

  /// Calls on the stream's executor, unless its handle has ended by then.
  static void say(const std::shared_ptr<Stream>& stream, std::function<void()> call) {
    stream->post([stream, call = std::move(call)] {
      if (!stream->ended) call();
    });
  }
  static void finish(const std::shared_ptr<Shared>& shared, const std::shared_ptr<Stream>& stream,
                     const std::string& reason) {
    {
      const std::lock_guard lock(shared->mutex);
      stream->closing = reason;
    }
    close_if_done(shared, stream);
  }
  static void close_if_done(const std::shared_ptr<Shared>& shared, const std::shared_ptr<Stream>& stream) {
    const std::lock_guard lock(shared->mutex);
    if (!stream->closing || !stream->waiting.empty()) return;
    say(stream, [stream, reason = *stream->closing, totals = stream->totals] {
      stream->events->on_closed(stream->settings.stream_id, reason, totals);
    });
  }
  static void answer_next(const std::shared_ptr<Shared>& shared, const std::shared_ptr<Stream>& stream) {
    auto answer = std::make_shared<engine::OutboundFrame>(take_answer(*shared, *stream));
    say(stream, [stream, answer] { stream->events->on_answer(std::move(*answer)); });
    close_if_done(shared, stream);
  }
  static engine::OutboundFrame take_answer(Shared& shared, Stream& stream) {
    const std::lock_guard lock(shared.mutex);
    auto frame = std::move(stream.waiting.front());
    stream.waiting.pop_front();
    ++stream.unacknowledged;
    ++stream.totals.frames_out;
    engine::OutboundFrame answer{.stream_id = stream.settings.stream_id,
                                 .frame_id = frame.frame_id,
                                 .capture_us = frame.capture_us,
                                 .flags = frame.flags,
                                 .answer_as_json = frame.answer_as_json,
                                 .geometry = {frame.encoded.width_px, frame.encoded.height_px, 1},
                                 .answer = std::move(frame.encoded)};
    if (stream.next_error)
      answer.answer = engine::unexpected(*std::exchange(stream.next_error, std::nullopt));
    return answer;
  }
  std::shared_ptr<Stream> find(std::uint32_t stream_id) {
    const std::lock_guard lock(shared_->mutex);
    return shared_->streams.at(stream_id);
  }

  const std::shared_ptr<Shared> shared_;
};

}  // namespace framewright::net
