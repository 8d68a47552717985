#include "actors/gpu_worker.hpp"

#include <algorithm>
#include <array>

#include "actors/cpu_worker.hpp"
#include "engine/admission.hpp"
#include "engine/codec.hpp"
#include "engine/simulated_device.hpp"
#include "tests/actors/actor_world.hpp"

namespace framewright::actors {
namespace {

using engine::Accelerator;
using engine::ErrorCode;
using engine::SimulatedDevice;
using engine::SimulatedFault;
using namespace std::chrono_literals;

class GpuWorkerTest : public ActorWorld {
 protected:
  void start(SimulatedDevice::Script script, int slots = 2, std::chrono::nanoseconds batch_delay = 0ns) {
    if (script.pool == nullptr) script.pool = &pool;
    device = std::make_unique<SimulatedDevice>(
        engine::DeviceDescription{.id = "sim:0", .name = "simulated", .slots = slots, .slot_bytes = 1U << 20},
        clock, std::move(script));
    worker = keep(system.spawn(gpu_worker, GpuWorkerOptions{directory, *device, pool, clock, device_gauges, 1,
                                                            &choice, batch_delay, started}));
    run();
  }

  ErrandPtr submit(Accelerator accelerator = Accelerator::Auto,
                   engine::WorkClass work_class = engine::WorkClass::Live) {
    auto made = errand(waiter, work_class == engine::WorkClass::Live ? 1 : 2, "invert");
    made->accelerator = accelerator;
    made->work_class = work_class;
    return submit(made);
  }

  /// A raw picture of this size, all of it `value`, to be inverted.
  ErrandPtr submit_sized(int side, std::uint8_t value, Accelerator accelerator = Accelerator::Auto) {
    auto made = errand(waiter, 1, "invert");
    made->header.geometry = {side, side, 1};
    made->input = picture(side, value);
    made->accelerator = accelerator;
    return submit(made);
  }

  ErrandPtr submit_to(int pinned_device) {
    auto made = errand(waiter, 1, "invert");
    made->accelerator = Accelerator::Cuda;
    made->device = pinned_device;
    return submit(made);
  }

  ErrandPtr submit(const ErrandPtr& made) {
    auto reserved = budget.reserve(64 << 10);
    EXPECT_TRUE(reserved.has_value());
    made->reservation = std::move(*reserved);
    caf::anon_send(dispatch, submit_atom_v, made);
    run();
    return made;
  }

  /// Asks for a PNG of the inverted picture, in memory of exactly what was found to be needed: of the rest
  /// there is none, and others wait for whatever becomes free.
  ErrandPtr submit_in_exact_memory() {
    auto made = errand(waiter, 1, "invert");
    made->input = picture(64, 7);
    made->output.format = engine::ImageEncoding::Png;
    made->reservation = budget.reserve(engine::find_needs(*made).value()).value();
    others = budget.reserve(budget.limit_bytes() - budget.used_bytes()).value();
    for (auto& wait : waits)
      wait = budget.wait_for(64 * 64, [this](engine::Reservation freed) { others.merge(std::move(freed)); });
    caf::anon_send(dispatch, submit_atom_v, made);
    run();
    return made;
  }

  /// Device time passes, work that is due completes, and its messages are handled.
  void pass(std::chrono::milliseconds time) {
    clock.advance(time);
    device->complete_due();
    run();
  }

  ~GpuWorkerTest() override {
    for (const auto wait : waits) budget.cancel_wait(wait);
    worker = waiter = dispatch = nullptr;
    end_actors();  // They use the device.
  }

