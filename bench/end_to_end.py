#!/usr/bin/python3
"""Measures the whole program over its sockets and writes the table into bench/RESULTS.md, section End to end.

Each figure stands beside its reference in the same run, in turn: a bare WebSocket echo, or a loop
written by hand with the same codec and kernel. Load generator and server share the machine.
"""
import argparse
import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import results

HEADING = "End to end"
PHOTOGRAPH = pathlib.Path("/usr/share/backgrounds/mate/nature/Dune.jpg")
BLUR = "gaussian_blur:kernel_size=5,sigma=1"
MIB = 1 << 20


class Bench:
    def __init__(self, build, seconds, rounds, minutes, settings):
        self.build = pathlib.Path(build).resolve()
        self.seconds = seconds
        self.rounds = rounds
        self.minutes = minutes
        self.settings = settings
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="framewright-bench-"))
        self.photo = self.scratch / "photo.jpg"
        photograph = [str(PHOTOGRAPH)] if PHOTOGRAPH.exists() else []
        self.run("make_photo", self.photo, self.scratch / "photo.ppm", *photograph)

    def run(self, program, *arguments):
        command = [self.build / program, *map(str, arguments)]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

    def json(self, program, *arguments):
        return json.loads(self.run(program, *arguments))

    def load(self, mode, port, **options):
        words = [f"{key}={value}" for key, value in options.items()]
        return self.json("ws_load", mode, f"port={port}", *words)

    def rest(self, port, pipeline, connections, exactness):
        query = f"pipeline={pipeline}&quality=80&exactness={exactness}"
        return self.post(f"http://127.0.0.1:{port}/api/v1/process?{query}", connections)

    def post(self, url, connections):
        """Answers a second to the photograph sent to `url`."""
        script = self.scratch / "post.lua"
        script.write_text(f'local file = io.open("{self.photo}", "rb")\n'
                          'wrk.method, wrk.body = "POST", file:read("*a")\n'
                          'wrk.headers["Content-Type"] = "image/jpeg"\n')
        text = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{self.seconds}s", "-s", script, url],
                              check=True, stdout=subprocess.PIPE, text=True).stdout
        if "Non-2xx" in text:
            raise SystemExit(f"the server refused requests:\n{text}")
        return float(re.search(r"Requests/sec:\s*([\d.]+)", text)[1])

    def loop(self, job, threads=2):
        """Frames a second of a job of bench/hand/job.hpp."""
        return self.json("hand_loop", self.photo, threads, self.seconds, job)["frames_per_second"]

    @contextlib.contextmanager
    def server(self, *settings):
        words = [word for setting in (*self.settings, *settings) for word in ("--set", setting)]
        with tempfile.TemporaryDirectory() as data:
            command = [self.build / "framewright", "serve", "--set", "http.port=0", "--set",
                       f"data.directory={data}", "--set", "log.level=error", *words]
            with listening(command) as started:
                yield started

    def echo(self):
        return listening([self.build / "ws_echo", "0", "2"])

    def in_turn(self, *measurements):
        """Calls each in turn, `rounds` times; the medians."""
        figures = [[measure() for measure in measurements] for _ in range(self.rounds)]
        return [statistics.median(column) for column in zip(*figures)]


