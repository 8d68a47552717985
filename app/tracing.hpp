// What a process has that records traces: who decides which, and who sends them.
#pragma once

#include <memory>
#include <string>

#include "app/otlp_exporter.hpp"
#include "config/settings.hpp"
#include "engine/tracer.hpp"

namespace framewright::app {

class Tracing {
 public:
  /// Null where tracing.endpoint is empty. `node` names this process.
  ///
  /// Errors   InvalidArgument (the endpoint is no address).
  static engine::Result<std::unique_ptr<Tracing>> start(const config::Settings& settings,
                                                        const std::string& node);

  engine::Tracer& tracer() noexcept { return tracer_; }
  OtlpExporter& exporter() noexcept { return exporter_; }

 private:
  Tracing(ServerAddress collector, const engine::OtlpResource& resource, std::uint64_t one_in);

  // Owned.
  OtlpExporter exporter_;
  engine::Tracer tracer_;
};

/// The tracer of `tracing`, if there is one.
inline engine::Tracer* tracer_of(const std::unique_ptr<Tracing>& tracing) noexcept {
  return tracing ? &tracing->tracer() : nullptr;
}

/// Sends what waits, within the bound for that and the one for stopping at all.
void stop_tracing(const std::unique_ptr<Tracing>& tracing, const config::Settings& settings);

}  // namespace framewright::app
