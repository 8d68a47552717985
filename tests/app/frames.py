"""Frames of the WebSocket protocol (docs/websocket.md) for tests, with a client library that is not ours."""

import asyncio
import contextlib
import dataclasses
import json
import struct

import websockets

HEADER = struct.Struct("<4sBBBBQQIIII")
RAW, JPEG, PNG, WEBP = range(4)
GRAY8, RGB8, RGBA8 = range(3)
ANSWER_TIMEOUT_S = 60


@dataclasses.dataclass
class Result:
    frame_id: int
    encoding: int
    width: int
    height: int
    stream_id: int
    metadata: dict
    payload: bytes


def frame(frame_id, payload, encoding=PNG, stream_id=1, pixel_format=GRAY8, size=(0, 0)):
    head = HEADER.pack(b"FWF1", 1, encoding, pixel_format, 0, frame_id, 0, *size, stream_id, 0)
    return head + payload


def raw_frame(frame_id, width, height, pixels, stream_id=1, pixel_format=RGB8):
    return frame(frame_id, pixels, RAW, stream_id, pixel_format, (width, height))


def read_result(message):
    (magic, kind, encoding, _, _, frame_id, _, width, height, stream_id,
     metadata_bytes) = HEADER.unpack_from(message)
    if (magic, kind) != (b"FWF1", 2):
        raise ValueError(f"not a result: magic {magic!r}, kind {kind}")
    payload_at = HEADER.size + metadata_bytes
    metadata = json.loads(message[HEADER.size:payload_at])
    return Result(frame_id, encoding, width, height, stream_id, metadata, message[payload_at:])


class Client:
    """One connection. next() reads one message; `stats` may come at any time and are left out."""

    def __init__(self, socket):
        self.socket = socket

    async def next(self):
        """The next control message as a dict, or Result."""
        while True:
            message = await asyncio.wait_for(self.socket.recv(), ANSWER_TIMEOUT_S)
            if isinstance(message, bytes):
                return read_result(message)
            control = json.loads(message)
            if control["type"] != "stats":
                return control

    async def open_stream(self, stream_id=1, **settings):
        """Opens a stream and returns the server's answer."""
        return await self._ask("open_stream", stream_id, settings)

    async def update_stream(self, stream_id=1, **settings):
        """Changes settings of a stream and returns the server's answer."""
        return await self._ask("update_stream", stream_id, settings)

    async def _ask(self, kind, stream_id, settings):
        await self.socket.send(json.dumps({"type": kind, "stream_id": stream_id, **settings}))
        return await self.next()


@contextlib.asynccontextmanager
async def connected(server, **options):
    """A Client that has been welcomed."""
    options = {"subprotocols": ["framewright.v1"], "max_size": 1 << 26, "max_queue": None,
               "ping_interval": None, "open_timeout": ANSWER_TIMEOUT_S, **options}
    async with websockets.connect(f"ws://{server.address}:{server.port}/ws", **options) as socket:
        client = Client(socket)
        welcome = await client.next()
        if welcome["type"] != "welcome":
            raise AssertionError(f"expected a welcome, got {welcome}")
        yield client
