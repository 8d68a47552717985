// How a resize on a device lays out its tables: places and weights of both axes, in pinned memory as on
// the device.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "kernels/device_step.hpp"
#include "kernels/resample_math.hpp"

namespace framewright::kernels {

/// The first tap of one output pixel, and the heaviest, counted from the first.
struct TapPlace {
  std::int32_t first;
  std::int32_t heaviest;
};

/// The taps of every output pixel on one axis.
struct DeviceTaps {
  const TapPlace* places;
  const std::int32_t* weights;
  int count;
};

class ResizeLayout {
 public:
  ResizeLayout(const DeviceShape& in, const DeviceShape& out, Interpolation interpolation)
      : across_{interpolation, in.width_px, out.width_px},
        down_{interpolation, in.height_px, out.height_px} {}

  bool operator==(const ResizeLayout& other) const {
    return same(across_, other.across_) && same(down_, other.down_);
  }
  bool narrow() const { return is_narrow(across_, down_); }
  /// A multiple of 16, so that what follows is aligned.
  std::size_t table_bytes() const { return axis_bytes(across_) + axis_bytes(down_); }
  void write_tables(std::byte* bytes) const {
    write_axis(across_, bytes);
    write_axis(down_, bytes + axis_bytes(across_));
  }
  /// The taps in tables that lie at `bytes`.
  DeviceTaps across(const std::byte* bytes) const { return taps(across_, bytes); }
  DeviceTaps down(const std::byte* bytes) const { return taps(down_, bytes + axis_bytes(across_)); }

 private:
  static bool same(const ResampleAxis& a, const ResampleAxis& b) {
    return a.interpolation == b.interpolation && a.in_px == b.in_px && a.out_px == b.out_px;
  }
  static std::size_t places_bytes(const ResampleAxis& axis) {
    return static_cast<std::size_t>(axis.out_px) * sizeof(TapPlace);
  }
  static std::size_t axis_bytes(const ResampleAxis& axis) {
    const auto weights = static_cast<std::size_t>(axis.out_px) * static_cast<std::size_t>(tap_count(axis));
    return (places_bytes(axis) + weights * sizeof(std::int32_t) + 15) / 16 * 16;
  }
  static DeviceTaps taps(const ResampleAxis& axis, const std::byte* bytes) {
    return {reinterpret_cast<const TapPlace*>(bytes),
            reinterpret_cast<const std::int32_t*>(bytes + places_bytes(axis)), tap_count(axis)};
  }
  void write_axis(const ResampleAxis& axis, std::byte* bytes) const {
    auto* places = reinterpret_cast<TapPlace*>(bytes);
    auto* weights = reinterpret_cast<std::int32_t*>(bytes + places_bytes(axis));
    const int count = tap_count(axis);
    const int one = narrow() ? kNarrowOne : kWideOne;
    for (int x = 0; x < axis.out_px; ++x, weights += count) {
      places[x].first = weigh_taps(axis, x, one, weights);
      places[x].heaviest = heaviest_tap(weights, count);
    }
  }

  ResampleAxis across_;
  ResampleAxis down_;
};

/// The tables of the resizes that were asked for last: the sines of a large Lanczos take longer than its
/// kernels.
///
/// Memory    of kKept resizes; taken when one is new, and not for each frame.
/// Threads   one at a time.
class ResizeTables {
 public:
  static constexpr std::size_t kKept = 8;

  void write(const ResizeLayout& layout, std::byte* bytes) {
    auto entry = std::find_if(kept_.begin(), kept_.end(), [&](const Entry& e) { return e.layout == layout; });
    if (entry == kept_.end()) {
      if (kept_.size() == kKept) kept_.pop_back();
      kept_.insert(kept_.begin(), {layout, std::vector<std::byte>(layout.table_bytes())});
      entry = kept_.begin();
      layout.write_tables(entry->bytes.data());
    } else {
      std::rotate(kept_.begin(), entry, entry + 1);
      entry = kept_.begin();
    }
    std::memcpy(bytes, entry->bytes.data(), entry->bytes.size());
  }

 private:
  struct Entry {
    ResizeLayout layout;
    std::vector<std::byte> bytes;
  };

  std::vector<Entry> kept_;  ///< latest first
};

}  // namespace framewright::kernels
