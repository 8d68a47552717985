#!/usr/bin/python3
"""Runs kernels_bench and writes its table, with ratios to OpenCV, into bench/RESULTS.md, section Kernels."""
import argparse
import json
import os
import pathlib
import subprocess

import results

HEADING = "Kernels"
NOTE = """1920x1080 RGB, one thread, OpenCV single-threaded in the same run; medians of interleaved runs.
GB/s counts bytes read plus bytes written; above 1.0 Framewright is faster. AVX2 is a second run in which
neither uses AVX-512, as on a machine without it. Pictures lie on huge pages, as those of the server do.
"""
TWO_THREADS = """Two threads, half of the rows each, on one frame; times of the wall, and the work handed over
to a thread that stays awake between two frames.
"""
SUFFIX = "_two_threads"


def measure(program, repetitions, simd=None):
    command = [program, "--benchmark_format=json", f"--benchmark_repetitions={repetitions}",
               "--benchmark_enable_random_interleaving=true", "--benchmark_min_time=0.02"]
    # "AVX512-SKX" is the only set beyond AVX2 that Debian's OpenCV chooses at run time.
    limits = {"FRAMEWRIGHT_BENCH_SIMD": simd, "OPENCV_CPU_DISABLE": "AVX512-SKX"} if simd else {}
    environment = os.environ | limits
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    rows = {}
    for row in json.loads(done.stdout)["benchmarks"]:
        if row.get("aggregate_name") == "median":
            kernel, library = row["run_name"].split("/")[:2]
            rows.setdefault(kernel, {})[library] = row
    return rows


def times_as_fast(row):
    return f"{row['opencv']['cpu_time'] / row['framewright']['cpu_time']:.2f}" if "opencv" in row else ""


def table(rows, avx2):
    lines = ["| kernel | us | GB/s | OpenCV us | times as fast | AVX2 us | times as fast |",
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for kernel, row in sorted(rows.items()):
        if kernel.endswith(SUFFIX):
            continue
        ours = row["framewright"]
        their_time = f"{row['opencv']['cpu_time']:.0f}" if "opencv" in row else ""
        speed = ours["bytes_per_second"] / 1e9
        avx2_time = avx2[kernel]["framewright"]["cpu_time"]
        lines.append(f"| {kernel} | {ours['cpu_time']:.0f} | {speed:.1f} | {their_time} | "
                     f"{times_as_fast(row)} | {avx2_time:.0f} | {times_as_fast(avx2[kernel])} |")
    return "\n".join(lines) + "\n"


def two_threads_table(rows, avx2):
    lines = ["| kernel | one thread us | two threads us | times as fast | AVX2: times as fast |",
             "| --- | ---: | ---: | ---: | ---: |"]

    def ratio(row):
        return f"{row['one_thread']['real_time'] / row['framewright']['real_time']:.2f}"

    for kernel, row in sorted(rows.items()):
        if kernel.endswith(SUFFIX):
            lines.append(f"| {kernel.removesuffix(SUFFIX)} | {row['one_thread']['real_time']:.0f} | "
                         f"{row['framewright']['real_time']:.0f} | {ratio(row)} | {ratio(avx2[kernel])} |")
    return "\n".join(lines) + "\n"


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--build", default="build/bench", help="where kernels_bench was built")
    arguments.add_argument("--repetitions", type=int, default=9)
    arguments.add_argument("--remark", default="", help="a sentence about the circumstances of this run")
    given = arguments.parse_args()
    program = pathlib.Path(given.build) / "kernels_bench"
    rows = measure(program, given.repetitions)
    avx2 = measure(program, given.repetitions, "avx2")
    results.write_section(HEADING, f"{NOTE}\n{results.machine()} {given.remark}\n\n{table(rows, avx2)}\n"
                                   f"{TWO_THREADS}\n{two_threads_table(rows, avx2)}")


if __name__ == "__main__":
    main()
