// How a resize on a device lays out its tables: places and weights of both axes, in pinned memory as on
// the device.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
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

  bool narrow() const { return is_narrow(across_, down_); }
  /// A multiple of 16, so that what follows is aligned.
  std::size_t table_bytes() const { return axis_bytes(across_) + axis_bytes(down_); }
  /// What the weights add up to.
  int one() const { return narrow() ? kNarrowOne : kWideOne; }
  const ResampleAxis& across() const { return across_; }
  const ResampleAxis& down() const { return down_; }
  /// Of one axis; those of the axis across come first.
  static std::size_t axis_bytes(const ResampleAxis& axis) {
    const auto weights = static_cast<std::size_t>(axis.out_px) * static_cast<std::size_t>(tap_count(axis));
    return (places_bytes(axis) + weights * sizeof(std::int32_t) + 15) / 16 * 16;
  }
  static void write_axis(const ResampleAxis& axis, int one, std::byte* bytes) {
    auto* places = reinterpret_cast<TapPlace*>(bytes);
    auto* weights = reinterpret_cast<std::int32_t*>(bytes + places_bytes(axis));
    const int count = tap_count(axis);
    for (int x = 0; x < axis.out_px; ++x, weights += count) {
      places[x].first = weigh_taps(axis, x, one, weights);
      places[x].heaviest = heaviest_tap(weights, count);
    }
  }

 private:
  static std::size_t places_bytes(const ResampleAxis& axis) {
    return static_cast<std::size_t>(axis.out_px) * sizeof(TapPlace);
  }
  ResampleAxis across_;
  ResampleAxis down_;
};

/// The tables of the axes that were asked for last: pictures of mixed sizes that are made one size have few
/// lengths among them, and the sines of a large Lanczos take longer than its kernels.
///
/// Memory    of kKept axes and kKeptBytes at most, and no axis alone needs as much; taken when an axis is
///           new, and not for each frame.
/// Threads   one at a time.
class ResizeTables {
 public:
  static constexpr std::size_t kKept = 256;
  static constexpr std::size_t kKeptBytes = std::size_t{4} << 20;

  void write(const ResizeLayout& layout, std::byte* bytes) {
    write({layout.across(), layout.one()}, bytes);
    write({layout.down(), layout.one()}, bytes + ResizeLayout::axis_bytes(layout.across()));
  }
  /// Of all tables that are kept now.
  std::size_t kept_bytes() const noexcept { return kept_bytes_; }
  std::size_t kept() const noexcept { return kept_.size(); }

 private:
  struct Key {
    ResampleAxis axis;
    int one;

    bool operator==(const Key& other) const {
      return axis.interpolation == other.axis.interpolation && axis.in_px == other.axis.in_px &&
             axis.out_px == other.axis.out_px && one == other.one;
    }
  };
  struct Entry {
    Key key;
    std::uint64_t used = 0;  ///< the number of the write
    std::vector<std::byte> bytes;
  };

  void write(const Key& key, std::byte* to) {
    auto entry = std::find_if(kept_.begin(), kept_.end(), [&](const Entry& e) { return e.key == key; });
    if (entry == kept_.end()) {
      const std::size_t bytes = ResizeLayout::axis_bytes(key.axis);
      while (!kept_.empty() && (kept_.size() == kKept || kept_bytes_ + bytes > kKeptBytes)) forget_oldest();
      entry = kept_.insert(kept_.end(), {key, 0, std::vector<std::byte>(bytes)});
      ResizeLayout::write_axis(key.axis, key.one, entry->bytes.data());
      kept_bytes_ += bytes;
    }
    entry->used = ++writes_;
    std::memcpy(to, entry->bytes.data(), entry->bytes.size());
  }

  void forget_oldest() {
    const auto oldest = std::min_element(kept_.begin(), kept_.end(),
                                         [](const Entry& a, const Entry& b) { return a.used < b.used; });
    kept_bytes_ -= oldest->bytes.size();
    *oldest = std::move(kept_.back());
    kept_.pop_back();
  }

  std::vector<Entry> kept_;
  std::size_t kept_bytes_ = 0;
  std::uint64_t writes_ = 0;
};

}  // namespace framewright::kernels
