#include "app/prometheus_metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <vector>

#include "app/process_statistics.hpp"
#include "app/prometheus_openmetrics.hpp"
#include "app/version.hpp"

namespace framewright::app {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Label = ClientMetric::Label;
using Labels = std::vector<Label>;

constexpr std::size_t kPipelines = 32;
constexpr std::size_t kHandlers = 64;
constexpr std::array<std::string_view, 2> kAgeOrigins{"capture", "arrival"};
constexpr std::array<std::string_view, 4> kStageNames{"queue", "decode", "process", "encode"};
constexpr std::array<std::string_view, 4> kDeviceStageNames{"wait", "upload", "kernels", "download"};

std::size_t index_of(engine::Accelerator accelerator) {
  return accelerator == engine::Accelerator::Cuda ? 1 : 0;
}

/// "2xx", so that a status that nobody thought of makes no new label value.
std::string_view status_class(int status) {
  constexpr std::array<std::string_view, 6> kClasses{"other", "1xx", "2xx", "3xx", "4xx", "5xx"};
  const auto hundreds = status / 100;
  return kClasses[hundreds >= 1 && hundreds <= 5 ? static_cast<std::size_t>(hundreds) : 0];
}

ClientMetric labelled(Labels labels) {
  ClientMetric metric;
  metric.label = std::move(labels);
  return metric;
}

ClientMetric metric_of(Labels labels, const LatencyHistogram& histogram) {
  auto metric = labelled(std::move(labels));
  const auto snapshot = histogram.snapshot();
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < LatencyHistogram::kBuckets; ++i) {
    cumulative += snapshot.counts[i];
    const bool is_last = i == LatencyHistogram::kBoundsUs.size();
    const auto bound = is_last ? std::numeric_limits<double>::infinity()
                               : static_cast<double>(LatencyHistogram::kBoundsUs[i]) / 1e6;
    metric.histogram.bucket.push_back({cumulative, bound});
  }
  metric.histogram.sample_count = cumulative;
  metric.histogram.sample_sum = snapshot.sum_seconds;
  return metric;
}

ClientMetric metric_of(Labels labels, const Counter& counter) {
  auto metric = labelled(std::move(labels));
  metric.counter.value = static_cast<double>(counter.load(std::memory_order_relaxed));
  return metric;
}

ClientMetric metric_of(Labels labels, const Level& level) {
  auto metric = labelled(std::move(labels));
  metric.gauge.value = static_cast<double>(level.load(std::memory_order_relaxed));
  return metric;
}

bool asks_for_openmetrics(std::string_view accept) {
  constexpr std::string_view kType = "application/openmetrics-text";
  const auto found = accept.find(kType);
  if (found == std::string_view::npos) return false;
  const auto range = accept.substr(found, accept.find(',', found) - found);
  return range.find("q=0,") == std::string_view::npos && !range.ends_with("q=0") && !range.ends_with("q=0.0");
}

}  // namespace

/// Collects every family of one PrometheusMetrics, in the order of the page.
class MetricPage {
 public:
  explicit MetricPage(const PrometheusMetrics& metrics) : metrics_(metrics) {}

  std::vector<MetricFamily> families() && {
    add_frames();
    add_http();
    add_observed();
    add_nodes();
    add_links();
    add_spans();
    add_gpus();
    add_build();
    add_process();
    return std::move(families_);
  }

 private:
  std::vector<ClientMetric>& family(const std::string& name, const std::string& help, MetricType type) {
    families_.push_back({name, help, type, {}});
    return families_.back().metric;
  }

  template <class Cell, std::size_t N>
  void add(const std::string& name, const std::string& help, MetricType type, const Labelled<Cell, N>& cells,
           const std::array<const char*, N>& label_names) {
    auto& metrics = family(name, help, type);
    cells.for_each([&](const std::array<std::string, N>& values, const Cell& cell) {
      Labels labels;
      for (std::size_t i = 0; i < N; ++i) labels.push_back({label_names[i], values[i]});
      metrics.push_back(metric_of(std::move(labels), cell));
    });
  }

