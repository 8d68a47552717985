#include "kernels/profiler_range.hpp"

#include <nvtx3/nvToolsExt.h>

#include <atomic>

namespace framewright::kernels {
namespace {

/// None as long as no profiler has come with the process: they do not come later.
nvtxDomainHandle_t domain() noexcept {
  static const nvtxDomainHandle_t made = nvtxDomainCreateA("framewright");
  return made;
}

nvtxEventAttributes_t attributes_of(const char* message, std::uint64_t frame_number) noexcept {
  nvtxEventAttributes_t attributes{};
  attributes.version = NVTX_VERSION;
  attributes.size = NVTX_EVENT_ATTRIB_STRUCT_SIZE;
  attributes.messageType = NVTX_MESSAGE_TYPE_ASCII;
  attributes.message.ascii = message;
  attributes.payloadType = NVTX_PAYLOAD_TYPE_UNSIGNED_INT64;
  attributes.payload.ullValue = frame_number;
  return attributes;
}

}  // namespace

ProfilerFrame::ProfilerFrame() noexcept {
  if (domain() == nullptr) return;
  static std::atomic<std::uint64_t> frames{0};
  number_ = frames.fetch_add(1, std::memory_order_relaxed) + 1;
  const nvtxEventAttributes_t attributes = attributes_of("frame", number_);
  range_ = nvtxDomainRangeStartEx(domain(), &attributes);
}

ProfilerFrame::~ProfilerFrame() {
  if (domain() != nullptr) nvtxDomainRangeEnd(domain(), range_);
}

ProfilerRange::ProfilerRange(const char* stage, std::uint64_t frame_number) noexcept {
  if (domain() == nullptr) return;
  const nvtxEventAttributes_t attributes = attributes_of(stage, frame_number);
  nvtxDomainRangePushEx(domain(), &attributes);
}

ProfilerRange::~ProfilerRange() {
  if (domain() != nullptr) nvtxDomainRangePop(domain());
}

}  // namespace framewright::kernels
