#include "actors/wire.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "actors/messages.hpp"
#include "engine/codec.hpp"
#include "engine/filter.hpp"
#include "engine/trace_parent.hpp"

namespace framewright::actors {
namespace {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;

constexpr std::size_t kFramesPerWorker = 32;
constexpr int kMostSide = 1 << 20;
constexpr std::int64_t kMostRemainingUs = 24LL * 3600 * 1'000'000;
constexpr std::size_t kMostDetailBytes = 4096;
constexpr std::size_t kMostErrorFields = 2 * 64;
constexpr std::size_t kMostNameBytes = 253;
constexpr const char* kHostCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-_[]";

/// The enumerator of that number, if there is one.
template <class Enum>
std::optional<Enum> enum_of(std::uint8_t number, Enum last) {
  if (number > static_cast<std::uint8_t>(last)) return std::nullopt;
  return static_cast<Enum>(number);
}

template <class Enum>
std::uint8_t number_of(Enum value) {
  return static_cast<std::uint8_t>(value);
}

engine::Unexpected says_nothing(std::string_view field, std::uint64_t value) {
  return unexpected(ErrorCode::InvalidArgument, std::string(field) + " may not be " + std::to_string(value));
}

bool is_side(std::int32_t side) { return side >= 0 && side <= kMostSide; }

/// What the errand says of its input, without the input.
Result<engine::EncodedFrame> input_of(const WireErrand& wire) {
  const auto encoding = enum_of(wire.encoding, engine::ImageEncoding::H264);
  if (!encoding) return says_nothing("encoding", wire.encoding);
  const auto format = enum_of(wire.pixel_format, engine::PixelFormat::Nv12);
  if (!format) return says_nothing("pixel_format", wire.pixel_format);
  if (!is_side(wire.width_px) || !is_side(wire.height_px)) return says_nothing("size", 0);
  if (wire.size_bytes == 0) return says_nothing("size_bytes", 0);
  engine::EncodedFrame input;
  input.size_bytes = wire.size_bytes;
  input.encoding = *encoding;
  input.pixel_format = *format;
  input.width_px = wire.width_px;
  input.height_px = wire.height_px;
  return input;
}

Result<engine::OutputOptions> output_of(const WireErrand& wire) {
  engine::OutputOptions output;
  if (wire.format != kNoFormat) {
    output.format = enum_of(wire.format, engine::ImageEncoding::Webp);
    if (!output.format) return says_nothing("format", wire.format);
  }
  if (wire.quality > 100) return says_nothing("quality", wire.quality);
  if (wire.quality > 0) output.quality = wire.quality;
  const auto exactness = enum_of(wire.exactness, engine::Exactness::Visual);
  if (!exactness) return says_nothing("exactness", wire.exactness);
  output.exactness = *exactness;
  output.webp_method = enum_of(wire.webp_method, engine::WebpMethod::Smallest);
  if (!output.webp_method) return says_nothing("webp_method", wire.webp_method);
  return output;
}

/// The most bytes that a picture of this errand's answer can have.
std::uint64_t most_answer_bytes(const Errand& errand, const engine::Geometry& geometry,
                                engine::ImageEncoding encoding) {
  const auto encoded = engine::encode_bytes(geometry, encoding, errand.output.quality_to_write(),
                                            errand.plan->webp_method(errand.output));
  return std::max({encoded, geometry.bytes(), errand.input_bytes});
}

engine::Unexpected made_up(const std::string& what) {
  return unexpected(ErrorCode::InvalidArgument, "an answer has " + what);
}

Result<void> check_picture(const WireAnswer& wire, const Errand& errand) {
  const engine::Geometry geometry{wire.width_px, wire.height_px, wire.channels};
  const auto expected = errand.plan->output_geometry(errand.header.geometry);
  if (!expected || *expected != geometry) return made_up("another size than its frame asks for");
  const auto encoding = errand.output.format.value_or(errand.input.encoding);
  if (wire.encoding != number_of(encoding)) return made_up("another format than its frame asks for");
  if (wire.pixel_format > number_of(engine::PixelFormat::Nv12)) return made_up("an unknown pixel format");
  if (wire.size_bytes == 0 || wire.size_bytes > most_answer_bytes(errand, geometry, encoding)) {
    return made_up(std::to_string(wire.size_bytes) + " bytes, which its picture cannot have");
  }
  return {};
}

std::chrono::nanoseconds within(std::int64_t nanoseconds, std::chrono::nanoseconds& left) {
  const auto taken = std::clamp(std::chrono::nanoseconds{nanoseconds}, std::chrono::nanoseconds{0}, left);
  left -= taken;
  return taken;
}

}  // namespace

caf::error inspect(caf::serializer& sink, const WirePiece& piece) {
  auto number = piece.number;
  auto offset = piece.offset;
  auto size = static_cast<std::uint64_t>(piece.bytes.size());
  if (auto error = sink(number, offset, size)) return error;
  return size == 0 ? caf::error{} : sink.apply_raw(size, const_cast<std::uint8_t*>(piece.bytes.data()));
}

caf::error inspect(caf::deserializer& source, WirePiece& piece) noexcept try {
  std::uint64_t size = 0;
  if (auto error = source(piece.number, piece.offset, size)) return error;
  if (size > kPieceBytes) return caf::sec::invalid_argument;
  piece.bytes.resize(size);
  return size == 0 ? caf::error{} : source.apply_raw(size, piece.bytes.data());
} catch (...) {
  return caf::sec::runtime_error;
}

std::string to_string(const WirePiece& piece) {
  return "piece(" + std::to_string(piece.number) + ", " + std::to_string(piece.bytes.size()) + " bytes at " +
         std::to_string(piece.offset) + ")";
}

bool is_node_id(const std::string& text) noexcept {
  return !text.empty() && text.size() <= kMostNameBytes &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-_+") ==
             std::string::npos;
}

bool is_gateway_name(const std::string& id, const std::string& address) noexcept {
  const auto colon = address.rfind(':');
  if (!is_node_id(id) || address.size() > kMostNameBytes || colon == std::string::npos || colon == 0)
    return false;
  if (address.find_first_not_of(kHostCharacters) != std::string::npos) return false;
  int port = 0;
  const auto* end = address.data() + address.size();
  const auto parsed = std::from_chars(address.data() + colon + 1, end, port);
  return parsed.ec == std::errc{} && parsed.ptr == end && port >= 1 && port <= 65535;
}

std::size_t most_frames(const Hello& hello) noexcept {
  return kFramesPerWorker * (hello.cpu_workers + hello.cuda_slots);
}

engine::WorkerCredit credit_of(const Hello& hello) {
  // Twice what it works on, so that it never waits for the network; tiny frames go in numbers.
  const std::size_t workers = hello.cpu_workers + hello.cuda_slots;
  engine::WorkerCredit credit{.frames = most_frames(hello),
                              .bytes = hello.credit_bytes,
                              .at_a_time = 2 * workers,
                              .workers = workers,
                              .remote = true,
                              .device_too = hello.cuda_slots > 0};
  for (const auto& filter : engine::builtin_filters()) {
    const auto& has = hello.filters;
    if (std::find(has.begin(), has.end(), filter.id) == has.end()) credit.lacks.push_back(filter.id);
  }
  return credit;
}

WireErrand wire_errand_of(std::uint64_t number, const Errand& errand, engine::SteadyTime now) {
  WireErrand wire;
  wire.number = number;
  wire.flow = errand.flow;
  wire.work_class = number_of(errand.work_class);
  wire.pipeline = errand.plan->pipeline_text();
  wire.accelerator = number_of(errand.accelerator);
  wire.encoding = number_of(errand.input.encoding);
  wire.pixel_format = number_of(errand.input.pixel_format);
  wire.width_px = errand.input.width_px;
  wire.height_px = errand.input.height_px;
  wire.size_bytes = errand.input.size_bytes;
  wire.format = errand.output.format ? number_of(*errand.output.format) : kNoFormat;
  wire.quality = static_cast<std::uint8_t>(errand.output.quality.value_or(0));
  const bool as_configured = errand.output.exactness == engine::Exactness::Auto;
  wire.exactness = number_of(as_configured ? errand.plan->default_exactness() : errand.output.exactness);
  wire.webp_method = number_of(errand.plan->webp_method(errand.output));
  if (errand.deadline) {
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(*errand.deadline - now).count();
    wire.remaining_us = std::clamp<std::int64_t>(left, 0, kMostRemainingUs);
  }
  wire.trace_parent = errand.trace_parent;
  return wire;
}

Result<std::shared_ptr<Errand>> errand_of(const WireErrand& wire, engine::PlanCache& plans,
                                          engine::FramePool& pool, engine::SteadyTime now) {
  const auto work_class = enum_of(wire.work_class, engine::WorkClass::Job);
  if (!work_class) return says_nothing("work_class", wire.work_class);
  const auto accelerator = enum_of(wire.accelerator, engine::Accelerator::Cuda);
  if (!accelerator) return says_nothing("accelerator", wire.accelerator);
  auto output = output_of(wire);
  if (!output) return unexpected(std::move(output).error());
  auto input = input_of(wire);
  if (!input) return unexpected(std::move(input).error());
  const auto trace = engine::parse_trace_parent(wire.trace_parent);
  if (!wire.trace_parent.empty() && !trace) {
    return unexpected(ErrorCode::InvalidArgument, "trace_parent is none");
  }
  auto plan = plans.get(wire.pipeline);
  if (!plan) return unexpected(std::move(plan).error());
  auto buffer = pool.lend_input(wire.size_bytes);
  if (!buffer) return unexpected(std::move(buffer).error());
  auto errand = std::make_shared<Errand>();
  errand->flow = wire.flow;
  errand->work_class = *work_class;
  errand->frame_id = wire.number;
  errand->plan = std::move(*plan);
  errand->output = *output;
  errand->accelerator = *accelerator;
  errand->admitted_at = now;
  if (wire.remaining_us >= 0) {
    errand->deadline = now + std::chrono::microseconds{std::min(wire.remaining_us, kMostRemainingUs)};
  }
  if (trace) errand->trace_parent = to_string(*trace);
  errand->input = std::move(*input);
  errand->input.buffer = std::move(*buffer);
  errand->input_bytes = wire.size_bytes;
  return errand;
}

WireAnswer wire_answer_of(std::uint64_t number, const Errand& errand) {
  WireAnswer wire;
  wire.number = number;
  wire.ran_on = number_of(errand.ran_on);
  wire.decode_ns = errand.times.decode.count();
  wire.process_ns = errand.times.process.count();
  wire.encode_ns = errand.times.encode.count();
  if (const auto& device = errand.times.device) {
    wire.has_device_times = true;
    wire.device_ns = {device->wait.count(), device->upload.count(), device->kernels.count(),
                      device->download.count()};
  }
  if (errand.dropped) {
    wire.outcome = number_of(WireOutcome::Dropped);
    wire.code = number_of(*errand.dropped);
  } else if (!errand.answer) {
    const auto& error = errand.answer.error();
    wire.outcome = number_of(WireOutcome::Error);
    wire.code = number_of(error.code);
    wire.detail = error.detail;
    for (const auto& field : error.fields) {
      wire.fields.push_back(field.field);
      wire.fields.push_back(field.message);
    }
  } else {
    wire.outcome = number_of(WireOutcome::Picture);
    wire.width_px = errand.output_geometry.width_px;
    wire.height_px = errand.output_geometry.height_px;
    wire.channels = errand.output_geometry.channels;
    wire.encoding = number_of(errand.answer->encoding);
    wire.pixel_format = number_of(errand.answer->pixel_format);
    wire.size_bytes = errand.answer->size_bytes;
  }
  return wire;
}

Result<void> check_answer(const WireAnswer& wire, const Errand& errand) {
  const auto outcome = enum_of(wire.outcome, WireOutcome::Dropped);
  if (!outcome) return made_up("an unknown outcome");
  const auto ran_on = enum_of(wire.ran_on, engine::Accelerator::Cuda);
  if (!ran_on || *ran_on == engine::Accelerator::Auto) return made_up("run on nothing");
  switch (*outcome) {
    case WireOutcome::Picture: return check_picture(wire, errand);
    case WireOutcome::Error:
      if (wire.code >= engine::kErrorCodeCount) return made_up("an unknown error");
      if (wire.detail.size() > kMostDetailBytes || wire.fields.size() > kMostErrorFields ||
          wire.fields.size() % 2 != 0) {
        return made_up("an error that goes on and on");
      }
      return {};
    case WireOutcome::Dropped:
      if (!enum_of(wire.code, engine::DropReason::Overloaded)) return made_up("an unknown reason");
      return {};
  }
  return made_up("an unknown outcome");
}

void take_answer(const WireAnswer& wire, engine::BufferLease picture, std::chrono::nanoseconds held,
                 Errand& errand) {
  errand.ran_on = static_cast<engine::Accelerator>(wire.ran_on);
  if (errand.accelerator == engine::Accelerator::Auto) errand.why = engine::AcceleratorReason::Node;
  auto on_device = held;
  errand.times.decode = within(wire.decode_ns, held);
  errand.times.process = within(wire.process_ns, held);
  errand.times.encode = within(wire.encode_ns, held);
  if (wire.has_device_times) {
    errand.times.device = {.wait = within(wire.device_ns[0], on_device),
                           .upload = within(wire.device_ns[1], on_device),
                           .kernels = within(wire.device_ns[2], on_device),
                           .download = within(wire.device_ns[3], on_device)};
  }
  switch (static_cast<WireOutcome>(wire.outcome)) {
    case WireOutcome::Dropped: errand.give_up(static_cast<engine::DropReason>(wire.code)); break;
    case WireOutcome::Error: errand.answer = unexpected(error_of(wire)); break;
    case WireOutcome::Picture: {
      errand.output_geometry = {wire.width_px, wire.height_px, wire.channels};
      engine::EncodedFrame answer;
      answer.buffer = std::move(picture);
      answer.size_bytes = wire.size_bytes;
      answer.encoding = static_cast<engine::ImageEncoding>(wire.encoding);
      answer.pixel_format = static_cast<engine::PixelFormat>(wire.pixel_format);
      answer.width_px = wire.width_px;
      answer.height_px = wire.height_px;
      errand.answer = std::move(answer);
      break;
    }
  }
}

engine::Error error_of(const WireAnswer& wire) {
  engine::Error error{static_cast<ErrorCode>(wire.code), wire.detail};
  for (std::size_t i = 0; i + 1 < wire.fields.size(); i += 2) {
    error.fields.push_back({wire.fields[i], wire.fields[i + 1]});
  }
  return error;
}

}  // namespace framewright::actors
