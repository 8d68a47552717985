#!/usr/bin/env python3
"""Each rule of rooms_check.py finds what is planted against it, and nothing in a clean tree."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import rooms_check  # noqa: E402  (needs the path above)


class RoomsCheck(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)

    def plant(self, path: str, text: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def messages(self) -> list[str]:
        return [str(violation) for violation in rooms_check.violations(self.root)]

    def assert_found(self, *parts: str) -> None:
        messages = self.messages()
        self.assertEqual(len(messages), 1, messages)
        for part in parts:
            self.assertIn(part, messages[0])

    def test_accepts_a_clean_tree(self):
        self.plant("engine/frame.hpp", '#include "kernels/image_view.hpp"\n#include <vector>\n')
        self.plant("actors/stream.cpp", '#include <caf/all.hpp>\n\n#include "engine/frame.hpp"\n')
        self.plant("tests/engine/frame_test.cpp", '#include "app/serve.hpp"\n#include <turbojpeg.h>\n')
        self.plant("ARCHITECTURE.md", "A `engine/frame.hpp` in `engine/`.\n")
        self.assertEqual(self.messages(), [])

    def test_finds_a_forbidden_include(self):
        self.plant("kernels/blur.cpp", '#include "engine/frame.hpp"\n')
        self.assert_found("kernels/blur.cpp:1", "kernels/ may not include engine/")

    def test_finds_the_network_looking_into_an_actor(self):
        self.plant("net/session.cpp",
                   '#include "actors/frame_service.hpp"\n#include "actors/dispatcher.hpp"\n')
        self.assert_found("net/session.cpp:2", "actors/dispatcher.hpp")

    def test_finds_a_library_at_another_door(self):
        self.plant("engine/plan.cpp", "#include <vector>\n#include <caf/all.hpp>\n")
        self.assert_found("engine/plan.cpp:2", "CAF enters through")

    def test_finds_a_second_websocket_source(self):
        self.plant("net/one.cpp", "#include <boost/beast/websocket.hpp>\n")
        self.assertEqual(self.messages(), [])
        self.plant("net/two.cpp", "#include <boost/beast/websocket/stream.hpp>\n")
        self.assertEqual(len(self.messages()), 2)

    def test_finds_a_websocket_header(self):
        self.plant("net/one.hpp", "#include <boost/beast/websocket.hpp>\n")
        self.assert_found("net/one.hpp:1", "one source file")

    def test_finds_a_file_that_is_too_long(self):
        self.plant("engine/frame.hpp", "// line\n" * 251)
        self.assert_found("longer than 250 lines")

    def test_finds_a_line_that_is_too_wide(self):
        self.plant("engine/frame.cpp", "// " + "x" * 108 + "\n")
        self.assert_found("engine/frame.cpp:1", "111 columns")

    def test_finds_a_function_that_is_too_long(self):
        self.plant("engine/short.cpp", "int f(int a) {\n" + "  ++a;\n" * 68 + "}\n")
        self.assertEqual(self.messages(), [])
        self.plant("engine/long.cpp", "int f(int a) {\n" + "  ++a;\n" * 69 + "}\n")
        self.assert_found("engine/long.cpp:1", "function of 71 lines")

    def test_finds_a_banned_name(self):
        self.plant("engine/frame.cpp", "class FrameManager {};\n")
        self.assert_found("FrameManager")

    def test_finds_unfinished_work(self):
        self.plant("engine/frame.cpp", "// TODO: the rest\n")
        self.assert_found("unfinished work")

    def test_finds_a_file_that_only_the_architecture_page_knows(self):
        self.plant("engine/frame.cpp", "\n")
        self.plant("ARCHITECTURE.md", "\n`engine/frame.cpp` and `engine/ghost.cpp`\n")
        self.assert_found("ARCHITECTURE.md:2", "engine/ghost.cpp")


if __name__ == "__main__":
    unittest.main()
