"""What tests of a cluster share: a gateway without workers, nodes that join it, and a stream that notices."""

import asyncio
import tempfile
import time
import unittest

import frames
from node import Node
from pictures import gradient, inverted, png, read_png
from server import Server, wait_until

WIDTH, HEIGHT = 320, 240
# Detection is at once for a link that breaks, and after three heartbeats of a second for one that is silent.
KILLED_GAP_S = 1.5
SILENT_GAP_S = 4.0


class Cluster(unittest.TestCase):
    HOST = "127.0.0.1"
    GATEWAY_WORKERS = 0

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.start_server(directory.name)

    def start_server(self, directory, *settings, **where):
        workers = ("--workers", str(self.GATEWAY_WORKERS))
        self.server = Server(directory, *settings, arguments=workers, **where)
        self.server.start()
        self.addCleanup(self.server.__exit__)
        self.node_port = self.server.read_node_port(self.HOST)
        self.pixels = gradient(WIDTH, HEIGHT)
        self.picture = png(WIDTH, HEIGHT, 3, self.pixels)

    def start_node(self, *arguments):
        node = Node(self.node_port, "--workers", "1", *arguments, host=self.HOST)
        self.addCleanup(node.kill)
        return node

    def start_nodes(self, count):
        nodes = [self.start_node() for _ in range(count)]
        self.wait_for_nodes(count)
        return nodes

    def wait_for_nodes(self, count):
        text = "1 node" if count == 1 else f"{count} nodes"
        wait_until(lambda: text in self.server.get("/health/ready").body.decode(), text)

    def assert_right(self, answer):
        self.assertEqual(answer.status, 200, answer.body[:300])
        self.assertEqual(read_png(answer.body), (WIDTH, HEIGHT, 3, inverted(self.pixels)))

    def stream_while(self, disturb, seconds=3.0):
        """Sends a lossless stream, calls `disturb` amid it; every frame has to be answered once and in order.
        Returns the longest gap between two answers."""
        async def scenario():
            async with frames.connected(self.server) as client:
                opened = await client.open_stream(pipeline="invert", delivery="lossless", window=32)
                self.assertEqual(opened["type"], "stream_opened", opened)
                sent = asyncio.create_task(self.send_for(client, seconds, disturb))
                answered, gap = await self.read_all(client, sent)
                return answered, gap, await sent

        answered, gap, sent = asyncio.run(scenario())
        self.assertEqual(answered, list(range(sent)), "every frame once and in order")
        return gap

    async def send_for(self, client, seconds, disturb):
        frame_id, start, disturbed = 0, time.monotonic(), False
        while time.monotonic() < start + seconds:
            await client.socket.send(frames.frame(frame_id, self.picture))
            await asyncio.sleep(0)   # Lets the reader have its turn, so that gaps are the server's.
            frame_id += 1
            if not disturbed and time.monotonic() > start + seconds / 4:
                disturbed = True
                disturb()
        return frame_id

    async def read_all(self, client, sent):
        answered, gap, last = [], 0, time.monotonic()
        while not sent.done() or len(answered) < sent.result():
            result = await client.next()
            self.assertIsInstance(result, frames.Result, result)
            gap, last = max(gap, time.monotonic() - last), time.monotonic()
            answered.append(result.frame_id)
        return answered, gap
