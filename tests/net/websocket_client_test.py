#!/usr/bin/python3
"""Speaks to a running server with a WebSocket library that is not ours.

usage: websocket_client_test.py ws://HOST:PORT/ws
"""

import asyncio
import base64
import json
import struct
import sys
import unittest
import zlib

import websockets

URL = ""
PATIENCE_S = 60
HEADER = struct.Struct("<4sBBBBQqIIII")
RAW, JPEG, PNG = 0, 1, 2
GRAY8, RGB8 = 0, 1
LAST_FRAME = 1


def frame(frame_id, payload, *, stream_id=1, encoding=RAW, pixel_format=GRAY8, size=(0, 0), flags=0,
          capture_us=0):
    header = HEADER.pack(b"FWF1", 1, encoding, pixel_format, flags, frame_id, capture_us, *size, stream_id, 0)
    return header + payload


class Result:
    def __init__(self, message):
        (self.magic, self.kind, self.encoding, self.pixel_format, self.flags, self.frame_id, self.capture_us,
         self.width, self.height, self.stream_id, n) = HEADER.unpack_from(message)
        self.metadata = json.loads(message[HEADER.size:HEADER.size + n])
        self.payload = message[HEADER.size + n:]


def png(width, height, rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    pixels = b"".join(b"\0" + row for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


class Client:
    """One connection; messages about statistics are passed over."""

    async def __aenter__(self):
        self.socket = await websockets.connect(URL, max_size=None, subprotocols=["framewright.v1"])
        self.welcome = await self.message()
        return self

    async def __aexit__(self, *_):
        await self.socket.close()

    async def say(self, **fields):
        await self.socket.send(json.dumps(fields))

    async def send(self, message):
        await self.socket.send(message)

    async def message(self):
        while True:
            received = await asyncio.wait_for(self.socket.recv(), PATIENCE_S)
            message = Result(received) if isinstance(received, bytes) else json.loads(received)
            if isinstance(message, Result) or message["type"] != "stats":
                return message

    async def ask(self, **fields):
        await self.say(**fields)
        return await self.message()

    async def open(self, stream_id=1, **settings):
        opened = await self.ask(type="open_stream", stream_id=stream_id, **settings)
        assert opened["type"] == "stream_opened", opened
        return opened


class WebSocketClientTest(unittest.IsolatedAsyncioTestCase):
    async def test_welcomes_under_the_subprotocol(self):
        async with Client() as client:
            self.assertEqual(client.socket.subprotocol, "framewright.v1")
            self.assertEqual(client.welcome["type"], "welcome")
            self.assertEqual(client.welcome["limits"]["streams_per_connection"], 16)

    async def test_inverts_raw_pixels(self):
        async with Client() as client:
            await client.open(pipeline="invert")
            pixels = bytes(range(256))
            await client.send(frame(2**64 - 1, pixels, size=(16, 16), capture_us=1234567890))
            result = await client.message()
            self.assertEqual((result.magic, result.kind, result.encoding), (b"FWF1", 2, RAW))
            self.assertEqual((result.frame_id, result.capture_us), (2**64 - 1, 1234567890))
            self.assertEqual((result.width, result.height, result.stream_id), (16, 16, 1))
            self.assertEqual(result.payload, bytes(255 - value for value in pixels))
            self.assertIn(result.metadata["accelerator"], ("cpu", "cuda"))
            self.assertEqual(set(result.metadata["timings_us"]), {"queue", "decode", "process", "encode"})
            self.assertEqual(result.metadata["detections"], [])

    async def test_decodes_a_picture(self):
        async with Client() as client:
            await client.open(output={"format": "raw"})
            await client.send(frame(1, png(3, 2, [b"\0\1\2", b"\3\4\5"]), encoding=PNG))
            result = await client.message()
            self.assertEqual((result.width, result.height, result.pixel_format), (3, 2, GRAY8))
            self.assertEqual(result.payload, bytes(range(6)))

    async def test_answers_every_lossless_frame_in_order(self):
        async with Client() as client:
            await client.open(delivery="lossless", window=8)

            async def send_all():
                for frame_id in range(300):
                    await client.send(frame(frame_id, bytes(256), size=(16, 16)))

            sending = asyncio.create_task(send_all())
            for frame_id in range(300):
                self.assertEqual((await client.message()).frame_id, frame_id)
            await sending

    async def test_names_every_latest_frame_once(self):
        async with Client() as client:
            await client.open(pipeline="gaussian_blur:kernel_size=31,sigma=5", delivery="latest", window=2)

            async def send_all():
                for frame_id in range(200):
                    await client.send(frame(frame_id, bytes(640 * 480), size=(640, 480)))

            sending = asyncio.create_task(send_all())
            answered, dropped = [], []
            while len(answered) + len(dropped) < 200:
                message = await client.message()
                if isinstance(message, Result):
                    answered.append(message.frame_id)
                else:
                    self.assertEqual((message["type"], message["reason"]), ("dropped", "window_full"))
                    dropped += message["frame_ids"]
            await sending
            self.assertEqual(answered, sorted(answered))
            self.assertEqual(sorted(answered + dropped), list(range(200)))
            self.assertEqual(answered[-1], 199)

    async def test_changes_a_stream_at_a_frame_boundary(self):
        async with Client() as client:
            await client.open(delivery="lossless", pipeline="")
            await client.send(frame(1, b"\x10", size=(1, 1)))
            await client.say(type="update_stream", stream_id=1, pipeline="invert")
            await client.send(frame(2, b"\x10", size=(1, 1)))
            results, updated = [], None
            while len(results) < 2 or updated is None:
                message = await client.message()
                if isinstance(message, Result):
                    results.append(message.payload)
                else:
                    updated = message
            self.assertEqual(updated["type"], "stream_updated")
            self.assertEqual(updated["delivery"], "lossless")
            self.assertEqual(results, [b"\x10", b"\xef"])

    async def test_carries_independent_streams(self):
        async with Client() as client:
            await client.open(1, pipeline="invert")
            await client.open(2)
            await client.send(frame(7, b"\x00", stream_id=1, size=(1, 1)))
            await client.send(frame(7, b"\x00", stream_id=2, size=(1, 1)))
            results = [await client.message(), await client.message()]
            payloads = {result.stream_id: result.payload for result in results}
            self.assertEqual(payloads, {1: b"\xff", 2: b"\x00"})

    async def test_answers_json_frames(self):
        async with Client() as client:
            await client.open(pipeline="invert")
            data = base64.b64encode(b"\x00\x01\x02").decode()
            await client.say(type="frame", stream_id=1, frame_id=3, encoding="raw", pixel_format="rgb8",
                             width=1, height=1, data=data)
            result = await client.message()
            self.assertEqual((result["type"], result["frame_id"]), ("result", 3))
            self.assertEqual((result["encoding"], result["pixel_format"]), ("raw", "rgb8"))
            self.assertEqual(base64.b64decode(result["data"]), b"\xff\xfe\xfd")

    async def test_closes_a_stream(self):
        async with Client() as client:
            await client.open()
            await client.send(frame(1, b"\x00", size=(1, 1)))
            self.assertEqual((await client.message()).frame_id, 1)
            closed = await client.ask(type="close_stream", stream_id=1)
            self.assertEqual((closed["type"], closed["reason"]), ("stream_closed", "client"))
            counts = [closed[name] for name in ("frames_in", "frames_out", "frames_dropped")]
            self.assertEqual(counts, [1, 1, 0])
            await client.open()

    async def test_ends_a_stream_with_its_last_frame(self):
        async with Client() as client:
            await client.open()
            await client.send(frame(1, b"\x00", size=(1, 1), flags=LAST_FRAME))
            self.assertEqual((await client.message()).flags, LAST_FRAME)
            self.assertEqual((await client.message())["reason"], "last_frame")

    async def test_lives_on_after_wrong_frames(self):
        async with Client() as client:
            await client.open()
            truncated = png(3, 2, [b"\0\1\2", b"\3\4\5"])[:40]
            wrong = {
                "short": (b"FWF1", "invalid_argument"),
                "magic": (b"FWF2" + frame(1, b"\x00", size=(1, 1))[4:], "invalid_argument"),
                "h264": (frame(1, b"\x00", encoding=4), "unsupported_media"),
                "size": (frame(1, b"\x00\x00", size=(1, 1)), "corrupt_media"),
                "truncated": (frame(1, truncated, encoding=PNG), "corrupt_media"),
                "stream": (frame(1, b"\x00", stream_id=9, size=(1, 1)), "not_found"),
                "huge": (frame(1, b"\x00", size=(30000, 30000)), "image_too_large"),
            }
            for name, (message, code) in wrong.items():
                with self.subTest(name):
                    await client.send(message)
                    error = await client.message()
                    self.assertEqual((error["type"], error["code"]), ("error", code), error)
            await client.send(frame(2, b"\x07", size=(1, 1)))
            self.assertEqual((await client.message()).payload, b"\x07")

    async def test_lives_on_after_wrong_messages(self):
        async with Client() as client:
            for text in ("", "hello", "[]", "{}", '{"type":"dance"}', '{"type":"ping","x":1}'):
                await client.send(text)
                self.assertEqual((await client.message())["code"], "invalid_argument")
            for pipeline, code in (("no_such_filter", "unknown_filter"), ("gamma:x=1", "invalid_pipeline"),
                                   ("|".join(["invert"] * 17), "invalid_pipeline")):
                error = await client.ask(type="open_stream", stream_id=1, pipeline=pipeline)
                self.assertEqual((error["code"], error["stream_id"]), (code, 1))
            self.assertEqual(await client.ask(type="ping", id=5), {"type": "pong", "id": 5})

    async def test_answers_protocol_pings(self):
        async with Client() as client:
            await asyncio.wait_for(await client.socket.ping(), PATIENCE_S)

    async def test_closes_on_a_message_beyond_the_limit(self):
        async with Client() as client:
            limit = client.welcome["limits"]["message_bytes"]
            with self.assertRaises(websockets.ConnectionClosed) as caught:
                await client.send(bytes(limit + 1))
                await client.message()
            self.assertEqual(caught.exception.rcvd.code, 1009)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    URL = sys.argv.pop(1)
    unittest.main()
