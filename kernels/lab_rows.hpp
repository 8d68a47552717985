// The way back from L*a*b* along one row, by SIMD. Called by lab_to_rgb() alone, after its checks.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/lab_tables.hpp"

namespace framewright::kernels {

/// `channels` 3 or 4; `to` may be `from`.
void lab_row_to_rgb(const FromLabTables& tables, int channels, const std::uint8_t* from, std::size_t pixels,
                    std::uint8_t* to);

}  // namespace framewright::kernels
