#include "actors/wire.hpp"

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

#include "tests/actors/actor_world.hpp"

namespace framewright::actors {
namespace {

using namespace std::chrono_literals;
using engine::ErrorCode;

class Wire : public ActorWorld {
 protected:
  template <class T>
  std::vector<char> bytes_of(T value) {
    std::vector<char> bytes;
    caf::binary_serializer sink{system, bytes};
    EXPECT_FALSE(sink(value));
    return bytes;
  }

  template <class T>
  caf::error read(const std::vector<char>& bytes, T& value) {
    caf::binary_deserializer source{system, bytes};
    return source(value);
  }

  WireErrand good_errand() {
    auto made = errand({}, 3, "invert");
    made->work_class = engine::WorkClass::Job;
    return wire_errand_of(5, *made, clock.now());
  }
  ErrorCode refusal(const WireErrand& wire) {
    const auto made = errand_of(wire, plans, pool, clock.now());
    return made ? ErrorCode::NotFound : made.error().code;
  }
};

TEST_F(Wire, BringsAnErrandOverWhole) {
  auto made = errand({}, 3, "invert|gaussian_blur:sigma=2");
  made->output = {engine::ImageEncoding::Jpeg, 77, engine::Exactness::Visual, engine::WebpMethod::Smallest};
  made->accelerator = engine::Accelerator::Cpu;
  made->deadline = clock.now() + 40ms;
  WireErrand wire;
  ASSERT_FALSE(read(bytes_of(wire_errand_of(5, *made, clock.now())), wire));
  const auto there = errand_of(wire, plans, pool, clock.now() + 1h);
  ASSERT_TRUE(there) << there.error().detail;
  EXPECT_EQ((*there)->plan, made->plan);
  EXPECT_EQ((*there)->output, made->output);
  EXPECT_EQ((*there)->accelerator, made->accelerator);
  EXPECT_EQ((*there)->flow, 3u);
  EXPECT_EQ((*there)->deadline, clock.now() + 1h + 40ms) << "clocks may differ";
  EXPECT_EQ((*there)->input.width_px, 16);
  EXPECT_EQ((*there)->input.size_bytes, 256u);
}

TEST_F(Wire, AppliesTheGatewaysExactness) {
  auto made = errand({}, 1, "invert");
  made->plan = *engine::Plan::make(engine::Pipeline{}, {}, engine::Exactness::Visual);
  EXPECT_EQ(wire_errand_of(1, *made, clock.now()).exactness,
            static_cast<std::uint8_t>(engine::Exactness::Visual));
}

TEST_F(Wire, AppliesTheGatewaysWebpMethod) {
  auto made = errand({}, 1, "invert");
  made->plan = *engine::Plan::make(engine::Pipeline{}, {}, engine::Exactness::Auto, engine::WebpMethod{5});
  EXPECT_EQ(wire_errand_of(1, *made, clock.now()).webp_method, 5);
}

TEST_F(Wire, RefusesAnErrandThatSaysNothing) {
  using Change = void (*)(WireErrand&);
  const Change changes[] = {
      [](WireErrand& w) { w.work_class = 2; },
      [](WireErrand& w) { w.accelerator = 3; },
      [](WireErrand& w) { w.encoding = 5; },
      [](WireErrand& w) { w.pixel_format = 4; },
      [](WireErrand& w) { w.width_px = -1; },
      [](WireErrand& w) { w.height_px = 1 << 30; },
      [](WireErrand& w) { w.size_bytes = 0; },
      [](WireErrand& w) { w.format = 4; },
      [](WireErrand& w) { w.quality = 101; },
      [](WireErrand& w) { w.exactness = 3; },
      [](WireErrand& w) { w.webp_method = 7; },
      [](WireErrand& w) { w.trace_parent = "00"; },
      [](WireErrand& w) { w.trace_parent = "00-1111222233334444555566667777888\n-1111222233334444-01"; },
      [](WireErrand& w) { w.trace_parent = "00-11112222333344445555666677778888-1111222233334444-01-more"; },
  };
  for (const auto change : changes) {
    auto wire = good_errand();
    change(wire);
    EXPECT_EQ(refusal(wire), ErrorCode::InvalidArgument);
  }
  auto wire = good_errand();
  wire.pipeline = "no_such_filter";
  EXPECT_EQ(refusal(wire), ErrorCode::UnknownFilter);
  wire = good_errand();
  wire.size_bytes = 1ULL << 60;
  EXPECT_EQ(refusal(wire), ErrorCode::BodyTooLarge);
}

TEST_F(Wire, BringsAPieceOverWhole) {
  WirePiece there;
  ASSERT_FALSE(read(bytes_of(WirePiece{7, 12, {1, 2, 3}}), there));
  EXPECT_EQ(there.number, 7u);
  EXPECT_EQ(there.offset, 12u);
  EXPECT_EQ(there.bytes, (std::vector<std::uint8_t>{1, 2, 3}));
}

TEST_F(Wire, ReadsNoTruncatedPieceAndNoneThatIsTooLarge) {
  const auto whole = bytes_of(WirePiece{7, 12, {1, 2, 3}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    WirePiece there;
    EXPECT_TRUE(read({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, there)) << size;
  }
  WirePiece there;
  EXPECT_TRUE(read(bytes_of(WirePiece{7, 0, std::vector<std::uint8_t>(kPieceBytes + 1)}), there));
}

TEST_F(Wire, BringsAnErrorOverWithItsFields) {
  auto made = errand({}, 1, "invert");
  made->answer = engine::unexpected(engine::Error{ErrorCode::CorruptMedia, "broken", {{"file", "is bad"}}});
  WireAnswer wire;
  ASSERT_FALSE(read(bytes_of(wire_answer_of(5, *made)), wire));
  wire.ran_on = static_cast<std::uint8_t>(engine::Accelerator::Cpu);
  ASSERT_TRUE(check_answer(wire, *made));
  auto asked = errand({}, 1, "invert");
  take_answer(wire, {}, 1ms, *asked);
  EXPECT_EQ(asked->answer.error().code, ErrorCode::CorruptMedia);
  EXPECT_EQ(asked->answer.error().fields, (std::vector<engine::FieldError>{{"file", "is bad"}}));
}

TEST_F(Wire, BringsTheTimesOfADeviceOver) {
  auto made = errand({}, 1, "invert");
  WireAnswer wire;
  ASSERT_FALSE(read(bytes_of(wire_answer_of(5, *made)), wire));
  auto asked = errand({}, 1, "invert");
  take_answer(wire, {}, 1s, *asked);
  EXPECT_FALSE(asked->times.device) << "no device ran it";
  made->times.device = {.wait = 1ms, .upload = 2ms, .kernels = 3ms, .download = 4s};
  ASSERT_FALSE(read(bytes_of(wire_answer_of(5, *made)), wire));
  take_answer(wire, {}, 1s, *asked);
  ASSERT_TRUE(asked->times.device);
  EXPECT_EQ(asked->times.device->wait, 1ms);
  EXPECT_EQ(asked->times.device->upload, 2ms);
  EXPECT_EQ(asked->times.device->kernels, 3ms);
  EXPECT_EQ(asked->times.device->download, 994ms) << "together no longer than the node had it";
}

TEST_F(Wire, ReadsNoTruncatedErrandAnswerOrHello) {
  const auto none_reads = [this](const std::vector<char>& whole, auto value) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      auto there = value;
      EXPECT_TRUE(read({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, there)) << size;
    }
  };
  none_reads(bytes_of(good_errand()), WireErrand{});
  none_reads(bytes_of(WireAnswer{}), WireAnswer{});
  Hello hello;
  hello.id = "a";
  hello.filters = {"x", "y"};
  none_reads(bytes_of(hello), Hello{});
}

}  // namespace
}  // namespace framewright::actors
