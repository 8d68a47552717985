"""The page in headless Chromium, served by the real program, with the browser's fake camera.

PROGRAM_UNDER_TEST is the program's path. Where SCREENSHOT_FILE names a file, a picture of the page at
work is left there. Exits 77 (skipped) where Chromium or its driver is not installed.
"""

import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "app"))

from node import Node  # noqa: E402
from pictures import inverted, noise, png, read_png  # noqa: E402
from server import Server, wait_until  # noqa: E402
from webdriver import Browser, Key, find_browser  # noqa: E402

SKIPPED = 77

# Points of the test pattern's colour bars that only the small ball ever covers, as parts of width and height.
WHITE, YELLOW, BLUE, BLACK = (0.06, 0.1), (0.19, 0.1), (0.81, 0.1), (0.94, 0.1)

READ_CANVAS = """
const [id] = arguments;
const canvas = document.getElementById(id);
const context = canvas.getContext('2d', { willReadFrequently: true });
const at = ([x, y]) => [...context.getImageData(x * canvas.width, y * canvas.height, 1, 1).data].slice(0, 3);
"""

PIXELS = READ_CANVAS + "return arguments[1].map(at);"

CLOSE_TO = READ_CANVAS + """
const [, point, colour, tolerance] = arguments;
const pixel = at(point);
return colour.every((value, channel) => Math.abs(value - pixel[channel]) <= tolerance);
"""

WHOLE_CANVAS = READ_CANVAS + """
const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
return [canvas.width, canvas.height, [...data].filter((_, index) => index % 4 !== 3)];
"""

# What the controls of the last step say, by the ids of their parameters.
LAST_CONTROLS = """
const say = (node) => node.type === 'checkbox' ? { checked: node.checked }
  : node.type === 'range'
  ? { min: node.min, max: node.max, step: node.step, value: node.value,
      number: ['min', 'max', 'step', 'value'].map((key) => node.nextElementSibling[key]) }
  : { options: [...node.options].map((option) => option.value), value: node.value };
const step = [...document.querySelectorAll('.step')].at(-1);
const nodes = [...step.querySelectorAll('.control [id]')];
return Object.fromEntries(nodes.map((node) => [node.id.replace(/^step-[^-]+-/, ''), say(node)]));
"""

FPS = "parseFloat(document.getElementById('fps').textContent)"


def expected_control(parameter):
    """What LAST_CONTROLS says of a parameter that has just been added."""
    default = parameter["default_value"]
    if isinstance(default, bool):
        return {"checked": default}
    if parameter["options"]:
        return {"options": parameter["options"], "value": default}
    texts = [f"{parameter[key]:.10g}" for key in ("min_value", "max_value", "step", "default_value")]
    return {**dict(zip(("min", "max", "step", "value"), texts)), "number": texts}


