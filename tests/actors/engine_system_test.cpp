// The whole actor system with its real scheduler and threads.
#include "actors/engine_system.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "tests/engine/kept_spans.hpp"

namespace framewright::actors {
namespace {

using namespace std::chrono_literals;

/// A thread that runs what is posted to it: what an io thread is to the actors.
class Executor {
 public:
  Executor() : thread_([this] { run(); }) {}
  ~Executor() {
    post()({});
    thread_.join();
  }
  Post post() {
    return [this](std::function<void()> function) {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(function));
      wake_.notify_one();
    };
  }

 private:
  void run() {
    for (;;) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return !queue_.empty(); });
      auto function = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      if (!function) return;
      function();
    }
  }
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  std::thread thread_;
};

/// Counts down to the moment that a test waits for.
class Arrivals {
 public:
  void add() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  bool reach(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 30s, [&] { return count_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

/// Keeps how many frames were answered, by their way in.
struct FrameMetrics final : engine::SilentMetrics {
  void frame_answered(const engine::FrameMeasurement& frame) override {
    const std::lock_guard lock(mutex);
    ++answered[std::string{frame.entry}];
  }
  std::mutex mutex;
  std::map<std::string, int> answered;
};

class EngineSystemTest : public ::testing::Test {
 protected:
  engine::EncodedFrame picture(std::uint8_t value) {
    auto buffer = pool.lend_input(64);
    EXPECT_TRUE(buffer.has_value());
    std::fill_n(buffer->data(), 64, value);
    return {.buffer = std::move(*buffer), .size_bytes = 64, .width_px = 8, .height_px = 8};
  }

  UnaryRequest invert(std::uint8_t value) {
    auto pipeline = engine::Pipeline::parse("invert");
    EXPECT_TRUE(pipeline.has_value());
    return {.flow = 1, .input = picture(value), .pipeline = *pipeline};
  }

  ~EngineSystemTest() override {
    EXPECT_TRUE(engine_system.stop(30s));
    executor.reset();
  }

  engine::FrameBudget budget{64U << 20};
  engine::FramePool pool{budget};
  engine::PlanCache plans{engine::ImageLimits{}, 16};
  FrameMetrics metrics;
  engine::Readiness readiness;
  std::optional<Executor> executor{std::in_place};
  engine::KeptSpans spans;
  engine::Tracer tracer{"here", 1, engine::system_clock(), spans};
  EngineSystem engine_system{
      EngineServices{pool, plans, metrics, readiness, engine::system_clock(), {}, &tracer},
      EngineOptions{.cpu_workers = 2}};
};

TEST_F(EngineSystemTest, AnswersAUnaryRequest) {
  Arrivals arrivals;
  std::optional<OutboundFrame> answer;
  auto handle = engine_system.process(invert(5), executor->post(), [&](OutboundFrame frame) {
    answer.emplace(std::move(frame));
    arrivals.add();
  });
  ASSERT_TRUE(arrivals.reach(1));
  ASSERT_TRUE(answer->answer.has_value()) << answer->answer.error().detail;
  EXPECT_EQ(answer->answer->payload()[0], 250);
  EXPECT_EQ(metrics.answered, (std::map<std::string, int>{{"rest", 1}}));
}

TEST_F(EngineSystemTest, RecordsTheFramesOfARequestThatIsRecorded) {
  Arrivals arrivals;
  auto good = invert(5);
  good.trace_parent = "00-11112222333344445555666677778888-1111222233334444-01";
  auto corrupt = invert(5);
  corrupt.trace_parent = "00-11112222333344445555666677778888-1111222233335555-01";
  corrupt.input.size_bytes = 63;
  auto untraced = invert(5);
  untraced.trace_parent = "00-11112222333344445555666677778888-1111222233334444-00";
  std::vector<std::unique_ptr<UnaryHandle>> handles;
  for (auto* request : {&good, &corrupt, &untraced}) {
    handles.push_back(engine_system.process(std::move(*request), executor->post(),
                                            [&](const OutboundFrame&) { arrivals.add(); }));
  }
  ASSERT_TRUE(arrivals.reach(3));
  std::map<std::string, engine::Span> frames;
  for (const auto& span : spans.all()) {
    if (span.name == "frame") frames[engine::hex_of(span.parent)] = span;
  }
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(attribute_of(frames["1111222233334444"], "framewright.node.id"), "here");
  EXPECT_EQ(attribute_of(frames["1111222233335555"], "error.type"), "corrupt_media");
  EXPECT_EQ(spans.named("run").parent, frames["1111222233334444"].id);
}

TEST_F(EngineSystemTest, AnswersACorruptPictureWithAnError) {
  Arrivals arrivals;
  auto request = invert(5);
  request.input.size_bytes = 63;
  std::optional<engine::ErrorCode> code;
  auto handle = engine_system.process(std::move(request), executor->post(), [&](OutboundFrame frame) {
    code = frame.answer.error().code;
    arrivals.add();
  });
  ASSERT_TRUE(arrivals.reach(1));
  EXPECT_EQ(code, engine::ErrorCode::CorruptMedia);
}

TEST_F(EngineSystemTest, RefusesCudaWhereThereIsNone) {
  auto settings = StreamSettings{.stream_id = 1, .accelerator = engine::Accelerator::Cuda};
  auto opened = engine_system.open_stream(1, settings, nullptr, executor->post());
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, engine::ErrorCode::AcceleratorUnavailable);
}

/// A session that sends `total` frames through a window, and acknowledges each answer.
struct Session final : StreamEvents, std::enable_shared_from_this<Session> {
  void on_opened(const engine::StreamSettings&) override { send(); }
  void on_updated(const engine::StreamSettings&) override {}
  void on_answer(OutboundFrame frame) override {
    ids.push_back(frame.frame_id);
    handle->acknowledge(1);
    arrivals.add();
    send();
  }
  void on_dropped(std::uint32_t, std::vector<std::uint64_t> lost, engine::DropReason) override {
    dropped += lost.size();
  }
  void on_statistics(std::uint32_t, const engine::StreamStatistics&) override {}
  void on_closed(std::uint32_t, const std::string&, const engine::StreamStatistics&) override {}

  void send() {
    while (next < total && handle->has_room()) {
      handle->submit({.frame_id = next++, .encoded = make_picture()});
    }
  }

  std::function<engine::EncodedFrame()> make_picture;
  std::unique_ptr<StreamHandle> handle;
  std::uint64_t total = 0;
  std::uint64_t next = 0;
  std::vector<std::uint64_t> ids;
  std::size_t dropped = 0;
  Arrivals arrivals;
};

TEST_F(EngineSystemTest, AnswersEveryFrameOfALosslessStreamOnceAndInOrder) {
  const auto session = std::make_shared<Session>();
  session->total = 5000;
  session->make_picture = [this] { return picture(1); };
  StreamSettings settings{.stream_id = 1, .delivery = Delivery::Lossless, .window = 16};
  Arrivals opened;
  executor->post()([&] {
    auto handle = engine_system.open_stream(engine_system.new_flow(), settings, session, executor->post());
    session->handle = std::move(*handle);
    opened.add();
  });
  ASSERT_TRUE(opened.reach(1));
  ASSERT_TRUE(session->arrivals.reach(5000));
  executor->post()([&] {
    session->handle.reset();
    opened.add();
  });
  ASSERT_TRUE(opened.reach(2));
  EXPECT_EQ(session->dropped, 0u);
  for (std::uint64_t i = 0; i < 5000; ++i) ASSERT_EQ(session->ids[i], i);
  const auto recorded = spans.all();
  const auto frames =
      std::count_if(recorded.begin(), recorded.end(), [](const auto& span) { return span.name == "frame"; });
  EXPECT_EQ(frames, 5000) << "each began a trace of its own";
}

/// A port that lets nobody in until it is opened: so many wait already as may.
class ShutDoor {
 public:
  ShutDoor() {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    EXPECT_EQ(::bind(door_, named(), size), 0);
    EXPECT_EQ(::listen(door_, 0), 0);
    EXPECT_EQ(::getsockname(door_, named(), &size), 0);
    EXPECT_EQ(::connect(caller_, named(), size), 0);
  }
  ~ShutDoor() {
    ::close(door_);
    ::close(caller_);
  }
  ShutDoor(const ShutDoor&) = delete;
  ShutDoor& operator=(const ShutDoor&) = delete;

  std::uint16_t port() const noexcept { return ntohs(address_.sin_port); }
  void open() const { ::close(::accept(door_, nullptr, nullptr)); }

 private:
  sockaddr* named() noexcept { return reinterpret_cast<sockaddr*>(&address_); }

  const int door_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int caller_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address_{};
};

TEST_F(EngineSystemTest, EndsThoughItHasOnlyBegunToDial) {
  const ShutDoor door;
  engine::ClusterBoard board;
  Arrivals named;
  ClusterSettings cluster{board, "here", "1.0", "localhost"};
  cluster.reach = [&](const GatewayName&) {
    named.add();
    return GatewayAddress{"127.0.0.1", door.port()};
  };
  EngineSystem joining{EngineServices{pool, plans, metrics, readiness, engine::system_clock()},
                       EngineOptions{.cpu_workers = 1, .cluster = std::move(cluster)}};
  joining.join({.address = "gateway:4950"});
  ASSERT_TRUE(named.reach(1));
  std::thread opener([&door] {
    std::this_thread::sleep_for(300ms);  // Long enough for a system that does not wait to end.
    door.open();
  });
  EXPECT_TRUE(joining.stop(30s));
  opener.join();
}  // Where a dial is left behind, the end of the system never comes.

}  // namespace
}  // namespace framewright::actors
