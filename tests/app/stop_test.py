"""SIGTERM under load: whoever was let in gets an answer, nobody else is let in, and the exit is clean."""

import asyncio
import tempfile
import threading
import time
import unittest

import frames
from pictures import gradient, inverted, png, read_png
from server import Server, job_request, wait_until

WIDTH, HEIGHT = 320, 240
WINDOW = 8


async def stream_until_draining(client, picture, stop_after, terminate):
    """Keeps a lossless stream's window full until the server says that it drains; then reads what is left.

    Returns the ids sent before the notice, the ids answered in their order, the ids handed back by name, and
    the connection's close code.
    """
    sent, answered, handed_back, draining = [], [], [], False
    while True:
        while not draining and len(sent) - len(answered) - len(handed_back) < WINDOW:
            sent.append(len(sent))
            try:
                await client.socket.send(frames.frame(sent[-1], picture))
            except frames.websockets.ConnectionClosed:
                draining = True  # The notice, and answers before it, may still wait to be read.
        try:
            message = await client.next()
        except frames.websockets.ConnectionClosed:
            return sent, answered, handed_back, client.socket.close_code
        if isinstance(message, frames.Result):
            answered.append(message.frame_id)
            if len(answered) == stop_after:
                terminate()
        elif message["type"] == "draining":
            draining = True
        elif message["type"] == "dropped":
            handed_back += message["frame_ids"]
        elif message["type"] == "error":
            handed_back.append(message["frame_id"])


class Stopping(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.server = Server(directory.name)
        self.server.start()
        self.addCleanup(self.server.__exit__)
        self.picture = png(WIDTH, HEIGHT, 3, gradient(WIDTH, HEIGHT))

    def state_of(self, job_id):
        return self.server.get(f"/api/v1/jobs/{job_id}").json()["state"]

    def test_a_lossless_stream_gets_every_answer_and_then_1001(self):
        async def scenario():
            async with frames.connected(self.server) as client:
                opened = await client.open_stream(pipeline="gaussian_blur", delivery="lossless",
                                                  window=WINDOW)
                self.assertEqual(opened["type"], "stream_opened", opened)
                return await stream_until_draining(client, self.picture, 20, self.server.terminate)

        sent, answered, handed_back, close_code = asyncio.run(scenario())
        # What was on its way when the server closed was never taken; everything before it has its answer.
        told = answered + handed_back
        self.assertEqual(told, sent[:len(told)])
        self.assertLessEqual(len(sent) - len(told), WINDOW)
        self.assertGreaterEqual(len(answered), 20)
        self.assertEqual(close_code, 1001)
        self.assertEqual(self.server.wait(), 0, self.server.log())

    def test_a_request_under_way_is_answered(self):
        big = png(1600, 1200, 1, bytes(1600 * 1200))
        answers = []
        request = threading.Thread(target=lambda: answers.append(self.server.process(
            big, "gaussian_blur:kernel_size=31,sigma=9|gaussian_blur:kernel_size=31,sigma=9")))
        request.start()
        wait_until(lambda: self.server.metric("framewright_frame_memory_used_bytes") > 0 or answers,
                   "the request to be under way")
        self.assertEqual(self.server.stop(), 0, self.server.log())
        request.join()
        self.assertEqual(answers[0].status, 200, answers[0].body[:200])

    def test_idle_connections_do_not_hold_it_up(self):
        connections = [self.server.connect() for _ in range(20)]
        for connection in connections:
            connection.connect()
        started = time.monotonic()
        self.assertEqual(self.server.stop(), 0, self.server.log())
        self.assertLess(time.monotonic() - started, 20, "an idle keep-alive connection delays the stop")
        for connection in connections:
            connection.close()

    def test_jobs_that_were_waiting_are_done_after_the_next_start(self):
        ids = []
        for number in range(30):
            body, headers = job_request({"pipeline": "invert", "output": {"format": "png"}},
                                        (f"{number}.png", self.picture))
            answer = self.server.request("POST", "/api/v1/jobs", body, headers)
            self.assertEqual(answer.status, 202, answer.body)
            ids.append(answer.json()["id"])
        self.assertEqual(self.server.stop(), 0, self.server.log())
        self.server.start()
        expected = (WIDTH, HEIGHT, 3, inverted(gradient(WIDTH, HEIGHT)))
        for job_id in ids:
            wait_until(lambda job_id=job_id: self.state_of(job_id) == "succeeded", f"job {job_id}")
        self.assertEqual(read_png(self.server.get(f"/api/v1/jobs/{ids[-1]}/result").body), expected)


if __name__ == "__main__":
    unittest.main(verbosity=2)
