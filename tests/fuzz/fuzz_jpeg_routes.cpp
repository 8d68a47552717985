// JPEGs by every route, each with the memory that it announces and not a byte more.
#include "engine/admission.hpp"
#include "engine/process_frame.hpp"
#include "tests/fuzz/picture_fuzzer.hpp"

namespace framewright::engine {
namespace {

void process(const std::shared_ptr<const Plan>& plan, std::span<const std::uint8_t> bytes, int quality,
             Exactness exactness) {
  static FrameBudget input_budget(16u << 20);
  static FramePool input_pool(input_budget);
  FrameTask task;
  task.plan = plan;
  task.output = {.exactness = exactness};
  if (quality > 0) task.output.quality = quality;
  task.input = lend_input(input_pool, bytes, ImageEncoding::Jpeg);
  const auto needs = find_needs(task);
  if (!needs) return;
  task.start();
  FrameBudget budget(*needs);
  FramePool pool(budget);
  Decoder decoder(pool);
  Encoder encoder(pool);
  task.reservation = std::move(budget.reserve(*needs)).value();
  process_on_cpu(task, decoder, encoder, pool, system_clock());
  if (!task.answer) {
    const auto code = task.answer.error().code;
    // Too large: coefficients of no picture, or of one that was made to take the most bytes.
    FW_CHECK(code == ErrorCode::CorruptMedia || code == ErrorCode::UnsupportedMedia ||
             code == ErrorCode::ImageTooLarge);
  }
  task.answer = unexpected(ErrorCode::Internal, "done");  // Its buffer goes before its pool.
}

}  // namespace
}  // namespace framewright::engine

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace framewright::engine;
  static const auto plans = [] {
    std::vector<std::shared_ptr<const Plan>> made;
    for (const auto* text :
         {"", "grayscale", "gaussian_blur", "resize:scale=0.6|box_blur", "grayscale|invert",
          "resize:scale=0.2", "resize:scale=0.05|gaussian_blur", "resize:width=3|grayscale|unsharp_mask",
          "crop:x=2,y=4,width=9,height=7|flip:direction=vertical", "rotate:angle=90|resize:scale=1.5",
          "flip:direction=horizontal|crop:x=0,y=2,width=5,height=20"})
      made.push_back(Plan::make(Pipeline::parse(text).value(), kFuzzLimits).value());
    return made;
  }();
  if (size < 2) return 0;
  for (const auto& plan : plans) process(plan, {data, size}, data[size - 1] % 101, Exactness::Visual);
  static const auto strips_of_pixels =
      Plan::make(Pipeline::parse("gaussian_blur").value(), kFuzzLimits).value();
  process(strips_of_pixels, {data, size}, data[size - 1] % 101, Exactness::Exact);
  return 0;
}