@contextlib.contextmanager
def listening(command):
    """Starts a server that prints its port; yields (port, pid)."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield int(re.search(r":(\d+)\s*$", process.stdout.readline())[1]), process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def resident_bytes(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()


def whole_jobs(bench):
    with bench.server() as (port, _):
        loop, rest, socket = bench.in_turn(
            lambda: bench.loop("gauss_rgb"), lambda: bench.rest(port, BLUR, 4, "exact"),
            lambda: bench.load("closed", port, frame=bench.photo, pipeline=BLUR, window=8,
                               exactness="exact",
                               seconds=bench.seconds)["frames_per_second"])
    work = "1080p JPEG, Gaussian 5x5, JPEG q80"
    return [(f"{work}, REST, 4 connections", f"{rest:.0f}/s", f"two-thread loop {loop:.0f}/s",
             f"{rest / loop:.2f}", "0.92"),
            (f"{work}, WebSocket lossless, window 8", f"{socket:.0f}/s", f"two-thread loop {loop:.0f}/s",
             f"{socket / loop:.2f}", "0.94")]


def small_frames(bench):
    closed = {"seconds": bench.seconds}
    full = {"window": 64, "connections": 4, "seconds": bench.seconds}
    raw = {"frame": "1920x1080", "format": "rgb8", "window": 2, "connections": 4, "seconds": bench.seconds}
    with bench.server() as (port, _), bench.echo() as (echo, _):
        echo_us, our_us = bench.in_turn(lambda: bench.load("closed", echo, echo=1, **closed)["p50_us"],
                                        lambda: bench.load("closed", port, **closed)["p50_us"])
        echo_rate, our_rate = bench.in_turn(
            lambda: bench.load("closed", echo, echo=1, **full)["frames_per_second"],
            lambda: bench.load("closed", port, **full)["frames_per_second"])
        echo_raw, our_raw = bench.in_turn(
            lambda: bench.load("closed", echo, echo=1, **raw)["frames_per_second"],
            lambda: bench.load("closed", port, pipeline="invert", **raw)["frames_per_second"])
    return [("raw 16x16, no filter, round trip p50", f"{our_us:.0f} us", f"bare echo {echo_us:.0f} us",
             f"+{our_us - echo_us:.0f} us", "+50 us"),
            ("raw 16x16, no filter, window 64, 4 connections", f"{our_rate:.0f}/s",
             f"bare echo {echo_rate:.0f}/s", f"{our_rate / echo_rate:.2f}", "80000/s"),
            ("raw 1080p RGB, invert, 4 connections", f"{our_raw:.0f}/s", f"bare echo {echo_raw:.0f}/s",
             f"{our_raw / echo_raw:.2f}", "0.8")]


def idle_connections(bench, count=10_000):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if limit < count + 100:
        return [(f"{count} idle WebSockets", "not measured", f"only {limit} open files allowed", "", "")]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    each = {}
    for name, server, echo in (("ours", bench.server(), 0), ("echo", bench.echo(), 1)):
        with server as (port, pid):
            each[name] = bench.load("idle", port, pid=pid, connections=count, seconds=1,
                                    echo=echo)["bytes_per_connection"] / 1024
    return [(f"{count} idle WebSockets, process memory each", f"{each['ours']:.1f} KiB",
             f"bare echo {each['echo']:.1f} KiB", f"{each['ours'] / each['echo']:.2f}", "12 KiB")]


def has_device(port):
    pixel = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/process?pipeline=invert&accelerator=cuda&width=1&height=1"
        "&pixel_format=rgb8", bytes(3), {"Content-Type": "application/octet-stream"})
    try:
        with urllib.request.urlopen(pixel):
            return True
    except urllib.error.HTTPError as error:
        if json.load(error)["code"] != "accelerator_unavailable":
            raise
        return False


def device(bench):
    """Raw frames on a GPU beside the same that are only passed on; JPEGs beside their decoding alone."""
    raw = {"frame": "1920x1080", "format": "rgb8", "window": 4, "connections": 4, "seconds": bench.seconds}
    jpeg = {"frame": bench.photo, "window": 16, "connections": 4, "seconds": bench.seconds}
    on_device = {"pipeline": BLUR, "exactness": "exact", "accelerator": "cuda"}
    cores = os.cpu_count()
    # A frame that asks for a GPU fails where there is no room for its picture and for what is made of it.
    with bench.server("limits.frame_memory_bytes=2GiB") as (port, _):
        if not has_device(port):
            print("there is no CUDA device: its rows are left out", file=sys.stderr)
            return []
        front, frames, decoded, pictures = bench.in_turn(
            lambda: bench.load("closed", port, **raw)["frames_per_second"],
            lambda: bench.load("closed", port, **raw, **on_device)["frames_per_second"],
            lambda: bench.loop("decode_rgb", cores),
            lambda: bench.load("closed", port, **jpeg, **on_device)["frames_per_second"])
    return [("raw 1080p RGB, Gaussian 5x5 on a GPU, 4 connections", f"{frames:.0f}/s",
             f"without a filter {front:.0f}/s", f"{frames / front:.2f}", "0.8"),
            ("1080p JPEG, Gaussian 5x5 on a GPU, JPEG q80, 4 connections", f"{pictures:.0f}/s",
             f"decoding alone, {cores} threads {decoded:.0f}/s", f"{pictures / decoded:.2f}", "")]


def memory(bench):
    """RSS while REST and WebSocket clients keep the server busy: its slope after a warm-up, and its peak."""
    samples = []
    minutes = bench.minutes
    budget = 256 * MIB
    with bench.server() as (port, pid), concurrent.futures.ThreadPoolExecutor() as pool:
        end = time.monotonic() + minutes * 60
        load = {"connections": 2, "seconds": minutes * 60}
        socket = pool.submit(bench.load, "closed", port, frame=bench.photo, pipeline=BLUR, window=16, **load)
        raw = pool.submit(bench.load, "closed", port, frame="640x480", format="rgb8", pipeline="sobel",
                          window=32, **load)
        while time.monotonic() < end:
            samples.append((time.monotonic(), resident_bytes(pid)))
            time.sleep(1)
        socket.result()
        raw.result()
    warm = samples[len(samples) // 4:]
    slope = statistics.linear_regression(*zip(*warm)).slope * 60 / MIB
    peak = max(size for _, size in samples)
    return [(f"RSS over {minutes:g} min of load, slope", f"{slope:+.2f} MiB/min", "", "", "0"),
            (f"RSS over {minutes:g} min of load, peak", f"{peak / MIB:.0f} MiB",
             f"frame memory {budget // MIB} MiB", "", f"{budget // MIB + 100} MiB")]


def overload(bench):
    """Ten times what the machine can do, live: answers keep their deadline, the rest is named."""
    deadline_ms = 250
    with bench.server() as (port, _):
        capacity = bench.load("closed", port, frame=bench.photo, pipeline=BLUR, window=8,
                              seconds=bench.seconds)["frames_per_second"]
        flood = bench.load("open", port, frame=bench.photo, pipeline=BLUR, delivery="latest", window=8,
                           deadline_ms=deadline_ms, connections=8, fps=round(capacity * 10 / 8),
                           seconds=bench.seconds)
    told = flood["answered"] + sum(flood["dropped"].values()) + sum(flood["errors"].values())
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(flood["dropped"].items()))
    return [("ten times the capacity, latest: p99 of answers", f"{flood['p99_us'] / 1000:.0f} ms",
             f"deadline {deadline_ms} ms", "", f"{deadline_ms} ms"),
            ("ten times the capacity: frames sent, answered or named", f"{told} of {flood['sent']}",
             f"dropped: {reasons}", "", "all"),
            ("last answer after the load's end", f"{flood['settled_after_s']:.2f} s", "", "", "1 s")]


def fairness(bench):
    """30 small frames a second beside four clients that keep 8 large frames each on their way."""
    with bench.server() as (port, _), concurrent.futures.ThreadPoolExecutor() as pool:
        greedy = pool.submit(bench.load, "closed", port, frame=bench.photo, pipeline=BLUR,
                             window=8, connections=4, seconds=bench.seconds + 2)
        time.sleep(1)
        modest = bench.load("open", port, frame="64x64", format="rgb8", pipeline=BLUR, fps=30,
                            seconds=bench.seconds)
        rate = greedy.result()["frames_per_second"]
    workers = os.cpu_count()
    one_ms = workers / rate * 1000
    p95_ms = modest["p95_us"] / 1000
    return [("modest client beside four greedy ones, p95", f"{p95_ms:.1f} ms",
             f"one greedy frame on its worker {one_ms:.1f} ms", f"{p95_ms / one_ms:.2f}", "3")]


def refused_honestly(bench):
    """More REST requests at once than frame memory allows: each is answered, by 200 or 503."""
    body = bench.photo.read_bytes()

    def post(port):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/process?pipeline={BLUR}", body,
                                         {"Content-Type": "image/jpeg"})
        try:
            with urllib.request.urlopen(request) as response:
                return str(response.status)
        except urllib.error.HTTPError as error:
            return f"{error.code}{' with Retry-After' if error.headers['Retry-After'] else ''}"

    with bench.server("limits.frame_memory_bytes=64MiB") as (port, _), \
            concurrent.futures.ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(post, [port] * 256))
    counts = ", ".join(f"{answer}: {answers.count(answer)}" for answer in sorted(set(answers)))
    return [("64 REST requests at once on 64 MiB of frame memory", counts, "", "",
             "200 or 503 with Retry-After")]


PARTS = {"jobs": whole_jobs, "small_frames": small_frames, "device": device, "idle": idle_connections,
         "memory": memory, "overload": overload, "refusals": refused_honestly, "fairness": fairness}


def measure(description, heading, parts):
    """Runs the parts that the command line asks for, and writes all of their rows as one section."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--build", default="build/bench", help="where the benchmarks were built")
    arguments.add_argument("--seconds", type=int, default=5, help="of each measurement")
    arguments.add_argument("--rounds", type=int, default=3, help="measurements whose median counts")
    arguments.add_argument("--minutes", type=float, default=1, help="of load while memory is watched")
    arguments.add_argument("--only", choices=parts, help="measure one part, and only print it")
    arguments.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                           help="a setting of the servers; may be given again")
    given = arguments.parse_args()
    bench = Bench(given.build, given.seconds, given.rounds, given.minutes, given.set)
    rows = []
    for name, part in parts.items():
        if given.only in (None, name):
            print(f"measuring {name}", file=sys.stderr, flush=True)
            rows += part(bench)
    head = ["| what | Framewright | reference | ratio | target |", "| --- | ---: | --- | ---: | ---: |"]
    results.report(heading, head, rows, given.only)


if __name__ == "__main__":
    measure(__doc__, HEADING, PARTS)
