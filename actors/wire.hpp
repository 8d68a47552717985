// What nodes say to each other. Encoded pictures travel, in pieces, so that control messages never wait long
// behind one; raw pixels only where the input or the output is raw.
//
//   worker  -> gateway   hello Hello            to what the gateway publishes; then, to who welcomes it:
//   gateway -> worker    welcome id             with the gateway's id; or `refused reason`
//   gateway -> worker    gateway id, address    there is another gateway, which may be joined, too
//   worker  -> gateway   credit bytes           what it may have there from now on
//   gateway -> worker    work WireErrand        its input follows in pieces
//   gateway -> worker    cancel number          nobody waits for that answer any more
//   worker  -> gateway   answer WireAnswer      its picture, if there is one, follows in pieces
//   both                 piece WirePiece        in order; each is owed a `taken bytes`
//   gateway -> worker    ping                   every second; answered by `pong`
//   worker  -> gateway   drain                  give me no more, and tell me when all is answered
//   gateway -> worker    farewell               all is answered: you may end
//   worker  -> gateway   parted                 I have given this link up, and may say hello again
//
// A gateway that joins another one says hello as well. It gets no work, and hears of other gateways.
//
// Nothing that comes from another node is believed: every field is checked before it is used, and a node that
// breaks these rules loses its link and nothing else.
//
// CAF 0.17 never returns from sending an infinite float, so there is none here.
#pragma once

#include <array>
#include <caf/all.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/clock.hpp"
#include "engine/credit_ledger.hpp"
#include "engine/frame_task.hpp"

namespace framewright::actors {

struct Errand;

inline constexpr std::uint32_t kWireProtocol = 3;
inline constexpr std::size_t kPieceBytes = 256U << 10;
/// Bytes of pieces that one end may have sent and the other not yet taken. With 2 MiB a ping beside raw 1080p
/// frames on loopback took 7 ms at worst, with this 3 ms, and as many frames went through.
inline constexpr std::uint64_t kBytesInFlight = 1U << 20;
inline constexpr std::chrono::seconds kPingEvery{1};
/// Three pings without any word: the link is lost.
inline constexpr std::chrono::seconds kMostSilence{3};
/// How often both ends look at their link.
inline constexpr std::chrono::milliseconds kLinkTick{250};

/// Gateways that one process may be linked to.
inline constexpr std::size_t kMostGateways = 16;
inline constexpr std::uint64_t kLeastCreditBytes = 1U << 20;

/// Whether a node may have room for so many bytes.
constexpr bool is_credit(std::uint64_t bytes) noexcept {
  return bytes >= kLeastCreditBytes && bytes <= 1ULL << 40;
}

enum class NodeRole : std::uint8_t { Worker, Gateway };

/// A node introduces itself. Its form stays as it is from one protocol to the next, so that a gateway can say
/// why it refuses another one.
struct Hello {
  std::uint32_t protocol = kWireProtocol;
  std::string id;       ///< of this run of the process
  std::string version;  ///< of the program, for people
  NodeRole role = NodeRole::Worker;
  /// Of a gateway: "HOST:PORT" where workers may join it. Of a worker: the name of its machine, for people.
  std::string address;
  std::uint32_t cpu_workers = 0;
  std::uint32_t cuda_slots = 0;  ///< 0: no device
  std::uint64_t credit_bytes = 0;
  std::vector<std::string> filters = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, Hello& x) {
  return f(caf::meta::type_name("hello"), x.protocol, x.id, x.version, x.role, x.address, x.cpu_workers,
           x.cuda_slots, x.credit_bytes, x.filters);
}

/// A frame that is to be worked on.
struct WireErrand {
  std::uint64_t number = 0;  ///< counts the errands of one link
  std::uint64_t flow = 0;
  std::uint8_t work_class = 0;
  std::string pipeline;
  std::uint8_t accelerator = 0;
  std::uint8_t encoding = 0;
  std::uint8_t pixel_format = 0;
  std::int32_t width_px = 0;
  std::int32_t height_px = 0;
  std::uint64_t size_bytes = 0;    ///< of the input
  std::uint8_t format = 0;         ///< of the output, by kNoFormat or an ImageEncoding
  std::uint8_t quality = 0;        ///< 0: none was asked for
  std::uint8_t exactness = 0;      ///< with the gateway's configuration applied
  std::uint8_t webp_method = 0;    ///< likewise
  std::int64_t remaining_us = -1;  ///< until the deadline, so that clocks may differ; -1: none
  std::string trace_parent;        ///< W3C traceparent, or empty
};
inline constexpr std::uint8_t kNoFormat = 0xff;

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, WireErrand& x) {
  return f(caf::meta::type_name("errand"), x.number, x.flow, x.work_class, x.pipeline, x.accelerator,
           x.encoding, x.pixel_format, x.width_px, x.height_px, x.size_bytes, x.format, x.quality,
           x.exactness, x.webp_method, x.remaining_us, x.trace_parent);
}

