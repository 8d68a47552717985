"""A gateway and nodes that die, hang and leave: its clients notice nothing but latency."""

import asyncio
import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import frames
from cluster_case import HEIGHT, KILLED_GAP_S, SILENT_GAP_S, WIDTH, Cluster
from node import Node
from pictures import read_png
from server import Server, program, run_program, wait_until

NODES = 3
CROWD = 10_000
# Who shows no certificate within 5 s is dropped.
SILENT_CALLER_S = 8


class Working(Cluster):
    def test_is_not_ready_and_overloaded_until_a_node_joins(self):
        self.assertEqual(self.server.get("/health/ready").status, 503)
        refused = self.server.process(self.picture, "invert")
        self.assertEqual((refused.status, refused.json()["code"]), (503, "overloaded"))
        self.start_nodes(1)
        self.assertEqual(self.server.get("/health/ready").status, 200)
        self.assert_right(self.server.process(self.picture, "invert"))

    def test_a_node_comes_back_to_a_gateway_that_was_away(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        node = Node(port, "--workers", "1")
        self.addCleanup(node.kill)
        wait_until(lambda: "out of reach" in node.log(), "the node to say that its gateway is away")
        with tempfile.TemporaryDirectory() as directory, \
                Server(directory, f"cluster.port={port}", arguments=("--workers", "0")) as late:
            wait_until(lambda: late.get("/health/ready").status == 200, "the node to join", timeout_s=15)
            self.assert_right(late.process(self.picture, "invert"))
        self.assertEqual(node.log().count("out of reach"), 1, "said once")

    def test_listens_for_nodes_on_this_machine_only(self):
        code, _, errors = run_program("serve", "--set", "cluster.address=0.0.0.0")
        self.assertEqual(code, 1)
        self.assertIn("cluster.address", errors)
        code, _, errors = run_program("worker", "--join", "example.org:4950")
        self.assertEqual(code, 1)
        self.assertIn("example.org:4950", errors)


class Seeds(Cluster):
    """A worker that is told of gateways which are not there, and of one that is."""

    def check_that_bad_seeds_delay_nothing(self, *settings):
        with socket.create_server((self.HOST, 0)) as silent, socket.create_server((self.HOST, 0)) as dead:
            silent_port, dead_port = silent.getsockname()[1], dead.getsockname()[1]
            dead.close()
            start = time.monotonic()
            bad = [word for port in (silent_port, dead_port) for word in ("--join", f"{self.HOST}:{port}")]
            node = Node(self.node_port, "--workers", "1", *bad, *settings, host=self.HOST)
            self.addCleanup(node.kill)
            self.wait_for_nodes(1)
            self.assertLess(time.monotonic() - start, 5)
            self.assert_right(self.server.process(self.picture, "invert"))
            wait_until(lambda: f"gateway {self.HOST}:{dead_port}: " in node.log(), "word of the dead seed")
            self.assertEqual(node.stop(), 0)
            for port in (dead_port, silent_port):
                for said in (f"gateway {self.HOST}:{port}: ", f"cannot reach {self.HOST}:{port}: "):
                    self.assertLessEqual(node.log().count(said), 1, node.log())

    def test_seeds_that_are_dead_or_silent_delay_nothing(self):
        self.check_that_bad_seeds_delay_nothing()


class Mixed(Cluster):
    """A gateway that has a worker of its own, too."""

    GATEWAY_WORKERS = 1

    def answered_by(self, node):
        """The frames that a node has answered; it leaves."""
        self.assertEqual(node.stop(), 0)
        said = re.search(rf"node {node.id} has answered (\d+) frames", self.server.log())
        self.assertIsNotNone(said, self.server.log())
        return int(said[1])

    def test_lone_frames_stay_with_the_gateway(self):
        node, = self.start_nodes(1)
        for _ in range(20):
            self.assert_right(self.server.process(self.picture, "invert"))
        self.assertEqual(self.answered_by(node), 0)

    def test_under_load_both_work(self):
        node, = self.start_nodes(1)
        with concurrent.futures.ThreadPoolExecutor(16) as clients:
            asked = [clients.submit(self.server.process, self.picture, "bilateral") for _ in range(200)]
            answers = {(answer.result().status, answer.result().body) for answer in asked}
        (status, body), = answers   # The same bytes, wherever it ran.
        self.assertEqual((status, read_png(body)[:2]), (200, (WIDTH, HEIGHT)))
        there = self.answered_by(node)
        print(f"{there} of 200 frames ran on the node", flush=True)
        self.assertGreater(there, 10)
        self.assertLess(there, 190)

    def test_several_servers_on_one_machine_need_not_all_be_gateways(self):
        with tempfile.TemporaryDirectory() as directory:
            with Server(directory, f"cluster.port={self.node_port}", arguments=("--workers", "1")) as other:
                self.assert_right(other.process(self.picture, "invert"))
                self.assertIn("no worker can join", other.log())

    def test_nobody_joins_where_that_is_not_wanted(self):
        self.assertIn("cluster_workers", self.server.get("/health/ready").body.decode())
        with tempfile.TemporaryDirectory() as directory:
            with Server(directory, "cluster.listen=no") as alone:
                self.assertNotIn("cluster_workers", alone.get("/health/ready").body.decode())
        code, _, errors = run_program("serve", "--workers", "0", "--set", "cluster.listen=no")
        self.assertEqual(code, 1)
        self.assertIn("cluster.listen", errors)


class Secured(Cluster):
    """Through the relay, with certificates, on an address that CAF itself would not listen on."""

    HOST = "127.0.0.2"

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = pathlib.Path(directory.name)
        self.ours = self.certificates("ours")
        self.start_server(directory.name, f"cluster.address={self.HOST}", *self.ours)

    def certificates(self, name):
        """The settings that `framewright node certificate` prints for a node of the authority `name`."""
        code, out, errors = run_program("node", "certificate", self.HOST, "-o", str(self.folder / name))
        self.assertEqual(code, 0, errors)
        return [line.replace(": ", "=", 1) for line in out.splitlines()]

    def start_node(self, *settings):
        return super().start_node(*self.words_of(settings))

    @staticmethod
    def words_of(settings):
        return [word for setting in settings for word in ("--set", setting)]

    def test_works_and_costs_no_frame_when_a_node_dies(self):
        nodes = [self.start_node(*self.ours) for _ in range(2)]
        self.wait_for_nodes(2)
        self.assert_right(self.server.process(self.picture, "invert"))
        self.assertLess(self.stream_while(nodes[0].kill), KILLED_GAP_S)

    def test_lets_in_nobody_without_a_certificate_or_with_that_of_another_authority(self):
        with socket.create_connection((self.HOST, self.node_port), timeout=10) as plain:
            plain.sendall(b"CAF, or so it says\n" * 10)
            self.assertNotIn(b"CAF", self.read_to_the_end(plain))
        node = self.start_node(*self.certificates("theirs"))
        wait_until(lambda: "trying again" in node.log(), "the node to be turned away")
        self.assertNotIn("works for gateway", node.log())
        self.assertEqual(self.server.get("/health/ready").status, 503)

    @staticmethod
    def read_to_the_end(connection):
        received = b""
        try:
            while piece := connection.recv(4096):
                received += piece
        except ConnectionResetError:
            pass   # An end as good as any: what was sent before the refusal was not read.
        return received

    def test_a_crowd_that_shows_no_certificate_costs_little_and_shuts_nobody_out(self):
        if (limits := resource.getrlimit(resource.RLIMIT_NOFILE))[0] < 2 * CROWD:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(2 * CROWD, limits[1]), limits[1]))
            self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, limits)
        with contextlib.ExitStack() as crowd:
            callers = [crowd.enter_context(self.call_from("127.0.0.3", b"noise" if number % 2 else b""))
                       for number in range(CROWD)]
            came_at, used_s = time.monotonic(), self.cpu_seconds()
            self.assertLess(len(list(pathlib.Path(f"/proc/{self.server.pid}/fd").iterdir())), 200)
            self.start_node(*self.ours)
            self.wait_for_nodes(1)
            for caller in callers:
                self.assertNotIn(b"noise", b"" if caller.fileno() < 0 else self.read_to_the_end(caller))
            self.assertLess(time.monotonic() - came_at, SILENT_CALLER_S)
            self.assertLess(self.cpu_seconds() - used_s, 1, "somebody turns in circles")
        self.assert_right(self.server.process(self.picture, "invert"))

    def call_from(self, address, words):
        caller = socket.socket()
        caller.settimeout(20)
        caller.bind((address, 0))
        try:
            caller.connect((self.HOST, self.node_port))
            caller.sendall(words)
        except ConnectionError:   # Turned away at once, where too many are there already.
            caller.close()
        return caller

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.server.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_seeds_that_are_dead_or_silent_delay_nothing(self):
        Seeds.check_that_bad_seeds_delay_nothing(self, *self.words_of(self.ours))

    def test_names_a_wrong_file_at_the_start(self):
        key = self.folder / "ours" / f"{self.HOST}.key"
        key.write_text("no key")
        for command in (("serve", "--workers", "0"), ("worker", "--join", "127.0.0.1:4950")):
            words = [word for setting in self.ours for word in ("--set", setting)]
            with tempfile.TemporaryDirectory() as data:
                code, _, errors = run_program(*command, *words, "--set", f"data.directory={data}")
            self.assertEqual(code, 1)
            self.assertIn(str(key), errors)


