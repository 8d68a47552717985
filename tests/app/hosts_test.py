"""A gateway and its workers on hosts of their own: machines that die, cables that are pulled, packets that
are lost one way only, links that are narrow or long. Clients notice nothing but latency."""

import concurrent.futures
import pathlib
import tempfile
import time
import unittest

import hosts
from cluster_case import KILLED_GAP_S, SILENT_GAP_S, Cluster
from node import Node
from pictures import noise, png, read_png
from server import run_program, wait_until

# After a fault: three heartbeats until both ends know, a dial that may have begun before, its back-off.
BACK_IN_S = 20


class OnHosts(Cluster):
    """One gateway, under certificates unless a test wants a tunnel."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = pathlib.Path(directory.name)
        self.network = hosts.make_network()
        self.addCleanup(self.network.end)
        self.gateway = self.network.host()
        self.workers = [self.network.host() for _ in range(2)]
        self.HOST = self.gateway.address
        self.settings = self.certificate()
        self.start_gateway()

    def start_gateway(self):
        self.start_server(self.folder / "data", f"cluster.address={self.HOST}", *self.settings,
                          address=self.gateway.address, within=self.gateway.within)

    def certificate(self):
        """The settings for one certificate that all hosts share."""
        code, out, errors = run_program("node", "certificate", *self.network.addresses(),
                                        "-o", str(self.folder / "certificates"))
        self.assertEqual(code, 0, errors)
        return [line.replace(": ", "=", 1) for line in out.splitlines()]

    def start_worker(self, worker):
        address, port = self.network.way(worker, self.gateway, self.node_port)
        words = [word for setting in self.settings for word in ("--set", setting)]
        node = Node(port, "--workers", "1", *words, host=address, within=worker.within)
        self.addCleanup(node.kill)
        return node

    def start_workers(self):
        nodes = [self.start_worker(worker) for worker in self.workers]
        self.wait_for_nodes(len(nodes))
        return nodes

    def assert_gap(self, what, gap, limit):
        print(f"longest gap with {what}: {gap:.3f} s", flush=True)
        self.assertLess(gap, limit)

    def assert_back(self, count):
        wait_until(lambda: f"{count} node" in self.server.get("/health/ready").body.decode(),
                   f"{count} nodes", timeout_s=BACK_IN_S)
        self.assert_right(self.server.process(self.picture, "invert"))


class Dying(OnHosts):
    def test_a_killed_process_costs_no_frame(self):
        nodes = self.start_workers()
        self.assert_gap("one of two workers killed", self.stream_while(nodes[0].kill), KILLED_GAP_S)
        self.wait_for_nodes(1)

    def test_a_machine_that_vanishes_costs_no_frame(self):
        """No FIN and no reset: its cable goes first."""
        nodes = self.start_workers()

        def vanish():
            self.network.unplug(self.workers[0])
            nodes[0].kill()

        self.assert_gap("one of two machines gone", self.stream_while(vanish, seconds=6), SILENT_GAP_S)
        self.wait_for_nodes(1)

    def test_a_gateway_that_vanishes_is_found_again_at_its_place(self):
        self.start_workers()
        self.network.unplug(self.gateway)
        port = self.node_port
        self.server.kill()
        self.network.plug(self.gateway)
        self.settings.append(f"cluster.port={port}")
        self.start_gateway()
        self.assert_back(2)


class Silent(OnHosts):
    def test_a_pulled_cable_costs_no_frame_and_its_worker_comes_back(self):
        self.start_workers()
        gap = self.stream_while(lambda: self.network.unplug(self.workers[0]), seconds=6)
        self.assert_gap("one of two cables pulled", gap, SILENT_GAP_S)
        self.wait_for_nodes(1)
        self.network.plug(self.workers[0])
        self.assert_back(2)

    def test_a_partition_that_heals_brings_both_workers_back(self):
        nodes = self.start_workers()
        for worker in self.workers:
            self.network.unplug(worker)
        wait_until(lambda: self.server.get("/health/ready").status == 503, "readiness off", SILENT_GAP_S)
        self.assertEqual(self.server.process(self.picture, "invert").status, 503)
        for worker in self.workers:
            self.network.plug(worker)
        self.assert_back(2)
        self.assertTrue(all(node.running for node in nodes))

    def test_a_worker_that_only_hears_costs_no_frame(self):
        self.one_way(self.workers[0], self.gateway)

    def test_a_worker_that_only_speaks_costs_no_frame(self):
        self.one_way(self.gateway, self.workers[0])

    def one_way(self, sender, receiver):
        self.start_workers()
        gap = self.stream_while(lambda: self.network.drop(sender, receiver), seconds=6)
        self.assert_gap("packets lost one way", gap, SILENT_GAP_S)
        self.wait_for_nodes(1)
        self.network.heal(receiver)
        self.assert_back(2)


class Poor(OnHosts):
    MEGABITS = 20
    PICTURES = 3

    def test_a_narrow_link_is_slow_and_not_lost(self):
        """Heartbeats find their way between pictures that fill the link for longer than silence may last."""
        node = self.start_worker(self.workers[0])
        self.wait_for_nodes(1)
        self.network.limit(self.workers[0], self.MEGABITS)
        size = (1200, 900)
        pixels = noise(*size, 3, seed=1)
        picture = png(*size, 3, pixels)
        start = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(self.PICTURES) as clients:
            answers = list(clients.map(lambda _: self.server.process(picture, "invert|invert"),
                                       range(self.PICTURES)))
        took = time.monotonic() - start
        for answer in answers:
            self.assertEqual(answer.status, 200, answer.body[:300])
            self.assertEqual(read_png(answer.body), (*size, 3, pixels))
        least = self.PICTURES * len(picture) * 8 / (self.MEGABITS * 1e6)
        self.assertGreater(took, least / 2, "the link is not narrow")   # Half: bursts and buffers go faster.
        self.assertNotIn("is lost", self.server.log())
        self.assertEqual(node.log().count("works for gateway"), 1)

    def test_a_long_tunnel_without_certificates_works(self):
        """CAF's own connection, carried by something else, 50 ms each way; a worker that dies is noticed."""
        self.server.stop()
        self.HOST, self.settings = "127.0.0.1", []
        self.start_gateway()
        nodes = []
        for worker in self.workers:
            port = self.network.tunnel(worker, self.gateway, self.node_port, delay_s=0.05)
            nodes.append(Node(port, "--workers", "1", within=worker.within))
            self.addCleanup(nodes[-1].kill)
        self.wait_for_nodes(2)
        start = time.monotonic()
        self.assert_right(self.server.process(self.picture, "invert"))
        self.assertGreater(time.monotonic() - start, 0.1, "the tunnel is not long")
        gap = self.stream_while(nodes[0].kill)
        self.assert_gap("one of two workers killed behind a tunnel", gap, KILLED_GAP_S)


if __name__ == "__main__":
    hosts.enter_network_of_its_own()
    unittest.main(verbosity=2)