enum class WireOutcome : std::uint8_t { Picture, Error, Dropped };

/// What became of it.
struct WireAnswer {
  std::uint64_t number = 0;
  std::uint8_t outcome = 0;
  std::uint8_t code = 0;                 ///< Error: an ErrorCode. Dropped: a DropReason
  std::string detail;                    ///< Error
  std::vector<std::string> fields = {};  ///< Error: field, message, field, message, ...
  std::uint8_t ran_on = 0;
  std::int64_t decode_ns = 0;
  std::int64_t process_ns = 0;
  std::int64_t encode_ns = 0;
  bool has_device_times = false;
  std::array<std::int64_t, 4> device_ns = {};  ///< then: wait, upload, kernels, download
  std::int32_t width_px = 0;
  std::int32_t height_px = 0;
  std::int32_t channels = 0;
  std::uint8_t encoding = 0;
  std::uint8_t pixel_format = 0;
  std::uint64_t size_bytes = 0;  ///< Picture
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, WireAnswer& x) {
  return f(caf::meta::type_name("answer"), x.number, x.outcome, x.code, x.detail, x.fields, x.ran_on,
           x.decode_ns, x.process_ns, x.encode_ns, x.has_device_times, x.device_ns, x.width_px, x.height_px,
           x.channels, x.encoding, x.pixel_format, x.size_bytes);
}

/// A part of the input of an errand, or of the picture of an answer.
struct WirePiece {
  std::uint64_t number = 0;
  std::uint64_t offset = 0;
  std::vector<std::uint8_t> bytes = {};
};

caf::error inspect(caf::serializer& sink, const WirePiece& piece);
/// Refuses more than kPieceBytes before it takes memory for them.
caf::error inspect(caf::deserializer& source, WirePiece& piece) noexcept;
std::string to_string(const WirePiece& piece);

/// Whether this can be the id of a gateway and its "HOST:PORT".
bool is_gateway_name(const std::string& id, const std::string& address) noexcept;
/// Whether this can be the id of a node.
bool is_node_id(const std::string& text) noexcept;

/// Frames that the gateway may give to that node, and the node will take.
std::size_t most_frames(const Hello& hello) noexcept;
/// All that the gateway may give to it.
engine::WorkerCredit credit_of(const Hello& hello);

WireErrand wire_errand_of(std::uint64_t number, const Errand& errand, engine::SteadyTime now);

/// An errand without its input, for which `errand.input` has a buffer and its size.
///
/// Errors   InvalidArgument (a field says nothing), InvalidPipeline, UnknownFilter; Overloaded (memory).
engine::Result<std::shared_ptr<Errand>> errand_of(const WireErrand& wire, engine::PlanCache& plans,
                                                  engine::FramePool& pool, engine::SteadyTime now);

WireAnswer wire_answer_of(std::uint64_t number, const Errand& errand);

/// Whether this can be the answer to that errand.
///
/// Errors   InvalidArgument, which says what the node has made up.
engine::Result<void> check_answer(const WireAnswer& wire, const Errand& errand);

/// Writes a checked answer into the errand. `held` is how long the node had it: it cannot have worked longer.
void take_answer(const WireAnswer& wire, engine::BufferLease picture, std::chrono::nanoseconds held,
                 Errand& errand);

/// The error of a checked answer.
engine::Error error_of(const WireAnswer& wire);

}  // namespace framewright::actors
