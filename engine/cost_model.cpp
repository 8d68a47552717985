#include "engine/cost_model.hpp"

#include <algorithm>
#include <bit>
#include <functional>

namespace framewright::engine {
namespace {

constexpr double kFirstGuessNsPerPixel = 10;
constexpr double kNewShare = 0.25;  // of the latest frame in the moving average

double pixels_of(const FrameTask& task) noexcept {
  const auto& size = task.header.geometry;
  return std::max(1.0, static_cast<double>(size.width_px) * static_cast<double>(size.height_px));
}

}  // namespace

std::size_t CostModel::KindHash::operator()(const Kind& kind) const noexcept {
  const auto rest = static_cast<std::size_t>(kind.lane) << 32 | static_cast<std::size_t>(kind.route) << 24 |
                    static_cast<std::size_t>(kind.input) << 16 | static_cast<std::size_t>(kind.output) << 8 |
                    static_cast<std::size_t>(kind.size_class);
  return std::hash<const void*>{}(kind.plan) ^ rest * 0x9E3779B97F4A7C15ULL;
}

CostModel::Kind CostModel::kind_of(const FrameTask& task) noexcept {
  const auto pixels = static_cast<std::uint64_t>(pixels_of(task));
  return {task.plan.get(),
          task.header.encoding,
          task.output.format.value_or(task.header.encoding),
          task.route,
          task.lane,
          static_cast<std::uint8_t>(std::bit_width(pixels))};
}

std::chrono::nanoseconds CostModel::estimate(const FrameTask& task) const {
  const auto kind = kinds_.find(kind_of(task));
  const double any = any_kind_ > 0 ? any_kind_ : kFirstGuessNsPerPixel;
  const double ns_per_pixel = kind != kinds_.end() ? kind->second : any;
  return std::chrono::nanoseconds{static_cast<std::int64_t>(ns_per_pixel * pixels_of(task)) + 1};
}

void CostModel::record(const FrameTask& task, std::chrono::nanoseconds worker_time) {
  const auto measured = static_cast<double>(worker_time.count()) / pixels_of(task);
  if (kinds_.size() >= kMaxKinds && !kinds_.contains(kind_of(task))) kinds_.clear();
  const auto [kind, is_new] = kinds_.try_emplace(kind_of(task), measured);
  if (!is_new) kind->second += kNewShare * (measured - kind->second);
  any_kind_ = any_kind_ > 0 ? any_kind_ + kNewShare * (measured - any_kind_) : measured;
}

}  // namespace framewright::engine
