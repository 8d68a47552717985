"""Several gateways that share their workers, and workers that find their gateways by themselves."""

import concurrent.futures
import contextlib
import http.server
import json
import pathlib
import re
import socket
import subprocess
import tempfile
import threading
import unittest

from cluster_case import HEIGHT, WIDTH
from node import Node
from pictures import gradient, inverted, png, read_png
from server import Server, run_program, wait_until


class Gateways(unittest.TestCase):
    HOST = "127.0.0.1"

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = pathlib.Path(directory.name)
        self.pixels = gradient(WIDTH, HEIGHT)
        self.picture = png(WIDTH, HEIGHT, 3, self.pixels)

    def start_gateway(self, *arguments, settings=(), host=HOST):
        directory = tempfile.mkdtemp(dir=self.folder)
        server = Server(directory, *settings, arguments=("--workers", "0", *arguments))
        server.start()
        self.addCleanup(server.__exit__)
        return server, server.read_node_port(host)

    def start_worker(self, port, *arguments, **where):
        node = Node(port, "--workers", "1", *arguments, **where)
        self.addCleanup(node.kill)
        return node

    def assert_works(self, server):
        answer = server.process(self.picture, "invert")
        self.assertEqual(answer.status, 200, answer.body[:300])
        self.assertEqual(read_png(answer.body), (WIDTH, HEIGHT, 3, inverted(self.pixels)))

    @staticmethod
    def wait_for_workers(server, count=1):
        text = "1 node" if count == 1 else f"{count} nodes"
        wait_until(lambda: text in server.get("/health/ready").body.decode(), text, timeout_s=15)


class Sharing(Gateways):
    def test_a_gateway_that_joins_another_uses_its_workers(self):
        first, first_port = self.start_gateway()
        node = self.start_worker(first_port)
        self.wait_for_workers(first)
        second, _ = self.start_gateway("--join", f"{self.HOST}:{first_port}")
        self.wait_for_workers(second)
        with concurrent.futures.ThreadPoolExecutor(8) as clients:
            asked = [clients.submit(server.process, self.picture, "invert")
                     for _ in range(40) for server in (first, second)]
            self.assertEqual({answer.result().status for answer in asked}, {200})
        self.assertEqual(node.stop(), 0)
        for server in (first, second):
            said = re.search(rf"node {node.id} has answered (\d+) frames", server.log())
            self.assertIsNotNone(said, server.log())
            self.assertEqual(int(said[1]), 40)

    def test_a_worker_that_comes_later_works_for_both(self):
        first, first_port = self.start_gateway()
        second, second_port = self.start_gateway("--join", f"{self.HOST}:{first_port}")
        for port in (first_port, second_port):
            self.start_worker(port)
        for server in (first, second):
            self.wait_for_workers(server, 2)
            self.assert_works(server)

    def test_a_worker_goes_on_for_the_gateway_that_is_left(self):
        first, first_port = self.start_gateway()
        second, _ = self.start_gateway("--join", f"{self.HOST}:{first_port}")
        node = self.start_worker(first_port)
        self.wait_for_workers(second)
        first.kill()
        self.assert_works(second)
        self.assertTrue(node.running)

    def test_a_gateway_does_not_join_itself(self):
        with socket.create_server((self.HOST, 0)) as free:
            port = free.getsockname()[1]
        alone, _ = self.start_gateway("--join", f"localhost:{port}", settings=(f"cluster.port={port}",))
        wait_until(lambda: "it is this gateway itself" in alone.log(), "the gateway to notice")
        self.start_worker(port)
        self.wait_for_workers(alone)
        self.assert_works(alone)

    def test_a_gateway_that_joins_others_says_where_it_is(self):
        code, _, errors = run_program("serve", "--join", "127.0.0.1:1", "--set", "cluster.listen=no")
        self.assertEqual(code, 1)
        self.assertIn("cluster.listen", errors)


class FakeConsul(http.server.ThreadingHTTPServer):
    """Consul's catalogue with what a test puts into `services`."""

    def __init__(self):
        self.services, self.asked = [], []
        super().__init__(("127.0.0.1", 0), _Catalogue)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Catalogue(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        body = json.dumps(self.server.services).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing."""


@contextlib.contextmanager
def fake_consul():
    consul = FakeConsul()
    thread = threading.Thread(target=consul.serve_forever)
    thread.start()
    try:
        yield consul
    finally:
        consul.shutdown()
        thread.join()
        consul.server_close()


class Discovering(Gateways):
    def test_consul_names_the_gateways_once_it_knows_them(self):
        gateways = [self.start_gateway() for _ in range(2)]
        with fake_consul() as consul:
            node = self.start_worker(None, "--set", "cluster.discovery=consul",
                                     "--set", f"cluster.consul.url={consul.url}")
            wait_until(lambda: len(consul.asked) >= 2, "the worker to ask again")
            self.assertEqual(consul.asked[0], "/v1/health/service/framewright?passing=true")
            consul.services = [{"Node": {"Address": self.HOST}, "Service": {"Port": port}}
                               for _, port in gateways]
            for server, _ in gateways:
                self.wait_for_workers(server)
                self.assert_works(server)
        self.assertTrue(node.running)

    def test_dns_names_every_gateway_of_one_name(self):
        within = self.names_of_its_own(("127.0.0.2", "127.0.0.3"))
        certificates = self.certificates("gateways.test")
        _, port = self.start_gateway(host="127.0.0.2", settings=("cluster.address=127.0.0.2", *certificates))
        first = self._last_server
        second, _ = self.start_gateway(host="127.0.0.3", settings=(
            "cluster.address=127.0.0.3", *certificates, f"cluster.port={port}"))
        words = [word for setting in certificates for word in ("--set", setting)]
        self.start_worker(port, *words, "--set", "cluster.discovery=dns", host="gateways.test", within=within)
        for server in (first, second):
            self.wait_for_workers(server)
            self.assert_works(server)

    def start_gateway(self, *arguments, **options):
        self._last_server, port = super().start_gateway(*arguments, **options)
        return self._last_server, port

    def certificates(self, name):
        code, out, errors = run_program("node", "certificate", name, "-o", str(self.folder / "ours"))
        self.assertEqual(code, 0, errors)
        return [line.replace(": ", "=", 1) for line in out.splitlines()]

    def names_of_its_own(self, addresses):
        """Words of a command that runs a program for which gateways.test has these addresses."""
        hosts = self.folder / "hosts"
        hosts.write_text("".join(f"{address} gateways.test\n" for address in addresses), encoding="utf-8")
        within = ("unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', str(hosts))
        if subprocess.run([*within, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("this system permits no mount namespace, so no names of its own")
        return within


if __name__ == "__main__":
    unittest.main(verbosity=2)
