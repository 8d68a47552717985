"""The page of results: bench/RESULTS.md, a section for each benchmark script."""
import os
import pathlib
import re

PAGE = pathlib.Path(__file__).parent / "RESULTS.md"


def machine():
    """One line that says what was measured on."""
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return f"{os.cpu_count()} cores, {model[1] if model else 'unknown processor'}."


def report(heading, head, rows, only_print):
    """Writes a table, of which `head` is the first two lines, as a section; or only prints it."""
    table = "\n".join([*head, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"
    if only_print:
        print(table, end="")
    else:
        write_section(heading, f"{machine()}\n\n{table}")


def write_section(heading, text):
    """Puts `text` in the place of the section, or at the end, and prints it."""
    page = PAGE.read_text() if PAGE.exists() else "# Results\n"
    section = f"## {heading}\n\n{text.rstrip()}\n\n"
    there = rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)"
    written, count = re.subn(there, lambda _: section, page, flags=re.S | re.M)
    PAGE.write_text((written if count else f"{page.rstrip()}\n\n{section}").rstrip() + "\n")
    print(text, end="")
