"""Small pictures that go through a busy device together: a simulated one, which takes 100 ms for a launch."""

import concurrent.futures
import pathlib
import tempfile
import time
import unittest

from pictures import gradient, png, read_png
from server import Server


class Batching(unittest.TestCase):
    def server(self, *settings):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        server = Server(pathlib.Path(directory.name), "workers.cpu=1", *settings)
        server.start()
        self.addCleanup(server.__exit__)
        return server

    def test_small_pictures_share_a_launch(self):
        server = self.server("workers.simulated_time=100ms", "cuda.batch_delay=100ms")
        pictures = [png(side, side, 3, gradient(side, side)) for side in range(16, 48)]
        with concurrent.futures.ThreadPoolExecutor(len(pictures)) as clients:
            start = time.monotonic()
            asked = [clients.submit(server.process, one, "invert", accelerator="cuda") for one in pictures]
            answers = [one.result() for one in asked]
            took = time.monotonic() - start
        self.assertEqual([read_png(answer.body)[:2] for answer in answers],
                         [(side, side) for side in range(16, 48)])
        print(f"{len(pictures)} pictures of 100 ms each took {took:.3f} s", flush=True)
        self.assertLess(took, 0.1 * len(pictures), "one after the other they take longer")


if __name__ == "__main__":
    unittest.main(verbosity=2)
