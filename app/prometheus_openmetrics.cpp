#include "app/prometheus_openmetrics.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace framewright::app {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 32> buffer{};
  const auto [end, failure] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end};
}

/// Bounds are written as floats, so that every producer writes the same bound in the same way.
std::string bound(double value) {
  const auto text = number(value);
  return text.find_first_not_of("-0123456789") == std::string::npos ? text + ".0" : text;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\n') {
      result += "\\n";
    } else {
      if (c == '\\' || c == '"') result += '\\';
      result += c;
    }
  }
  return result;
}

std::string_view without_suffix(std::string_view name, std::string_view suffix) {
  return name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : name;
}

class Writer {
 public:
  void write(const MetricFamily& family) {
    switch (family.type) {
      case MetricType::Counter: return write_counter(family);
      case MetricType::Gauge:
        return family.name.ends_with("_info")
                   ? write_gauge(family, without_suffix(family.name, "_info"), "info")
                   : write_gauge(family, family.name, "gauge");
      case MetricType::Histogram: return write_histogram(family);
      case MetricType::Summary:
      case MetricType::Untyped: return write_untyped(family);
    }
  }

  std::string finish() && { return std::move(text_) + "# EOF\n"; }

 private:
  void header(std::string_view name, std::string_view type, std::string_view help) {
    line("# TYPE ", name, " " + std::string(type));
    for (const std::string_view unit : {"seconds", "bytes"}) {
      if (name.ends_with("_" + std::string(unit))) line("# UNIT ", name, " " + std::string(unit));
    }
    line("# HELP ", name, " " + escaped(help));
  }

  void write_counter(const MetricFamily& family) {
    const auto name = without_suffix(family.name, "_total");
    header(name, "counter", family.help);
    for (const auto& metric : family.metric) sample(name, "_total", metric, {}, number(metric.counter.value));
  }

  void write_gauge(const MetricFamily& family, std::string_view name, std::string_view type) {
    header(name, type, family.help);
    for (const auto& metric : family.metric) sample(family.name, "", metric, {}, number(metric.gauge.value));
  }

  void write_histogram(const MetricFamily& family) {
    header(family.name, "histogram", family.help);
    for (const auto& metric : family.metric) {
      for (const auto& bucket : metric.histogram.bucket) {
        sample(family.name, "_bucket", metric, "le=\"" + bound(bucket.upper_bound) + "\"",
               std::to_string(bucket.cumulative_count));
      }
      sample(family.name, "_count", metric, {}, std::to_string(metric.histogram.sample_count));
      sample(family.name, "_sum", metric, {}, number(metric.histogram.sample_sum));
    }
  }

  void write_untyped(const MetricFamily& family) {
    header(family.name, "unknown", family.help);
    for (const auto& metric : family.metric)
      sample(family.name, "", metric, {}, number(metric.untyped.value));
  }

  void sample(std::string_view name, std::string_view suffix, const ClientMetric& metric,
              const std::string& more, const std::string& value) {
    std::string labels;
    for (const auto& label : metric.label) {
      labels += (labels.empty() ? "" : ",") + label.name + "=\"" + escaped(label.value) + "\"";
    }
    if (!more.empty()) labels += (labels.empty() ? "" : ",") + more;
    line(name, suffix, (labels.empty() ? "" : "{" + labels + "}") + " " + value);
  }

  void line(std::string_view a, std::string_view b, const std::string& c) {
    text_.append(a).append(b).append(c).push_back('\n');
  }

  std::string text_;
};

}  // namespace

std::string to_openmetrics(const std::vector<MetricFamily>& families) {
  Writer writer;
  for (const auto& family : families) {
    if (!family.metric.empty()) writer.write(family);
  }
  return std::move(writer).finish();
}

}  // namespace framewright::app
