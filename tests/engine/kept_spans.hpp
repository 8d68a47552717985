// A SpanSink for tests: keeps what it is given.
#pragma once

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/span.hpp"

namespace framewright::engine {

class KeptSpans final : public SpanSink {
 public:
  void take(std::vector<Span> spans) override {
    const std::lock_guard lock(mutex_);
    for (auto& span : spans) spans_.push_back(std::move(span));
  }
  std::vector<Span> all() const {
    const std::lock_guard lock(mutex_);
    return spans_;
  }
  /// The one span of that name.
  Span named(std::string_view name) const {
    Span found;
    int count = 0;
    for (const auto& span : all()) {
      if (span.name == name) found = span, ++count;
    }
    EXPECT_EQ(count, 1) << name;
    return found;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Span> spans_;
};

/// The attribute as text; "" without it.
inline std::string attribute_of(const Span& span, std::string_view key) {
  for (const auto& attribute : span.attributes) {
    if (attribute.key != key) continue;
    const auto* text = std::get_if<std::string>(&attribute.value);
    return text != nullptr ? *text : std::to_string(std::get<std::int64_t>(attribute.value));
  }
  return "";
}

}  // namespace framewright::engine