class Traced(Cluster):
    def start_server(self, directory, *settings, **where):
        super().start_server(directory, "log.level=debug", *settings, **where)

    def test_says_where_the_frame_of_a_request_ran(self):
        node, = self.start_nodes(1)
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        answer = self.server.request("POST", "/api/v1/process", self.picture, {
            "Content-Type": "image/png", "traceparent": f"00-{trace}-00f067aa0ba902b7-01"}, pipeline="invert")
        self.assert_right(answer)
        line, = [line for line in self.server.log().splitlines() if "ran on node" in line]
        self.assertIn(node.id, line)
        self.assertIn(trace, line)

    def test_both_ends_say_to_which_trace_the_frames_of_a_stream_belong(self):
        node = self.start_node("--set", "log.level=debug")
        self.wait_for_nodes(1)
        traces = {1: "0af7651916cd43dd8448eb211c80319c", 2: "4bf92f3577b34da6a3ce929d0e0e4736"}
        parents = {stream_id: f"00-{trace}-00f067aa0ba902b7-01" for stream_id, trace in traces.items()}

        async def scenario():
            async with frames.connected(self.server, extra_headers={"traceparent": parents[1]}) as client:
                for stream_id, more in ((1, {}), (2, {"traceparent": parents[2]})):
                    opened = await client.open_stream(stream_id, pipeline="invert", **more)
                    self.assertEqual(opened["type"], "stream_opened", opened)
                    await client.socket.send(frames.frame(7, self.picture, stream_id=stream_id))
                    self.assertIsInstance(await client.next(), frames.Result)

        asyncio.run(scenario())
        for log, words in ((self.server.log, f"ran on node {node.id}"), (node.log, "worked for gateway")):
            lines = [line for line in log().splitlines() if words in line]
            self.assertEqual(len(lines), 2, log())
            for line, trace in zip(lines, traces.values()):
                self.assertIn(trace, line)


