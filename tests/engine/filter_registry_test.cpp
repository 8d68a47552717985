#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/filter.hpp"
#include "engine/parameter_value.hpp"

namespace framewright::engine {
namespace {

TEST(FilterRegistry, GivesEachFilterItsOwnNames) {
  std::set<std::string> names;
  for (const auto& filter : builtin_filters()) {
    EXPECT_TRUE(names.insert(filter.id).second) << filter.id;
    for (const auto& alias : filter.aliases) EXPECT_TRUE(names.insert(alias).second) << alias;
  }
}

TEST(FilterRegistry, DescribesEveryFilterAndParameterInWords) {
  for (const auto& filter : builtin_filters()) {
    EXPECT_FALSE(filter.name.empty()) << filter.id;
    EXPECT_FALSE(filter.description.empty()) << filter.id;
    for (const auto& parameter : filter.parameters) {
      EXPECT_FALSE(parameter.name.empty()) << filter.id << '.' << parameter.id;
      EXPECT_FALSE(parameter.description.empty()) << filter.id << '.' << parameter.id;
    }
  }
}

TEST(FilterRegistry, HasDefaultsThatItsOwnRangesAccept) {
  for (const auto& filter : builtin_filters()) {
    for (const auto& parameter : filter.parameters) {
      const auto read = read_parameter(parameter, parameter.default_value);
      ASSERT_TRUE(read.has_value()) << filter.id << '.' << parameter.id << ": " << read.error().detail;
      EXPECT_EQ(*read, parameter.default_value);
    }
  }
}

TEST(FilterRegistry, HasSomethingToChooseFromInEveryRange) {
  for (const auto& filter : builtin_filters()) {
    for (const auto& parameter : filter.parameters) {
      const bool is_number =
          parameter.type == ParameterType::Integer || parameter.type == ParameterType::Float;
      EXPECT_EQ(is_number, parameter.min_value < parameter.max_value) << filter.id << '.' << parameter.id;
      EXPECT_EQ(is_number, parameter.step > 0) << filter.id << '.' << parameter.id;
      EXPECT_EQ(parameter.type == ParameterType::Choice, parameter.options.size() > 1) << parameter.id;
    }
  }
}

TEST(FilterRegistry, MakesAStepAtEveryEndOfEveryRange) {
  for (const auto& filter : builtin_filters()) {
    for (std::size_t i = 0; i < filter.parameters.size(); ++i) {
      const auto& parameter = filter.parameters[i];
      auto parameters = defaults_of(filter);
      for (const double end : {parameter.min_value, parameter.max_value}) {
        if (parameter.type == ParameterType::Float) parameters[i].second = end;
        if (parameter.type == ParameterType::Integer) parameters[i].second = std::llround(end);
        EXPECT_NE(filter.make(parameters), nullptr) << filter.id << '.' << parameter.id;
      }
    }
  }
}

TEST(FilterRegistry, MakesAStepOfEveryChoice) {
  for (const auto& filter : builtin_filters()) {
    for (std::size_t i = 0; i < filter.parameters.size(); ++i) {
      auto parameters = defaults_of(filter);
      for (const auto& option : filter.parameters[i].options) {
        parameters[i].second = option;
        EXPECT_NE(filter.make(parameters), nullptr) << filter.id << '=' << option;
      }
    }
  }
}

TEST(FilterRegistry, NamesTheAcceleratorsThatTheStepHas) {
  for (const auto& filter : builtin_filters()) {
    const bool says_cuda =
        std::ranges::find(filter.accelerators, Accelerator::Cuda) != filter.accelerators.end();
    EXPECT_EQ(filter.make(defaults_of(filter))->has_device_steps(), says_cuda) << filter.id;
    EXPECT_EQ(filter.accelerators.front(), Accelerator::Cpu) << filter.id;
  }
}

TEST(FilterRegistry, BlendsWhatKeepsTheSizeOfAPicture) {
  const auto& choices = find_filter("blend")->parameters[0].options;
  const auto offers = [&](const char* id) { return std::ranges::find(choices, id) != choices.end(); };
  EXPECT_EQ(choices.front(), "none");
  for (const auto* id : {"grayscale", "gaussian_blur", "canny", "invert", "flip"})
    EXPECT_TRUE(offers(id)) << id;
  for (const auto* id : {"blend", "crop", "rotate", "letterbox"}) EXPECT_FALSE(offers(id)) << id;
}

TEST(FilterRegistry, FindsByIdAndByNothingElse) {
  EXPECT_EQ(find_filter("sepia")->id, "sepia");
  EXPECT_EQ(find_filter("Sepia"), nullptr);
  EXPECT_EQ(find_filter(""), nullptr);
}

}  // namespace
}  // namespace framewright::engine
