// A FrameService without actors: inverts the bytes of a frame at once, or holds it until the test lets it go.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "actors/frame_service.hpp"

namespace framewright::net {

class FakeUnaryService final : public actors::FrameService {
 public:
  engine::FlowId new_flow() override { return ++flows_; }

  engine::Result<std::unique_ptr<actors::StreamHandle>> open_stream(engine::FlowId, engine::StreamSettings,
                                                                    std::shared_ptr<actors::StreamEvents>,
                                                                    actors::Post) override {
    return engine::unexpected(engine::ErrorCode::Internal, "not of this test");
  }

  std::unique_ptr<actors::UnaryHandle> process(actors::UnaryRequest request, actors::Post post,
                                               std::function<void(engine::OutboundFrame)> done) override {
    const std::lock_guard lock(mutex_);
    last_pipeline_ = request.pipeline.to_text();
    last_output_ = request.output;
    last_trace_parent_ = request.trace_parent;
    auto alive = std::make_shared<std::atomic<bool>>(true);
    if (!hold_) {
      auto frame = std::make_shared<engine::OutboundFrame>(answer_to(std::move(request)));
      post([frame, done, alive] {
        if (*alive) done(std::move(*frame));
      });
    }
    ++received_;
    changed_.notify_all();
    return std::make_unique<Handle>(*this, std::move(alive));
  }

  /// Frames get no answer from now on.
  void hold() {
    const std::lock_guard lock(mutex_);
    hold_ = true;
  }
  /// Frames fail from now on.
  void fail_with(engine::Error error) {
    const std::lock_guard lock(mutex_);
    error_ = std::move(error);
  }
  void wait_for_received(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return received_ >= count; });
  }
  /// Until that many handles have ended: the front lost its interest in them.
  void wait_for_ended(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ >= count; });
  }
  std::string last_pipeline() {
    const std::lock_guard lock(mutex_);
    return last_pipeline_;
  }
  engine::OutputOptions last_output() {
    const std::lock_guard lock(mutex_);
    return last_output_;
  }
  std::string last_trace_parent() {
    const std::lock_guard lock(mutex_);
    return last_trace_parent_;
  }

 private:
  class Handle final : public actors::UnaryHandle {
   public:
    Handle(FakeUnaryService& service, std::shared_ptr<std::atomic<bool>> alive)
        : service_(service), alive_(std::move(alive)) {}
    ~Handle() override {
      *alive_ = false;
      const std::lock_guard lock(service_.mutex_);
      ++service_.ended_;
      service_.changed_.notify_all();
    }

   private:
    FakeUnaryService& service_;
    const std::shared_ptr<std::atomic<bool>> alive_;
  };

  engine::OutboundFrame answer_to(actors::UnaryRequest request) const {
    if (error_) return {.answer = engine::unexpected(*error_)};
    auto frame = std::move(request.input);
    for (std::size_t i = 0; i < frame.size_bytes; ++i) frame.buffer.data()[frame.offset_bytes + i] ^= 0xff;
    const auto channels = frame.pixel_format == engine::PixelFormat::Rgb8 ? 3 : 1;
    const engine::Geometry geometry = {frame.width_px, frame.height_px, channels};
    frame.encoding = request.output.format.value_or(frame.encoding);
    return {.ran_on = engine::Accelerator::Cpu, .geometry = geometry, .answer = std::move(frame)};
  }

  std::atomic<engine::FlowId> flows_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool hold_ = false;
  std::optional<engine::Error> error_;
  int received_ = 0;
  int ended_ = 0;
  std::string last_pipeline_;
  engine::OutputOptions last_output_;
  std::string last_trace_parent_;
};

}  // namespace framewright::net
