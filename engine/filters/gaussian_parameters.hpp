// The parameters of every filter that blurs by a Gaussian.
#pragma once

#include "engine/filter.hpp"
#include "kernels/gaussian_blur.hpp"

namespace framewright::engine::filters {

ParameterDescriptor gaussian_kernel_size();
ParameterDescriptor gaussian_sigma();

/// The kernel that validated parameters ask for.
kernels::GaussianKernel gaussian_kernel(const Parameters& parameters);

}  // namespace framewright::engine::filters
