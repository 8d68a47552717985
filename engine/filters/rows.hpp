// The rows of the filter registry, each made in the file of its kind.
#pragma once

#include "engine/filter.hpp"

namespace framewright::engine::filters {

FilterDescriptor grayscale();
FilterDescriptor gaussian_blur();
FilterDescriptor box_blur();
FilterDescriptor median_blur();
FilterDescriptor bilateral();
FilterDescriptor oil_painting();
FilterDescriptor resize();
FilterDescriptor crop();
FilterDescriptor flip();
FilterDescriptor rotate();
FilterDescriptor letterbox();
FilterDescriptor pixelate();
FilterDescriptor invert();
FilterDescriptor brightness_contrast();
FilterDescriptor gamma();
FilterDescriptor sepia();
FilterDescriptor histogram_equalization();
FilterDescriptor clahe();
FilterDescriptor threshold();
FilterDescriptor levels();
FilterDescriptor posterize();
FilterDescriptor hue_saturation();
FilterDescriptor vignette();
FilterDescriptor white_balance();
FilterDescriptor rgb_to_hsv();
FilterDescriptor hsv_to_rgb();
FilterDescriptor rgb_to_lab();
FilterDescriptor lab_to_rgb();
FilterDescriptor rgb_to_ycbcr();
FilterDescriptor ycbcr_to_rgb();
FilterDescriptor sobel();
FilterDescriptor scharr();
FilterDescriptor canny();
FilterDescriptor laplacian_of_gaussian();
FilterDescriptor sharpen();
FilterDescriptor unsharp_mask();
FilterDescriptor high_pass();
FilterDescriptor erode();
FilterDescriptor dilate();
FilterDescriptor open();
FilterDescriptor close();
FilterDescriptor morphological_gradient();
FilterDescriptor top_hat();
FilterDescriptor black_hat();
/// Offers those of the others that keep the size of a picture.
FilterDescriptor blend(const std::vector<FilterDescriptor>& others);

}  // namespace framewright::engine::filters
