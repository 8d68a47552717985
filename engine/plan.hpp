// A Plan is what is done for a Pipeline: made once, cached, immutable, shared by every frame that asks for
// it.
//
// Threads   a Plan is read by any number of threads; PlanCache may be called from any thread.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/frame.hpp"
#include "engine/pipeline.hpp"

namespace framewright::engine {

struct PlanStep {
  std::string filter;        ///< id, or ids joined by '+' where several filters became one step
  std::size_t position = 0;  ///< of its first filter in the pipeline
  std::shared_ptr<const FilterStep> step;

  std::string path() const;  ///< "pipeline[1].sobel", for errors
};

class Plan {
 public:
  /// Errors   as the pipeline's filters give them.
  static Result<std::shared_ptr<const Plan>> make(Pipeline pipeline, const ImageLimits& limits,
                                                  Exactness default_exactness = Exactness::Auto,
                                                  WebpMethod default_webp_method = WebpMethod::Usual);

  /// Of this plan and no other of the process, for whoever keeps what follows from it.
  std::uint64_t id() const noexcept { return id_.number; }
  const Pipeline& pipeline() const noexcept { return pipeline_; }
  const std::string& pipeline_text() const noexcept { return text_; }
  const std::vector<PlanStep>& steps() const noexcept { return steps_; }
  const ImageLimits& limits() const noexcept { return limits_; }
  /// What applies where a request does not say.
  Exactness default_exactness() const noexcept { return default_exactness_; }
  WebpMethod webp_method(const OutputOptions& output) const noexcept {
    return output.webp_method.value_or(default_webp_method_);
  }
  /// Whether every step has a device kernel.
  bool runs_on_device() const noexcept { return runs_on_device_; }
  /// The plan for the luma of YCbCr where that is all the answer depends on: the filters up to a grayscale do
  /// the same to every channel, and it is left out. None where it is not so.
  std::shared_ptr<const Plan> luma_plan() const noexcept { return luma_plan_; }
  /// Why there is none although such a grayscale is there, as one sentence; empty where that is not so.
  std::string_view why_no_luma_plan() const noexcept { return why_no_luma_plan_; }
  /// For each step what does the same to chroma planes; empty where a step has nothing that does.
  const std::vector<PlanStep>& chroma_steps() const noexcept { return chroma_steps_; }
  /// Whether the first step is a resize that may do with a part of a JPEG, and the others make no more of
  /// what that leaves out.
  bool may_start_small() const noexcept { return may_start_small_; }
  /// Whether every step, and what does the same to chroma, runs_by_rows(): then a picture can go strip by
  /// strip.
  bool runs_in_strips() const noexcept { return runs_in_strips_; }
  /// One sentence for each decision, for `process --explain` and the plan endpoint.
  const std::vector<std::string>& reasons() const noexcept { return reasons_; }

  /// Errors   InvalidPipeline, named by position, when a step cannot take what the one before it makes.
  Result<Geometry> output_geometry(const Geometry& input) const;

  /// The bytes of the largest picture on the way, input and output included: what a device slot must hold.
  Result<std::uint64_t> largest_frame_bytes(const Geometry& input) const;

  /// The most frame memory that decoding, running and encoding one frame takes at any moment beside its input
  /// buffer, rounded as the pool rounds.
  Result<std::uint64_t> working_bytes(const ImageHeader& header, PixelFormat raw_format,
                                      const OutputOptions& output) const;

 private:
  Result<std::uint64_t> pixel_bytes(const ImageHeader& header, PixelFormat raw_format,
                                    const OutputOptions& output) const;
  Result<std::uint64_t> decoded_bytes(const ImageHeader& header, PixelFormat raw_format,
                                      const OutputOptions& output) const;
  Result<std::uint64_t> plane_bytes(const ImageHeader& header) const;
  void fuse_tables();
  void find_chroma_steps();
  void find_luma_plan();
  void find_strips();
  void find_start();
  void explain();

  /// A copy is changed into another plan, and gets a number of its own.
  struct Id {
    Id() noexcept;
    Id(const Id&) noexcept : Id() {}
    Id& operator=(const Id&) = delete;
    std::uint64_t number;
  };

  // Given.
  Id id_;
  Pipeline pipeline_;
  ImageLimits limits_;
  Exactness default_exactness_ = Exactness::Auto;
  WebpMethod default_webp_method_ = WebpMethod::Usual;
  // Owned.
  std::string text_;
  std::vector<PlanStep> steps_;
  std::vector<PlanStep> chroma_steps_;
  std::shared_ptr<const Plan> luma_plan_;
  std::string_view why_no_luma_plan_;
  bool runs_on_device_ = false;
  bool runs_in_strips_ = false;
  bool may_start_small_ = false;
  std::vector<std::string> reasons_;
};

/// The geometry that `step` makes of `input`.
///
/// Errors   InvalidPipeline, named by position.
Result<Geometry> step_geometry(const PlanStep& step, const Geometry& input, const ImageLimits& limits);

/// Room for `bytes` of scratch; none is lent for a step that needs none.
Result<BufferLease> lend_scratch(std::size_t bytes, FramePool& pool, Reservation& reservation);

/// One step between two views.
///
/// Errors   Internal when the kernel refuses.
Result<void> run_kernel(const PlanStep& step, const kernels::ImageView& in, const kernels::ImageView& out,
                        kernels::Scratch scratch);

/// What run_kernel_on_rows() needs done once for all rows between two pictures of these sizes.
///
/// Errors   Internal when the kernel refuses.
Result<void> prepare_kernel_for_rows(const PlanStep& step, const Geometry& input, const Geometry& output,
                                     kernels::Scratch scratch);

/// Some rows of one step that runs_by_rows().
///
/// Errors   Internal when the kernel refuses.
Result<void> run_kernel_on_rows(const PlanStep& step, const kernels::ImageView& in,
                                const kernels::OutputRows& out, kernels::Scratch scratch);

/// Runs every step on the calling thread; in place where the step allows it. Buffers that are done with stay
/// in `reservation`, so that the plan's working_bytes() suffice.
///
/// Errors   InvalidPipeline (geometry), Overloaded (memory), Internal (a kernel refused).
Result<Frame> run_plan_on_cpu(const Plan& plan, Frame input, FramePool& pool, Reservation& reservation);

/// Plans by canonical pipeline text, least recently used first out.
class PlanCache {
 public:
  PlanCache(ImageLimits limits, std::size_t capacity, std::size_t max_filters = kMaxPipelineFilters,
            Exactness default_exactness = Exactness::Auto,
            WebpMethod default_webp_method = WebpMethod::Usual);
  Result<std::shared_ptr<const Plan>> get(const Pipeline& pipeline);
  /// Parses and plans; the text as sent is a second key, so that a repeated request parses nothing.
  Result<std::shared_ptr<const Plan>> get(std::string_view pipeline_text);
  std::size_t size() const;

 private:
  using Entry = std::pair<std::string, std::shared_ptr<const Plan>>;
  std::shared_ptr<const Plan> find(std::string_view text);
  std::shared_ptr<const Plan> insert(std::string text, std::shared_ptr<const Plan> plan);

  // Given.
  const ImageLimits limits_;
  const std::size_t capacity_;
  const std::size_t max_filters_;
  const Exactness default_exactness_;
  const WebpMethod default_webp_method_;
  // Owned.
  mutable std::mutex mutex_;
  std::list<Entry> by_use_;                                                   ///< latest first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_text_;  ///< keys lie in by_use_
};

}  // namespace framewright::engine
