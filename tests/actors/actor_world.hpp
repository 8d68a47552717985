// A whole node on CAF's testing scheduler: nothing moves until the test says so, and time is the test's own.
#pragma once

#include <gtest/gtest.h>

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <deque>
#include <functional>
#include <memory>

#include "actors/directory.hpp"
#include "actors/dispatcher.hpp"
#include "actors/messages.hpp"
#include "engine/clock.hpp"
#include "engine/frame_pool.hpp"
#include "engine/metrics.hpp"
#include "engine/plan.hpp"

namespace framewright::actors {

class TestConfig : public caf::actor_system_config {
 public:
  TestConfig() {
    add_message_types<caf::id_block::framewright>();
    set("scheduler.policy", caf::atom("testing"));
  }
};

/// What a recording actor has received, in order.
struct Mail {
  std::vector<ErrandPtr> submitted;
  std::vector<ErrandPtr> done;
};

class ActorWorld : public ::testing::Test {
 protected:
  ~ActorWorld() override { end_actors(); }

  /// To be called by whoever owns what actors use, before it is gone.
  void end_actors() {
    directory.set_dispatcher({});
    for (auto& actor : spawned) caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    spawned.clear();
    run();
  }

  /// Handles messages and posted functions until none is left.
  void run() {
    for (;;) {
      const bool moved = scheduler().run() > 0;
      if (posted.empty() && !moved) return;
      auto functions = std::exchange(posted, {});
      for (auto& function : functions) function();
    }
  }

  /// As time passes: both the engine's clock and CAF's timers.
  void advance(std::chrono::milliseconds step) {
    clock.advance(step);
    scheduler().advance_time(step);
    run();
  }

  caf::scheduler::test_coordinator& scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  }

  /// An actor that only writes down what it gets.
  caf::actor spawn_recorder(std::shared_ptr<Mail> mail) {
    return keep(system.spawn([mail](caf::event_based_actor*) -> caf::behavior {
      return {[mail](submit_atom, const ErrandPtr& errand) { mail->submitted.push_back(errand); },
              [mail](done_atom, const ErrandPtr& errand) { mail->done.push_back(errand); }};
    }));
  }

  caf::actor spawn_dispatcher() {
    auto handle = keep(
        system.spawn<DispatcherActor>(post(), DispatcherOptions{clock, queue_limits, gauges, true, &choice}));
    directory.set_dispatcher(handle);
    return handle;
  }

  caf::actor keep(caf::actor actor) {
    spawned.push_back(actor);
    return actor;
  }

  /// Posts to the test's own executor.
  std::function<void(std::function<void()>)> post() {
    return [this](std::function<void()> function) { posted.push_back(std::move(function)); };
  }

  std::shared_ptr<const engine::Plan> plan(const std::string& text = "") {
    auto made = plans.get(text);
    EXPECT_TRUE(made.has_value());
    return *made;
  }

  /// A raw gray picture of `side` x `side` pixels, all of them `value`.
  engine::EncodedFrame picture(int side, std::uint8_t value) {
    const auto bytes = static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
    auto buffer = pool.lend_input(bytes);
    EXPECT_TRUE(buffer.has_value());
    std::fill_n(buffer->data(), bytes, value);
    return {.buffer = std::move(*buffer),
            .size_bytes = bytes,
            .encoding = engine::ImageEncoding::Raw,
            .pixel_format = engine::PixelFormat::Gray8,
            .width_px = side,
            .height_px = side};
  }

  ErrandPtr errand(caf::actor reply_to, engine::FlowId flow = 1, const std::string& pipeline = "") {
    auto made = std::make_shared<Errand>();
    made->reply_to = std::move(reply_to);
    made->flow = flow;
    made->plan = plan(pipeline);
    made->frame_id = next_frame_id++;
    made->header.geometry = {16, 16, 1};
    made->input = picture(16, 7);
    made->admitted_at = clock.now();
    return made;
  }

  engine::ManualClock clock;
  engine::FrameBudget budget{8U << 20};
  engine::FramePool pool{budget};
  engine::PlanCache plans{engine::ImageLimits{}, 16};
  engine::SilentMetrics metrics;
  Directory directory;
  DispatcherGauges gauges;
  engine::FairQueueLimits queue_limits;
  engine::DeviceChoice choice{clock, 1U << 20};  ///< nothing was measured, until a test says so
  std::uint64_t next_frame_id = 1;
  std::deque<std::function<void()>> posted;
  TestConfig config;
  caf::actor_system system{config};
  std::vector<caf::actor> spawned;
};

}  // namespace framewright::actors
