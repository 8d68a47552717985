#!/usr/bin/python3
"""Measures a gateway and the nodes that work for it and writes bench/RESULTS.md, section Cluster.

Everything runs on one machine, over loopback. Workers with a known service time are simulated devices
(workers.simulated_time), which take time and no core. ws_load ends with an error when an answer is missing,
out of order or an error, so a figure of load under a fault also says that no client saw the fault.
"""
import concurrent.futures
import os
import pathlib
import re
import signal
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import end_to_end

HEADING = "Cluster"
SMALL = {"frame": "64x64", "format": "rgb8", "pipeline": "invert", "accelerator": "cuda", "window": 64,
         "connections": 2}
SERVICE_MS = 20
# Each frame takes its time: a batch would take that of one.
SIMULATED = (1, f"workers.simulated_time={SERVICE_MS}ms", "cuda.batch_delay=0ms")
LOCALHOST = "127.0.0.1"


class Gateway:
    """A server without workers; start_node() gives it some."""

    def __init__(self, bench, *settings, log_level="error"):
        self._bench = bench
        self._data = tempfile.TemporaryDirectory()
        self._settings = settings
        self.log = tempfile.TemporaryFile("w+")
        command = [bench.build / "framewright", "serve", "--workers", "0",
                   *self._words("http.port=0", "cluster.port=0", f"data.directory={self._data.name}",
                                f"log.level={log_level}", *settings)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.port, self.node_port = [int(self.process.stdout.readline().rsplit(":", 1)[1]) for _ in range(2)]
        self.nodes = []

    @staticmethod
    def _words(*settings):
        return [word for setting in settings for word in ("--set", setting)]

    def start_node(self, workers=1, *settings):
        command = [self._bench.build / "framewright", "worker", "--join", f"{LOCALHOST}:{self.node_port}",
                   "--workers", str(workers), *self._words("log.level=error", *self._settings, *settings)]
        node = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        node.stdout.readline()
        self.nodes.append(node)
        return node

    def start_simulated(self, count):
        for _ in range(count):
            self.start_node(*SIMULATED)
        self.wait_for_nodes(count)

    def wait_for_nodes(self, count):
        text = "1 node" if count == 1 else f"{count} nodes"
        while text not in self.readiness():
            time.sleep(0.02)

    def readiness(self):
        try:
            with urllib.request.urlopen(f"http://{LOCALHOST}:{self.port}/health/ready") as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as not_ready:
            return not_ready.read().decode()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in [*self.nodes, self.process]:
            process.kill()
            process.wait()
            process.stdout.close()
        self._data.cleanup()


def rate(bench, gateway, **load):
    return bench.load("closed", gateway.port, seconds=bench.seconds, **load)["frames_per_second"]


def scaling(bench):
    """Small frames on workers that take a known time for each."""
    rates = {}
    for count in (1, 4, 16):
        with Gateway(bench) as gateway:
            gateway.start_simulated(count)
            rates[count] = rate(bench, gateway, **SMALL)
    ideal = 16 * 1000 / SERVICE_MS
    return [(f"4 workers of {SERVICE_MS} ms a frame", f"{rates[4]:.0f}/s", f"one of them {rates[1]:.1f}/s",
             f"{rates[4] / rates[1]:.2f}", "3.8"),
            (f"16 workers of {SERVICE_MS} ms a frame", f"{rates[16]:.0f}/s", f"ideal {ideal:.0f}/s",
             f"{rates[16] / ideal:.3f}", "0.95")]


def dispatcher(bench):
    cost = bench.json("dispatcher_bench", 16, 200_000)
    return [("dispatcher's own cost of a frame, 16 nodes", f"{cost['dispatcher_us']:.2f} us",
             f"with the messages of nodes and client {cost['all_us']:.2f} us", "", "20 us")]


def certificates(bench):
    made = bench.run("framewright", "node", "certificate", LOCALHOST, "-o", bench.scratch / "certificates")
    return [line.replace(": ", "=", 1) for line in made.splitlines()]


def pictures(bench):
    """1080p JPEGs by workers of the server, and by as many of one node over loopback."""
    load = {"frame": bench.photo, "pipeline": end_to_end.BLUR, "window": 8, "exactness": "exact"}
    cores = os.cpu_count()
    with bench.server() as (port, _), Gateway(bench) as plain, \
            Gateway(bench, *certificates(bench)) as secured:
        for gateway in (plain, secured):
            gateway.start_node(cores)
            gateway.wait_for_nodes(1)
        local, over_plain, over_tls = bench.in_turn(
            lambda: bench.load("closed", port, seconds=bench.seconds, **load)["frames_per_second"],
            lambda: rate(bench, plain, **load), lambda: rate(bench, secured, **load))
    work = f"1080p JPEG, Gaussian 5x5, JPEG q80, a node of {cores} workers"
    return [(f"{work}, loopback", f"{over_plain:.0f}/s", f"local workers {local:.0f}/s",
             f"{over_plain / local:.2f}", "0.85"),
            (f"{work}, relay with TLS", f"{over_tls:.0f}/s", f"local workers {local:.0f}/s",
             f"{over_tls / local:.2f}", "")]


def control(bench, nodes=2, seconds=25):
    """Pings while raw 1080p frames fill the links both ways."""
    with Gateway(bench, log_level="debug") as gateway:
        for _ in range(nodes):
            gateway.start_node(1)
        gateway.wait_for_nodes(nodes)
        load = bench.load("closed", gateway.port, frame="1920x1080", format="rgb8", pipeline="invert",
                          window=4, connections=2, seconds=seconds)
        gateway.log.seek(0)
        pings_us = re.findall(r"answered a ping in (\d+) us", gateway.log.read())
    pings_ms = sorted(int(us) / 1000 for us in pings_us)
    p99 = pings_ms[min(len(pings_ms) - 1, int(len(pings_ms) * 0.99))]
    return [(f"control message there and back while links are full, p99 of {len(pings_ms)}", f"{p99:.1f} ms",
             f"median {statistics.median(pings_ms):.1f} ms, {load['megabytes_per_second']:.0f} MB/s each way",
             "", "5 ms")]


def gap_while(bench, disturb, seconds):
    """The longest time without an answer while `disturb(gateway)` happens to one of three workers."""
    with Gateway(bench) as gateway, concurrent.futures.ThreadPoolExecutor() as pool:
        gateway.start_simulated(3)
        load = pool.submit(bench.load, "closed", gateway.port, seconds=seconds, **SMALL)
        time.sleep(1)
        disturb(gateway)
        return load.result()["longest_gap_us"] / 1e6


def rolling_restart(gateway):
    for leaving in list(gateway.nodes):
        gateway.start_node(*SIMULATED)
        leaving.send_signal(signal.SIGTERM)
        if leaving.wait() != 0:
            raise SystemExit("a node that was drained has failed")


def faults(bench):
    killed = gap_while(bench, lambda gateway: gateway.nodes[0].kill(), 4)
    silent = gap_while(bench, lambda gateway: gateway.nodes[0].send_signal(signal.SIGSTOP), 8)
    rolled = gap_while(bench, rolling_restart, 6)
    seen = "no frame lost, no error"
    return [("kill -9 of one of three workers: longest gap", f"{killed:.2f} s", seen, "", "1.5 s"),
            ("one of three workers silent: longest gap", f"{silent:.2f} s", seen, "", "4 s"),
            ("rolling restart of three workers: longest gap", f"{rolled:.2f} s", seen, "", "no error")]


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def idle(bench, seconds=10):
    with Gateway(bench) as gateway:
        for _ in range(3):
            gateway.start_node()
        gateway.wait_for_nodes(3)
        time.sleep(1)   # What starting has put off.
        pids = [gateway.process.pid, *(node.pid for node in gateway.nodes)]
        before = [processor_seconds(pid) for pid in pids]
        time.sleep(seconds)
        shares = [100 * (processor_seconds(pid) - was) / seconds for pid, was in zip(pids, before)]
    return [("idle, share of a core: the gateway of three nodes", f"{shares[0]:.2f} %", "", "", "1 %"),
            ("idle, share of a core: the busiest of the nodes", f"{max(shares[1:]):.2f} %", "", "", "1 %")]


PARTS = {"scaling": scaling, "dispatcher": dispatcher, "pictures": pictures, "control": control,
         "faults": faults, "idle": idle}


if __name__ == "__main__":
    end_to_end.measure(__doc__, HEADING, PARTS)