  void add_frames() {
    add("framewright_frames_total", "Frames that were answered with a picture", MetricType::Counter,
        metrics_.frames_, {"accelerator", "entry"});
    auto& bytes = family("framewright_frame_bytes_total",
                         "Bytes of frames, as they were sent and as they were answered", MetricType::Counter);
    bytes.push_back(metric_of({{"direction", "in"}}, metrics_.bytes_in_));
    bytes.push_back(metric_of({{"direction", "out"}}, metrics_.bytes_out_));
    auto& dropped = family("framewright_frames_dropped_total", "Frames that got no answer, by reason",
                           MetricType::Counter);
    for (std::size_t i = 0; i < metrics_.dropped_.size(); ++i) {
      const auto reason = engine::to_string(static_cast<engine::DropReason>(i));
      dropped.push_back(metric_of({{"reason", std::string(reason)}}, metrics_.dropped_[i]));
    }
    auto& stages =
        family("framewright_stage_duration_seconds", "Time of a frame in each stage", MetricType::Histogram);
    for (std::size_t stage = 0; stage < kStageNames.size(); ++stage) {
      for (const auto accelerator : {engine::Accelerator::Cpu, engine::Accelerator::Cuda}) {
        stages.push_back(metric_of({{"accelerator", std::string(engine::to_string(accelerator))},
                                    {"stage", std::string(kStageNames[stage])}},
                                   metrics_.stages_[stage][index_of(accelerator)]));
      }
    }
    auto& device_stages = family(
        "framewright_device_stage_duration_seconds",
        "Time of a frame that a device ran: for a slot, in its copies and in kernels", MetricType::Histogram);
    for (std::size_t stage = 0; stage < kDeviceStageNames.size(); ++stage) {
      device_stages.push_back(
          metric_of({{"stage", std::string(kDeviceStageNames[stage])}}, metrics_.device_stages_[stage]));
    }
    add("framewright_frame_duration_seconds", "Time of a frame from admission to answer",
        MetricType::Histogram, metrics_.frame_durations_, {"accelerator", "pipeline"});
    auto& ages = family("framewright_frame_age_seconds",
                        "Age of a frame when it is answered: since its capture where the client names that, "
                        "otherwise since its arrival",
                        MetricType::Histogram);
    for (std::size_t i = 0; i < kAgeOrigins.size(); ++i)
      ages.push_back(metric_of({{"since", std::string(kAgeOrigins[i])}}, metrics_.frame_ages_[i]));
    add("framewright_errors_total", "Errors that clients were told, by code", MetricType::Counter,
        metrics_.errors_, {"code", "handler"});
    family("framewright_streams", "Open streams", MetricType::Gauge)
        .push_back(metric_of({}, metrics_.streams_));
    add("framewright_jobs_finished_total", "Jobs that came to their end, by state", MetricType::Counter,
        metrics_.jobs_finished_, {"state"});
  }

  void add_http() {
    add("framewright_http_requests_total", "HTTP requests that were answered", MetricType::Counter,
        metrics_.http_requests_, {"status", "handler"});
    add("framewright_http_request_duration_seconds", "Time from a request's header to the end of its answer",
        MetricType::Histogram, metrics_.http_durations_, {"handler"});
    add("framewright_connections", "Open connections", MetricType::Gauge, metrics_.connections_, {"kind"});
  }

  void add_observed() {
    const std::lock_guard lock(metrics_.mutex_);
    for (const auto& [name, observed] : metrics_.observed_)
      add_gauge("framewright_" + name, observed.help, observed.read());
  }

  /// One family with a value for each node.
  template <class Read>
  void add_by_node(const std::vector<engine::ClusterNode>& nodes, const std::string& name,
                   const std::string& help, MetricType type, Read read) {
    auto& metrics = family("framewright_node_" + name, help, type);
    for (const auto& node : nodes) {
      auto metric = labelled({{"node", node.id}});
      (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) =
          static_cast<double>(read(node));
      metrics.push_back(std::move(metric));
    }
  }

  void add_nodes() {
    using engine::ClusterNode;
    std::function<std::vector<ClusterNode>()> read;
    {
      const std::lock_guard lock(metrics_.mutex_);
      read = metrics_.nodes_;
    }
    if (!read) return;
    const auto nodes = read();
    add_by_node(nodes, "up", "1 while a node takes work, 0 while it drains", MetricType::Gauge,
                [](const ClusterNode& node) { return node.state == engine::NodeState::Ready ? 1 : 0; });
    add_by_node(
        nodes, "breaker_state",
        "0 (closed) while a node is trusted, 2 (open) while it is left alone because it fails too often, "
        "1 (half open) while it is tried with one frame",
        MetricType::Gauge, [](const ClusterNode& node) {
          switch (node.breaker) {
            case engine::BreakerState::Closed: return 0;
            case engine::BreakerState::HalfOpen: return 1;
            case engine::BreakerState::Open: return 2;
          }
          return 2;
        });
    add_by_node(nodes, "load", "Frames that a node holds for each that it works on at a time",
                MetricType::Gauge, [](const ClusterNode& node) { return node.load; });
    add_by_node(nodes, "frames_held", "Frames that a node holds", MetricType::Gauge,
                [](const ClusterNode& node) { return node.frames_held; });
    add_by_node(nodes, "frames_answered_total", "Frames that a node has answered", MetricType::Counter,
                [](const ClusterNode& node) { return node.frames_answered; });
    add_by_node(nodes, "frames_given_back_total", "Frames that a node had and that ran elsewhere",
                MetricType::Counter, [](const ClusterNode& node) { return node.frames_given_back; });
  }

