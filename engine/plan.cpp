#include "engine/plan.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>

#include "engine/filters/table_step.hpp"

namespace framewright::engine {
namespace {

bool changes_nothing(const kernels::PointTable& table) noexcept {
  for (std::size_t value = 0; value < table.size(); ++value) {
    if (table[value] != value) return false;
  }
  return true;
}

/// Whether a difference before the step may be a larger one behind it.
bool may_amplify(const PlanStep& step) {
  if (const auto* table = step.step->point_table()) {
    for (std::size_t value = 1; value < table->size(); ++value) {
      if (std::abs((*table)[value] - (*table)[value - 1]) > 1) return true;
    }
    return false;
  }
  return !step.step->treats_channels_alike() && !step.step->makes_luma();
}

}  // namespace

Plan::Id::Id() noexcept {
  static std::atomic<std::uint64_t> plans{0};
  number = plans.fetch_add(1, std::memory_order_relaxed) + 1;
}

std::string PlanStep::path() const { return "pipeline[" + std::to_string(position) + "]." + filter; }

Result<std::shared_ptr<const Plan>> Plan::make(Pipeline pipeline, const ImageLimits& limits,
                                               Exactness default_exactness, WebpMethod default_webp_method) {
  auto plan = std::make_shared<Plan>();
  plan->pipeline_ = std::move(pipeline);
  plan->limits_ = limits;
  plan->default_exactness_ = default_exactness;
  plan->default_webp_method_ = default_webp_method;
  plan->text_ = plan->pipeline_.to_text();
  for (const auto& call : plan->pipeline_.filters()) {
    const auto* filter = find_filter(call.filter);
    FW_CHECK(filter != nullptr);
    plan->steps_.push_back({call.filter, plan->steps_.size(), filter->make(call.parameters)});
  }
  plan->fuse_tables();
  plan->find_chroma_steps();
  plan->find_strips();
  plan->find_start();
  plan->find_luma_plan();
  plan->explain();
  return std::shared_ptr<const Plan>(std::move(plan));
}

/// Chains of tables become one table, which is exact; a table that changes nothing is left out.
void Plan::fuse_tables() {
  std::vector<PlanStep> fused;
  for (auto& step : steps_) {
    const auto* table = step.step->point_table();
    const auto* before = fused.empty() ? nullptr : fused.back().step->point_table();
    if (table && before) {
      fused.back().filter += '+' + step.filter;
      fused.back().step = std::make_shared<filters::TableStep>(kernels::compose(*before, *table));
    } else {
      fused.push_back(std::move(step));
    }
  }
  std::erase_if(fused, [this](const PlanStep& step) {
    const auto* table = step.step->point_table();
    if (!table || !changes_nothing(*table)) return false;
    reasons_.push_back(step.filter + " changes no value and is left out");
    return true;
  });
  steps_ = std::move(fused);
}

void Plan::find_chroma_steps() {
  for (const auto& [filter, position, step] : steps_) {
    chroma_steps_.push_back({filter, position, step->chroma_step()});
    if (chroma_steps_.back().step == nullptr) return chroma_steps_.clear();
  }
}

/// Luma decoded is within a level or two of luma made of RGB. One filter that makes more of such a
/// difference, as sharpening does, leaves it small to the eye; two, one behind the other, do not.
void Plan::find_luma_plan() {
  constexpr int kMostAmplifying = 1;
  const auto gray = std::ranges::find_if_not(
      steps_, [](const PlanStep& step) { return step.step->treats_channels_alike(); });
  if (gray == steps_.end() || !gray->step->makes_luma()) return;
  if (std::any_of(gray, steps_.end(), [](const PlanStep& step) { return step.step->has_jumps(); })) {
    why_no_luma_plan_ =
        "a filter has jumps, and luma as it is decoded may be a level off, so it is made of RGB pixels";
    return;
  }
  if (std::count_if(gray, steps_.end(), may_amplify) > kMostAmplifying) {
    why_no_luma_plan_ =
        "several filters make more of differences, and luma as it is decoded may be a level off, so it is "
        "made of RGB pixels";
    return;
  }
  auto luma = std::make_shared<Plan>(*this);
  luma->steps_.erase(luma->steps_.begin() + (gray - steps_.begin()));
  luma->chroma_steps_.clear();
  luma->find_strips();
  luma->find_start();
  luma->reasons_.clear();
  luma->explain();
  luma_plan_ = std::move(luma);
}

void Plan::find_strips() {
  const auto runs_by_rows = [](const PlanStep& step) { return step.step->runs_by_rows(); };
  runs_in_strips_ = !steps_.empty() && std::ranges::all_of(steps_, runs_by_rows) &&
                    std::ranges::all_of(chroma_steps_, runs_by_rows);
}

/// Blurs, further resizes and what moves pixels only make less of a difference, and luma is a mean. Others
/// may make more of it.
void Plan::find_start() {
  const auto only_averages = [](const PlanStep& step) {
    return step.step->treats_channels_alike() || step.step->makes_luma();
  };
  may_start_small_ =
      !steps_.empty() && steps_.front().step->takes_reduced() && std::ranges::all_of(steps_, only_averages);
}

void Plan::explain() {
  if (steps_.empty())
    reasons_.emplace_back("no step: pictures are transcoded, or passed on where format and quality stay");
  runs_on_device_ = true;
  if (runs_in_strips_) {
    reasons_.emplace_back(
        "from JPEG to JPEG on the CPU each strip is decoded, run and encoded before the next: every step "
        "makes some rows out of some rows");
  }
  if (may_start_small_) {
    reasons_.emplace_back(
        "where little enough is asked of a JPEG, and the answer may be visual, it is decoded at 1/2, 1/4 or "
        "1/8 of its size: a resize comes first");
  }
  for (const auto& step : steps_) {
    if (step.filter.find('+') != std::string::npos) {
      reasons_.push_back(step.filter +
                         " are one step: each looks up every value in a table, and so does their chain");
    }
    if (step.step->in_place()) reasons_.push_back(step.filter + " runs in place: no second buffer");
    if (!step.step->has_device_steps()) {
      runs_on_device_ = false;
      reasons_.push_back(step.filter + " has no device kernel: the pipeline runs on the CPU");
    }
  }
}

Result<Geometry> step_geometry(const PlanStep& step, const Geometry& input, const ImageLimits& limits) {
  auto output = step.step->output_geometry(input, limits);
  if (output) return output;
  Error error{output.error().code, step.path() + ": " + output.error().detail};
  error.fields.push_back({step.path(), output.error().detail});
  return unexpected(std::move(error));
}

Result<Geometry> Plan::output_geometry(const Geometry& input) const {
  auto geometry = input;
  for (const auto& step : steps_) {
    auto output = step_geometry(step, geometry, limits_);
    if (!output) return output;
    geometry = *output;
  }
  return geometry;
}

Result<std::uint64_t> Plan::largest_frame_bytes(const Geometry& input) const {
  auto geometry = input;
  auto largest = geometry.bytes();
  for (const auto& step : steps_) {
    const auto output = step_geometry(step, geometry, limits_);
    if (!output) return unexpected(output.error());
    geometry = *output;
    largest = std::max(largest, geometry.bytes());
  }
  return largest;
}

}  // namespace framewright::engine