  engine::FrameBudget device_budget{1U << 20};
  engine::FramePool device_memory{device_budget};  ///< that a real device has beside the frames'
  engine::Reservation others;                      ///< what other frames hold
  std::array<std::uint64_t, 2> waits = {};         ///< of these for more
  caf::actor dispatch = spawn_dispatcher();
  std::shared_ptr<Mail> answers = std::make_shared<Mail>();
  caf::actor waiter = spawn_recorder(answers);
  DeviceGauges device_gauges;
  std::unique_ptr<SimulatedDevice> device;
  std::function<void(bool)> started;  ///< for start()
  caf::actor worker;
};

TEST_F(GpuWorkerTest, RunsAFrameOnTheDeviceAndEncodesIt) {
  start({});
  const auto frame = submit();
  EXPECT_TRUE(answers->done.empty());
  pass(1ms);
  ASSERT_EQ(answers->done.size(), 1u);
  ASSERT_TRUE(frame->answer.has_value());
  EXPECT_EQ(frame->ran_on, Accelerator::Cuda);
  EXPECT_EQ(frame->answer->payload()[0], 255 - 7);
}

TEST_F(GpuWorkerTest, TellsWhoeverWaitsForItThatItServesOrHasEnded) {
  bool serves = false;
  int told = 0;
  started = [&](bool says) {
    serves = gauges.has_cuda.load();
    EXPECT_TRUE(serves || !says);
    ++told;
  };
  start({.fault_of = {{0, SimulatedFault::Vanishes}}});
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(serves);
  submit();
  pass(1ms);
  told = 0;
  keep(system.spawn(gpu_worker, GpuWorkerOptions{directory, *device, pool, clock, device_gauges, 1, nullptr,
                                                 0ns, started}));
  run();
  EXPECT_EQ(told, 1);
  EXPECT_FALSE(serves) << "the device is gone";
}

TEST_F(GpuWorkerTest, LeavesTheCodingOfAJpegToTheDevice) {
  start({.service_time = 5ms});
  auto made = errand(waiter, 1, "invert");
  made->output = {.format = engine::ImageEncoding::Jpeg, .quality = 70};
  made->reservation = budget.reserve(256 << 10).value();
  caf::anon_send(dispatch, submit_atom_v, made);
  run();
  pass(5ms);
  ASSERT_TRUE(made->answer.has_value());
  engine::Reservation none;
  auto pixels = engine::lend_frame({16, 16, 1}, pool, none).value();
  std::fill_n(pixels.buffer.data(), 16 * 16, std::uint8_t{255 - 7});
  const auto expected =
      engine::Encoder(pool).encode(std::move(pixels), engine::ImageEncoding::Jpeg, 70, none).value();
  EXPECT_TRUE(std::ranges::equal(made->answer->payload(), expected.payload()));
  EXPECT_EQ(made->output_geometry, (engine::Geometry{16, 16, 1}));
}

TEST_F(GpuWorkerTest, KeepsEverySlotBusyAndTheRestWaiting) {
  start({}, 2);
  for (int i = 0; i < 5; ++i) submit();
  EXPECT_EQ(device->running(), 2u);
  pass(1ms);
  EXPECT_EQ(device->running(), 2u);
  pass(1ms);
  pass(1ms);
  EXPECT_EQ(answers->done.size(), 5u);
}

TEST_F(GpuWorkerTest, AnswersInTheOrderInWhichTheDeviceFinishes) {
  start({.service_time = 1ms, .service_time_of = {{0, 5ms}}}, 2);
  const auto slow = submit();
  const auto fast = submit();
  pass(1ms);
  pass(4ms);
  EXPECT_EQ(answers->done, (std::vector<ErrandPtr>{fast, slow}));
}

TEST_F(GpuWorkerTest, StartsLiveFramesBeforeThoseOfJobs) {
  start({}, 1);
  const auto first = submit(Accelerator::Auto, engine::WorkClass::Job);
  const auto job = submit(Accelerator::Auto, engine::WorkClass::Job);
  const auto live = submit(Accelerator::Auto, engine::WorkClass::Live);
  for (int i = 0; i < 3; ++i) pass(1ms);
  EXPECT_EQ(answers->done, (std::vector<ErrandPtr>{first, live, job}));
}

TEST_F(GpuWorkerTest, KeepsASlotForALiveFrameWhileSuchFramesCome) {
  start({}, 2);
  submit();
  pass(1ms);
  for (int i = 0; i < 12; ++i) submit(Accelerator::Auto, engine::WorkClass::Job);
  EXPECT_EQ(device->running(), 1u);
  EXPECT_EQ(gauges.running.load(), 5u) << "and room for it: a device holds three frames for each slot";
  const auto live = submit();
  EXPECT_EQ(device->running(), 2u) << "at once, before eleven jobs";
  pass(1ms);
  EXPECT_TRUE(live->answer.has_value());
  pass(1s);
  EXPECT_EQ(device->running(), 2u) << "no other has come";
}

TEST_F(GpuWorkerTest, CountsItsSlotsAndTheirMemory) {
  start({}, 2);
  EXPECT_EQ(device_gauges.slots.load(), 2);
  EXPECT_EQ(device_gauges.memory_bytes.load(), 2 << 20);
  submit();
  EXPECT_EQ(device_gauges.slots_busy.load(), 1);
  pass(1ms);
  EXPECT_EQ(device_gauges.slots_busy.load(), 0);
  caf::anon_send_exit(worker, caf::exit_reason::kill);
  run();
  EXPECT_EQ(device_gauges.slots.load() + device_gauges.memory_bytes.load(), 0);
}

TEST_F(GpuWorkerTest, HoldsNoMoreThanTwoFramesThatWaitForEachSlot) {
  start({}, 2);
  for (int i = 0; i < 20; ++i) submit();
  EXPECT_EQ(device->running(), 2u);
  EXPECT_EQ(gauges.running.load(), 6u);
  EXPECT_EQ(gauges.queued.load(), 14u);
  for (int i = 0; i < 10; ++i) {
    pass(1ms);
    EXPECT_LE(gauges.running.load(), 6u);
  }
  EXPECT_EQ(answers->done.size(), 20u);
}

TEST_F(GpuWorkerTest, RunsSmallPicturesOfOnePlanTogether) {
  start({.service_time = 5ms}, 2, 2ms);
  const auto lone = submit_sized(16, 1);
  EXPECT_EQ(device->started(), 1u) << "an idle device waits for nothing";
  std::vector<ErrandPtr> frames;
  for (std::uint8_t i = 0; i < 8; ++i) frames.push_back(submit_sized(8 + i, i));
  EXPECT_EQ(device->started(), 1u);
  advance(2ms);
  EXPECT_EQ(device->started(), 2u) << "one launch for eight";
  pass(3ms);
  EXPECT_EQ(answers->done, std::vector{lone});
  pass(2ms);
  ASSERT_EQ(answers->done.size(), 9u);
  for (std::uint8_t i = 0; i < 8; ++i) {
    ASSERT_TRUE(frames[i]->answer.has_value());
    EXPECT_EQ(frames[i]->answer->payload().size(), std::size_t{8U + i} * (8U + i));
    EXPECT_EQ(frames[i]->answer->payload()[0], 255 - i);
    EXPECT_EQ(frames[i]->times.process, 625us) << "its part of the device's time";
  }
}

TEST_F(GpuWorkerTest, TellsWhatAFrameWaitedForASlotAndWhereItsTimeWent) {
  start({.service_time = 8ms}, 1);
  const auto first = submit();
  const auto second = submit();
  pass(8ms);
  pass(8ms);
  ASSERT_TRUE(first->times.device && second->times.device);
  EXPECT_EQ(first->times.device->wait, 0ms);
  EXPECT_EQ(second->times.device->wait, 8ms);
  EXPECT_EQ(second->times.device->upload, 2ms);
  EXPECT_EQ(second->times.process, 8ms);
}

TEST_F(GpuWorkerTest, SaysNothingOfADeviceWhereTheCpuRanTheFrame) {
  keep(system.spawn(cpu_worker, CpuWorkerOptions{directory, pool, clock, &choice}));
  start({.fault_of = {{0, SimulatedFault::FailsOnce}}}, 1);
  const auto frame = submit();
  pass(1ms);
  ASSERT_TRUE(frame->answer.has_value());
  EXPECT_EQ(frame->ran_on, Accelerator::Cpu);
  EXPECT_FALSE(frame->times.device);
}

TEST_F(GpuWorkerTest, StartsAFullBatchAtOnceAndHoldsTinyFramesInNumbers) {
  start({.service_time = 5ms}, 2, 1s);
  for (int i = 0; i < 65; ++i) submit_sized(8, 1);
  EXPECT_EQ(device->started(), 2u) << "a lone one and 32";
  EXPECT_EQ(gauges.queued.load(), 0u);
  pass(5ms);
  EXPECT_EQ(device->started(), 3u);
  pass(5ms);
  EXPECT_EQ(answers->done.size(), 65u);
}

TEST_F(GpuWorkerTest, NeverKeepsASmallPictureWaitingForItsDeadline) {
  start({.service_time = 50ms}, 2, 1s);
  submit_sized(16, 1);
  auto hurried = errand(waiter, 1, "invert");
  hurried->deadline = clock.now() + 20ms;
  submit(hurried);
  EXPECT_EQ(device->started(), 1u);
  advance(10ms);
  EXPECT_EQ(device->started(), 2u);
}

TEST_F(GpuWorkerTest, LosesNoFrameOfABatchThatFails) {
  start({.service_time = 5ms, .fault_of = {{1, SimulatedFault::FailsForGood}}}, 1, 2ms);
  for (std::uint8_t i = 0; i < 6; ++i) submit_sized(8 + i, i);
  pass(5ms);
  pass(5ms);
  ASSERT_EQ(answers->done.size(), 6u);
  for (const auto& frame : answers->done) ASSERT_TRUE(frame->answer.has_value());
  EXPECT_EQ(answers->done.back()->ran_on, Accelerator::Cpu);
  EXPECT_FALSE(gauges.has_cuda.load());
}

TEST_F(GpuWorkerTest, EncodesTheJpegsOfABatch) {
  start({.service_time = 5ms}, 2, 2ms);
  submit_sized(16, 1);
  std::vector<ErrandPtr> frames;
  for (std::uint8_t i = 0; i < 2; ++i) {
    frames.push_back(errand(waiter, 1, "invert"));
    frames.back()->output = {.format = engine::ImageEncoding::Jpeg, .quality = 70};
    frames.back()->reservation = budget.reserve(256 << 10).value();
    caf::anon_send(dispatch, submit_atom_v, frames.back());
    run();
  }
  advance(2ms);
  EXPECT_EQ(device->started(), 2u);
  pass(5ms);
  engine::Reservation none;
  auto pixels = engine::lend_frame({16, 16, 1}, pool, none).value();
  std::fill_n(pixels.buffer.data(), 16 * 16, std::uint8_t{255 - 7});
  const auto expected =
      engine::Encoder(pool).encode(std::move(pixels), engine::ImageEncoding::Jpeg, 70, none).value();
  for (const auto& frame : frames) {
    ASSERT_TRUE(frame->answer.has_value()) << frame->answer.error().detail;
    EXPECT_TRUE(std::ranges::equal(frame->answer->payload(), expected.payload()));
  }
}

TEST_F(GpuWorkerTest, RunsAPictureLargerThanASlotOnTheCpuUnlessTheDeviceWasAskedFor) {
  start({});
  const auto large = submit_sized(1100, 1, Accelerator::Auto);
  ASSERT_TRUE(large->answer.has_value()) << large->answer.error().detail;
  EXPECT_EQ(large->ran_on, Accelerator::Cpu);
  EXPECT_EQ(large->answer->payload()[0], 255 - 1);
  large->answer = engine::EncodedFrame{};  // The pool has no room for two such pictures.
  const auto wish = submit_sized(1100, 1, Accelerator::Cuda);
  ASSERT_FALSE(wish->answer.has_value());
  EXPECT_EQ(wish->answer.error().code, ErrorCode::AcceleratorUnavailable);
  EXPECT_NE(wish->answer.error().detail.find("slot"), std::string::npos);
  EXPECT_EQ(device->started(), 0u);
  EXPECT_TRUE(gauges.has_cuda.load()) << "the device goes on";
}

TEST_F(GpuWorkerTest, EncodesInTheMemoryThatThePictureHeld) {
  start({.pool = &device_memory});
  const auto frame = submit_in_exact_memory();
  pass(1ms);
  ASSERT_EQ(answers->done.size(), 1u);
  ASSERT_TRUE(frame->answer.has_value()) << frame->answer.error().detail;
  EXPECT_EQ(frame->ran_on, Accelerator::Cuda);
}

TEST_F(GpuWorkerTest, FinishesOnTheCpuInTheMemoryThatTheDeviceWasLent) {
  start({.fault_of = {{0, SimulatedFault::FailsOnce}}, .pool = &device_memory});
  const auto frame = submit_in_exact_memory();
  pass(1ms);
  ASSERT_EQ(answers->done.size(), 1u);
  ASSERT_TRUE(frame->answer.has_value()) << frame->answer.error().detail;
  EXPECT_EQ(frame->ran_on, Accelerator::Cpu);
}

TEST_F(GpuWorkerTest, RunsInPlaceOnTheCpuWhatHasNoMemoryForTheDevice) {
  start({.pool = &device_memory});
  const auto raw = [this](Accelerator accelerator) {
    auto made = errand(waiter, 1, "invert");
    made->accelerator = accelerator;
    EXPECT_EQ(engine::find_needs(*made).value(), 0u);
    return made;
  };
  const auto ours = raw(Accelerator::Auto);
  const auto wish = raw(Accelerator::Cuda);
  others = budget.reserve(budget.limit_bytes() - budget.used_bytes()).value();
  for (const auto& frame : {ours, wish}) caf::anon_send(dispatch, submit_atom_v, frame);
  run();
  ASSERT_EQ(answers->done.size(), 2u);
  ASSERT_TRUE(ours->answer.has_value()) << ours->answer.error().detail;
  EXPECT_EQ(ours->ran_on, Accelerator::Cpu);
  EXPECT_EQ(ours->answer->payload()[0], 255 - 7);
  ASSERT_FALSE(wish->answer.has_value());
  EXPECT_EQ(wish->answer.error().code, ErrorCode::Overloaded);
}

TEST_F(GpuWorkerTest, LosesNoFrameWhenItsDeviceVanishesForGood) {
  keep(system.spawn(cpu_worker, CpuWorkerOptions{directory, pool, clock}));
  start({.fault_of = {{0, SimulatedFault::Vanishes}}}, 1);
  for (int i = 0; i < 3; ++i) submit(Accelerator::Auto);
  const auto wish = submit(Accelerator::Cuda);
  pass(1ms);
  ASSERT_EQ(answers->done.size(), 4u);
  for (const auto& frame : answers->done) {
    if (frame == wish) continue;
    ASSERT_TRUE(frame->answer.has_value());
    EXPECT_EQ(frame->ran_on, Accelerator::Cpu);
  }
  EXPECT_EQ(wish->answer.error().code, ErrorCode::AcceleratorUnavailable);
  keep(system.spawn(gpu_worker, GpuWorkerOptions{directory, *device, pool, clock, device_gauges, 1}));
  run();
  EXPECT_FALSE(gauges.has_cuda.load()) << "the next one finds no device";
  EXPECT_EQ(submit(Accelerator::Auto)->ran_on, Accelerator::Cpu);
  EXPECT_EQ(submit(Accelerator::Cuda)->answer.error().code, ErrorCode::AcceleratorUnavailable);
}

TEST_F(GpuWorkerTest, LearnsThatItsDeviceIsSlowerThanTheCpu) {
  keep(system.spawn(cpu_worker, CpuWorkerOptions{directory, pool, clock, &choice}));
  start({.service_time = 20ms});
  choice.calibrate({.device = "simulated",
                    .cpu = "made up",
                    .on_cpu = {.ns_per_step_byte = 4000},
                    .on_device = {.fixed_ns = 1e5}});
  const auto first = submit();  // As calibrated, a millisecond on the CPU.
  pass(20ms);
  EXPECT_EQ(first->ran_on, Accelerator::Cuda);
  EXPECT_EQ(first->why, engine::AcceleratorReason::Faster);
  const auto second = submit();
  ASSERT_TRUE(second->answer.has_value()) << "at once, on the CPU";
  EXPECT_EQ(second->ran_on, Accelerator::Cpu);
  EXPECT_EQ(second->why, engine::AcceleratorReason::Faster);
  EXPECT_EQ(second->answer->payload()[0], first->answer->payload()[0]);
}

TEST_F(GpuWorkerTest, SharesTheWorkOfTwoDevicesAndKeepsPinnedFramesApart) {
  start({}, 1);
  SimulatedDevice other({.id = "sim:1", .index = 1, .name = "simulated", .slots = 1, .slot_bytes = 1U << 20},
                        clock, {.pool = &pool});
  keep(system.spawn(gpu_worker, GpuWorkerOptions{directory, other, pool, clock, device_gauges, 1, &choice}));
  run();
  for (int i = 0; i < 6; ++i) submit();
  EXPECT_EQ(gauges.running.load(), 6u);
  for (int i = 0; i < 3; ++i) {
    pass(1ms);
    other.complete_due();
    run();
  }
  EXPECT_EQ(device->started(), 3u);
  EXPECT_EQ(other.started(), 3u);
  for (int i = 0; i < 3; ++i) submit_to(1);
  for (int i = 0; i < 3; ++i) {
    pass(1ms);
    other.complete_due();
    run();
  }
  EXPECT_EQ(other.started(), 6u);
  EXPECT_EQ(answers->done.size(), 9u);
  end_actors();  // What uses the second device.
}

TEST_F(GpuWorkerTest, FinishesOnTheCpuAFrameThatTheDeviceFailed) {
  start({.fault_of = {{0, SimulatedFault::FailsOnce}}});
  const auto frame = submit(Accelerator::Auto);
  pass(1ms);
  ASSERT_TRUE(frame->answer.has_value());
  EXPECT_EQ(frame->ran_on, Accelerator::Cpu);
  EXPECT_EQ(frame->why, engine::AcceleratorReason::FellBack);
  EXPECT_EQ(frame->answer->payload()[0], 255 - 7);
}

TEST_F(GpuWorkerTest, FailsByNameAFrameThatAskedForTheDevice) {
  start({.fault_of = {{0, SimulatedFault::FailsOnce}}});
  const auto frame = submit(Accelerator::Cuda);
  pass(1ms);
  ASSERT_FALSE(frame->answer.has_value());
  EXPECT_EQ(frame->answer.error().code, ErrorCode::AcceleratorUnavailable);
}

TEST_F(GpuWorkerTest, RetiresWithItsDeviceAndLosesNoFrame) {
  start({.fault_of = {{1, SimulatedFault::FailsForGood}}}, 2);
  for (int i = 0; i < 4; ++i) submit(Accelerator::Auto);
  pass(1ms);
  pass(1ms);
  ASSERT_EQ(answers->done.size(), 4u);
  for (const auto& errand : answers->done) EXPECT_TRUE(errand->answer.has_value());
  EXPECT_FALSE(gauges.has_cuda.load());
  EXPECT_FALSE(device->healthy());
}

TEST_F(GpuWorkerTest, StartsAnewWithADeviceThatWasReset) {
  start({.fault_of = {{0, SimulatedFault::FailsForGood}}});
  submit();
  pass(1ms);
  ASSERT_FALSE(gauges.has_cuda.load());
  keep(system.spawn(gpu_worker, GpuWorkerOptions{directory, *device, pool, clock, device_gauges, 1}));
  run();
  EXPECT_TRUE(device->healthy());
  EXPECT_TRUE(gauges.has_cuda.load());
}

TEST_F(GpuWorkerTest, UsesTheSlotsThatAResetDeviceHasMemoryFor) {
  start({.fault_of = {{0, SimulatedFault::FailsForGood}}, .slots_that_fit = 1}, 3);
  submit();
  pass(1ms);
  keep(system.spawn(gpu_worker, GpuWorkerOptions{directory, *device, pool, clock, device_gauges, 1}));
  run();
  for (int i = 0; i < 3; ++i) submit();
  EXPECT_EQ(device->running(), 1u);
  for (int i = 0; i < 3; ++i) pass(1ms);
  EXPECT_EQ(answers->done.size(), 4u);
}

}  // namespace
}  // namespace framewright::actors