class Steered(Cluster):
    """What people see of a cluster, and how they send a node away."""

    def url(self):
        return ("--server", self.server.url())

    def nodes(self):
        return self.server.get("/api/v1/cluster").json()["nodes"]

    def test_shows_the_server_and_its_nodes(self):
        gateway, = self.nodes()
        self.assertEqual((gateway["role"], gateway["workers"], gateway["accelerators"]), ("gateway", 0, []))
        node, = self.start_nodes(1)
        self.assert_right(self.server.process(self.picture, "invert"))
        worker = next(shown for shown in self.nodes() if shown["role"] == "worker")
        self.assertEqual((worker["id"], worker["state"], worker["breaker"]), (node.id, "ready", "closed"))
        self.assertEqual((worker["accelerators"], worker["workers"]), (["cpu"], 1))
        self.assertTrue(worker["address"])
        wait_until(lambda: self.nodes()[1]["frames_answered"] == 1, "the frame to be counted")
        code, text, _ = run_program("node", "ls", *self.url())
        self.assertEqual(code, 0)
        self.assertEqual([line.split()[:3] for line in text.splitlines()],
                         [["ID", "ROLE", "STATE"], [gateway["id"], "gateway", "ready"],
                          [node.id, "worker", "ready"]])
        code, text, _ = run_program("node", "ls", "--json", *self.url())
        self.assertEqual([shown["id"] for shown in json.loads(text)["nodes"]], [gateway["id"], node.id])
        metrics = self.server.get("/metrics").body.decode()
        self.assertIn(f'framewright_node_up{{node="{node.id}"}} 1', metrics)
        self.assertIn(f'framewright_node_frames_answered_total{{node="{node.id}"}} 1', metrics)

    def test_watches_until_it_is_interrupted(self):
        command = [program(), "node", "ls", "--watch", *self.url()]
        watching = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            for _ in range(2):
                self.assertTrue(watching.stdout.readline().startswith("ID"))
                self.assertIn("gateway", watching.stdout.readline())
        finally:
            watching.send_signal(signal.SIGINT)
            watching.wait()
            watching.stdout.close()

    def test_drains_a_node_under_load_and_loses_no_frame(self):
        nodes = self.start_nodes(2)
        said = []
        drain = ("node", "drain", nodes[0].id, *self.url())
        self.stream_while(lambda: said.append(run_program(*drain)), seconds=2)
        self.assertEqual(said[0][:2], (0, f"node {nodes[0].id} drains\n"))
        self.assertEqual(nodes[0].wait(), 0)
        self.assertIn("no gateway is left", nodes[0].log())
        self.assertEqual([shown["id"] for shown in self.nodes()[1:]], [nodes[1].id])
        code, text, errors = run_program("node", "drain", nodes[1].id, "--wait", *self.url())
        self.assertEqual((code, text), (0, f"node {nodes[1].id} has left\n"), errors)
        self.assertEqual(len(self.nodes()), 1)

    def test_drains_neither_strangers_nor_itself(self):
        gateway, = self.nodes()
        for name, why in (("nobody", "no node nobody"), (gateway["id"], "is a gateway")):
            code, _, errors = run_program("node", "drain", name, *self.url())
            self.assertEqual(code, 1)
            self.assertIn(why, errors)


