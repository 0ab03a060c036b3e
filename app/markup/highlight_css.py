"""Print the style sheet for highlighted code: ``python -m app.markup.highlight_css > static/highlight.css``."""

from __future__ import annotations

import sys

from pygments.formatters import HtmlFormatter


def highlight_css() -> str:
    """Give the rules for light pages, and for dark ones by preference or by ``data-theme``."""
    light = _rules("tango", ":root ")
    dark = _rules("github-dark", ":root ")
    chosen_dark = _rules("github-dark", ':root[data-theme="dark"] ')
    chosen_light = _rules("tango", ':root[data-theme="light"] ')
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n{chosen_light}\n{chosen_dark}\n"


def _rules(style: str, prefix: str) -> str:
    formatter = HtmlFormatter(style=style, nobackground=True)
    lines = formatter.get_token_style_defs(f"{prefix}.highlight")  # type: ignore[no-untyped-call]
    return "\n".join(line for line in lines if "{ }" not in line)


if __name__ == "__main__":
    sys.stdout.write(highlight_css())
