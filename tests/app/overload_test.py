"""Ten times more work than fits: every answer is honest, every drop is named, and all is well after it."""

import asyncio
import collections
import concurrent.futures
import tempfile
import unittest

import frames
from pictures import gradient, png
from server import Server, wait_until

WIDTH, HEIGHT = 640, 480
SLOW = "gaussian_blur:kernel_size=31,sigma=9"
FRAMES = 300


class Overload(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        # Room for a handful of frames of this size.
        self.server = Server(directory.name, "limits.frame_memory_bytes=16MiB", "workers.cpu=1")
        self.server.start()
        self.addCleanup(self.server.__exit__)
        self.picture = png(WIDTH, HEIGHT, 3, gradient(WIDTH, HEIGHT))

    def test_requests_are_answered_or_refused_with_retry_after(self):
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            answers = list(pool.map(lambda _: self.server.process(self.picture, SLOW), range(256)))
        counts = collections.Counter(answer.status for answer in answers)
        self.assertEqual(set(counts), {200, 503}, counts)
        for answer in answers:
            if answer.status == 503:
                self.assertEqual(answer.json()["code"], "overloaded")
                self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
        wait_until(lambda: self.server.process(self.picture, SLOW).status == 200, "recovery", timeout_s=5)

    def test_a_latest_stream_names_every_frame_it_drops(self):
        async def scenario():
            async with frames.connected(self.server) as client:
                opened = await client.open_stream(pipeline=SLOW, delivery="latest", window=4)
                self.assertEqual(opened["type"], "stream_opened", opened)
                for frame_id in range(FRAMES):
                    await client.socket.send(frames.frame(frame_id, self.picture))
                return await self.read_outcomes(client)

        answered, dropped = asyncio.run(scenario())
        self.assertEqual(sorted(answered + list(dropped)), list(range(FRAMES)))
        self.assertEqual(answered, sorted(answered))
        self.assertGreater(len(dropped), FRAMES // 2)
        self.assertLessEqual(set(dropped.values()), {"window_full", "overloaded"})

    def test_a_lossless_stream_answers_everything_in_order(self):
        async def scenario():
            async with frames.connected(self.server) as client:
                opened = await client.open_stream(pipeline="invert", delivery="lossless", window=4)
                self.assertEqual(opened["type"], "stream_opened", opened)
                outcomes = asyncio.create_task(self.read_outcomes(client))
                for frame_id in range(FRAMES):
                    await client.socket.send(frames.frame(frame_id, self.picture))
                return await outcomes

        answered, dropped = asyncio.run(scenario())
        self.assertEqual(dropped, {})
        self.assertEqual(answered, list(range(FRAMES)))

    async def read_outcomes(self, client):
        """Reads until each frame was answered or dropped: ids answered in their order, and id -> reason."""
        answered, dropped = [], {}
        while len(answered) + len(dropped) < FRAMES:
            message = await client.next()
            if isinstance(message, frames.Result):
                answered.append(message.frame_id)
            elif message["type"] == "dropped":
                dropped.update(dict.fromkeys(message["frame_ids"], message["reason"]))
            else:
                raise AssertionError(f"neither an answer nor a drop: {message}")
        return answered, dropped


if __name__ == "__main__":
    unittest.main(verbosity=2)
