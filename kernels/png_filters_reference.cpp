#include <cstdlib>

#include "kernels/reference.hpp"

namespace framewright::kernels::reference {
namespace {

int paeth(int left, int above, int above_left) {
  const int estimate = left + above - above_left;
  const int to_left = std::abs(estimate - left);
  const int to_above = std::abs(estimate - above);
  const int to_above_left = std::abs(estimate - above_left);
  if (to_left <= to_above && to_left <= to_above_left) return left;
  return to_above <= to_above_left ? above : above_left;
}

/// `pixels` is the row without a filter.
int prediction(PngFilter filter, const PngRow& row, const std::uint8_t* pixels, std::size_t i) {
  const bool is_first = i < row.pixel_bytes;
  const int left = is_first ? 0 : pixels[i - row.pixel_bytes];
  const int above = row.above == nullptr ? 0 : row.above[i];
  const int above_left = is_first || row.above == nullptr ? 0 : row.above[i - row.pixel_bytes];
  switch (filter) {
    case PngFilter::None: return 0;
    case PngFilter::Sub: return left;
    case PngFilter::Up: return above;
    case PngFilter::Average: return (left + above) / 2;
    case PngFilter::Paeth: return paeth(left, above, above_left);
  }
  return 0;
}

Status check(PngFilter filter, const PngRow& row) {
  if (!is_well_formed(row)) return Status::BadShape;
  return filter <= PngFilter::Paeth ? Status::Ok : Status::BadParameter;
}

}  // namespace

Status png_filter(PngFilter filter, const PngRow& row, std::uint8_t* out) noexcept {
  if (const Status status = check(filter, row); status != Status::Ok) return status;
  for (std::size_t i = 0; i < row.size_bytes; ++i) {
    out[i] = static_cast<std::uint8_t>(row.bytes[i] - prediction(filter, row, row.bytes, i));
  }
  return Status::Ok;
}

Status png_unfilter(PngFilter filter, const PngRow& row, std::uint8_t* out) noexcept {
  if (const Status status = check(filter, row); status != Status::Ok) return status;
  for (std::size_t i = 0; i < row.size_bytes; ++i) {
    out[i] = static_cast<std::uint8_t>(row.bytes[i] + prediction(filter, row, out, i));
  }
  return Status::Ok;
}

PngFilter lightest_png_filter(const PngRow& row) noexcept {
  PngFilter lightest = PngFilter::None;
  if (!is_well_formed(row)) return lightest;
  std::uint64_t least = UINT64_MAX;
  for (const PngFilter filter :
       {PngFilter::None, PngFilter::Sub, PngFilter::Up, PngFilter::Average, PngFilter::Paeth}) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < row.size_bytes; ++i) {
      const int difference = row.bytes[i] - prediction(filter, row, row.bytes, i);
      sum += static_cast<std::uint64_t>(std::abs(static_cast<std::int8_t>(difference)));
    }
    if (sum < least) {
      least = sum;
      lightest = filter;
    }
  }
  return lightest;
}

}  // namespace framewright::kernels::reference
