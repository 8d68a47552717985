// A gateway and its nodes on one testing scheduler: the links are messages, and time is the test's own.
#pragma once

#include <set>

#include "actors/cluster.hpp"
#include "actors/cpu_worker.hpp"
#include "actors/node.hpp"
#include "engine/admission.hpp"
#include "engine/filter.hpp"
#include "engine/readiness.hpp"
#include "tests/actors/actor_world.hpp"
#include "tests/engine/kept_spans.hpp"

namespace framewright::actors {

inline Hello hello_of(const std::string& id) {
  Hello hello;
  hello.id = id;
  hello.version = "1.0";
  hello.address = "here";
  hello.cpu_workers = 2;
  hello.credit_bytes = 8U << 20;
  for (const auto& filter : engine::builtin_filters()) hello.filters.push_back(filter.id);
  return hello;
}

/// What a node that only writes down has got.
struct NodeMail {
  caf::actor gateway;  ///< who welcomed it
  std::vector<WireErrand> work;
  std::vector<WirePiece> pieces;
  std::vector<std::uint64_t> cancelled;
  std::string refused;
  int farewells = 0;
  std::vector<std::string> told;  ///< of gateways
};

class ClusterWorld : public ActorWorld {
 protected:
  explicit ClusterWorld(std::uint64_t node_memory_bytes = 64U << 20) : node_budget(node_memory_bytes) {
    keep(dispatch);
    gateway_cluster = keep(
        start_cluster(system, ClusterOptions{{directory, pool, clock, board, "gateway"}, readiness, false}));
    run();
  }
  ~ClusterWorld() override {
    gateway_cluster = nullptr;
    dispatch = waiter = nullptr;
    node_directory.clear();
    end_actors();
  }

  /// A node that does what the test says.
  caf::actor spawn_fake_node(std::shared_ptr<NodeMail> mail, const Hello& hello) {
    auto fake = keep(system.spawn([mail](caf::event_based_actor* self) -> caf::behavior {
      return {
          [self, mail](welcome_atom, const std::string&) {
            mail->gateway = caf::actor_cast<caf::actor>(self->current_sender());
          },
          [mail](refused_atom, const std::string& why) { mail->refused = why; },
          [mail](work_atom, const WireErrand& work) { mail->work.push_back(work); },
          [mail](piece_atom, const WirePiece& piece) { mail->pieces.push_back(piece); },
          [mail](cancel_atom, std::uint64_t number) { mail->cancelled.push_back(number); },
          [mail](farewell_atom) { ++mail->farewells; },
          [](taken_atom, std::uint64_t) {},
          [mail](gateway_atom, const std::string&, const std::string& address) {
            mail->told.push_back(address);
          },
          [](ping_atom) { return caf::make_message(pong_atom_v); },
      };
    }));
    caf::send_as(fake, gateway_cluster, hello_atom_v, hello);
    run();
    return fake;
  }

  /// A whole worker process, but for its sockets.
  caf::actor spawn_node(const Hello& hello) {
    node_directory.set_dispatcher(keep(
        system.spawn<DispatcherActor>(post(), DispatcherOptions{node_clock, queue_limits, node_gauges})));
    keep(system.spawn(cpu_worker, CpuWorkerOptions{node_directory, node_pool, node_clock}));
    const auto dialler = keep(system.spawn([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](caf::connect_atom, const std::string&, std::uint16_t) {
        ++dials;
        return caf::make_message(caf::node_id{}, caf::actor_cast<caf::strong_actor_ptr>(gateway_cluster),
                                 std::set<std::string>{});
      }};
    }));
    auto spawned_node = keep(system.spawn(node, NodeOptions{node_directory,
                                                            node_pool,
                                                            plans,
                                                            node_clock,
                                                            dialler,
                                                            hello,
                                                            {"gateway:4950"},
                                                            "gateway",
                                                            4950,
                                                            {},
                                                            &node_tracer}));
    run();
    return spawned_node;
  }

  /// On both machines.
  void advance(std::chrono::milliseconds step) {
    node_clock.advance(step);
    ActorWorld::advance(step);
  }

  ErrandPtr submit(ErrandPtr errand) {
    errand->input_bytes = errand->input.size_bytes;
    EXPECT_TRUE(engine::find_needs(*errand));
    caf::anon_send(dispatch, submit_atom_v, errand);
    run();
    return errand;
  }

  ErrandPtr submit_picture(const std::string& pipeline = "invert", int side = 16) {
    auto made = errand(waiter, 1, pipeline);
    made->input = picture(side, 7);
    return submit(std::move(made));
  }

  engine::ClusterBoard board;
  engine::Readiness readiness;
  Directory node_directory;
  engine::ManualClock node_clock;  ///< of the node's machine
  DispatcherGauges node_gauges;
  engine::FrameBudget node_budget;
  engine::FramePool node_pool{node_budget};
  engine::KeptSpans gateway_spans;
  engine::KeptSpans node_spans;
  engine::Tracer gateway_tracer{"gateway", 0, clock, gateway_spans};
  engine::Tracer node_tracer{"node", 1, node_clock, node_spans};
  int dials = 0;
  std::shared_ptr<Mail> answers = std::make_shared<Mail>();
  caf::actor waiter = spawn_recorder(answers);
  caf::actor dispatch = spawn_gateway_dispatcher();
  caf::actor gateway_cluster;

 private:
  caf::actor spawn_gateway_dispatcher() {
    const DispatcherOptions options{clock, queue_limits, gauges, false};
    auto handle = system.spawn<DispatcherActor>(post(), options);
    directory.set_dispatcher(handle);
    return handle;
  }
};

}  // namespace framewright::actors
