"""Prometheus itself scrapes the server: it finds it up, reads its metrics, and is given OpenMetrics."""

import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request

from pictures import gradient, png
from server import Server, wait_until

CONFIGURATION = """
global: {{ scrape_interval: 1s, scrape_timeout: 1s }}
scrape_configs:
  - job_name: framewright
    static_configs: [{{ targets: ["127.0.0.1:{port}"] }}]
"""


class Prometheus:
    """The distribution's Prometheus, scraping one port. A context manager."""

    def __init__(self, folder, scraped_port):
        self._folder = pathlib.Path(folder)
        configuration = CONFIGURATION.format(port=scraped_port)
        (self._folder / "prometheus.yml").write_text(configuration, encoding="utf-8")
        self._process = None
        self._url = None

    def __enter__(self):
        # It cannot tell which port it took, so it is given one that was free a moment ago.
        with socket.create_server(("127.0.0.1", 0)) as free:
            address = "127.0.0.1:%d" % free.getsockname()[1]
        self._url = f"http://{address}/api/v1/"
        self._process = subprocess.Popen(
            ["prometheus", f"--config.file={self._folder / 'prometheus.yml'}",
             f"--storage.tsdb.path={self._folder / 'storage'}", f"--web.listen-address={address}",
             "--log.level=warn"])
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(30)

    def ask(self, path, **query):
        """The answer's data; none while Prometheus does not answer yet."""
        if self._process.poll() is not None:
            raise AssertionError(f"prometheus ended with {self._process.returncode}")
        url = f"{self._url}{path}?{urllib.parse.urlencode(query)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)["data"]
        except (urllib.error.URLError, ConnectionError):
            return None

    def value(self, expression):
        """The expression's one value as a number; none while there is none."""
        data = self.ask("query", query=expression)
        return float(data["result"][0]["value"][1]) if data and data["result"] else None


class Scraping(unittest.TestCase):
    def test_prometheus_finds_the_server_up_and_its_frames_counted(self):
        with tempfile.TemporaryDirectory() as data, tempfile.TemporaryDirectory() as folder, \
                Server(data) as server:
            picture = png(16, 16, 3, gradient(16, 16))
            self.assertEqual(server.process(picture, "invert").status, 200)
            with Prometheus(folder, server.port) as prometheus:
                wait_until(lambda: prometheus.value('up{job="framewright"}') == 1, "the server is up")
                self.assertEqual(prometheus.value('framewright_frames_total{entry="rest"}'), 1)
                self.assertEqual(prometheus.value(
                    'framewright_frame_duration_seconds_count{pipeline="invert"}'), 1)
                # Units are told in OpenMetrics only.
                metadata = prometheus.ask("metadata", metric="framewright_frame_bytes")
                self.assertEqual(metadata["framewright_frame_bytes"][0]["type"], "counter")
                self.assertEqual(metadata["framewright_frame_bytes"][0]["unit"], "bytes")
            server.kill()


if __name__ == "__main__":
    if shutil.which("prometheus") is None:
        print("prometheus (package prometheus) is not here")
        sys.exit(77)
    unittest.main(verbosity=2)
