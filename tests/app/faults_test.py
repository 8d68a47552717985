"""Random faults under load: workers and a gateway are killed, halted, drained and started again.

Whatever happens, every accepted job succeeds once, every lossless frame is answered once, in order and
rightly, and memory does not grow. The faults follow from the seed that is printed: TEST_SEED repeats them.
TEST_SECONDS makes the run longer, TEST_JOBS makes it go on until so many jobs are accepted.
"""

import asyncio
import contextlib
import http.client
import os
import pathlib
import queue
import random
import resource
import signal
import socket
import sys
import tempfile
import threading
import time
import unittest

import frames
from node import Node
from pictures import gradient, inverted, png, read_png
from postgres import Postgres, programs
from server import Server, job_request, wait_until

SECONDS = float(os.environ.get("TEST_SECONDS", 30))
JOBS = int(os.environ.get("TEST_JOBS", 0))
WORKERS = 4
MOST_HURT = 2
STREAMS = 2
SUBMITTERS = 2
# Jobs that were accepted and have not been seen to succeed; more make submitters wait.
MOST_OPEN_JOBS = 300
WIDTH, HEIGHT = 96, 64
PICTURES = 8
MIB = 1 << 20
FRAME_MEMORY_BYTES = 64 * MIB
# Of a process that holds all of its frame memory: code, heaps of its threads, connections; AddressSanitizer
# keeps as much again around what is allocated, and what was freed.
PROCESS_BYTES = (256 if "ASAN_OPTIONS" in os.environ else 128) * MIB
GROWTH_BYTES = 24 * MIB
# How long a worker that was halted may take to be of use again: silence until both ends know, and a dial.
RECOVERY_S = 6.0
LOST = (ConnectionError, http.client.HTTPException, TimeoutError)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def resident_bytes(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()


class Loads:
    """Runs functions in threads until stop(); the first that fails is raised there."""

    def __init__(self):
        self.ending = threading.Event()
        self._threads, self.failures = [], []

    def start(self, function, *arguments):
        thread = threading.Thread(target=self._run, args=(function, *arguments), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self, function, *arguments):
        try:
            function(*arguments)
        except BaseException as failure:
            self.failures.append(failure)
            self.ending.set()

    def stop(self):
        self.ending.set()
        for thread in self._threads:
            thread.join()
        if self.failures:
            raise self.failures[0]


class Pictures:
    """A few pictures and what comes of them."""

    def __init__(self):
        pixels = [gradient(WIDTH, HEIGHT, seed=number) for number in range(PICTURES)]
        self.sent = [png(WIDTH, HEIGHT, 3, one) for one in pixels]
        self.expected = [(WIDTH, HEIGHT, 3, inverted(one)) for one in pixels]

    def check(self, number, answer):
        if read_png(answer) != self.expected[number % PICTURES]:
            raise AssertionError(f"picture {number} has a wrong answer")


class Streams:
    """Lossless streams to one gateway."""

    def __init__(self, server, pictures, ending):
        self._server, self._pictures, self._ending = server, pictures, ending
        self.answered, self.gap_s = 0, 0.0

    def run(self):
        asyncio.run(self._run())

    async def _run(self):
        async with frames.connected(self._server) as client:
            opened = await client.open_stream(pipeline="invert", output={"format": "png"},
                                              delivery="lossless", window=16)
            if opened["type"] != "stream_opened":
                raise AssertionError(opened)
            sent = asyncio.create_task(self._send(client))
            await self._read(client, sent)

    async def _send(self, client):
        number = 0
        while not self._ending.is_set():
            await client.socket.send(frames.frame(number, self._pictures.sent[number % PICTURES]))
            number += 1
            await asyncio.sleep(0.002)
        return number

    async def _read(self, client, sent):
        expected, last = 0, time.monotonic()
        while not sent.done() or expected < sent.result():
            result = await client.next()
            if not isinstance(result, frames.Result) or result.frame_id != expected:
                raise AssertionError(f"expected the answer to frame {expected}, got {result}")
            self._pictures.check(expected, result.payload)
            self.gap_s, last = max(self.gap_s, time.monotonic() - last), time.monotonic()
            expected += 1
            self.answered += 1


class Submitter:
    """Submits jobs to either gateway until each is accepted."""

    def __init__(self, number, gateways, pictures, chance, jobs, ending):
        self._number, self._gateways, self._pictures = number, gateways, pictures
        self._chance, self._jobs, self._ending = chance, jobs, ending
        self.repeated = 0

    def run(self):
        number = self._number
        while not self._ending.is_set():
            if self._jobs.open() >= MOST_OPEN_JOBS:
                self._ending.wait(0.02)
                continue
            self._jobs.accepted(number, self._submit(number))
            number += SUBMITTERS

    def _submit(self, number):
        """Under one key, so that a repetition after a lost answer is the same job."""
        job = {"pipeline": "invert", "output": {"format": "png"}}
        body, headers = job_request(job, (f"{number}.png", self._pictures.sent[number % PICTURES]))
        headers["Idempotency-Key"] = f"fault-{number}"
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            with contextlib.suppress(*LOST):
                answer = self._chance.choice(self._gateways).request("POST", "/api/v1/jobs", body, headers)
                if answer.status == 202:
                    return answer.json()["id"]
                if answer.status != 503:
                    raise AssertionError(f"job {number}: {answer.status} {answer.body}")
            self.repeated += 1
            time.sleep(0.05)
        raise AssertionError(f"job {number} is not accepted")


class Jobs:
    """What was accepted; watch() sees each of them succeed, the oldest first."""

    def __init__(self, server):
        self._server = server
        self._open = queue.SimpleQueue()
        self.ids = {}

    def accepted(self, number, job_id):
        self.ids[number] = job_id
        self._open.put(job_id)

    def open(self):
        return self._open.qsize()

    def watch(self, ending):
        while not ending.is_set():
            with contextlib.suppress(queue.Empty):
                self.wait_for(self._open.get(timeout=0.1))

    def wait_for_all(self):
        while self.open():
            self.wait_for(self._open.get())

    def wait_for(self, job_id):
        def succeeded():
            job = self._server.get(f"/api/v1/jobs/{job_id}").json()
            if job["state"] in ("failed", "cancelled"):
                raise AssertionError(f"job {job_id}: {job}")
            return job["state"] == "succeeded"

        wait_until(succeeded, f"job {job_id} to succeed")

    def stored(self):
        """The ids of all jobs of the store, page by page."""
        ids, cursor = [], None
        while True:
            page = self._server.get("/api/v1/jobs", limit=100,
                                    **({"cursor": cursor} if cursor else {})).json()
            ids += [job["id"] for job in page["jobs"]]
            cursor = page.get("next_cursor")
            if not cursor:
                return ids


class Worker:
    """A place for a worker, which is filled again when its process ends."""

    def __init__(self, ports):
        self._ports = ports
        self.node = None
        self.hurt_until = 0.0
        self.start()

    def start(self):
        first, *others = self._ports
        joins = [word for port in others for word in ("--join", f"127.0.0.1:{port}")]
        self.node = Node(first, "--workers", "1", *joins, "--set",
                         f"limits.frame_memory_bytes={FRAME_MEMORY_BYTES}")

    def works(self):
        """For the first gateway, and not just halted."""
        return (time.monotonic() > self.hurt_until and
                f"works for gateway 127.0.0.1:{self._ports[0]}" in self.node.log())


class Faults:
    """Hurts workers and the second gateway. Some workers are left whole at any time: without any a frame is
    refused, and one that three nodes have had in vain fails, as it may be the cause."""

    def __init__(self, chance, workers, gateway):
        self._chance, self._workers, self._gateway = chance, workers, gateway
        self._begin = time.monotonic()
        self._wakes = []   # (when, pid, what)
        self.count = {}

    def one(self):
        fault = self._chance.choices(
            [self.kill_worker, self.halt_worker, self.drain_worker, self.kill_gateway, self.halt_gateway,
             self.restart_gateway], weights=[6, 3, 3, 2, 1, 1])[0]
        length_s = self._chance.uniform(0.1, 5)
        worker = self._chance.choice(self._workers)
        if fault in (self.kill_worker, self.halt_worker, self.drain_worker):
            wait_until(lambda: self.may_hurt(worker), "a worker to hurt")
            self.say(fault, f"of {worker.node.id}")
            fault(worker, length_s)
        else:
            self.say(fault, "")
            fault(length_s)

    def may_hurt(self, worker):
        self.wake()
        return worker.works() and sum(one.works() for one in self._workers) > WORKERS - MOST_HURT

    def say(self, fault, whom):
        name = fault.__name__
        self.count[name] = self.count.get(name, 0) + 1
        print(f"{time.monotonic() - self._begin:7.2f} s {name} {whom}", flush=True)

    def kill_worker(self, worker, _):
        worker.node.kill()
        worker.start()

    def halt_worker(self, worker, length_s):
        worker.node.send(signal.SIGSTOP)
        worker.hurt_until = time.monotonic() + length_s + RECOVERY_S
        self.wake_later(length_s, worker.node.send)

    def drain_worker(self, worker, _):
        """The new one comes first, as in a rolling restart."""
        leaving = worker.node
        worker.start()
        if leaving.stop() != 0:
            raise AssertionError(f"a drained worker failed:\n{leaving.log()}")

    def kill_gateway(self, _):
        self._gateway.kill()
        self._gateway.start()

    def halt_gateway(self, length_s):
        """At times for longer than its leases last."""
        os.kill(self._gateway.pid, signal.SIGSTOP)
        self.pause(3 * length_s)
        os.kill(self._gateway.pid, signal.SIGCONT)

    def restart_gateway(self, _):
        if self._gateway.stop() != 0:
            raise AssertionError(f"the gateway failed:\n{self._gateway.log()}")
        self._gateway.start()

    def pause(self, length_s):
        """Meanwhile those that are halted wake when it is their time."""
        end = time.monotonic() + length_s
        while time.monotonic() < end:
            self.wake()
            time.sleep(0.02)

    def wake_later(self, length_s, send):
        self._wakes.append((time.monotonic() + length_s, send))

    def wake(self, everybody=False):
        due = [wake for wake in self._wakes if everybody or wake[0] <= time.monotonic()]
        for wake in due:
            self._wakes.remove(wake)
            wake[1](signal.SIGCONT)


class RandomFaults(unittest.TestCase):
    def setUp(self):
        self.postgres = self.enterContext(Postgres())
        self.directory = self.enterContext(tempfile.TemporaryDirectory())
        self.pictures = Pictures()
        self.loads = Loads()
        self.ports = [free_port(), free_port()]
        self.steady, self.hurt = [self.start_gateway(port) for port in self.ports]
        self.workers = []
        for _ in range(WORKERS):
            self.workers.append(Worker(self.ports))
            self.addCleanup(lambda worker=self.workers[-1]: worker.node.kill())
        wait_until(lambda: all(worker.works() for worker in self.workers), "workers")

    def start_gateway(self, port):
        gateway = Server(self.directory, f"jobs.store={self.postgres.url()}", f"cluster.port={port}",
                         f"limits.frame_memory_bytes={FRAME_MEMORY_BYTES}",
                         f"jobs.retained={10 * JOBS + 100000}", arguments=("--workers", "0"))
        gateway.start()
        self.addCleanup(gateway.__exit__)
        return gateway

    def test_lose_nothing_and_do_nothing_twice(self):
        seed = int(os.environ.get("TEST_SEED", random.SystemRandom().randrange(1 << 32)))
        print(f"TEST_SEED={seed}", flush=True)
        jobs = Jobs(self.steady)
        streams = [Streams(self.steady, self.pictures, self.loads.ending) for _ in range(STREAMS)]
        gateways = [self.steady, self.hurt]
        submitters = [Submitter(number, gateways, self.pictures, random.Random(seed + 1 + number), jobs,
                                self.loads.ending) for number in range(SUBMITTERS)]
        for load in [*streams, *submitters]:
            self.loads.start(load.run)
        self.loads.start(jobs.watch, self.loads.ending)
        faults = Faults(random.Random(seed), self.workers, self.hurt)
        sizes = self.disturb(faults, random.Random(seed - 1), jobs)
        faults.wake(everybody=True)
        self.loads.stop()
        jobs.wait_for_all()
        print(f"{sum(faults.count.values())} faults: {faults.count}; {len(jobs.ids)} jobs, "
              f"{sum(one.repeated for one in submitters)} submissions repeated; "
              f"{sum(one.answered for one in streams)} frames, longest gap "
              f"{max(one.gap_s for one in streams):.2f} s; RSS of the gateway {sizes[-1] / MIB:.0f} MiB")
        self.check_jobs(jobs)
        self.check_memory(sizes)

    def disturb(self, faults, chance, jobs):
        """Faults until the time is over; how much memory the steady gateway had before each."""
        sizes, end = [], time.monotonic() + SECONDS
        while (time.monotonic() < end or len(jobs.ids) < JOBS) and not self.loads.ending.is_set():
            sizes.append(resident_bytes(self.steady.pid))
            faults.one()
            faults.pause(chance.uniform(0.1, 1))
        return sizes

    def check_jobs(self, jobs):
        """Each is there once, succeeded once, and its result is right, whichever gateway is asked."""
        stored = jobs.stored()
        self.assertEqual(len(stored), len(set(stored)))
        self.assertEqual(set(stored), set(jobs.ids.values()))
        for number, job_id in jobs.ids.items():
            gateway = (self.steady, self.hurt)[number % 2]
            self.pictures.check(number, gateway.get(f"/api/v1/jobs/{job_id}/result").body)
            events = gateway.get(f"/api/v1/jobs/{job_id}/events").body.decode()
            self.assertEqual(events.count('"state":"succeeded"'), 1, events)

    def check_memory(self, sizes):
        self.assertLess(max(sizes), FRAME_MEMORY_BYTES + PROCESS_BYTES)
        third = len(sizes) // 3
        self.assertLess(max(sizes[-third:]), max(sizes[third:-third]) + GROWTH_BYTES, "memory grows")


if __name__ == "__main__":
    if programs() is None:
        print("skipped: PostgreSQL is not installed")
        sys.exit(77)
    unittest.main(verbosity=2)