class Page(unittest.TestCase):
    """One server and one browser for all tests; each test starts on the page as it is first loaded."""

    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.directory = pathlib.Path(directory.name)
        cls.server = cls.enterClassContext(Server(cls.directory / "data"))
        cls.node_port = cls.server.read_node_port()
        cls.browser = cls.enterClassContext(Browser(*find_browser()))

    def setUp(self):
        self.browser.resize(1280, 1000)
        self.browser.open(self.server.url("/"))
        self.browser.wait_for("return !document.getElementById('add').disabled", what="the list of filters")

    def tearDown(self):
        self.assertEqual(self.browser.console_errors(), [])

    def add(self, *filters):
        for name in filters:
            self.select("#filter", name)
            self.browser.click("#add")

    def select(self, selector, value):
        """Chooses an option as a person does, with the events that follow."""
        self.browser.run("""
            const [selector, value] = arguments;
            const list = document.querySelector(selector);
            list.value = value;
            for (const type of ['input', 'change']) list.dispatchEvent(new Event(type, { bubbles: true }));
        """, selector, value)

    def choose(self, name, value):
        self.browser.run("document.querySelector(arguments[0]).click()", f"input[name={name}][value={value}]")

    def wait_for_colour(self, point, colour, tolerance=24):
        self.browser.wait_for(CLOSE_TO, "output", point, colour, tolerance, what=f"{colour} at {point}")

    def text(self, element_id):
        return self.browser.run("return document.getElementById(arguments[0]).textContent", element_id)

    def steps(self):
        return self.browser.run(
            "return [...document.querySelectorAll('.step')].map((step) => step.dataset.filter)")

    def test_the_test_pattern_comes_back_unchanged_without_filters(self):
        for point, colour in ((WHITE, [255, 255, 255]), (YELLOW, [255, 255, 0]), (BLUE, [0, 0, 255])):
            self.wait_for_colour(point, colour)
        self.assertEqual(self.text("connection-text"), "Connected")

    def test_invert_turns_the_bars_round(self):
        self.add("invert")
        expected = ((WHITE, [0, 0, 0]), (YELLOW, [0, 0, 255]), (BLUE, [255, 255, 0]), (BLACK, [255] * 3))
        for point, colour in expected:
            self.wait_for_colour(point, colour)

    def test_a_parameter_changes_the_running_stream(self):
        self.add("grayscale")
        self.wait_for_colour(YELLOW, [226] * 3, tolerance=6)  # BT.601: 0.299 + 0.587
        for red, green, blue in self.browser.run(PIXELS, "output", [WHITE, YELLOW, BLUE, BLACK, (0.5, 0.3)]):
            self.assertTrue(red == green == blue, (red, green, blue))
        self.select(".step select", "average")
        self.wait_for_colour(YELLOW, [170] * 3, tolerance=6)  # two thirds
        self.assertEqual(self.text("accelerator-used"), "cpu")

    def test_the_numbers_move(self):
        self.browser.wait_for(f"return {FPS} > 1", what="frames")
        self.browser.wait_for("return /^\\d+ ms$/.test(document.getElementById('latency').textContent)",
                              what="the latency")

    def test_nodes_show_while_there_are_some(self):
        shown = "return [...document.querySelectorAll('#nodes strong')].map((node) => node.textContent)"
        hidden = "return document.getElementById('cluster').hidden"
        self.assertTrue(self.browser.run(hidden), "the server alone is no cluster")
        node = Node(self.node_port, "--workers", "1")
        self.addCleanup(node.kill)
        self.browser.wait_for("return !document.getElementById('cluster').hidden", what="the nodes")
        self.assertEqual(len(self.browser.run(shown)), 2)
        self.assertIn(node.id, self.browser.run(shown))
        self.assertEqual(node.stop(), 0)
        self.browser.wait_for(hidden, what="the end of the cluster")

    def test_pause_stops_the_frames_and_start_brings_them_back(self):
        self.browser.wait_for(f"return {FPS} > 0", what="frames")
        self.browser.click("#run")
        self.browser.wait_for(f"return {FPS} === 0", what="the pause")
        self.browser.click("#run")
        self.browser.wait_for(f"return {FPS} > 0", what="frames again")

    def test_the_webcam_is_processed(self):
        self.add("grayscale")
        self.choose("source", "webcam")
        self.browser.wait_for("return document.getElementById('input').width !== 0 &&"
                              " !document.getElementById('webcam-options').hidden &&"
                              " document.getElementById('camera').length > 1", what="the fake camera")
        self.browser.wait_for("""
            const gray = (pixel) => Math.abs(pixel[0] - pixel[1]) < 3 && Math.abs(pixel[1] - pixel[2]) < 3;
            const at = (id) => document.getElementById(id).getContext('2d').getImageData(20, 20, 1, 1).data;
            return !gray(at('input')) && gray(at('output'));
        """, what="a coloured camera picture that comes back gray")

    def test_a_picture_comes_back_with_exact_pixels(self):
        pixels = noise(40, 30, 3, seed=3)
        file = self.directory / "noise.png"
        file.write_bytes(png(40, 30, 3, pixels))
        self.add("invert")
        self.select("#format", "png")
        self.browser.type_into("#file", str(file))
        self.browser.wait_for("return document.getElementById('output').width === 40", what="the picture")
        width, height, output = self.browser.run(WHOLE_CANVAS, "output")
        self.assertEqual((width, height, bytes(output)), (40, 30, inverted(pixels)))

    def test_a_library_image_is_a_source(self):
        self.choose("source", "picture")
        self.browser.wait_for("return document.querySelector('#library button')", what="the library")
        self.browser.click("#library button")
        self.browser.wait_for("return document.getElementById('picture-name').textContent !== ''",
                              what="the image")
        self.browser.wait_for("return document.getElementById('output').width ==="
                              " document.getElementById('input').width", what="its result")

    def test_a_bad_picture_is_told_and_the_next_source_works(self):
        file = self.directory / "broken.png"
        file.write_bytes(b"\x89PNG\r\n\x1a\nnothing more")
        self.browser.type_into("#file", str(file))
        self.browser.wait_for("return !document.getElementById('error').hidden", what="the error")
        self.assertIn("broken.png", self.text("error-text"))
        self.choose("source", "pattern")
        self.browser.wait_for("return document.getElementById('error').hidden", what="the error to go")
        self.wait_for_colour(YELLOW, [255, 255, 0])

    def test_what_the_server_refuses_is_told(self):
        self.add(*["invert"] * 17)
        self.browser.wait_for(
            "return document.getElementById('error-text').textContent.includes('invalid_pipeline')",
            what="the server's error")
        self.browser.click("[data-act=remove]")
        self.browser.wait_for("return document.getElementById('error').hidden", what="the error to go")

    def test_everything_can_be_done_with_the_keyboard(self):
        self.focus_by_tab("filter")
        self.browser.press(*"Inv")
        self.focus_by_tab("add")
        self.browser.press(Key.ENTER)
        self.wait_for_colour(WHITE, [0, 0, 0])
        self.browser.run("document.activeElement.blur()")
        self.focus_by_tab("filter")
        self.browser.press(*"Gray")
        self.focus_by_tab("add")
        self.browser.press(Key.ENTER)
        self.assertEqual(self.steps(), ["invert", "grayscale"])
        self.browser.press(Key.TAB)
        self.browser.press(Key.DOWN, held=Key.ALT)
        self.assertEqual(self.steps(), ["grayscale", "invert"])
        self.browser.press(Key.DELETE, held=Key.ALT)
        self.assertEqual(self.steps(), ["grayscale"])
        self.wait_for_colour(WHITE, [255, 255, 255])

    def focus_by_tab(self, element_id):
        for _ in range(60):
            if self.browser.run("return document.activeElement.id") == element_id:
                return
            self.browser.press(Key.TAB)
        self.fail(f"Tab does not reach #{element_id}")

    def test_every_control_has_a_name(self):
        self.add("gaussian_blur", "grayscale", "resize")
        nameless = self.browser.run("""
            const named = (node) => node.labels?.length || node.ariaLabel || node.textContent.trim();
            return [...document.querySelectorAll('button, input, select, textarea')]
              .filter((node) => !named(node)).map((node) => node.outerHTML);
        """)
        self.assertEqual(nameless, [])

    def test_a_phone_needs_no_sideways_scrolling(self):
        self.browser.resize(390, 844)
        self.add("gaussian_blur", "resize", "grayscale")
        self.choose("source", "picture")
        width = self.browser.run("return document.documentElement.scrollWidth")
        self.assertLessEqual(width, 390)

    def test_every_filter_has_its_controls_and_does_its_work(self):
        filters = self.server.get("/api/v1/config/processor/status").json()["filters"]
        listed = self.browser.run("return [...document.getElementById('filter').options].map((o) => o.value)")
        self.assertEqual(listed, [described["id"] for described in filters])
        picture = png(96, 80, 4, bytes(value for rgb in zip(*[iter(noise(96, 80, 3, seed=5))] * 3)
                                       for value in (*rgb, 255)))
        file = self.directory / "every_filter.png"
        file.write_bytes(picture)
        self.select("#format", "png")
        self.browser.type_into("#file", str(file))
        self.browser.wait_for("return document.getElementById('output').width === 96", what="the picture")
        for described in filters:
            with self.subTest(described["id"]):
                self.add(described["id"])
                self.assertEqual(self.browser.run(LAST_CONTROLS),
                                 {one["id"]: expected_control(one) for one in described["parameters"]})
                # Behind a filter that changes nothing by default, invert shows that a new frame came.
                self.add("invert")
                self.wait_for_the_answer_of_rest(picture)
                for _ in range(2):
                    self.browser.click("[data-act=remove]")

    def wait_for_the_answer_of_rest(self, picture):
        pipeline = self.browser.run("return document.getElementById('pipeline-text').value")
        answer = self.server.request("POST", "/api/v1/process", picture, {"Content-Type": "image/png"},
                                     pipeline=pipeline, format="png")
        self.assertEqual(answer.status, 200, answer.body)
        width, height, channels, pixels = read_png(answer.body)
        expected = [width, height, [pixels[at + (channel if channels > 1 else 0)]
                                    for at in range(0, len(pixels), channels) for channel in range(3)]]
        wait_until(lambda: self.browser.run(WHOLE_CANVAS, "output") == expected, pipeline)

    def test_the_text_forms_follow_the_pipeline(self):
        self.add("grayscale", "invert")
        self.select(".step select", "bt709")
        value = "return document.getElementById(arguments[0]).value"
        self.assertEqual(self.browser.run(value, "pipeline-text"), "grayscale:algorithm=bt709|invert")
        curl = self.browser.run(value, "curl-line")
        url = self.server.url("/api/v1/process?pipeline=grayscale%3Aalgorithm%3Dbt709%7Cinvert")
        self.assertIn(url, curl)

    def test_a_picture_of_the_page_at_work(self):
        self.add("gaussian_blur", "sobel")
        self.wait_for_colour((0.03, 0.1), [0, 0, 0])  # no edge inside the white bar
        self.browser.wait_for(f"return {FPS} > 5", what="frames")
        self.browser.run("window.scrollTo(0, 0)")
        path = os.environ.get("SCREENSHOT_FILE", self.directory / "page.png")
        self.browser.screenshot(path)
        self.assertGreater(pathlib.Path(path).stat().st_size, 10_000)


class LostServer(unittest.TestCase):
    def test_the_page_says_so_and_comes_back_by_itself(self):
        with tempfile.TemporaryDirectory() as directory, Server(directory) as server, \
                Browser(*find_browser()) as browser:
            browser.open(server.url("/"))
            state = "return document.getElementById('connection').dataset.state === arguments[0]"
            browser.wait_for(state, "open", what="the connection")
            server.kill()
            browser.wait_for(state, "waiting", what="the loss to be noticed")
            self.assertIn("Not connected", browser.run(
                "return document.getElementById('connection-text').textContent"))
            server.start(port=server.port)
            browser.wait_for(state, "open", what="the connection to come back")
            browser.wait_for(f"return {FPS} > 0", what="frames again")


if __name__ == "__main__":
    if not find_browser():
        print("skipped: chromium and chromedriver are not both installed")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
