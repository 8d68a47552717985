#!/usr/bin/python3
"""Measures whole frames over REST, JPEG to JPEG, and writes the table into bench/RESULTS.md, section Whole
program.

Each job runs in turn, in one run: in this program, in a loop of two threads written by hand for just this
job, and in sharp behind a minimal Node server. Load generator and servers share the machine. sharp comes from
npm into the build folder; without npm or network its columns stay empty.
"""
import argparse
import contextlib
import pathlib
import shutil
import subprocess
import sys

import end_to_end
import results

HEADING = "Whole program"
SOURCES = pathlib.Path(__file__).parent / "sharp"
RESIZE = "resize:width=1280,height=720"

# What, pipeline, exactness, the loops of which the faster counts, what sharp's server calls it, and the
# target against that.
JOBS = [("grayscale", "grayscale", "visual", ["gray"], "gray", 3.5),
        ("Gaussian 5x5", end_to_end.BLUR, "exact", ["gauss_rgb"], "gauss", 1.6),
        ("Gaussian 5x5", end_to_end.BLUR, "visual", ["gauss_planes", "gauss_strips"], "gauss", 2.3),
        ("resize to 1280x720", RESIZE, "exact", ["resize_rgb"], "resize", None),
        ("resize to 1280x720", RESIZE, "visual", ["resize_planes"], "resize", 1.9)]
LOOP_TARGET = 0.9


def install_sharp(build):
    """Returns the folder of the server, or nothing where npm cannot bring sharp."""
    folder = pathlib.Path(build).resolve() / "sharp"
    folder.mkdir(exist_ok=True)
    for name in ("package.json", "server.js"):
        shutil.copy(SOURCES / name, folder)
    if (folder / "node_modules" / "sharp").is_dir():
        return folder
    if not shutil.which("npm"):
        return None
    installed = subprocess.run(["npm", "install", "--no-audit", "--no-fund"], cwd=folder, check=False)
    return folder if installed.returncode == 0 else None


def sharp_server(folder):
    """A context with (port, pid), or with nothing."""
    if folder is None:
        return contextlib.nullcontext()
    return end_to_end.listening(["env", "UV_THREADPOOL_SIZE=2", "node", folder / "server.js"])


def measure(bench, server, sharp, job):
    """One row of the table."""
    what, pipeline, exactness, loops, sharp_name, target = job
    runs = [lambda: bench.rest(server[0], pipeline, 4, exactness)]
    runs += [lambda name=name: bench.loop(name) for name in loops]
    if sharp:
        runs.append(lambda: bench.post(f"http://127.0.0.1:{sharp[0]}/{sharp_name}", 4))
    figures = bench.in_turn(*runs)
    ours = figures[0]
    best = max(figures[1:1 + len(loops)])
    row = [f"{what}, {exactness}", f"{ours:.0f}/s", f"{loops[figures.index(best, 1) - 1]} {best:.0f}/s",
           f"{ours / best:.2f}", f"{LOOP_TARGET}"]
    theirs = figures[-1]
    row += [f"{theirs:.0f}/s", f"{ours / theirs:.2f}"] if sharp else ["", ""]
    return row + [f"{target or ''}"]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--build", default="build/bench", help="where the benchmarks were built")
    arguments.add_argument("--seconds", type=int, default=4, help="of each measurement")
    arguments.add_argument("--rounds", type=int, default=3, help="measurements whose median counts")
    arguments.add_argument("--only", help="measure the jobs whose name has this in it, and only print them")
    given = arguments.parse_args()
    bench = end_to_end.Bench(given.build, given.seconds, given.rounds, minutes=0)
    rows = []
    with bench.server() as server, sharp_server(install_sharp(given.build)) as sharp:
        for job in JOBS:
            if not given.only or given.only in f"{job[0]}, {job[2]}":
                print(f"measuring {job[0]}, {job[2]}", file=sys.stderr, flush=True)
                rows.append(measure(bench, server, sharp, job))
    head = ["| 1080p JPEG to JPEG q80, 4 connections | Framewright | two-thread loop | ratio | target "
            "| sharp | ratio | target |", "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |"]
    results.report(HEADING, head, rows, given.only)


if __name__ == "__main__":
    main()
