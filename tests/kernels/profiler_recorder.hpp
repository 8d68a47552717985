// A profiler that keeps what NVTX tells it, for all of the program that includes this.
#pragma once

#include <nvtx3/nvToolsExt.h>

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace framewright {

class ProfilerRecorder {
 public:
  static ProfilerRecorder& instance() {
    static ProfilerRecorder one;
    return one;
  }

  /// What was seen since the last call: "+ name number" for the beginning of a range, "- name number" for its
  /// end.
  std::vector<std::string> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(seen_, {});
  }

  static int initialize(NvtxGetExportTableFunc_t tables) {
    const auto* callbacks = static_cast<const NvtxExportTableCallbacks*>(tables(NVTX_ETID_CALLBACKS));
    NvtxFunctionTable functions = nullptr;
    unsigned count = 0;
    if (callbacks->GetModuleFunctionTable(NVTX_CB_MODULE_CORE2, &functions, &count) == 0) return 0;
    const auto set = [&](unsigned id, auto* function) {
      *functions[id] = reinterpret_cast<NvtxFunctionPointer>(function);
    };
    set(NVTX_CBID_CORE2_DomainCreateA, &ProfilerRecorder::create);
    set(NVTX_CBID_CORE2_DomainRangeStartEx, &ProfilerRecorder::start);
    set(NVTX_CBID_CORE2_DomainRangeEnd, &ProfilerRecorder::end);
    set(NVTX_CBID_CORE2_DomainRangePushEx, &ProfilerRecorder::push);
    set(NVTX_CBID_CORE2_DomainRangePop, &ProfilerRecorder::pop);
    return 1;
  }

 private:
  static nvtxDomainHandle_t create(const char*) {
    return reinterpret_cast<nvtxDomainHandle_t>(&instance());  // any that is not null
  }
  static nvtxRangeId_t start(nvtxDomainHandle_t, const nvtxEventAttributes_t* range) {
    return instance().begin(*range);
  }
  static void end(nvtxDomainHandle_t, nvtxRangeId_t id) { instance().finish(id); }
  static int push(nvtxDomainHandle_t, const nvtxEventAttributes_t* range) {
    open_on_thread().push_back(instance().begin(*range));
    return 0;
  }
  static int pop(nvtxDomainHandle_t) {
    instance().finish(open_on_thread().back());
    open_on_thread().pop_back();
    return 0;
  }

  static std::vector<nvtxRangeId_t>& open_on_thread() {
    static thread_local std::vector<nvtxRangeId_t> ids;
    return ids;
  }

  nvtxRangeId_t begin(const nvtxEventAttributes_t& range) {
    const std::lock_guard lock(mutex_);
    const std::string name = std::string(range.message.ascii) + " " + std::to_string(range.payload.ullValue);
    open_[++last_] = name;
    seen_.push_back("+ " + name);
    return last_;
  }
  void finish(nvtxRangeId_t id) {
    const std::lock_guard lock(mutex_);
    seen_.push_back("- " + open_.at(id));
    open_.erase(id);
  }

  std::mutex mutex_;
  nvtxRangeId_t last_ = 0;
  std::map<nvtxRangeId_t, std::string> open_;
  std::vector<std::string> seen_;
};

/// NVTX looks here when it is used for the first time.
inline const bool kProfilerListens = [] {
  InitializeInjectionNvtx2_fnptr = &ProfilerRecorder::initialize;
  return true;
}();

}  // namespace framewright
