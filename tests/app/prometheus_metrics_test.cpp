#include "app/prometheus_metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/engine/temporary_folder.hpp"

namespace framewright::app {
namespace {

using engine::TemporaryFolder;

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kOpenMetrics = "application/openmetrics-text; version=1.0.0";

engine::FrameMeasurement measurement() {
  return {.ran_on = engine::Accelerator::Cpu,
          .pipeline = "grayscale|invert",
          .entry = "rest",
          .times = {.queue = 1ms, .decode = 2ms, .process = 3ms, .encode = 4ms},
          .total = 12ms,
          .bytes_in = 100,
          .bytes_out = 40};
}

/// One value of everything that there is.
void fill(PrometheusMetrics& metrics) {
  metrics.frame_answered(measurement());
  metrics.frames_dropped(engine::DropReason::Deadline, 3);
  metrics.error(engine::ErrorCode::Overloaded, "process");
  metrics.http_request("process", 200, 7ms);
  metrics.connections_changed("websocket", 2);
  metrics.streams_changed(1);
  metrics.job_finished("succeeded");
  metrics.observe("queue_depth", "Frames that \"wait\"", [] { return 5.0; });
  metrics.observe_nodes([] {
    engine::ClusterNode node;
    node.id = "there";
    node.breaker = engine::BreakerState::Open;
    node.load = 1.5;
    node.frames_answered = 7;
    return std::vector{node};
  });
  metrics.observe_links([] {
    net::RelayCounters counters;
    counters.links_open = 2;
    counters.turned_away = 3;
    return counters;
  });
  metrics.observe_spans([] {
    OtlpExporter::Counters counters;
    counters.exported = 9;
    counters.queue_full = 4;
    return counters;
  });
}

TEST(PrometheusMetrics, CountsFramesByAcceleratorAndEntry) {
  PrometheusMetrics metrics;
  metrics.frame_answered(measurement());
  metrics.frame_answered(measurement());
  const auto page = metrics.render("").body;
  EXPECT_THAT(page, HasSubstr("framewright_frames_total{accelerator=\"cpu\",entry=\"rest\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("framewright_frame_bytes_total{direction=\"in\"} 200\n"));
  EXPECT_THAT(page, HasSubstr("framewright_frame_bytes_total{direction=\"out\"} 80\n"));
}

TEST(PrometheusMetrics, TellsOfNodesAndOfLinksBetweenMachines) {
  PrometheusMetrics metrics;
  EXPECT_THAT(metrics.render("").body, Not(HasSubstr("framewright_node_")));
  EXPECT_THAT(metrics.render("").body, Not(HasSubstr("framewright_link")));
  fill(metrics);
  const auto page = metrics.render("").body;
  EXPECT_THAT(page, HasSubstr("framewright_node_up{node=\"there\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("framewright_node_breaker_state{node=\"there\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("framewright_node_load{node=\"there\"} 1.5\n"));
  EXPECT_THAT(page, HasSubstr("framewright_node_frames_answered_total{node=\"there\"} 7\n"));
  EXPECT_THAT(page, HasSubstr("framewright_links_open 2\n"));
  EXPECT_THAT(page, HasSubstr("framewright_spans_exported_total 9\n"));
  EXPECT_THAT(page, HasSubstr("framewright_spans_dropped_total{reason=\"queue_full\"} 4\n"));
  EXPECT_THAT(page, HasSubstr("framewright_links_refused_total{reason=\"limit\"} 3\n"));
}

TEST(PrometheusMetrics, MeasuresStagesAndWholeFrames) {
  PrometheusMetrics metrics;
  metrics.frame_answered(measurement());
  const auto page = metrics.render(kOpenMetrics).body;
  const std::string stage =
      "framewright_stage_duration_seconds_bucket{accelerator=\"cpu\",stage=\"decode\",le=";
  EXPECT_THAT(page, HasSubstr(stage + "\"0.001\"} 0\n"));
  EXPECT_THAT(page, HasSubstr(stage + "\"0.0025\"} 1\n"));
  EXPECT_THAT(page, HasSubstr(stage + "\"10.0\"} 1\n"));
  EXPECT_THAT(page, HasSubstr(stage + "\"+Inf\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("framewright_frame_duration_seconds_sum{accelerator=\"cpu\","
                              "pipeline=\"grayscale|invert\"} 0.012\n"));
}

TEST(PrometheusMetrics, MeasuresWhereTheTimeOfAFrameOnADeviceWent) {
  PrometheusMetrics metrics;
  const std::string count = "framewright_device_stage_duration_seconds_count{stage=";
  metrics.frame_answered(measurement());
  EXPECT_THAT(metrics.render("").body, HasSubstr(count + "\"wait\"} 0\n")) << "it ran on the CPU";
  auto on_device = measurement();
  on_device.times.device = {.wait = 1ms, .upload = 2ms, .kernels = 3ms, .download = 4ms};
  metrics.frame_answered(on_device);
  const auto page = metrics.render("").body;
  const std::string sum = "framewright_device_stage_duration_seconds_sum{stage=";
  EXPECT_THAT(page, HasSubstr(count + "\"wait\"} 1\n"));
  EXPECT_THAT(page, HasSubstr(sum + "\"wait\"} 0.001\n"));
  EXPECT_THAT(page, HasSubstr(sum + "\"upload\"} 0.002\n"));
  EXPECT_THAT(page, HasSubstr(sum + "\"kernels\"} 0.003\n"));
  EXPECT_THAT(page, HasSubstr(sum + "\"download\"} 0.004\n"));
}

TEST(PrometheusMetrics, MeasuresTheAgeOfFramesSinceTheirCaptureOrTheirArrival) {
  PrometheusMetrics metrics;
  auto stamped = measurement();
  stamped.since_capture = 80ms;
  metrics.frame_answered(stamped);
  metrics.frame_answered(measurement());
  const auto page = metrics.render("").body;
  EXPECT_THAT(page, HasSubstr("framewright_frame_age_seconds_sum{since=\"capture\"} 0.08\n"));
  EXPECT_THAT(page, HasSubstr("framewright_frame_age_seconds_bucket{since=\"capture\",le=\"0.05\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("framewright_frame_age_seconds_bucket{since=\"capture\",le=\"0.1\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("framewright_frame_age_seconds_sum{since=\"arrival\"} 0.012\n"));
}

TEST(PrometheusMetrics, KeepsABoundedNumberOfPipelines) {
  PrometheusMetrics metrics;
  for (int i = 0; i < 100; ++i) {
    const auto pipeline = "gamma:gamma=" + std::to_string(i);
    auto frame = measurement();
    frame.pipeline = pipeline;
    metrics.frame_answered(frame);
  }
  const auto page = metrics.render("").body;
  EXPECT_THAT(
      page,
      HasSubstr("framewright_frame_duration_seconds_count{accelerator=\"cpu\",pipeline=\"other\"} 68\n"));
  EXPECT_THAT(page, HasSubstr("pipeline=\"gamma:gamma=31\""));
  EXPECT_THAT(page, Not(HasSubstr("pipeline=\"gamma:gamma=32\"")));
}

TEST(PrometheusMetrics, ReadsObservedValuesWhenItIsAsked) {
  PrometheusMetrics metrics;
  double value = 1;
  metrics.observe("queue_depth", "Frames that wait", [&value] { return value; });
  value = 4;
  EXPECT_THAT(metrics.render("").body, HasSubstr("framewright_queue_depth 4\n"));
}

TEST(PrometheusMetrics, RaisesAndLowersLevels) {
  PrometheusMetrics metrics;
  metrics.connections_changed("http", 3);
  metrics.connections_changed("http", -1);
  metrics.streams_changed(2);
  metrics.streams_changed(-2);
  const auto page = metrics.render("").body;
  EXPECT_THAT(page, HasSubstr("framewright_connections{kind=\"http\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("framewright_streams 0\n"));
}

TEST(PrometheusMetrics, PutsEveryStatusIntoAClass) {
  PrometheusMetrics metrics;
  for (const int status : {200, 204, 404, 599, 0, -5, 700}) metrics.http_request("jobs", status, 1ms);
  const auto page = metrics.render("").body;
  EXPECT_THAT(page, HasSubstr("framewright_http_requests_total{status=\"2xx\",handler=\"jobs\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("framewright_http_requests_total{status=\"4xx\",handler=\"jobs\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("framewright_http_requests_total{status=\"5xx\",handler=\"jobs\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("framewright_http_requests_total{status=\"other\",handler=\"jobs\"} 3\n"));
}

TEST(PrometheusMetrics, TellsAboutTheProcess) {
  const auto page = PrometheusMetrics().render("").body;
  for (const auto* name : {"framewright_process_cpu_seconds_total ",
                           "framewright_process_resident_memory_bytes ", "framewright_process_open_fds ",
                           "framewright_process_start_time_seconds ", "framewright_build_info{"}) {
    EXPECT_THAT(page, HasSubstr(std::string("\n") + name));
  }
  EXPECT_THAT(page, Not(HasSubstr("framewright_process_resident_memory_bytes 0\n")));
}

TEST(PrometheusMetrics, BeginsEveryNameWithThatOfTheProgram) {
  const auto page = PrometheusMetrics().render("").body;
  for (std::size_t at = 0; at < page.size(); at = page.find('\n', at) + 1) {
    const auto line = std::string_view(page).substr(at, page.find('\n', at) - at);
    EXPECT_TRUE(line.starts_with("#") || line.starts_with("framewright_")) << line;
  }
}

TEST(PrometheusMetrics, ChoosesTheFormatThatIsAskedFor) {
  PrometheusMetrics metrics;
  EXPECT_THAT(metrics.render("").media_type, HasSubstr("text/plain; version=0.0.4"));
  EXPECT_THAT(metrics.render("text/plain").media_type, HasSubstr("text/plain"));
  EXPECT_THAT(metrics.render("application/openmetrics-text;q=0, text/plain").media_type,
              HasSubstr("text/plain"));
  const auto page =
      metrics.render("application/openmetrics-text;version=1.0.0;q=0.75,text/plain;q=0.5,*/*;q=0.1");
  EXPECT_THAT(page.media_type, HasSubstr("application/openmetrics-text; version=1.0.0"));
  EXPECT_THAT(page.body, EndsWith("\n# EOF\n"));
}

TEST(PrometheusMetrics, WritesOpenMetricsByItsRules) {
  PrometheusMetrics metrics;
  fill(metrics);
  const auto page = metrics.render(kOpenMetrics).body;
  EXPECT_THAT(page, HasSubstr("# TYPE framewright_frames counter\n# HELP framewright_frames "));
  EXPECT_THAT(page,
              HasSubstr("# TYPE framewright_frame_bytes counter\n# UNIT framewright_frame_bytes bytes\n"));
  EXPECT_THAT(page, HasSubstr("# TYPE framewright_build info\n"));
  EXPECT_THAT(page, HasSubstr("# HELP framewright_queue_depth Frames that \\\"wait\\\"\n"));
}

/// Runs `command` with the page on its standard input.
int run_with_page(const std::string& command, const std::string& page) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "page";
  std::ofstream(file) << page;
  return std::system((command + " < " + file.string()).c_str());
}

TEST(PrometheusMetrics, PleasesPromtool) {
  if (std::system("command -v promtool > /dev/null") != 0)
    GTEST_SKIP() << "promtool (package prometheus) is not here";
  PrometheusMetrics metrics;
  fill(metrics);
  EXPECT_EQ(run_with_page("promtool check metrics", metrics.render("").body), 0);
}

TEST(PrometheusMetrics, IsReadByAnotherOpenMetricsImplementation) {
  constexpr const char* kModule = "/usr/bin/python3 -c 'import prometheus_client.openmetrics' 2> /dev/null";
  if (std::system(kModule) != 0) GTEST_SKIP() << "python3-prometheus-client is not here";
  PrometheusMetrics metrics;
  fill(metrics);
  EXPECT_EQ(
      run_with_page(
          "/usr/bin/python3 -c 'import sys; from prometheus_client.openmetrics import parser; "
          "sys.exit(0 if len(list(parser.text_string_to_metric_families(sys.stdin.read()))) > 10 else 1)'",
          metrics.render(kOpenMetrics).body),
      0);
}

}  // namespace
}  // namespace framewright::app
