// What the dispatcher itself costs for a frame that goes to a node: from its submission over the fair queue
// and the choice among the nodes to the message to one of them, and what it does when that is done.
//
// usage: dispatcher_bench NODES FRAMES
//
// The dispatcher runs within the sends of those who speak to it, so the time of those sends is its own. The
// nodes answer at once; the queue is never empty. Prints one line of JSON.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "actors/core.hpp"
#include "actors/wire.hpp"
#include "engine/clock.hpp"
#include "engine/filter.hpp"

namespace framewright::bench {
namespace {

using namespace actors;
using Clock = std::chrono::steady_clock;

constexpr int kFlows = 8;
constexpr int kFramesOfANode = 128;  ///< twice what its credit allows

/// Everything here happens on the one thread of the actor system.
struct Run {
  caf::actor dispatcher;
  std::uint64_t left = 0;
  std::chrono::nanoseconds spent{0};

  /// A send within which the dispatcher does its work.
  template <class Self, class Atom>
  void tell(Self* self, Atom what, const ErrandPtr& errand) {
    const auto before = Clock::now();
    self->send(dispatcher, what, errand);
    spent += Clock::now() - before;
  }
};

caf::behavior node(caf::event_based_actor* self, Run* run) {
  return {[=](submit_atom, const ErrandPtr& errand) {
    errand->answer = engine::EncodedFrame{};
    errand->times.process = std::chrono::microseconds{200};
    self->send(errand->reply_to, done_atom_v, errand);
    run->tell(self, done_atom_v, errand);
  }};
}

/// Keeps its frames on their way until enough have been.
caf::behavior client(caf::event_based_actor* self, Run* run, int frames) {
  const auto plan = engine::Plan::make(engine::Pipeline::parse("invert").value(), {}).value();
  for (int i = 0; i < frames; ++i) {
    auto errand = std::make_shared<Errand>();
    errand->flow = static_cast<engine::FlowId>(i % kFlows);
    errand->plan = plan;
    errand->input_bytes = 10'000;
    errand->reply_to = self;
    run->tell(self, submit_atom_v, errand);
  }
  return {[=](done_atom, const ErrandPtr& errand) {
    if (run->left == 0) return self->quit();
    --run->left;
    errand->requeue();
    errand->admitted_at = Clock::now();
    run->tell(self, submit_atom_v, errand);
  }};
}

Hello hello_of(int number) {
  Hello hello;
  hello.id = "node-" + std::to_string(number);
  hello.cpu_workers = 2;
  hello.credit_bytes = 64U << 20;
  for (const auto& filter : engine::builtin_filters()) hello.filters.push_back(filter.id);
  return hello;
}

void measure(int nodes, std::uint64_t frames) {
  SystemConfig config(1, false);
  caf::actor_system system(config);
  DispatcherGauges gauges;
  Run run{.left = frames};
  run.dispatcher = caf::actor{system.spawn<DispatcherActor>(
      Post{}, DispatcherOptions{engine::system_clock(), engine::FairQueueLimits{}, gauges, false})};
  std::vector<caf::actor> workers;
  for (int i = 0; i < nodes; ++i) {
    workers.push_back(system.spawn(node, &run));
    caf::anon_send(run.dispatcher, offer_atom_v, WorkerOffer{workers.back(), credit_of(hello_of(i))});
  }
  while (!gauges.has_workers.load()) std::this_thread::yield();
  const auto begin = Clock::now();
  {
    caf::scoped_actor waiter{system};
    waiter->wait_for(system.spawn(client, &run, kFramesOfANode * nodes));
  }
  const std::chrono::duration<double> took = Clock::now() - begin;
  for (const auto& worker : workers) caf::anon_send_exit(worker, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(run.dispatcher, caf::exit_reason::user_shutdown);
  run.dispatcher = nullptr;
  workers.clear();
  system.await_all_actors_done();
  std::printf("{\"nodes\": %d, \"frames\": %llu, \"dispatcher_us\": %.2f, \"all_us\": %.2f}\n", nodes,
              static_cast<unsigned long long>(frames),
              std::chrono::duration<double, std::micro>(run.spent).count() / static_cast<double>(frames),
              took.count() * 1e6 / static_cast<double>(frames));
}

}  // namespace
}  // namespace framewright::bench

int main(int count, char** words) {
  const int nodes = count == 3 ? std::atoi(words[1]) : 0;
  const auto frames = count == 3 ? std::strtoull(words[2], nullptr, 10) : 0;
  if (nodes < 1 || frames < 1) {
    std::fprintf(stderr, "usage: dispatcher_bench NODES FRAMES\n");
    return 2;
  }
  framewright::bench::measure(nodes, frames);
  return 0;
}
