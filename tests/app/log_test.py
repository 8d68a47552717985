"""What an operator finds in the log: every line about a request or a session names it."""

import asyncio
import json
import pathlib
import tempfile
import unittest

import frames
from server import Server, wait_until

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
IDS = {"X-Request-Id": "ask-for-me-1", "traceparent": f"00-{TRACE_ID}-b7ad6b7169203331-01"}


class Log(unittest.TestCase):
    def start(self, log_format, *settings):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        server = Server(directory.name, "log.level=debug", f"log.format={log_format}", *settings)
        server.start()
        self.addCleanup(server.__exit__)
        return server

    @staticmethod
    def line_with(server, part):
        """The line is written after the answer, so it is waited for."""
        def find():
            return next((line for line in server.log().splitlines() if part in line), None)
        return wait_until(find, f"a line with {part}")

    def test_a_request_is_found_by_its_ids_in_json(self):
        server = self.start("json")
        self.assertEqual(server.request("GET", "/api/v1/jobs/none", headers=IDS).status, 404)
        line = json.loads(self.line_with(server, "ask-for-me-1"))
        self.assertEqual(line["request_id"], "ask-for-me-1")
        self.assertEqual(line["trace_id"], TRACE_ID)
        self.assertIn("/api/v1/jobs/none 404", line["msg"])

    def test_settings_of_which_nothing_is_done_yet_are_named(self):
        server = self.start("text", "tls.certificate=c.pem", "tls.key=k.pem", "plugins.directory=plugins")
        self.assertIn("no HTTPS", self.line_with(server, "tls.certificate is set"))
        self.line_with(server, "plugins.directory is set")

    def test_a_request_is_found_by_its_ids_in_text(self):
        server = self.start("text")
        server.request("GET", "/health", headers=IDS)
        line = self.line_with(server, "ask-for-me-1")
        self.assertTrue(line.endswith(f" request_id=ask-for-me-1 trace_id={TRACE_ID}"), line)

    def test_a_session_is_found_by_the_id_that_its_client_was_told(self):
        server = self.start("json")

        async def welcome():
            async with frames.websockets.connect(server.url("/ws").replace("http", "ws")) as socket:
                return json.loads(await socket.recv())

        session_id = asyncio.run(welcome())["session_id"]
        self.assertEqual(json.loads(self.line_with(server, session_id))["session_id"], session_id)

    def test_who_names_cuda_where_there_is_none_is_told(self):
        if pathlib.Path("/dev/nvidiactl").exists():
            self.skipTest("this machine has a driver")
        with tempfile.TemporaryDirectory() as directory:
            with Server(directory, "log.level=warn", "accelerators=cpu,cuda") as server:
                self.assertIn("no CUDA device, frames run on the CPU", self.line_with(server, "CUDA"))

    def test_every_line_is_json_when_json_is_asked_for(self):
        server = self.start("json")
        server.get("/health")
        self.assertEqual(server.stop(), 0)
        for line in server.log().splitlines():
            self.assertLessEqual({"ts", "level", "logger", "msg"}, json.loads(line).keys())


if __name__ == "__main__":
    unittest.main(verbosity=2)
