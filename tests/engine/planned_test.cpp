// Random pipelines on random pictures: what a plan makes of them is what the references of their filters make
// one by one. Every filter that is registered is drawn, with any parameters that its descriptor accepts.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "engine/admission.hpp"
#include "engine/parameter_value.hpp"
#include "engine/plan.hpp"
#include "engine/process_frame.hpp"
#include "tests/engine/codec_fixture.hpp"
#include "tests/engine/filter_references.hpp"
#include "tests/engine/picture_maker.hpp"

namespace framewright::engine {
namespace {

using Random = std::mt19937;

/// References look at every pixel of a neighbourhood anew, so pictures and neighbourhoods are small, mostly.
constexpr int kMostWidth = 40;
constexpr int kMostHeight = 30;
constexpr ImageLimits kSmall{.pixels = 3000, .side_px = 300};

double random_between(Random& random, double low, double high) {
  return std::uniform_real_distribution(low, high)(random);
}

std::int64_t random_whole(Random& random, const ParameterDescriptor& parameter) {
  constexpr std::int64_t kFewSteps = 12;
  const auto steps = static_cast<std::int64_t>((parameter.max_value - parameter.min_value) / parameter.step);
  const bool is_length = parameter.unit == "px" && random() % 32 != 0;
  const auto most = is_length ? std::min(kFewSteps, steps) : steps;
  return static_cast<std::int64_t>(parameter.min_value) +
         static_cast<std::int64_t>(parameter.step) *
             std::uniform_int_distribution<std::int64_t>(0, most)(random);
}

/// Ends of the range, values nearer to the default than to the ends, and any value, a third of all each.
double random_number(Random& random, const ParameterDescriptor& parameter) {
  const double standard = std::get<double>(parameter.default_value);
  switch (random() % 6) {
    case 0: return parameter.min_value;
    case 1: return parameter.max_value;
    case 2:
    case 3:
      return random_between(random, (standard + parameter.min_value) / 2,
                            (standard + parameter.max_value) / 2);
    default: return random_between(random, parameter.min_value, parameter.max_value);
  }
}

ParameterValue random_value(Random& random, const ParameterDescriptor& parameter) {
  switch (parameter.type) {
    case ParameterType::Boolean: return random() % 2 == 0;
    case ParameterType::Integer: return random_whole(random, parameter);
    case ParameterType::Float: return random_number(random, parameter);
    case ParameterType::Choice: return parameter.options[random() % parameter.options.size()];
  }
  return {};
}

/// The filter with random parameters, as text.
std::string random_call(Random& random, const FilterDescriptor& filter) {
  auto text = filter.id;
  char before = ':';
  for (const auto& parameter : filter.parameters) {
    text += before + parameter.id + '=' + to_text(random_value(random, parameter));
    before = ',';
  }
  return text;
}

/// From one of the filters on, each in its turn; up to four others behind and before it.
std::string random_pipeline(Random& random, std::size_t turn) {
  const auto& filters = builtin_filters();
  const auto count = 1 + random() % 5;
  const auto place = random() % count;
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += '|';
    text += random_call(random, filters[i == place ? turn % filters.size() : random() % filters.size()]);
  }
  return text;
}

/// The references one after the other. None where a picture on the way would be refused.
std::optional<Frame> by_definition(const Pipeline& pipeline, Frame frame, FramePool& pool) {
  for (const auto& call : pipeline.filters()) {
    const auto made =
        find_filter(call.filter)->make(call.parameters)->output_geometry(frame.geometry, kSmall);
    if (!made) return std::nullopt;
    Reservation none;
    auto output = lend_frame(*made, pool, none).value();
    EXPECT_EQ(run_reference(call, frame.view(), output.view()), kernels::Status::Ok) << call.filter;
    frame = std::move(output);
  }
  return frame;
}

class Planned : public CodecFixture {
 protected:
  /// Runs `body(pipeline, random)` on so many pipelines for each filter. It returns whether it got as far as
  /// comparing, which each filter must have been part of.
  template <class Body>
  void for_random_pipelines(unsigned seed, int rounds, const Body& body) {
    Random random(seed);
    std::map<std::string, int> runs;
    const auto turns = builtin_filters().size() * static_cast<std::size_t>(rounds);
    for (std::size_t turn = 0; turn < turns && !HasFatalFailure(); ++turn) {
      const auto text = random_pipeline(random, turn);
      SCOPED_TRACE(text);
      const auto pipeline = Pipeline::parse(text);
      ASSERT_TRUE(pipeline) << pipeline.error().detail;
      if (!body(*pipeline, random)) continue;
      for (const auto& call : pipeline->filters()) ++runs[call.filter];
    }
    for (const auto& filter : builtin_filters()) EXPECT_GT(runs[filter.id], 0) << filter.id;
  }
  Geometry random_geometry(Random& random) {
    constexpr int kChannels[] = {1, 3, 4};
    return {1 + static_cast<int>(random() % kMostWidth), 1 + static_cast<int>(random() % kMostHeight),
            kChannels[random() % 3]};
  }
  /// What the whole way from bytes to bytes makes of a picture.
  Result<Frame> processed(const Pipeline& pipeline, EncodedFrame input, const OutputOptions& output) {
    FrameTask task;
    task.plan = Plan::make(pipeline, kSmall).value();
    task.output = output;
    task.input = std::move(input);
    const auto needs = find_needs(task);
    if (!needs) return unexpected(needs.error());
    task.start();
    process_on_cpu(task, decoder_, encoder_, pool_, system_clock());
    if (!task.answer) return unexpected(task.answer.error());
    const auto payload = task.answer->payload();
    const auto kept = pictures::encoded(pool_, payload, task.answer->encoding);
    task.answer = unexpected(ErrorCode::Internal, "done");
    return decode(kept.payload(), kept.encoding);
  }
};

TEST_F(Planned, GivesTheBytesOfTheReferencesOneByOne) {
  for_random_pipelines(20, 25, [this](const Pipeline& pipeline, Random& random) {
    const auto geometry = random_geometry(random);
    const auto seed = static_cast<unsigned>(random());
    const auto expected = by_definition(pipeline, random_frame(geometry, pool_, seed), pool_);
    if (!expected) return false;
    const auto plan = Plan::make(pipeline, kSmall).value();
    Reservation none;
    const auto planned = run_plan_on_cpu(*plan, random_frame(geometry, pool_, seed), pool_, none);
    EXPECT_TRUE(planned) << planned.error().detail;
    EXPECT_EQ(pixels_of(*planned), pixels_of(*expected))
        << geometry.width_px << "x" << geometry.height_px << "x" << geometry.channels;
    return true;
  });
}

/// Whatever route the plan would else allow, and in strips where it goes in strips.
TEST_F(Planned, GivesTheBytesOfTheReferencesFromJpegToJpegWhereItIsExact) {
  for_random_pipelines(21, 6, [this](const Pipeline& pipeline, Random& random) {
    auto geometry = random_geometry(random);
    if (geometry.channels == 4) geometry.channels = 3;
    const auto file = pictures::jpeg_420(pictures::noise(geometry), 90);
    auto expected = by_definition(pipeline, decode(file, ImageEncoding::Jpeg).value(), pool_);
    if (!expected || expected->geometry.channels == 4) return false;
    const auto made = processed(pipeline, pictures::encoded(pool_, file, ImageEncoding::Jpeg),
                                {.quality = 90, .exactness = Exactness::Exact});
    EXPECT_TRUE(made) << made.error().detail;
    Reservation none;
    const auto coded = encoder_.encode(std::move(*expected), ImageEncoding::Jpeg, 90, none).value();
    EXPECT_EQ(pixels_of(*made), pixels_of(decode(coded.payload(), ImageEncoding::Jpeg).value()));
    return true;
  });
}

}  // namespace
}  // namespace framewright::engine
