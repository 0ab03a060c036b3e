"""Write the corpus as a page that a person can look at: ``python -m tests.markup.formula_sheet OUT.html``."""

import html
import sys
from pathlib import Path

from app.markup import render
from tests.markup.formulas import read_corpus

CSS = Path(__file__).parents[2] / "static" / "css" / "math.css"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Formulas</title>
<style>
body {{ font: 17px/1.5 system-ui, sans-serif; max-width: 90rem; margin: 2rem auto; padding: 0 1rem; color: #222; }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed; }}
td {{ border-top: 1px solid #ddd; padding: .3rem .6rem; vertical-align: middle; overflow: hidden; }}
td:nth-child(1) {{ width: 2.5rem; color: #777; font-size: .8rem; }}
td:nth-child(2) {{ width: 42%; }}
pre {{ white-space: pre-wrap; font-size: .8rem; margin: 0; color: #555; overflow-wrap: anywhere; }}
.tex-error {{ color: #b00020; }}
{css}
</style>
</head>
<body>
<h1>Formulas</h1>
<p>Every formula of <code>tests/markup/formulas.txt</code>: its source, and what the renderer makes of it.
Written by <code>python -m tests.markup.formula_sheet</code>; MathML, no JavaScript.</p>
{body}
</body>
</html>
"""


def sheet() -> str:
    """Make the page."""
    parts: list[str] = []
    number = 0
    for name, formulas in read_corpus():
        rows: list[str] = []
        for formula in formulas:
            number += 1
            shown = render(f"\\[\n{formula}\n\\]\n").html
            rows.append(f"<tr><td>{number}</td><td><pre>{html.escape(formula)}</pre></td><td>{shown}</td></tr>")
        parts.append(f"<h2>{html.escape(name)}</h2>\n<table>\n" + "\n".join(rows) + "\n</table>")
    return PAGE.format(css=CSS.read_text("utf-8"), body="\n".join(parts))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(sheet(), "utf-8")
