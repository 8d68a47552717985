// Pictures for kernel tests: any pitch, any alignment, fixed noise, and a guard around every row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <sanitizer/asan_interface.h>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

struct Shape {
  int width_px;
  int height_px;
  int channels;
};

inline std::string describe(const Shape& shape) {
  return std::to_string(shape.width_px) + "x" + std::to_string(shape.height_px) + "x" +
         std::to_string(shape.channels);
}

/// Rows of `padding` bytes more than the pixels need, starting `offset` bytes after an aligned address.
struct Layout {
  std::size_t padding = 0;
  std::size_t offset = 0;
};

class TestPicture {
 public:
  explicit TestPicture(Shape shape, Layout layout = {})
      : shape_(shape),
        layout_(layout),
        row_bytes_(static_cast<std::size_t>(shape.width_px) * static_cast<std::size_t>(shape.channels)),
        bytes_(layout.offset + (row_bytes_ + layout.padding) * static_cast<std::size_t>(shape.height_px) + 64,
               kGuard) {}

  static TestPicture noise(Shape shape, Layout layout = {}, std::uint32_t seed = 1) {
    TestPicture picture(shape, layout);
    std::mt19937 random(seed);
    for (int y = 0; y < shape.height_px; ++y) {
      for (std::size_t i = 0; i < picture.row_bytes_; ++i) {
        // Extremes are where sums overflow, so a quarter of all values are 0 or 255.
        const auto value = static_cast<std::uint32_t>(random());
        picture.view().row(y)[i] = static_cast<std::uint8_t>(value % 8 == 0   ? 0
                                                             : value % 8 == 1 ? 255
                                                                              : value >> 24);
      }
    }
    return picture;
  }

  static TestPicture of(Shape shape, std::vector<std::uint8_t> values) {
    TestPicture picture(shape);
    for (std::size_t i = 0; i < values.size(); ++i) picture.bytes_[i] = values[i];
    return picture;
  }

  ImageView view() {
    return {bytes_.data() + layout_.offset, shape_.width_px, shape_.height_px, shape_.channels,
            static_cast<std::ptrdiff_t>(row_bytes_ + layout_.padding)};
  }

  std::vector<std::uint8_t> values() {
    std::vector<std::uint8_t> all;
    for (int y = 0; y < shape_.height_px; ++y)
      all.insert(all.end(), view().row(y), view().row(y) + row_bytes_);
    return all;
  }

  /// Whether no byte outside the pixels was written.
  bool guard_is_whole() const {
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
      const bool is_before = i < layout_.offset;
      const std::size_t pitch = row_bytes_ + layout_.padding;
      const std::size_t row = is_before ? 0 : (i - layout_.offset) / pitch;
      const bool is_pixel = !is_before && row < static_cast<std::size_t>(shape_.height_px) &&
                            (i - layout_.offset) % pitch < row_bytes_;
      if (!is_pixel && bytes_[i] != kGuard) return false;
    }
    return true;
  }

 private:
  static constexpr std::uint8_t kGuard = 0xA5;

  // Given.
  Shape shape_;
  Layout layout_;
  std::size_t row_bytes_;
  // Owned.
  std::vector<std::uint8_t> bytes_;
};

/// Scratch of exactly the size asked for, with a guard behind it, which AddressSanitizer lets nobody read.
class TestScratch {
 public:
  explicit TestScratch(std::size_t size_bytes)
      : size_bytes_(size_bytes), bytes_(size_bytes + 2 * kScratchAlignment, std::byte{0xA5}) {
    ASAN_POISON_MEMORY_REGION(aligned() + size_bytes_, guard_bytes());
  }
  ~TestScratch() { ASAN_UNPOISON_MEMORY_REGION(aligned() + size_bytes_, guard_bytes()); }
  TestScratch(const TestScratch&) = delete;
  TestScratch& operator=(const TestScratch&) = delete;

  Scratch get() { return {aligned(), size_bytes_}; }

  bool guard_is_whole() {
    ASAN_UNPOISON_MEMORY_REGION(aligned() + size_bytes_, guard_bytes());
    for (const std::byte* b = aligned() + size_bytes_; b != bytes_.data() + bytes_.size(); ++b) {
      if (*b != std::byte{0xA5}) return false;
    }
    return true;
  }

 private:
  std::size_t guard_bytes() {
    return static_cast<std::size_t>(bytes_.data() + bytes_.size() - aligned()) - size_bytes_;
  }
  std::byte* aligned() {
    const auto address = reinterpret_cast<std::uintptr_t>(bytes_.data());
    return bytes_.data() + (kScratchAlignment - address % kScratchAlignment) % kScratchAlignment;
  }

  std::size_t size_bytes_;
  std::vector<std::byte> bytes_;
};

/// Sizes around every vector length, with all channel counts.
inline std::vector<Shape> odd_shapes() {
  const std::pair<int, int> sizes[] = {{1, 1},  {1, 7},  {7, 1},   {2, 2},  {3, 3},   {17, 13},
                                       {31, 5}, {33, 4}, {64, 64}, {65, 2}, {127, 3}, {333, 5}};
  std::vector<Shape> shapes;
  for (const auto& [width, height] : sizes) {
    for (const int channels : {1, 3, 4}) shapes.push_back({width, height, channels});
  }
  return shapes;
}

/// Packed, padded, and padded with an unaligned start.
inline std::vector<Layout> layouts() { return {{0, 0}, {13, 0}, {7, 3}}; }

}  // namespace framewright::kernels
