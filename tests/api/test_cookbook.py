"""The cookbook: every line of it, in one shell, against a real server; what it shows is what comes out."""

import os
import re
import subprocess
from pathlib import Path

from tests.api.server import serving
from tests.processes import ROOT

COOKBOOK = ROOT / "docs" / "examples" / "cookbook.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END = "--- end of a block ---"


def blocks() -> list[tuple[str, str]]:
    """Return each block of commands with the output shown under it; "" where none is."""
    found: list[tuple[str, str]] = []
    for language, text in BLOCK.findall(COOKBOOK.read_text()):
        assert language in ("sh", "text"), f"a block of {language} is not run"
        if language == "sh":
            found.append((text, ""))
        else:
            found[-1] = (found[-1][0], text)
    return found


def test_every_line_of_the_cookbook_does_what_it_says(tmp_path: Path) -> None:
    recipes = blocks()
    assert sum(text.count("curl ") + text.count("api ") for text, _ in recipes) > 20
    script = "set -euo pipefail\n" + "".join(f"{text}echo '{END}'\n" for text, _ in recipes)
    with serving(tmp_path / "data") as server:
        done = subprocess.run(
            ["bash", "-c", script],
            env={"PATH": os.environ["PATH"], "CAIRN": server.base, "TOKEN": server.token},
            cwd=tmp_path, capture_output=True, text=True, timeout=500,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    told = done.stdout.split(END + "\n")
    assert told.pop() == ""
    assert len(told) == len(recipes)
    for (text, shown), output in zip(recipes, told, strict=True):
        assert output == shown, text
