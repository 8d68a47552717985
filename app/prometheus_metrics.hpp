// The engine's metrics for Prometheus. prometheus-cpp is known to this file's source and its serializer only.
//
// Names     framewright_*, base units, bounded label values: of more than 32 pipelines the rest is "other".
// Threads   as engine::Metrics says; render() may be called from any thread.
// Lifetime  what observe() was given must be callable as long as render() is called.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "app/gpu_sensors.hpp"
#include "app/instruments.hpp"
#include "app/otlp_exporter.hpp"
#include "engine/cluster_board.hpp"
#include "engine/metrics.hpp"
#include "net/relay.hpp"

namespace framewright::app {

class PrometheusMetrics final : public engine::Metrics {
 public:
  explicit PrometheusMetrics(GpuSensors gpus = GpuSensors{});

  void frame_answered(const engine::FrameMeasurement& frame) override;
  void frames_dropped(engine::DropReason reason, std::uint64_t count) override;
  void error(engine::ErrorCode code, std::string_view handler) override;
  void http_request(std::string_view handler, int status, std::chrono::nanoseconds total) override;
  void connections_changed(std::string_view kind, int by) override;
  void streams_changed(int by) override;
  void job_finished(std::string_view state) override;
  /// A second value of the same name takes the place of the first.
  void observe(std::string_view name, std::string_view help, std::function<double()> read) override;
  /// The nodes of the cluster, one label value for each that is there now.
  void observe_nodes(std::function<std::vector<engine::ClusterNode>()> read);
  void observe_links(std::function<net::RelayCounters()> read);
  void observe_spans(std::function<OtlpExporter::Counters()> read);

  struct Page {
    std::string media_type;
    std::string body;
  };
  /// Every metric, in the format that the request's Accept header asks for: OpenMetrics 1.0, or the
  /// Prometheus text format 0.0.4.
  Page render(std::string_view accept) const;

 private:
  friend class MetricPage;

  static constexpr std::size_t kStages = 4;
  static constexpr std::size_t kAccelerators = 2;  ///< those that run frames: cpu, cuda
  static constexpr std::size_t kDropReasons = 4;

  struct Observed {
    std::string help;
    std::function<double()> read;
  };

  // Measured.
  std::array<std::array<LatencyHistogram, kAccelerators>, kStages> stages_;
  std::array<LatencyHistogram, kStages> device_stages_;  ///< wait, upload, kernels, download
  Labelled<LatencyHistogram, 2> frame_durations_;        ///< accelerator, pipeline
  std::array<LatencyHistogram, 2> frame_ages_;           ///< by kAgeOrigins: since capture, since arrival
  Labelled<Counter, 2> frames_;                          ///< accelerator, entry
  Counter bytes_in_{0};
  Counter bytes_out_{0};
  std::array<Counter, kDropReasons> dropped_{};
  Labelled<Counter, 2> errors_;                   ///< code, handler
  Labelled<Counter, 2> http_requests_;            ///< status class, handler
  Labelled<LatencyHistogram, 1> http_durations_;  ///< handler
  Labelled<Level, 1> connections_;                ///< kind
  Level streams_{0};
  Labelled<Counter, 1> jobs_finished_;  ///< state
  // Given.
  GpuSensors gpus_;
  mutable std::mutex mutex_;
  std::map<std::string, Observed> observed_;
  std::function<std::vector<engine::ClusterNode>()> nodes_;
  std::function<net::RelayCounters()> links_;
  std::function<OtlpExporter::Counters()> spans_;
};

}  // namespace framewright::app
