"""Clients that read nothing, send a byte now and then, or vanish: their cost has a bound."""

import contextlib
import asyncio
import json
import select
import socket
import struct
import tempfile
import unittest

import frames
from pictures import gradient, noise, png
from server import Server, wait_until

WIDTH, HEIGHT = 256, 256


def vanish(connection):
    """Closes with a reset, as a client does whose process died with data unread."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class SlowClients(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.server = Server(directory.name, "http.header_timeout=1s", "http.body_timeout=1s",
                             "limits.slow_client_timeout=1s", "limits.send_bytes_per_connection=1MiB")
        self.server.start()
        self.addCleanup(self.server.__exit__)
        self.picture = png(WIDTH, HEIGHT, 3, gradient(WIDTH, HEIGHT))

    def connection(self):
        connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=30)
        self.addCleanup(connection.close)
        return connection

    def assert_healthy(self):
        answer = self.server.process(self.picture, "invert")
        self.assertEqual(answer.status, 200, answer.body[:200])

    def test_a_client_that_never_reads_is_closed_and_others_are_served(self):
        pixels = noise(WIDTH, HEIGHT, 3, seed=1)

        async def scenario():
            async with frames.connected(self.server) as greedy, frames.connected(self.server) as modest:
                opened = await greedy.open_stream(pipeline=[], delivery="lossless", window=64)
                self.assertEqual(opened["type"], "stream_opened", opened)
                await modest.open_stream(pipeline="invert", delivery="lossless", window=1)
                greedy.socket.transport.pause_reading()
                await asyncio.gather(self.flood(greedy, pixels), self.ping_pong(modest, pixels))

        asyncio.run(scenario())
        self.assert_healthy()

    async def flood(self, client, pixels):
        """Sends until the server gives up on a client that reads nothing."""
        with self.assertRaises((frames.websockets.ConnectionClosed, ConnectionError)):
            for frame_id in range(100_000):
                sending = client.socket.send(frames.raw_frame(frame_id, WIDTH, HEIGHT, pixels))
                await asyncio.wait_for(sending, 30)

    async def ping_pong(self, client, pixels):
        for frame_id in range(50):
            await client.socket.send(frames.raw_frame(frame_id, WIDTH, HEIGHT, pixels))
            result = await client.next()
            self.assertEqual(result.frame_id, frame_id)

    def test_a_header_that_takes_too_long_is_cut_off(self):
        connection = self.connection()
        for value in b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"X-Slow: yes\r\n" * 1000:
            connection.sendall(bytes([value]))
            answered, _, _ = select.select([connection], [], [], 0.05)
            if answered:
                break
        self.assertTrue(answered, "the whole header went through")
        self.assertTrue(connection.recv(65536).startswith(b"HTTP/1.1 408 "))
        self.assert_healthy()

    def test_a_body_that_stops_is_cut_off(self):
        connection = self.connection()
        connection.sendall(b"POST /api/v1/process HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n"
                           b"Content-Length: 100000\r\n\r\nabc")
        self.assertIn(self.read_to_end(connection), (b"", b"HTTP/1.1 504"))
        self.assert_healthy()

    def read_to_end(self, connection):
        """The first bytes of what the server says before it closes."""
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received[:12]

    def test_clients_that_vanish_in_any_state_are_forgotten(self):
        upgrade = (b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                   b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        settings = {"type": "open_stream", "stream_id": 1, "pipeline": "gaussian_blur"}
        open_stream = json.dumps(settings).encode()
        masked_open = b"\x81" + bytes([0x80 | len(open_stream)]) + bytes(4) + open_stream
        frame = frames.frame(1, self.picture)
        masked_frame = b"\x82" + b"\xff" + struct.pack(">Q", len(frame)) + bytes(4) + frame
        head = (b"POST /api/v1/process?pipeline=gaussian_blur HTTP/1.1\r\nHost: x\r\n"
                b"Content-Type: image/png\r\nContent-Length: %d\r\n\r\n" % len(self.picture))
        states = [b"", b"GET /hea", head, head + self.picture[:100], head + self.picture, upgrade,
                  upgrade + masked_open, upgrade + masked_open + masked_frame[:50],
                  upgrade + masked_open + masked_frame * 5]
        for sent in states * 5:
            connection = self.connection()
            with contextlib.suppress(ConnectionError):   # The server may be done with it first.
                connection.sendall(sent)
            vanish(connection)
        wait_until(lambda: self.server.metric("framewright_connections") <= 1,
                   "the connections to be forgotten")
        self.assert_healthy()


if __name__ == "__main__":
    unittest.main(verbosity=2)
