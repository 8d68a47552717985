#include "actors/dispatcher.hpp"

#include "tests/actors/actor_world.hpp"

namespace framewright::actors {
namespace {

using engine::Accelerator;
using engine::ErrorCode;
using namespace std::chrono_literals;

class DispatcherTest : public ActorWorld {
 protected:
  caf::actor spawn_worker(std::shared_ptr<Mail> mail, Accelerator accelerator = Accelerator::Cpu,
                          std::size_t credit = 8) {
    auto worker = spawn_recorder(std::move(mail));
    caf::anon_send(dispatch, offer_atom_v,
                   WorkerOffer{worker, {.accelerator = accelerator, .frames = credit}});
    run();
    return worker;
  }

  /// With room for one frame.
  caf::actor spawn_device(std::shared_ptr<Mail> mail, int index) {
    auto worker = spawn_recorder(std::move(mail));
    caf::anon_send(dispatch, offer_atom_v,
                   WorkerOffer{worker, {.accelerator = Accelerator::Cuda, .frames = 1, .device = index}});
    run();
    return worker;
  }

  void submit(const ErrandPtr& errand) {
    caf::anon_send(dispatch, submit_atom_v, errand);
    run();
  }

  /// The worker has done this frame in `time`.
  void finish(const caf::actor& worker, const ErrandPtr& errand, std::chrono::nanoseconds time) {
    errand->times.process = time;
    errand->answer = engine::EncodedFrame{};
    caf::send_as(worker, dispatch, done_atom_v, errand);
    run();
  }

