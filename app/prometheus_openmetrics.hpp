// Writes metric families of prometheus-cpp in the OpenMetrics 1.0 text format, which that library does not
// know.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace framewright::app {

/// Families whose name ends in a base unit get a UNIT line; gauges of value 1 whose name ends in _info become
/// infos.
///
/// Source   https://github.com/prometheus/OpenMetrics, specification/OpenMetrics.md
std::string to_openmetrics(const std::vector<prometheus::MetricFamily>& families);

}  // namespace framewright::app
