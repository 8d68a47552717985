#!/usr/bin/python3
"""Runs codecs_bench and writes its table, with ratios to libpng and libwebp, into bench/RESULTS.md."""
import argparse
import json
import pathlib
import subprocess
import tempfile

import results

HEADING = "Codecs"
NOTE = """The picture of make_photo, 1920x1080 RGB, one thread, libpng and libwebp in the same run; medians of
interleaved runs, in milliseconds of CPU time. Above 1.0 Framewright is faster. `png_decode_level6` is the
file that libpng writes at zlib's level 6, `png_decode_ours` the one that `png_encode_fast` writes. libpng
encodes with its default filters, at level 1 beside fast and at level 6 beside small; libwebp with its default
method.
"""
PHOTOGRAPH = pathlib.Path("/usr/share/backgrounds/mate/nature/Dune.jpg")


def make_picture(build, folder):
    picture = pathlib.Path(folder) / "photo.ppm"
    photograph = [PHOTOGRAPH] if PHOTOGRAPH.exists() else []
    subprocess.run([build / "make_photo", picture.with_suffix(".jpg"), picture, *photograph], check=True)
    return picture


def measure(program, picture, repetitions):
    command = [program, picture, "--benchmark_format=json", f"--benchmark_repetitions={repetitions}",
               "--benchmark_enable_random_interleaving=true", "--benchmark_min_time=0.05"]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    rows = {}
    for row in report["benchmarks"]:
        if row.get("aggregate_name") == "median":
            work, codec = row["run_name"].split("/")[:2]
            rows.setdefault(work, {})["framewright" if codec == "framewright" else "library"] = row
    return rows


def table(rows):
    lines = ["| work | ms | KB | library ms | library KB | times as fast |",
             "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for work, row in sorted(rows.items()):
        ours, theirs = row["framewright"], row["library"]
        cells = [f"{row['cpu_time'] / 1e3:.1f} | {row['file_bytes'] / 1e3:.0f}" for row in (ours, theirs)]
        cells.append(f"{theirs['cpu_time'] / ours['cpu_time']:.2f}")
        lines.append(f"| {work} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--build", type=pathlib.Path, default="build/bench", help="where it was built")
    arguments.add_argument("--repetitions", type=int, default=5)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(given.build / "codecs_bench", make_picture(given.build, folder), given.repetitions)
    results.write_section(HEADING, f"{NOTE}\n{results.machine()}\n\n{table(rows)}")


if __name__ == "__main__":
    main()
