#include "engine/pipeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "engine/parameter_value.hpp"

namespace framewright::engine {
namespace {

using testing::HasSubstr;

Error error_of(std::string_view text) { return Pipeline::parse(text).error(); }

/// The one mistake in `text`.
FieldError mistake_in(std::string_view text) {
  const auto error = error_of(text);
  EXPECT_EQ(error.fields.size(), 1u) << text;
  return error.fields.front();
}

TEST(PipelineText, TakesEmptyTextAsTheEmptyPipeline) {
  for (const auto* text : {"", "  ", "\n"}) EXPECT_TRUE(Pipeline::parse(text).value().empty());
  EXPECT_EQ(Pipeline{}.to_text(), "");
}

TEST(PipelineText, ReadsFiltersInOrderAndFillsInDefaults) {
  const auto pipeline = Pipeline::parse("grayscale:algorithm=bt709|gamma").value();
  EXPECT_EQ(pipeline.to_text(), "grayscale:algorithm=bt709|gamma:gamma=1");
}

TEST(PipelineText, AllowsBlanksAroundEveryPart) {
  EXPECT_EQ(Pipeline::parse(" sepia : intensity = 0.5 | invert ").value(),
            Pipeline::parse("sepia:intensity=0.5|invert").value());
}

TEST(PipelineText, NamesThePositionAndTheNearestNameOfAnUnknownFilter) {
  const auto error = error_of("invert|greyscale");
  EXPECT_EQ(error.code, ErrorCode::UnknownFilter);
  ASSERT_EQ(error.fields.size(), 1u);
  EXPECT_EQ(error.fields[0].field, "pipeline[1]");
  EXPECT_THAT(error.fields[0].message, HasSubstr("did you mean \"grayscale\"?"));
  EXPECT_THAT(error.fields[0].message, HasSubstr("accepted: grayscale, "));
}

TEST(PipelineText, SuggestsNothingForANameLikeNoOther) {
  EXPECT_THAT(mistake_in("frobnicate_it").message, Not(HasSubstr("did you mean")));
}

TEST(PipelineText, NamesAnUnknownParameter) {
  const auto mistake = mistake_in("sepia:intensty=1");
  EXPECT_EQ(mistake.field, "pipeline[0].sepia.intensty");
  EXPECT_THAT(mistake.message, HasSubstr("did you mean \"intensity\"?"));
}

TEST(PipelineText, SaysWhatAFilterWithoutParametersAccepts) {
  EXPECT_THAT(mistake_in("invert:much=1").message, HasSubstr("accepted: none"));
}

TEST(PipelineText, RefusesValuesOfAnotherType) {
  for (const auto* text :
       {"sepia:intensity=much", "sepia:intensity=", "sepia:intensity=1.5x", "sepia:intensity=true",
        "sepia:intensity", "grayscale:algorithm=7", "grayscale:algorithm="}) {
    EXPECT_EQ(error_of(text).code, ErrorCode::InvalidPipeline) << text;
  }
}

TEST(PipelineText, SaysWhatIsAcceptedWhereAValueIsOutOfRange) {
  const auto mistake = mistake_in("sepia:intensity=1.5");
  EXPECT_EQ(mistake.field, "pipeline[0].sepia.intensity");
  EXPECT_EQ(mistake.message, "1.5 is out of range; accepted: 0 to 1");
  EXPECT_EQ(mistake_in("grayscale:algorithm=bt2020").message,
            "\"bt2020\" is not one of the choices; accepted: bt601, bt709, average, lightness or luminosity");
}

TEST(PipelineText, RefusesAnEvenKernelAndSaysWhatIsAccepted) {
  EXPECT_EQ(mistake_in("gaussian_blur:kernel_size=4").message,
            "4 is between two steps; accepted: 3 to 255 in steps of 2");
}

TEST(PipelineText, RefusesWholeNumbersThatAreNotWholeOrOutOfRange) {
  for (const auto* value :
       {"5.5", "nan", "1e3", "257", "1", "-5", "99999999999999999999", "0x5", "+5", "5 "}) {
    const auto text = std::string{"gaussian_blur:kernel_size="} + value;
    EXPECT_EQ(Pipeline::parse(text).has_value(), std::string{value} == "5 ") << text;
  }
}

TEST(PipelineText, WritesTheIdOfAFilterThatWasCalledByAnAlias) {
  EXPECT_EQ(Pipeline::parse("blur:sigma=1.5").value().to_text(),
            "gaussian_blur:kernel_size=5,sigma=1.5,border_mode=reflect,separable=true");
}

TEST(PipelineText, RefusesNumbersThatAreNotFinite) {
  for (const auto* value : {"nan", "inf", "-inf", "NaN", "infinity", "1e999"}) {
    EXPECT_EQ(error_of(std::string{"gamma:gamma="} + value).code, ErrorCode::InvalidPipeline) << value;
  }
}

TEST(PipelineText, RefusesAParameterThatIsGivenTwice) {
  EXPECT_EQ(mistake_in("sepia:intensity=0.1,intensity=0.2").message, "given twice");
}

TEST(PipelineText, TakesSixteenFiltersAndNotOneMore) {
  std::string text = "invert";
  for (int i = 1; i < 16; ++i) text += "|invert";
  EXPECT_EQ(Pipeline::parse(text).value().filters().size(), 16u);
  const auto mistake = mistake_in(text + "|invert");
  EXPECT_EQ(mistake.field, "pipeline");
  EXPECT_THAT(mistake.message, HasSubstr("at most 16"));
}

TEST(PipelineText, RefusesTextThatIsTooLong) {
  EXPECT_EQ(mistake_in(std::string(kMaxPipelineTextBytes + 1, ' ')).field, "pipeline");
}

TEST(PipelineText, RefusesEmptyPlacesBetweenFilters) {
  EXPECT_EQ(mistake_in("invert||sepia").field, "pipeline[1]");
  EXPECT_EQ(mistake_in("invert|").field, "pipeline[1]");
  EXPECT_EQ(mistake_in("|invert").field, "pipeline[0]");
}

TEST(PipelineText, RefusesEmptyPlacesBetweenParameters) {
  for (const auto* text : {"sepia:", "sepia:intensity=1,", "sepia:,intensity=1", ":", "sepia:=1"}) {
    EXPECT_FALSE(Pipeline::parse(text).has_value()) << text;
  }
}

TEST(PipelineText, ReportsAllMistakesAndNotJustTheFirst) {
  const auto error = error_of("sepia:intensity=2,tint=1|nothing|gamma:gamma=nan");
  ASSERT_EQ(error.fields.size(), 4u);
  EXPECT_EQ(error.fields[0].field, "pipeline[0].sepia.intensity");
  EXPECT_EQ(error.fields[1].field, "pipeline[0].sepia.tint");
  EXPECT_EQ(error.fields[2].field, "pipeline[1]");
  EXPECT_EQ(error.fields[3].field, "pipeline[2].gamma.gamma");
  EXPECT_EQ(error.code, ErrorCode::UnknownFilter);
  EXPECT_THAT(error.detail, HasSubstr("(and 3 more)"));
}

TEST(PipelineText, KeepsItsMessagesPrintableWhateverWasSent) {
  const std::string hostile("\xff\x00\"\n\x1b[31m", 9);
  const auto error = error_of(hostile + "|sepia:" + hostile + "=1|grayscale:algorithm=" + hostile);
  ASSERT_FALSE(error.fields.empty());
  for (const auto& [field, message] : error.fields) {
    for (const char c : field + message) EXPECT_TRUE(c >= ' ' && c <= '~') << int{c};
  }
}

TEST(PipelineText, KeepsAListOfMistakesShort) {
  std::string text = "invert:";
  for (int i = 0; i < 1000; ++i) text += "x=1,";
  EXPECT_LE(error_of(text).fields.size(), 64u);
}

TEST(PipelineJson, MeansTheSameAsTheTextForm) {
  const auto json = nlohmann::json::parse(
      R"([{"filter":"grayscale","params":{"algorithm":"bt709"}},{"filter":"gamma","params":{"gamma":2}},
          {"filter":"invert"}])");
  EXPECT_EQ(Pipeline::from_json(json).value(),
            Pipeline::parse("grayscale:algorithm=bt709|gamma:gamma=2|invert").value());
}

TEST(PipelineJson, TakesAStringAsTheTextForm) {
  EXPECT_EQ(Pipeline::from_json("sepia").value(), Pipeline::parse("sepia").value());
}

TEST(PipelineJson, TakesAWholeNumberHoweverItIsWritten) {
  const auto json = nlohmann::json::parse(R"([{"filter":"blur","params":{"kernel_size":7.0,"sigma":2}}])");
  EXPECT_EQ(Pipeline::from_json(json).value(), Pipeline::parse("blur:kernel_size=7,sigma=2").value());
}

TEST(PipelineJson, RefusesEveryOtherShape) {
  for (const auto* text :
       {"null", "7", "{}", "true", "[null]", "[[]]", R"(["invert"])", "[{}]", R"([{"filter":7}])",
        R"([{"filter":"invert","params":[]}])", R"([{"filter":"invert","params":null}])",
        R"([{"filter":"invert","parameters":{}}])", R"([{"filter":"sepia","params":{"intensity":"1"}}])",
        R"([{"filter":"sepia","params":{"intensity":null}}])",
        R"([{"filter":"sepia","params":{"intensity":[1]}}])",
        R"([{"filter":"sepia","params":{"intensity":true}}])",
        R"([{"filter":"sepia","params":{"intensity":1e400}}])",
        R"([{"filter":"sepia","params":{"intensity":18446744073709551615}}])",
        R"([{"filter":"grayscale","params":{"algorithm":1}}])"}) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_discarded()) continue;  // 1e400 is refused by the JSON reader itself
    EXPECT_EQ(Pipeline::from_json(json).error().code, ErrorCode::InvalidPipeline) << text;
  }
}

