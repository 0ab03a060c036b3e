"""Small library folders for the tests, written file by file."""

from pathlib import Path

SUMMARY = """---
title: {title}
categories: [optimization]
status: published
published: 2024-03-05
{more}---

## The idea

{body}
"""
CATEGORIES = "- slug: optimization\n  name: Optimization\n"
PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(20)


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write these files below a folder and return it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def summary(title: str = "Adam", more: str = "", body: str = "Keep two means.") -> str:
    return SUMMARY.format(title=title, more=more, body=body)


def small(folder: Path) -> Path:
    """Write a library with one of everything."""
    return write(
        folder,
        {
            "README.md": "# Ours\n",
            "categories.yaml": CATEGORIES,
            "series.yaml": "- {slug: in-parts, title: In parts}\n",
            "papers.bib": "@misc{kingma2015adam,\n title={Adam},\n author={Kingma, D. P.},\n eprint={1412.6980}\n}\n",
            "macros/standard.tex": "\\newcommand{\\R}{\\mathbb{R}}\n",
            "media/dot.png": PIXEL,
            "summaries/adam.md": summary(more="papers: [kingma2015adam]\nmacros: [standard]\n", body="In $\\R$."),
            "summaries/advanced.md": summary("Advanced", "requires: [basics]\nseries: in-parts\npart: 1\n"),
            "summaries/basics.md": summary("Basics", "requires: [adam]\n", "See ![a dot](../media/dot.png)."),
            "paths/way.md": "---\ntitle: A way\nsteps:\n  - summary: adam\n  - {summary: basics, note: next}\n---\n",
        },
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its name, hidden ones included."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
