#include "engine/plan.hpp"

namespace framewright::engine {

PlanCache::PlanCache(ImageLimits limits, std::size_t capacity, std::size_t max_filters,
                     Exactness default_exactness, WebpMethod default_webp_method)
    : limits_(limits),
      capacity_(capacity),
      max_filters_(max_filters),
      default_exactness_(default_exactness),
      default_webp_method_(default_webp_method) {
  FW_CHECK(capacity_ > 0);
}

Result<std::shared_ptr<const Plan>> PlanCache::get(const Pipeline& pipeline) {
  auto text = pipeline.to_text();
  if (auto plan = find(text)) return plan;
  auto plan = Plan::make(pipeline, limits_, default_exactness_, default_webp_method_);
  if (!plan) return plan;
  return insert(std::move(text), std::move(*plan));
}

Result<std::shared_ptr<const Plan>> PlanCache::get(std::string_view pipeline_text) {
  if (auto plan = find(pipeline_text)) return plan;
  const auto pipeline = Pipeline::parse(pipeline_text, max_filters_);
  if (!pipeline) return unexpected(pipeline.error());
  auto plan = get(*pipeline);
  if (!plan) return plan;
  return insert(std::string{pipeline_text}, std::move(*plan));
}

std::size_t PlanCache::size() const {
  const std::lock_guard lock(mutex_);
  return by_use_.size();
}

std::shared_ptr<const Plan> PlanCache::find(std::string_view text) {
  const std::lock_guard lock(mutex_);
  const auto found = by_text_.find(text);
  if (found == by_text_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  return found->second->second;
}

/// What another thread has put there first stays, so that equal pipelines share one plan.
std::shared_ptr<const Plan> PlanCache::insert(std::string text, std::shared_ptr<const Plan> plan) {
  const std::lock_guard lock(mutex_);
  const auto found = by_text_.find(text);
  if (found != by_text_.end()) return found->second->second;
  if (by_use_.size() == capacity_) {
    by_text_.erase(by_use_.back().first);
    by_use_.pop_back();
  }
  by_use_.emplace_front(std::move(text), std::move(plan));
  by_text_.emplace(by_use_.front().first, by_use_.begin());
  return by_use_.front().second;
}

}  // namespace framewright::engine
