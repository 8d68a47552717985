#!/usr/bin/env bash
# Runs the device tests and the device benchmark on a machine with a GPU. Needs nvcc; the tests also need
# GoogleTest.
set -euo pipefail
cd "$(dirname "$0")/.."

out=build/gpu
arch=${FRAMEWRIGHT_GPU_ARCH:-native}
flags=(-std=c++17 -O3 "-arch=$arch" --expt-relaxed-constexpr -I. -Xcompiler=-pthread)
kernels=(kernels/*.cu kernels/*_reference.cpp kernels/gaussian_kernel.cpp kernels/point_table.cpp
  kernels/sepia_matrix.cpp)

mkdir -p "$out"
nvcc "${flags[@]}" "${kernels[@]}" bench/device_bench.cpp -o "$out/device_bench"
if echo '#include <gtest/gtest.h>' | "${CXX:-c++}" -E -x c++ - >/dev/null 2>&1; then
  nvcc "${flags[@]}" "${kernels[@]}" tests/kernels/cuda_*_test.cpp -lgtest -lgtest_main -o "$out/device_test"
  "$out/device_test"
else
  echo "GoogleTest is not installed: the device tests are left out; the benchmark still checks every byte"
fi
exec "$out/device_bench" "$@"