class Failing(Cluster):
    def test_a_killed_node_costs_no_frame(self):
        nodes = self.start_nodes(NODES)
        gap = self.stream_while(nodes[0].kill)
        print(f"longest gap with one of {NODES} nodes killed: {gap:.3f} s", flush=True)
        self.assertLess(gap, KILLED_GAP_S)
        self.wait_for_nodes(NODES - 1)

    def test_a_silent_node_costs_no_frame_and_works_again_when_it_wakes(self):
        nodes = self.start_nodes(NODES)
        gap = self.stream_while(lambda: nodes[0].send(signal.SIGSTOP), seconds=6)
        print(f"longest gap with one of {NODES} nodes silent: {gap:.3f} s", flush=True)
        self.assertLess(gap, SILENT_GAP_S)
        self.wait_for_nodes(NODES - 1)
        nodes[0].send(signal.SIGCONT)
        self.wait_for_nodes(NODES)
        self.assert_right(self.server.process(self.picture, "invert"))

    def test_without_any_node_work_is_refused_and_none_hangs(self):
        node, = self.start_nodes(1)
        node.kill()
        wait_until(lambda: self.server.get("/health/ready").status == 503, "not ready", timeout_s=5)
        self.assertEqual(self.server.process(self.picture, "invert").status, 503)
        self.start_nodes(1)
        self.assert_right(self.server.process(self.picture, "invert"))


class Hanging(Cluster):
    """Nodes that answer their heartbeats, and a frame that never ends."""

    def start_server(self, directory, *settings, **where):
        super().start_server(directory, "cluster.frame_timeout=1s", *settings, **where)

    def start_timed_node(self, service_time):
        return self.start_node("--set", f"workers.simulated_time={service_time}")

    def is_at_a_node(self):
        nodes = self.server.get("/api/v1/cluster").json()["nodes"]
        return any(node["role"] == "worker" and node["frames_held"] > 0 for node in nodes)

    def test_what_hangs_at_one_node_runs_at_another(self):
        self.start_timed_node("1h")
        self.wait_for_nodes(1)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            answer = pool.submit(self.server.process, self.picture, "invert")
            wait_until(self.is_at_a_node, "a frame to hang")
            self.start_timed_node("1ms")
            self.assert_right(answer.result(timeout=20))

    def test_what_hangs_wherever_it_runs_fails_by_name(self):
        self.start_timed_node("1h")
        self.wait_for_nodes(1)
        answer = self.server.process(self.picture, "invert")
        self.assertEqual((answer.status, answer.json()["code"]), (500, "internal"))
        self.assertIn("not answered within", answer.json()["detail"])


class Leaving(Cluster):
    def test_a_rolling_restart_is_seen_by_nobody(self):
        nodes = self.start_nodes(NODES)

        def restart():
            nodes.append(self.start_node())
            nodes.pop(0).send(signal.SIGTERM)

        for _ in range(NODES):
            leaving = nodes[0]
            gap = self.stream_while(restart, seconds=1.5)
            self.assertLess(gap, KILLED_GAP_S)
            self.assertEqual(leaving.wait(), 0)
            self.assertIn("is drained", self.server.log())


if __name__ == "__main__":
    unittest.main(verbosity=2)