TEST(PipelineJson, RefusesSeventeenFiltersWithoutReadingThem) {
  const auto error = Pipeline::from_json(nlohmann::json(17, nlohmann::json{{"filter", "nonsense"}})).error();
  ASSERT_EQ(error.fields.size(), 1u);
  EXPECT_EQ(error.fields[0].field, "pipeline");
}

TEST(PipelineJson, NamesAnUnknownField) {
  const auto error =
      Pipeline::from_json(nlohmann::json::parse(R"([{"filter":"invert","parms":{}}])")).error();
  ASSERT_EQ(error.fields.size(), 1u);
  EXPECT_EQ(error.fields[0].field, "pipeline[0].parms");
}

/// A value that `parameter` accepts, at random.
ParameterValue random_value(const ParameterDescriptor& parameter, std::mt19937& random) {
  const auto whole = [&](std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>{0, most}(random);
  };
  switch (parameter.type) {
    case ParameterType::Boolean: return whole(1) == 1;
    case ParameterType::Choice:
      return parameter
          .options[static_cast<std::size_t>(whole(static_cast<std::int64_t>(parameter.options.size()) - 1))];
    case ParameterType::Float:
      return std::uniform_real_distribution<double>{parameter.min_value, parameter.max_value}(random);
    case ParameterType::Integer: break;
  }
  const auto steps = static_cast<std::int64_t>((parameter.max_value - parameter.min_value) / parameter.step);
  return static_cast<std::int64_t>(parameter.min_value) +
         whole(steps) * static_cast<std::int64_t>(parameter.step);
}

