// A gateway's end of links, and nodes that do what the test says.
#pragma once

#include "engine/admission.hpp"
#include "tests/actors/cluster_world.hpp"

namespace framewright::actors {

class RemoteWorker : public ClusterWorld {
 protected:
  caf::actor join(const std::shared_ptr<NodeMail>& mail, const std::string& id) {
    return spawn_fake_node(mail, hello_of(id));
  }

  /// The answer of a node that has done what it was asked: a picture of 16 x 16 zeros.
  static WireAnswer right_answer(std::uint64_t number) {
    WireAnswer answer;
    answer.number = number;
    answer.ran_on = static_cast<std::uint8_t>(engine::Accelerator::Cpu);
    answer.process_ns = 1000;
    answer.width_px = answer.height_px = 16;
    answer.channels = 1;
    answer.size_bytes = 256;
    return answer;
  }
  static WireAnswer failure(std::uint64_t number, engine::ErrorCode code) {
    auto answer = right_answer(number);
    answer.outcome = static_cast<std::uint8_t>(WireOutcome::Error);
    answer.code = static_cast<std::uint8_t>(code);
    return answer;
  }

  void send_answer(const caf::actor& from, const NodeMail& mail, const WireAnswer& answer) {
    caf::send_as(from, mail.gateway, answer_atom_v, answer);
    run();
  }
  void send_picture(const caf::actor& from, const NodeMail& mail, std::uint64_t number) {
    send_answer(from, mail, right_answer(number));
    caf::send_as(from, mail.gateway, piece_atom_v, WirePiece{number, 0, std::vector<std::uint8_t>(256)});
    run();
  }

  std::shared_ptr<NodeMail> first = std::make_shared<NodeMail>();
  std::shared_ptr<NodeMail> second = std::make_shared<NodeMail>();
};

}  // namespace framewright::actors
