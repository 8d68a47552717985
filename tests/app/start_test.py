"""What a person reads when the program cannot start: one clear line and the right exit code."""

import pathlib
import socket
import subprocess
import tempfile
import unittest

from server import Server, program, run_program


class Starting(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def serve(self, *settings):
        """Expects the program to end by itself; returns its exit code and what it wrote to stderr."""
        values = (f"data.directory={self.directory / 'data'}", *settings)
        code, stdout, stderr = run_program("serve", *(part for value in values for part in ("--set", value)))
        self.assertNotIn("listening", stdout)
        return code, stderr

    def test_a_port_that_was_picked_is_the_one_line_on_stdout(self):
        words = [program(), "serve", "--set", "http.port=0",
                 "--set", f"data.directory={self.directory / 'data'}"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            first = process.stdout.readline()
            process.terminate()
            self.assertRegex(first, r"^listening http=127\.0\.0\.1:[1-9][0-9]*\n$")
            self.assertEqual(process.stdout.read(), "")

    def test_a_port_in_use_is_named(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            code, stderr = self.serve(f"http.port={port}")
        self.assertEqual(code, 1, stderr)
        self.assertIn(str(port), stderr)
        self.assertIn("in use", stderr.lower())

    def test_every_mistake_of_the_configuration_is_listed(self):
        file = self.directory / "mistakes.yaml"
        file.write_text("http:\n  port: 99999\n  prot: 80\nlimits:\n  body_bytes: much\n", encoding="utf-8")
        code, _, stderr = run_program("serve", "--config", str(file), "--set", "log.level=loud")
        self.assertEqual(code, 1, stderr)
        for part in ("mistakes.yaml:2", "http.port", "65535", "mistakes.yaml:3", "http.prot",
                     "mistakes.yaml:5", "limits.body_bytes", "log.level", "loud"):
            self.assertIn(part, stderr)

    def test_a_configuration_file_that_is_not_there_is_named(self):
        code, _, stderr = run_program("serve", "--config", str(self.directory / "absent.yaml"))
        self.assertEqual(code, 1, stderr)
        self.assertIn("absent.yaml", stderr)

    def test_wrong_usage_ends_with_2(self):
        for arguments in (["serve", "--nonsense"], ["nonsense"], []):
            code, _, stderr = run_program(*arguments)
            self.assertEqual(code, 2, f"{arguments}: {stderr}")
            self.assertNotEqual(stderr, "")

    def test_a_data_folder_that_cannot_be_made_is_named(self):
        (self.directory / "data").write_text("a file where a folder should be", encoding="utf-8")
        code, stderr = self.serve("http.port=0")
        self.assertEqual(code, 1, stderr)
        self.assertIn(str(self.directory / "data"), stderr)

    def test_two_processes_cannot_share_a_data_folder(self):
        with Server(self.directory / "data") as first:
            code, stderr = self.serve("http.port=0")
            self.assertEqual(code, 1, stderr)
            self.assertIn(str(self.directory / "data"), stderr)
            self.assertIn(str(first.pid), stderr)
            self.assertEqual(first.get("/health").status, 200)

    def test_the_folder_is_free_again_after_a_kill(self):
        with Server(self.directory / "data") as server:
            server.kill()
            server.start()
            self.assertEqual(server.get("/health").status, 200)

    def test_failures_are_one_line(self):
        (self.directory / "data").write_text("", encoding="utf-8")
        _, stderr = self.serve("http.port=0", "log.level=error")
        self.assertEqual(len(stderr.strip().splitlines()), 1, stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