  void add_links() {
    std::function<net::RelayCounters()> read;
    {
      const std::lock_guard lock(metrics_.mutex_);
      read = metrics_.links_;
    }
    if (!read) return;
    const auto counters = read();
    add_gauge("framewright_links_open", "Open links to other machines",
              static_cast<double>(counters.links_open));
    add_counter("framewright_links_total", "Links that both sides agreed to", {}, counters.links);
    add_counter("framewright_links_refused_total", "Connections from machines that came to no link",
                {{"reason", "handshake"}}, counters.handshakes_refused);
    families_.back().metric.push_back(count_of({{"reason", "silent"}}, counters.handshakes_timed_out));
    families_.back().metric.push_back(count_of({{"reason", "limit"}}, counters.turned_away));
    add_counter("framewright_link_dials_failed_total", "Calls of other machines that came to no link", {},
                counters.dials_failed);
    add_counter("framewright_link_bytes_total", "Bytes of links, under TLS", {{"direction", "in"}},
                counters.bytes_from_peers);
    families_.back().metric.push_back(count_of({{"direction", "out"}}, counters.bytes_to_peers));
    add_counter("framewright_certificate_reloads_total", "Times that certificates were read again",
                {{"outcome", "taken"}}, counters.reloads);
    families_.back().metric.push_back(count_of({{"outcome", "refused"}}, counters.reloads_failed));
  }

  void add_spans() {
    std::function<OtlpExporter::Counters()> read;
    {
      const std::lock_guard lock(metrics_.mutex_);
      read = metrics_.spans_;
    }
    if (!read) return;
    const auto counters = read();
    add_counter("framewright_spans_exported_total", "Spans that the collector has taken", {},
                counters.exported);
    add_counter("framewright_spans_dropped_total", "Spans that came to no collector",
                {{"reason", "queue_full"}}, counters.queue_full);
    families_.back().metric.push_back(count_of({{"reason", "refused"}}, counters.refused));
    families_.back().metric.push_back(count_of({{"reason", "unreachable"}}, counters.unreachable));
  }

  void add_gpus() {
    const auto readings = metrics_.gpus_.read();
    const auto add_each = [&](const char* name, const char* help, std::optional<double> GpuReading::* value) {
      auto& gauges = family(name, help, MetricType::Gauge);
      for (const auto& reading : readings) {
        if (!(reading.*value)) continue;
        gauges.push_back(labelled({{"uuid", reading.uuid}}));
        gauges.back().gauge.value = *(reading.*value);
      }
    };
    add_each("framewright_gpu_utilization_ratio", "Share of a GPU's time in which kernels ran",
             &GpuReading::utilisation);
    add_each("framewright_gpu_memory_used_bytes", "Memory of a GPU in use, by any process",
             &GpuReading::memory_used_bytes);
    add_each("framewright_gpu_memory_total_bytes", "Memory of a GPU", &GpuReading::memory_total_bytes);
    add_each("framewright_gpu_temperature_celsius", "Temperature of a GPU", &GpuReading::temperature_celsius);
    add_each("framewright_gpu_power_watts", "Power that a GPU draws", &GpuReading::power_watts);
    add_each("framewright_gpu_clock_hertz", "Clock of a GPU's multiprocessors", &GpuReading::clock_hertz);
  }

  void add_build() {
    const auto& build = build_version();
    auto metric = labelled({{"version", std::string(build.version)},
                            {"commit", std::string(build.commit)},
                            {"compiler", std::string(build.compiler)},
                            {"cuda", std::string(build.cuda)}});
    metric.gauge.value = 1;
    family("framewright_build_info", "Which build this is", MetricType::Gauge).push_back(std::move(metric));
  }

  void add_process() {
    const auto process = read_process_statistics();
    ClientMetric cpu;
    cpu.counter.value = process.cpu_seconds;
    family("framewright_process_cpu_seconds_total", "User and system time", MetricType::Counter)
        .push_back(std::move(cpu));
    add_gauge("framewright_process_start_time_seconds", "Start of the process since the Unix epoch",
              process.start_time_seconds);
    add_gauge("framewright_process_resident_memory_bytes", "Resident memory", process.resident_bytes);
    add_gauge("framewright_process_virtual_memory_bytes", "Virtual memory", process.virtual_bytes);
    add_gauge("framewright_process_open_fds", "Open file descriptors", process.open_fds);
    add_gauge("framewright_process_max_fds", "Limit on open file descriptors", process.max_fds);
    add_gauge("framewright_process_threads", "Threads of the process", process.threads);
  }

