#!/usr/bin/env bash
# Device code with bare nvcc: registers and spills of every kernel, then the device tests and the benchmark,
# which need a machine with a GPU and nothing else. All tables are left in build/gpu/tables.md, with those of
# CuPy and PyTorch where they are installed. What went wrong is said again at the end.
#
# Usage: bench/gpu.sh [all | registers]
#   registers  compiles only, for every architecture that is built for or FRAMEWRIGHT_GPU_ARCH; needs no GPU
set -euo pipefail
cd "$(dirname "$0")/.."

out=build/gpu
flags=(-std=c++17 -O3 --expt-relaxed-constexpr -fmad=false -I. -Xcompiler=-pthread)
# What the device's sources and the references need of the host, none of which takes a library.
host=(kernels/*_reference.cpp kernels/bilateral_kernel.cpp kernels/clahe_table.cpp kernels/colour_rows.cpp
  kernels/device_batch.cpp kernels/device_staging.cpp kernels/device_step.cpp kernels/gaussian_kernel.cpp
  kernels/histogram.cpp kernels/jpeg_scan.cpp kernels/jpeg_tables.cpp kernels/lab_tables.cpp
  kernels/log_kernel.cpp kernels/make_*.cpp kernels/point_table.cpp kernels/profiler_range.cpp
  kernels/resample_taps.cpp kernels/sepia_matrix.cpp kernels/structuring_element.cpp)

wrong=()
went_wrong() {
  wrong+=("$1")
  echo "$1" >&2
}

# One line for each kernel and architecture; fails where a thread has memory of its own beside its registers.
report_registers() {
  local source arch spilled=0
  echo "| kernel | architecture | registers | shared bytes | stack bytes | spilled bytes |"
  echo "| --- | --- | ---: | ---: | ---: | ---: |"
  for arch in ${FRAMEWRIGHT_GPU_ARCH:-sm_75 sm_80 sm_86 sm_89 sm_90}; do
    for source in kernels/*.cu; do
      nvcc "${flags[@]}" "-arch=$arch" -Xptxas -v -cubin "$source" -o "$out/registers.cubin" 2>&1 | c++filt |
        awk -v arch="$arch" '
          /Compiling entry function/ {
            kernel = $0; sub(/.*entry function ./, "", kernel); sub(/. for .*/, "", kernel)
            gsub(/framewright::kernels::|\(anonymous namespace\)::|void /, "", kernel)
            if (match(kernel, />\(/)) kernel = substr(kernel, 1, RSTART); else sub(/\(.*/, "", kernel) }
          /bytes stack frame/ { stack = $1; spilled = $5 + $9 }
          /Used [0-9]+ registers/ { registers = $0; sub(/.*Used /, "", registers); sub(/ .*/, "", registers)
            shared = 0; if (match($0, /[0-9]+ bytes smem/)) { shared = substr($0, RSTART) + 0 }
            printf "| %s | %s | %d | %d | %d | %d |\n", kernel, arch, registers, shared, stack, spilled
            if (spilled > 0 || stack > 0) bad = 1 }
          /error|fatal/ { print > "/dev/stderr"; bad = 1 }
          END { exit bad }' || spilled=1
    done
  done
  if [[ $spilled -ne 0 ]]; then
    echo "some kernels keep values in memory that belong into registers" >&2
    return 1
  fi
}

run_on_device() {
  local arch=${FRAMEWRIGHT_GPU_ARCH:-native}
  local gtest=(-lgtest -lgtest_main)
  if ! echo '#include <gtest/gtest.h>' | "${CXX:-c++}" -E -x c++ - >/dev/null 2>&1; then
    gtest=(-Ibench/device/bare bench/device/bare/main.cpp)
  fi
  nvcc "${flags[@]}" "-arch=$arch" kernels/*.cu "${host[@]}" bench/device/*.cu bench/device/*.cpp -ldl \
    -o "$out/device_bench" || { went_wrong "the benchmark does not build"; return; }
  if nvcc "${flags[@]}" "-arch=$arch" kernels/*.cu "${host[@]}" tests/kernels/*_device_test.cpp \
    "${gtest[@]}" -ldl -o "$out/device_test"; then
    "$out/device_test" || went_wrong "device tests failed"
    if command -v compute-sanitizer >/dev/null; then
      compute-sanitizer --error-exitcode 1 "$out/device_test" || went_wrong "compute-sanitizer found errors"
    else
      echo "compute-sanitizer is not installed: the tests did not run under it"
    fi
  else
    went_wrong "the device tests do not build"
  fi
  "$out/device_bench" | tee -a "$out/tables.md" || went_wrong "the benchmark failed"
  python3 bench/device/peers.py "$out/device_bench" | tee -a "$out/tables.md" || went_wrong "the peers failed"
}

mkdir -p "$out"
case ${1:-all} in
  registers) report_registers ;;
  all)
    report_registers | tee "$out/tables.md" || went_wrong "some kernels spill"
    run_on_device
    for what in "${wrong[@]}"; do echo "wrong: $what" >&2; done
    [[ ${#wrong[@]} -eq 0 ]]
    ;;
  *) echo "usage: bench/gpu.sh [all | registers]" >&2; exit 2 ;;
esac
