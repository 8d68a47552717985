// A StreamSession without a socket, before a FakeFrameService.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <nlohmann/json.hpp>

#include "net/stream_session.hpp"
#include "tests/net/fake_frame_service.hpp"

namespace framewright::net {

using nlohmann::json;

class DropCounter final : public engine::Metrics {
 public:
  void frame_answered(const engine::FrameMeasurement&) override {}
  void frames_dropped(engine::DropReason, std::uint64_t count) override { drops += count; }
  void error(engine::ErrorCode, std::string_view) override { ++errors; }
  void http_request(std::string_view, int, std::chrono::nanoseconds) override {}
  void connections_changed(std::string_view, int) override {}
  void streams_changed(int) override {}
  void job_finished(std::string_view) override {}
  void observe(std::string_view, std::string_view, std::function<double()>) override {}

  std::uint64_t drops = 0;
  int errors = 0;
};

struct SentFrame {
  std::uint32_t stream_id = 1;
  std::uint64_t frame_id = 0;
  std::size_t payload_bytes = 4;
  std::uint8_t flags = 0;
  engine::ImageEncoding encoding = engine::ImageEncoding::Jpeg;
};

/// A session without a socket: calls that streams post are run by settle().
struct StreamSessionTest : testing::Test {
  engine::FrameBudget budget{64 << 20};
  engine::FramePool pool{budget};
  DropCounter metrics;
  WebSocketLimits limits;
  FakeFrameService frames{FakeFrameService::Answers::WhenTold};
  std::deque<std::function<void()>> posted;
  int changes = 0;
  std::shared_ptr<StreamSession> session;

  void SetUp() override {
    const SessionServices services{frames, pool, metrics, engine::system_clock(), limits};
    session = std::make_shared<StreamSession>(
        services, [this](std::function<void()> call) { posted.push_back(std::move(call)); },
        [this] { ++changes; });
  }
  void TearDown() override { session->end(); }

  void settle() {
    while (!posted.empty()) {
      const auto call = std::move(posted.front());
      posted.pop_front();
      call();
    }
  }
  void say(const json& message) {
    session->take_text(message.dump(), {});
    settle();
  }
  void open(std::uint32_t stream_id, const std::string& delivery, int window = 8,
            json output = json::object()) {
    say({{"type", "open_stream"},
         {"stream_id", stream_id},
         {"delivery", delivery},
         {"window", window},
         {"output", std::move(output)}});
    EXPECT_EQ(next_json()["type"], "stream_opened");
  }
  void send(const SentFrame& sent) {
    FrameHeader header;
    header.encoding = sent.encoding;
    header.width_px = static_cast<std::uint32_t>(sent.payload_bytes);
    header.height_px = 1;
    header.flags = sent.flags;
    header.stream_id = sent.stream_id;
    header.frame_id = sent.frame_id;
    const auto bytes = encode_header(header);
    auto lease = pool.lend(bytes.size() + sent.payload_bytes);
    ASSERT_TRUE(lease.has_value());
    std::copy(bytes.begin(), bytes.end(), lease->data());
    session->take_binary(std::move(*lease), bytes.size() + sent.payload_bytes);
    settle();
  }
  void answer(std::uint32_t stream_id, std::size_t count = 1) {
    frames.answer(stream_id, count);
    settle();
  }
  /// Takes the next message as if it were written.
  std::optional<Outgoing> write_next() {
    auto message = session->next_to_write();
    if (message) session->written(*message);
    settle();
    return message;
  }
  json next_json() {
    const auto message = write_next();
    if (!message || !std::holds_alternative<std::string>(*message)) return json::object();
    return json::parse(std::get<std::string>(*message));
  }
  std::uint64_t next_answer() {
    const auto message = write_next();
    return message ? std::get<QueuedAnswer>(*message).frame.frame_id : 0;
  }
  bool is_silent() { return !session->next_to_write().has_value(); }
};
}  // namespace framewright::net
