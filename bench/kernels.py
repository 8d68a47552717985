#!/usr/bin/python3
"""Runs kernels_bench and writes its table, with ratios to OpenCV, into bench/RESULTS.md, section Kernels."""
import argparse
import json
import pathlib
import subprocess

import results

HEADING = "Kernels"
NOTE = """1920x1080 RGB, one thread, OpenCV single-threaded in the same run; medians of interleaved runs.
GB/s counts bytes read plus bytes written; above 1.0 Framewright is faster.
"""


def measure(program, repetitions):
    command = [program, "--benchmark_format=json", f"--benchmark_repetitions={repetitions}",
               "--benchmark_enable_random_interleaving=true", "--benchmark_min_time=0.05"]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    rows = {}
    for row in report["benchmarks"]:
        if row.get("aggregate_name") == "median":
            kernel, library = row["run_name"].split("/")[:2]
            rows.setdefault(kernel, {})[library] = row
    return rows


def table(rows):
    lines = ["| kernel | us | GB/s | OpenCV us | times as fast |", "| --- | ---: | ---: | ---: | ---: |"]
    for kernel, row in sorted(rows.items()):
        ours, theirs = row["framewright"], row.get("opencv")
        ratio = f"{theirs['cpu_time'] / ours['cpu_time']:.2f}" if theirs else ""
        their_time = f"{theirs['cpu_time']:.0f}" if theirs else ""
        speed = ours["bytes_per_second"] / 1e9
        lines.append(f"| {kernel} | {ours['cpu_time']:.0f} | {speed:.1f} | {their_time} | {ratio} |")
    return "\n".join(lines) + "\n"


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--build", default="build/bench", help="where kernels_bench was built")
    arguments.add_argument("--repetitions", type=int, default=9)
    given = arguments.parse_args()
    rows = measure(pathlib.Path(given.build) / "kernels_bench", given.repetitions)
    results.write_section(HEADING, f"{NOTE}\n{results.machine()}\n\n{table(rows)}")


if __name__ == "__main__":
    main()
