// Pictures, and filters with the references that say what they have to make of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernels/device_step.hpp"
#include "kernels/image_view.hpp"

namespace framewright::kernels {

/// Packed.
struct Picture {
  explicit Picture(const DeviceShape& of) : shape(of), bytes(of.bytes()) {}
  ImageView view() {
    return {bytes.data(), shape.width_px, shape.height_px, shape.channels,
            std::ptrdiff_t{shape.width_px} * shape.channels};
  }
  ConstImageView view() const {
    return {bytes.data(), shape.width_px, shape.height_px, shape.channels,
            std::ptrdiff_t{shape.width_px} * shape.channels};
  }

  DeviceShape shape;
  std::vector<std::uint8_t> bytes;
};

/// The same for the same shape.
Picture noise(const DeviceShape& shape);

/// A filter, and what it has to make.
struct Link {
  DeviceStep step;
  std::function<Status(ConstImageView in, ImageView out)> reference;
};
using Links = std::vector<Link>;

DeviceSteps steps_of(const Links& links);

/// What the references make of a picture, one after the other.
///
/// Errors   throws std::runtime_error when one of them refuses what it is given.
Picture expected_of(const Links& links, const Picture& in);

// Of colours.
Link table();
Link sepia();
Link rgb_to_ycbcr();
Link conversion(ColourConversion which);
// Of any channels.
Link grayscale();
Link vignette();
Link gaussian(int size);
Link box(int size);
Link neighbourhood(NeighbourhoodKind kind);
Link median(int size);
Link bilateral(int size);
Link morphology(Morphology operation, ElementShape shape, int size);
Link equalize();
Link clahe();
Link otsu();
Link white_balance();
Link resized(Interpolation interpolation, int width_px, int height_px);
// Of gray.
Link canny();

}  // namespace framewright::kernels