  caf::actor dispatch = spawn_dispatcher();
  std::shared_ptr<Mail> answers = std::make_shared<Mail>();
  caf::actor waiter = spawn_recorder(answers);
};

TEST_F(DispatcherTest, KeepsAFrameUntilAWorkerOffersItself) {
  submit(errand(waiter));
  EXPECT_EQ(gauges.queued.load(), 1u);
  auto mail = std::make_shared<Mail>();
  spawn_worker(mail);
  EXPECT_EQ(mail->submitted.size(), 1u);
  EXPECT_EQ(gauges.running.load(), 1u);
}

TEST_F(DispatcherTest, IsQuietBetweenLoneFrames) {
  const DispatcherOptions options{clock, queue_limits, gauges};
  auto mail = std::make_shared<Mail>();
  const auto worker = spawn_worker(mail);
  EXPECT_TRUE(is_quiet(options));
  submit(errand(waiter));
  clock.advance(1ms);
  EXPECT_FALSE(is_quiet(options)) << "a frame is running";
  finish(worker, mail->submitted.at(0), 1ms);
  EXPECT_TRUE(is_quiet(options));
  submit(errand(waiter));
  finish(worker, mail->submitted.at(1), 1us);
  EXPECT_FALSE(is_quiet(options)) << "frames come one upon the other";
}

TEST_F(DispatcherTest, SendsNothingWithoutCredit) {
  auto mail = std::make_shared<Mail>();
  const auto worker = spawn_worker(mail, Accelerator::Cpu, 1);
  submit(errand(waiter));
  submit(errand(waiter));
  ASSERT_EQ(mail->submitted.size(), 1u);
  finish(worker, mail->submitted[0], 1ms);
  EXPECT_EQ(mail->submitted.size(), 2u);
}

TEST_F(DispatcherTest, BindsHeavyFramesLate) {
  auto mail = std::make_shared<Mail>();
  const auto worker = spawn_worker(mail);
  submit(errand(waiter));
  finish(worker, mail->submitted[0], 20ms);
  for (int i = 0; i < 4; ++i) submit(errand(waiter));
  EXPECT_EQ(mail->submitted.size(), 2u);
}

TEST_F(DispatcherTest, FailsByNameWhatADeadWorkerHeld) {
  auto mail = std::make_shared<Mail>();
  const auto worker = spawn_worker(mail);
  const auto lost = errand(waiter);
  submit(lost);
  caf::anon_send_exit(worker, caf::exit_reason::kill);
  run();
  ASSERT_EQ(answers->done.size(), 1u);
  EXPECT_EQ(answers->done[0], lost);
  EXPECT_EQ(lost->answer.error().code, ErrorCode::Internal);
}

TEST_F(DispatcherTest, HoldsAgainstNoFrameThatItsWorkerWasStopped) {
  auto mail = std::make_shared<Mail>();
  const auto worker = spawn_worker(mail);
  const auto unlucky = errand(waiter);
  submit(unlucky);
  caf::anon_send_exit(worker, caf::exit_reason::user_shutdown);
  run();
  ASSERT_EQ(answers->done.size(), 1u);
  EXPECT_EQ(unlucky->answer.error().code, ErrorCode::Overloaded) << "a job would end by any other";
}

TEST_F(DispatcherTest, GivesTheFramesThatWaitToTheNextWorker) {
  auto first = std::make_shared<Mail>();
  const auto worker = spawn_worker(first, Accelerator::Cpu, 1);
  submit(errand(waiter));
  submit(errand(waiter));
  caf::anon_send_exit(worker, caf::exit_reason::kill);
  auto second = std::make_shared<Mail>();
  spawn_worker(second);
  EXPECT_EQ(second->submitted.size(), 1u);
}

TEST_F(DispatcherTest, AnswersOverloadedWhenTheQueueIsFull) {
  queue_limits.tasks = 2;
  dispatch = spawn_dispatcher();
  for (int i = 0; i < 3; ++i) submit(errand(waiter));
  ASSERT_EQ(answers->done.size(), 1u);
  EXPECT_EQ(answers->done[0]->answer.error().code, ErrorCode::Overloaded);
}

TEST_F(DispatcherTest, GivesBackAFrameWhoseDeadlinePassedInTheQueue) {
  const auto late = errand(waiter);
  late->deadline = clock.now() + 5ms;
  submit(late);
  advance(6ms);
  auto mail = std::make_shared<Mail>();
  spawn_worker(mail);
  EXPECT_TRUE(mail->submitted.empty());
  ASSERT_EQ(answers->done.size(), 1u);
  EXPECT_EQ(late->dropped, engine::DropReason::Deadline);
}

TEST_F(DispatcherTest, RefusesCudaWhereThereIsNoDevice) {
  const auto wish = errand(waiter);
  wish->accelerator = Accelerator::Cuda;
  submit(wish);
  ASSERT_EQ(answers->done.size(), 1u);
  EXPECT_EQ(wish->answer.error().code, ErrorCode::AcceleratorUnavailable);
}

TEST_F(DispatcherTest, SendsWhatIsLeftToUsToTheCpuWhenTheLastDeviceRetires) {
  auto device_mail = std::make_shared<Mail>();
  const auto device = spawn_worker(device_mail, Accelerator::Cuda, 1);
  submit(errand(waiter, 1, "invert"));
  submit(errand(waiter, 1, "invert"));
  ASSERT_EQ(device_mail->submitted.size(), 1u);
  auto cpu_mail = std::make_shared<Mail>();
  spawn_worker(cpu_mail);
  caf::send_as(device, dispatch, retire_atom_v);
  run();
  EXPECT_EQ(cpu_mail->submitted.size(), 1u);
}

/// A CPU that takes a millisecond for a picture of the world's, and a device that takes 3 ms.
const engine::DeviceCalibration kSlowDevice{.device = "invented",
                                            .cpu = "made up",
                                            .on_cpu = {.ns_per_step_byte = 1e6 / 256},
                                            .on_device = {.fixed_ns = 3e6}};

TEST_F(DispatcherTest, RunsWhatWasLeftToUsWhereItIsDoneFirst) {
  auto cpu_mail = std::make_shared<Mail>();
  auto device_mail = std::make_shared<Mail>();
  const auto cpu = spawn_worker(cpu_mail, Accelerator::Cpu, 1);
  const auto device = spawn_worker(device_mail, Accelerator::Cuda, 8);
  choice.calibrate(kSlowDevice);
  submit(errand(waiter, 1, "invert"));
  ASSERT_EQ(cpu_mail->submitted.size(), 1u);
  EXPECT_EQ(cpu_mail->submitted[0]->why, engine::AcceleratorReason::Faster);
  // As long as the CPU was seen to take 10 ms, a frame behind that one is done sooner on the device.
  finish(cpu, cpu_mail->submitted[0], 10ms);
  submit(errand(waiter, 1, "invert"));
  submit(errand(waiter, 1, "invert"));
  EXPECT_EQ(cpu_mail->submitted.size(), 2u);
  ASSERT_EQ(device_mail->submitted.size(), 1u);
  EXPECT_EQ(device_mail->submitted[0]->why, engine::AcceleratorReason::Faster);
}

TEST_F(DispatcherTest, LeavesWhatWasAskedForAlone) {
  auto cpu_mail = std::make_shared<Mail>();
  auto device_mail = std::make_shared<Mail>();
  spawn_worker(cpu_mail);
  spawn_worker(device_mail, Accelerator::Cuda);
  choice.calibrate(kSlowDevice);
  const auto wish = errand(waiter, 1, "invert");
  wish->accelerator = Accelerator::Cuda;
  submit(wish);
  EXPECT_EQ(device_mail->submitted.size(), 1u);
  EXPECT_EQ(wish->why, engine::AcceleratorReason::Asked);
}

TEST_F(DispatcherTest, SaysThatThereIsNoDevice) {
  auto mail = std::make_shared<Mail>();
  spawn_worker(mail);
  const auto frame = errand(waiter, 1, "invert");
  submit(frame);
  EXPECT_EQ(frame->why, engine::AcceleratorReason::NoDevice);
}

TEST_F(DispatcherTest, KeepsAPinnedFrameForItsDeviceAndLetsOthersPass) {
  auto first = std::make_shared<Mail>();
  auto second = std::make_shared<Mail>();
  spawn_device(first, 0);
  const auto device = spawn_device(second, 1);
  const auto pinned = [&] {
    const auto made = errand(waiter, 1, "invert");
    made->accelerator = Accelerator::Cuda;
    made->device = 1;
    return made;
  };
  submit(pinned());
  submit(pinned());
  ASSERT_EQ(second->submitted.size(), 1u);
  EXPECT_TRUE(first->submitted.empty());
  submit(errand(waiter, 1, "invert"));
  EXPECT_EQ(first->submitted.size(), 1u);
  finish(device, second->submitted[0], 1ms);
  EXPECT_EQ(second->submitted.size(), 2u);
}

TEST_F(DispatcherTest, FailsByNameAFrameWhosePinnedDeviceIsGone) {
  auto first = std::make_shared<Mail>();
  auto second = std::make_shared<Mail>();
  spawn_device(first, 0);
  const auto device = spawn_device(second, 1);
  const auto pinned = [&](int on) {
    const auto made = errand(waiter, 1, "invert");
    made->accelerator = Accelerator::Cuda;
    made->device = on;
    submit(made);
    return made;
  };
  pinned(1);
  const auto waiting = pinned(1);
  caf::send_as(device, dispatch, retire_atom_v);
  run();
  EXPECT_EQ(waiting->answer.error().code, ErrorCode::AcceleratorUnavailable);
  EXPECT_NE(waiting->answer.error().detail.find("cuda:1"), std::string::npos);
  EXPECT_EQ(pinned(2)->answer.error().code, ErrorCode::AcceleratorUnavailable);
  EXPECT_EQ(answers->done.size(), 2u);
  EXPECT_EQ(gauges.local_devices.load(), 1u);
}

TEST_F(DispatcherTest, SharesAWorkerByTimeAndNotByFrames) {
  auto mail = std::make_shared<Mail>();
  const auto worker = spawn_worker(mail, Accelerator::Cpu, 1);
  for (int i = 0; i < 60; ++i) {
    submit(errand(waiter, 1));  // Heavy frames.
    submit(errand(waiter, 2));  // Light ones, a tenth of the cost.
  }
  int heavy = 0;
  int light = 0;
  for (std::size_t i = 0; i < 44; ++i) {
    const auto current = mail->submitted.at(i);
    const bool is_heavy = current->flow == 1;
    ++(is_heavy ? heavy : light);
    finish(worker, current, is_heavy ? 100ms : 10ms);
  }
  EXPECT_LE(heavy, 6);
  EXPECT_GE(light, 38);
}

}  // namespace
}  // namespace framewright::actors