TEST(Pipeline, ReadsBackWhatItWritesInBothForms) {
  std::mt19937 random{99};
  const auto& filters = builtin_filters();
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (int i = 0; i < round % 17; ++i) {
      const auto& filter = filters[random() % filters.size()];
      text += (text.empty() ? "" : "|") + filter.id;
      char separator = ':';
      for (const auto& parameter : filter.parameters) {
        if (random() % 2 == 0) continue;
        text += separator + parameter.id + "=" + to_text(random_value(parameter, random));
        separator = ',';
      }
    }
    const auto pipeline = Pipeline::parse(text);
    ASSERT_TRUE(pipeline.has_value()) << text << ": " << pipeline.error().detail;
    EXPECT_EQ(Pipeline::parse(pipeline->to_text()).value(), *pipeline) << text;
    EXPECT_EQ(Pipeline::parse(pipeline->to_text()).value().to_text(), pipeline->to_text()) << text;
    EXPECT_EQ(Pipeline::from_json(pipeline->to_json()).value(), *pipeline) << text;
    EXPECT_EQ(Pipeline::from_json(nlohmann::json::parse(pipeline->to_json().dump())).value(), *pipeline)
        << text;
  }
}

TEST(FilterList, HasTheFieldsThatClientsDiscover) {
  const auto list = filters_to_json();
  EXPECT_EQ(list.size(), builtin_filters().size());
  for (const auto& filter : list) {
    for (const auto* field : {"id", "name", "parameters", "supported_accelerators"})
      EXPECT_TRUE(filter.contains(field));
    for (const auto& parameter : filter["parameters"]) {
      for (const auto* field :
           {"id", "name", "type", "options", "default_value", "min_value", "max_value", "step", "metadata"}) {
        EXPECT_TRUE(parameter.contains(field)) << filter["id"] << '.' << field;
      }
    }
  }
}

TEST(FilterList, GivesNumbersTheirRangeAndChoicesTheirOptions) {
  for (const auto& filter : filters_to_json()) {
    if (filter["id"] != "sepia" && filter["id"] != "grayscale") continue;
    const auto& parameter = filter["parameters"][0];
    if (filter["id"] == "sepia") {
      EXPECT_EQ(parameter["type"], "float");
      EXPECT_EQ(parameter["min_value"], 0.0);
      EXPECT_EQ(parameter["max_value"], 1.0);
    } else {
      EXPECT_EQ(parameter["type"], "choice");
      EXPECT_EQ(parameter["options"].size(), 5u);
      EXPECT_TRUE(parameter["min_value"].is_null());
    }
    EXPECT_EQ(filter["supported_accelerators"], (nlohmann::json{"cpu", "cuda"}));
  }
}

}  // namespace
}  // namespace framewright::engine
