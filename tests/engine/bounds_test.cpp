#include "engine/bounds.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace framewright::engine {
namespace {

TEST(FrameMemoryBounds, AddsUpEveryPlace) {
  const auto bounds = bounds_of({.frame_memory_bytes = 1'000'000,
                                 .connections = 10,
                                 .read_buffer_bytes_per_connection = 1'000,
                                 .control_bytes_per_connection = 100,
                                 .device_slots = 4,
                                 .pinned_bytes_per_device_slot = 50'000,
                                 .workers = 2,
                                 .codec_bytes_per_worker = 7'000,
                                 .uploads_at_once = 3,
                                 .buffer_bytes_per_upload = 500});
  EXPECT_EQ(bounds.total_bytes, 1'000'000u + 10'000 + 1'000 + 200'000 + 14'000 + 1'500);
}

TEST(FrameMemoryBounds, NamesEveryPlaceAndTheSum) {
  const auto bounds =
      bounds_of({.frame_memory_bytes = 1000, .connections = 2, .read_buffer_bytes_per_connection = 8});
  const auto text = bounds.to_text();
  for (const auto& addend : bounds.addends)
    EXPECT_NE(text.find(addend.place), std::string::npos) << addend.place;
  EXPECT_NE(text.find("in all: 1016 bytes"), std::string::npos);
}

TEST(FrameMemoryBounds, StaysAtTheLargestNumberInsteadOfWrapping) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(bounds_of({.connections = most, .read_buffer_bytes_per_connection = 2}).total_bytes, most);
  EXPECT_EQ(bounds_of({.frame_memory_bytes = most, .connections = 1, .control_bytes_per_connection = 1})
                .total_bytes,
            most);
}

}  // namespace
}  // namespace framewright::engine
