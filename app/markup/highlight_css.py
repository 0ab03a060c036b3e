"""Print the style sheet for highlighted code: ``python -m app.markup.highlight_css > static/highlight.css``.

Our own few colours, each readable on ``LIGHT_GROUND`` and ``DARK_GROUND`` or anything further from it (a test measures
them). Not here: the marking of the words (``highlight``).
"""

from __future__ import annotations

import sys

LIGHT_GROUND = "#f3f4f6"
DARK_GROUND = "#1b1f27"

# The short classes of Pygments that share a look, with the colour on light and on dark pages.
LOOKS = (
    ("k kc kd kn kp kr kt ow", "#7a1fa2", "#d7aefb", "font-weight: 600"),
    ("s s1 s2 sa sb sc sd se sh si sr ss sx dl", "#0b6b3a", "#9fdcb4", ""),
    ("c c1 ch cm cp cpf cs", "#5c6370", "#a3abb8", "font-style: italic"),
    ("m mb mf mh mi mil mo il", "#9a3b00", "#f6b98a", ""),
    ("nf fm nc nn ne nd", "#1a4fa0", "#9cc3ff", ""),
    ("nb bp no nt na nv vc vg vi vm nl", "#00606b", "#8bd9e2", ""),
    ("gd err", "#a3150f", "#ffb0a8", ""),
    ("gi", "#0b6b3a", "#9fdcb4", ""),
    ("gh gu gp", "#1a4fa0", "#9cc3ff", "font-weight: 600"),
    ("ge", "", "", "font-style: italic"),
    ("gs", "", "", "font-weight: 600"),
)


def highlight_css() -> str:
    """Give the rules for light pages, and for dark ones by preference or by ``data-theme``."""
    light = _rules("", 1)
    preferred = _rules(':root:not([data-theme="light"]) ', 2)
    chosen = _rules(':root[data-theme="dark"] ', 2)
    return f"{light}@media (prefers-color-scheme: dark) {{\n{preferred}}}\n{chosen}"


def _rules(prefix: str, column: int) -> str:
    lines: list[str] = []
    for look in LOOKS:
        colour, extra = look[column], look[3] if column == 1 else ""
        declarations = "; ".join(part for part in (f"color: {colour}" if colour else "", extra) if part)
        if declarations:
            selectors = ", ".join(f"{prefix}.highlight .{name}" for name in look[0].split())
            lines.append(f"{selectors} {{ {declarations} }}\n")
    return "".join(lines)


if __name__ == "__main__":
    sys.stdout.write(highlight_css())
