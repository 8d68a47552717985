"""Every filter has a row in the table of kernels of bench/RESULTS.md."""

import json
import pathlib
import re
import unittest

from server import run_program

RESULTS = pathlib.Path(__file__).parents[2] / "bench" / "RESULTS.md"

# What rows begin with that do not have the filter's own name. All that look up a table are one row.
OTHER_NAMES = {
    "gaussian_blur": "gaussian_",
    "box_blur": "box_",
    "median_blur": "median_",
    "histogram_equalization": "equalize_",
    "gamma": "table",
    "levels": "table",
    "posterize": "table",
}


class BenchRows(unittest.TestCase):
    def test_every_filter_has_a_row(self):
        section = re.search(r"^## Kernels\n(.*?)^## ", RESULTS.read_text(), re.S | re.M)[1]
        rows = re.findall(r"^\| ([a-z0-9_]+) \| \d", section, re.M)
        code, text, errors = run_program("filters", "--json")
        self.assertEqual(code, 0, errors)
        filters = [described["id"] for described in json.loads(text)]
        without = [name for name in filters
                   if not any(row.startswith(OTHER_NAMES.get(name, name)) for row in rows)]
        self.assertEqual(without, [])
        self.assertEqual(set(OTHER_NAMES) - set(filters), set(), "filters that are no more")


if __name__ == "__main__":
    unittest.main()
