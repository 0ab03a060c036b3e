"""`python -m benchmarks`: make the libraries, measure, print one table, write it to benchmarks/results/."""

import argparse
import datetime as dt
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from app.settings import ROOT
from benchmarks import rows, servers
from benchmarks.library import prepare
from benchmarks.table import Row, as_markdown

SIZES = (1_000, 10_000)
QUICK_SIZES = (60, 120)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 0 where everything could be measured, whether or not the goals were met."""
    asked = _options().parse_args(arguments)
    sizes = tuple(sorted(asked.sizes or (QUICK_SIZES if asked.quick else SIZES)))
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as work:
        table = measure(sizes, rows.QUICK if asked.quick else rows.Scale(), asked.libraries, Path(work))
    text = _report(table, sizes, time.perf_counter() - started)
    sys.stdout.write(text)
    asked.results.mkdir(parents=True, exist_ok=True)
    name = f"{dt.datetime.now(dt.UTC):%Y-%m-%d}-{'-'.join(map(str, sizes))}.md"
    (asked.results / name).write_text(text)
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke run on tiny libraries; its figures mean nothing")
    parser.add_argument("--sizes", type=_sizes, help="numbers of summaries, comma separated (default 1000,10000)")
    parser.add_argument(
        "--libraries", type=Path, default=ROOT / "var" / "benchmarks", help="where libraries are kept for the next run"
    )
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results", help="where the table goes")
    return parser


def _sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(int(part) for part in text.split(","))
    if not sizes or min(sizes) < 60 or max(sizes) > 200_000:
        raise argparse.ArgumentTypeError("sizes go from 60 to 200000")
    return sizes


def measure(sizes: Sequence[int], scale: rows.Scale, kept: Path, work: Path) -> list[Row]:
    table = []
    sites = []
    for size in sizes:
        say(f"{size}: the library")
        folder, times = prepare(size, kept, work, say)
        with servers.cairn(folder, work / f"cairn-{size}.log") as server:
            site = rows.Site(size, folder, server, work, kept, scale)
            sites.append(site)
            say(f"{size}: first views, lists, search")
            table.append(rows.load_row(site, times))
            table.append(rows.start_row(site))
            table.append(rows.first_view_row(site))
            table += rows.list_rows(site)
            table += rows.search_rows(site)
            if size == sizes[-1]:
                say(f"{size}: what was seen before")
                table += rows.cached_rows(site)
        say(f"{size}: saves")
        table.append(rows.save_row(site))
    table.append(rows.preview_row(scale))
    if len(sites) > 1:
        table += rows.growth_rows(sites[0], sites[-1])
    return table


def _report(table: list[Row], sizes: Sequence[int], seconds: float) -> str:
    missed = sum(row.met is False for row in table)
    goals = sum(row.met is not None for row in table)
    busy = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return "\n".join(
        [
            f"# Measured on {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC",
            "",
            f"Libraries of {' and '.join(f'{size:,}' for size in sizes)} summaries; one worker, one client process, "
            f"loopback; Python {platform.python_version()}, {os.cpu_count()} cores, {busy}; {seconds:.0f} s in all. "
            "Times are medians unless said otherwise. The ratios count: absolute figures are this machine's, then.",
            "",
            as_markdown(table),
            "",
            f"{goals - missed} of {goals} goals met.",
            "",
        ]
    )


def say(sentence: str) -> None:
    sys.stderr.write(f"bench: {sentence}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
