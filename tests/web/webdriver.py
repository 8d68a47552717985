"""A small WebDriver client (W3C WebDriver, https://www.w3.org/TR/webdriver2/) for headless Chromium.

Only what the browser tests need, on the standard library alone. A command that fails raises WebDriverError
with what the driver said.
"""

import base64
import http.client
import json
import shutil
import subprocess
import tempfile
import time

ELEMENT_KEY = "element-6066-11e4-a52e-4f735466cecf"

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--window-size=1280,1000",
]


class Key:
    """Keys without a character, as WebDriver writes them."""

    TAB = "\ue004"
    ENTER = "\ue007"
    ALT = "\ue00a"
    SPACE = "\ue00d"
    END = "\ue010"
    HOME = "\ue011"
    UP = "\ue013"
    RIGHT = "\ue014"
    DOWN = "\ue015"
    DELETE = "\ue017"


class WebDriverError(Exception):
    pass


def find_browser():
    """The paths of chromium and chromedriver, or None when one of them is not installed."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    return (chromium, driver) if chromium and driver else None


class Browser:
    """One headless Chromium with an empty profile. A context manager: both processes end with it."""

    def __init__(self, chromium, driver):
        self._profile = tempfile.TemporaryDirectory(prefix="framewright-browser-")
        self._driver = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self._port = self._read_port()
        options = {"binary": chromium, "args": [*CHROMIUM_FLAGS, f"--user-data-dir={self._profile.name}"]}
        wanted = {"alwaysMatch": {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}
        self._session = None
        self._session = self._call("POST", "/session", {"capabilities": wanted})["sessionId"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self._command("DELETE", "")
        finally:
            self._driver.terminate()
            self._driver.wait()
            self._driver.stdout.close()
            self._profile.cleanup()

    def open(self, url):
        self._command("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        """The value of a function body run in the page."""
        return self._command("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait_for(self, script, *arguments, what, timeout_s=60):
        """Asks until `script` gives something true, and returns it."""
        give_up = time.monotonic() + timeout_s
        while True:
            value = self.run(script, *arguments)
            if value:
                return value
            if time.monotonic() > give_up:
                raise WebDriverError(f"waited {timeout_s} s in vain: {what}")
            time.sleep(0.05)

    def element(self, selector):
        found = self._command("POST", "/element", {"using": "css selector", "value": selector})
        return found[ELEMENT_KEY]

    def click(self, selector):
        self._command("POST", f"/element/{self.element(selector)}/click", {})

    def type_into(self, selector, text):
        self._command("POST", f"/element/{self.element(selector)}/value", {"text": text})

    def press(self, *keys, held=None):
        """Presses keys one after the other on what has the focus, while `held` is down."""
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        if held:
            strokes = [{"type": "keyDown", "value": held}, *strokes, {"type": "keyUp", "value": held}]
        keyboard = {"type": "key", "id": "keyboard", "actions": strokes}
        self._command("POST", "/actions", {"actions": [keyboard]})

    def resize(self, width, height):
        """Gives the page a viewport of this size, as a phone or a desktop would have it."""
        parameters = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._command("POST", "/goog/cdp/execute",
                      {"cmd": "Emulation.setDeviceMetricsOverride", "params": parameters})

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self._command("GET", "/screenshot")))

    def console_errors(self):
        """What the page wrote as errors since the last call: exceptions, refused loads, broken policies."""
        entries = self._command("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]

    def _read_port(self):
        for line in self._driver.stdout:
            if "started successfully on port" in line:
                return int(line.rsplit(" ", 1)[1].rstrip(".\n"))
        raise WebDriverError("chromedriver ended before it listened")

    def _command(self, method, path, body=None):
        return self._call(method, f"/session/{self._session}{path}", body)

    def _call(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        payload = None if body is None else json.dumps(body)
        connection.request(method, path, payload, {"Content-Type": "application/json"})
        value = json.loads(connection.getresponse().read())["value"]
        connection.close()
        if isinstance(value, dict) and "error" in value:
            raise WebDriverError(f"{method} {path}: {value['error']}: {value['message'].splitlines()[0]}")
        return value
