"""`python -m benchmarks.lighthouse`: Lighthouse's four scores and the times behind the first, one table.

Lighthouse is a program of its own (`npm install lighthouse` in any folder, then `--lighthouse FOLDER/node_modules/
.bin/lighthouse`); it needs Node and Chromium. It looks at the seeded library, served in a temporary folder, or at what
`--base` names. Each page is asked for once before, for most readers are not the first after an edit. Scores but the
first are the same on any machine; times want a quiet one. NOT here: what `make bench` measures.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import servers

SUMMARY = "/summaries/first-order-methods-for-non-convex-problems"
PAGES = {
    "home": "/",
    "list": "/summaries",
    "search": "/search",
    "search, results": "/search?q=attention",
    "summary, 40 formulas and more": "{summary}",
    "404": "/nowhere",
    "login": "/login",
}
DESK = {
    "desk": "/admin",
    "desk, summaries": "/admin/summaries",
    "desk, editor": "/admin{summary}/edit",
    "desk, summary": "/admin{summary}",
    "desk, history": "/admin{summary}/history",
    "desk, new": "/admin/new",
    "desk, papers": "/admin/papers",
    "desk, authors": "/admin/authors",
    "desk, categories": "/admin/shelves",
    "desk, series": "/admin/shelves/series",
    "desk, tags": "/admin/shelves/tags",
    "desk, paths": "/admin/paths",
    "desk, macros": "/admin/macros",
    "desk, trash": "/admin/trash",
    "desk, import": "/admin/import",
    "desk, export": "/admin/export",
    "desk, people": "/admin/people",
    "desk, audit log": "/admin/audit",
    "desk, account": "/admin/account",
}
PROFILES = {"mobile": [], "desktop": ["--preset=desktop"]}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TIMES = ("largest-contentful-paint", "cumulative-layout-shift", "total-blocking-time")
HEAD = (("perf", 5), ("a11y", 5), ("best", 5), ("seo", 5), ("LCP ms", 8), ("CLS", 7), ("TBT ms", 8))
CHROMIUM = "--headless=new --no-sandbox --disable-gpu"
# Meant so: a page that is not there says so in its status, which the console repeats; results are not for engines.
NOT_FOR_ENGINES = {"is-crawlable"}
MEANT = {"404": {"http-status-code", "errors-in-console"}, "search, results": NOT_FOR_ENGINES}


@dataclass(frozen=True)
class Lighthouse:
    """The program, whose session it takes along (`name=value`), and where it may write."""

    program: str
    cookie: str | None
    folder: Path

    def ask_once(self, url: str) -> None:
        with suppress(urllib.error.HTTPError):
            urllib.request.urlopen(urllib.request.Request(url, headers=self._headers()), timeout=30).close()

    def report(self, url: str, flags: list[str]) -> dict[str, Any]:
        """Return what it says of a page; at most three minutes."""
        to = self.folder / "report.json"
        command = [
            self.program, url, "--quiet", "--output=json", f"--output-path={to}", f"--chrome-flags={CHROMIUM}",
            "--ignore-status-code", f"--extra-headers={json.dumps(self._headers())}", *flags,
        ]  # fmt: skip
        environment = {"CHROME_PATH": shutil.which("chromium") or "", **os.environ}
        for last in (False, True):  # Chromium sometimes loses the beginning of its own trace
            done = subprocess.run(command, check=last, env=environment, timeout=180, stdout=subprocess.DEVNULL)
            if not done.returncode:
                break
        report: dict[str, Any] = json.loads(to.read_text())
        return report

    def _headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie} if self.cookie else {}


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at every page in both profiles; 0 where every score but performance is 100."""
    asked = _options().parse_args(arguments)
    pages = {name: path.format(summary=asked.summary) for name, path in (DESK if asked.desk else PAGES).items()}
    with tempfile.TemporaryDirectory(prefix="cairn-lighthouse-") as work:
        folder = Path(work)
        if asked.base:
            return _table(Lighthouse(asked.lighthouse, asked.desk, folder), asked.base, pages)
        with servers.cairn(folder / "library", folder / "log") as server:
            return _table(Lighthouse(asked.lighthouse, None, folder), f"http://127.0.0.1:{server.port}", pages)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lighthouse", description=__doc__)
    parser.add_argument("--lighthouse", default="lighthouse", help="the program (default: the one on the path)")
    parser.add_argument("--base", help="the address of a server that runs already")
    parser.add_argument("--desk", metavar="COOKIE", help="look at the desk instead, with a session's `name=value`")
    parser.add_argument("--summary", default=SUMMARY, help="the path of a summary with many formulas")
    return parser


def _table(lighthouse: Lighthouse, base: str, pages: Mapping[str, str]) -> int:
    """Print a line for each page and profile as it comes."""
    short = 0
    numbers = "".join(f"{word:>{width}}" for word, width in HEAD)
    _say(f"{'page':32}{'profile':9}{numbers}  less than all")
    for name, path in pages.items():
        lighthouse.ask_once(base + path)
        for profile, flags in PROFILES.items():
            report = lighthouse.report(base + path, flags)
            scores = [round(100 * (report["categories"][one]["score"] or 0)) for one in CATEGORIES]
            lcp, cls, tbt = (report["audits"][one].get("numericValue", float("nan")) for one in TIMES)
            missed = _missed(report)
            meant = NOT_FOR_ENGINES if path.startswith("/admin") else MEANT.get(name, set())
            short += any(audit not in meant for audit in missed)
            numbers = "".join(f"{score:5}" for score in scores)
            _say(f"{name:32}{profile:9}{numbers}{lcp:8.0f}{cls:7.3f}{tbt:8.0f}  {' '.join(missed)}")
    return 1 if short else 0


def _missed(report: dict[str, Any]) -> list[str]:
    """Return the audits that count in a score other than performance and are not met in full."""
    weighed = [
        each["id"]
        for category in CATEGORIES[1:]
        for each in report["categories"][category]["auditRefs"]
        if each["weight"]
    ]
    return [one for one in weighed if (report["audits"][one]["score"] or 0) < 1 and _counts(report["audits"][one])]


def _counts(audit: dict[str, Any]) -> bool:
    return audit["scoreDisplayMode"] not in ("notApplicable", "manual", "informative")


def _say(line: str) -> None:
    sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