  static ClientMetric count_of(Labels labels, std::uint64_t count) {
    auto metric = labelled(std::move(labels));
    metric.counter.value = static_cast<double>(count);
    return metric;
  }

  void add_counter(const std::string& name, const std::string& help, Labels labels, std::uint64_t count) {
    family(name, help, MetricType::Counter).push_back(count_of(std::move(labels), count));
  }

  void add_gauge(const std::string& name, const std::string& help, double value) {
    ClientMetric metric;
    metric.gauge.value = value;
    family(name, help, MetricType::Gauge).push_back(std::move(metric));
  }

  const PrometheusMetrics& metrics_;
  std::vector<MetricFamily> families_;
};

PrometheusMetrics::PrometheusMetrics(GpuSensors gpus)
    : frame_durations_(kPipelines),
      frames_(kHandlers),
      errors_(engine::kErrorCodeCount * kHandlers),
      http_requests_(6 * kHandlers),
      http_durations_(kHandlers),
      connections_(kHandlers),
      jobs_finished_(kHandlers),
      gpus_(std::move(gpus)) {}

void PrometheusMetrics::frame_answered(const engine::FrameMeasurement& frame) {
  const auto accelerator = index_of(frame.ran_on);
  const std::array<std::chrono::nanoseconds, kStages> times{frame.times.queue, frame.times.decode,
                                                            frame.times.process, frame.times.encode};
  for (std::size_t stage = 0; stage < kStages; ++stage) stages_[stage][accelerator].record(times[stage]);
  if (const auto& device = frame.times.device) {
    const std::array<std::chrono::nanoseconds, kStages> parts{device->wait, device->upload, device->kernels,
                                                              device->download};
    for (std::size_t stage = 0; stage < kStages; ++stage) device_stages_[stage].record(parts[stage]);
  }
  const auto name = engine::to_string(frame.ran_on);
  // An empty label value would mean that there is no such label.
  frame_durations_.at({name, frame.pipeline.empty() ? "empty" : frame.pipeline}).record(frame.total);
  frame_ages_[frame.since_capture ? 0 : 1].record(frame.since_capture.value_or(frame.total));
  frames_.at({name, frame.entry}).fetch_add(1, std::memory_order_relaxed);
  bytes_in_.fetch_add(frame.bytes_in, std::memory_order_relaxed);
  bytes_out_.fetch_add(frame.bytes_out, std::memory_order_relaxed);
}

void PrometheusMetrics::frames_dropped(engine::DropReason reason, std::uint64_t count) {
  dropped_[static_cast<std::size_t>(reason)].fetch_add(count, std::memory_order_relaxed);
}

void PrometheusMetrics::error(engine::ErrorCode code, std::string_view handler) {
  errors_.at({engine::to_string(code), handler}).fetch_add(1, std::memory_order_relaxed);
}

void PrometheusMetrics::http_request(std::string_view handler, int status, std::chrono::nanoseconds total) {
  http_requests_.at({status_class(status), handler}).fetch_add(1, std::memory_order_relaxed);
  http_durations_.at({handler}).record(total);
}

void PrometheusMetrics::connections_changed(std::string_view kind, int by) {
  connections_.at({kind}).fetch_add(by, std::memory_order_relaxed);
}

void PrometheusMetrics::streams_changed(int by) { streams_.fetch_add(by, std::memory_order_relaxed); }

void PrometheusMetrics::job_finished(std::string_view state) {
  jobs_finished_.at({state}).fetch_add(1, std::memory_order_relaxed);
}

void PrometheusMetrics::observe(std::string_view name, std::string_view help, std::function<double()> read) {
  const std::lock_guard lock(mutex_);
  observed_[std::string(name)] = {std::string(help), std::move(read)};
}

void PrometheusMetrics::observe_nodes(std::function<std::vector<engine::ClusterNode>()> read) {
  const std::lock_guard lock(mutex_);
  nodes_ = std::move(read);
}

void PrometheusMetrics::observe_links(std::function<net::RelayCounters()> read) {
  const std::lock_guard lock(mutex_);
  links_ = std::move(read);
}

void PrometheusMetrics::observe_spans(std::function<OtlpExporter::Counters()> read) {
  const std::lock_guard lock(mutex_);
  spans_ = std::move(read);
}

PrometheusMetrics::Page PrometheusMetrics::render(std::string_view accept) const {
  const auto families = MetricPage(*this).families();
  if (asks_for_openmetrics(accept)) {
    return {"application/openmetrics-text; version=1.0.0; charset=utf-8", to_openmetrics(families)};
  }
  std::vector<MetricFamily> shown;
  for (const auto& family : families) {
    if (!family.metric.empty()) shown.push_back(family);
  }
  return {"text/plain; version=0.0.4; charset=utf-8", prometheus::TextSerializer().Serialize(shown)};
}

}  // namespace framewright::app
