#include "app/tracing.hpp"

#include <algorithm>
#include <utility>

#include "app/version.hpp"
#include "engine/clock.hpp"

namespace framewright::app {
namespace {

constexpr std::chrono::milliseconds kLastWords{5000};

}  // namespace

engine::Result<std::unique_ptr<Tracing>> Tracing::start(const config::Settings& settings,
                                                        const std::string& node) {
  const auto& tracing = settings.tracing;
  if (tracing.endpoint.empty()) return std::unique_ptr<Tracing>{};
  auto collector = ServerAddress::parse(tracing.endpoint, "tracing.endpoint");
  if (!collector) return engine::unexpected(std::move(collector).error());
  const engine::OtlpResource resource{std::string(build_version().version), node};
  return std::unique_ptr<Tracing>(new Tracing(std::move(*collector), resource, tracing.sample_one_in));
}

Tracing::Tracing(ServerAddress collector, const engine::OtlpResource& resource, std::uint64_t one_in)
    : exporter_(std::move(collector), resource, {}),
      tracer_(resource.instance, one_in, engine::system_clock(), exporter_) {}

void stop_tracing(const std::unique_ptr<Tracing>& tracing, const config::Settings& settings) {
  if (tracing) tracing->exporter().stop(std::min(kLastWords, settings.shutdown.timeout));
}

}  // namespace framewright::app
