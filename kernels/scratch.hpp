// Scratch: working memory that a caller lends to one call, so that kernels allocate nothing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace framewright::kernels {

/// Alignment of Scratch::bytes, and of each row of working memory that a kernel lays out in it.
inline constexpr std::size_t kScratchAlignment = 64;

/// bytes is aligned to kScratchAlignment and may be null where size_bytes is 0. Its content is of no use
/// after the call.
struct Scratch {
  std::byte* bytes = nullptr;
  std::size_t size_bytes = 0;
};

/// Size of one working row of `count` elements with room for a vector to run past its end.
template <typename T>
constexpr std::size_t scratch_row_bytes(std::size_t count) {
  return (count * sizeof(T) / kScratchAlignment + 2) * kScratchAlignment;
}

}  // namespace framewright::kernels
