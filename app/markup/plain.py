"""Plain text and excerpts out of rendered HTML. Not here: making that HTML."""

from __future__ import annotations

import html as escaping
import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    "p div li ul ol dl dt dd h2 h3 h4 h5 h6 pre blockquote table tr figure figcaption caption section hr br".split()
)
_SUPERSCRIPTS = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_SUBSCRIPTS = str.maketrans("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
MAX_FORMULA_TEXT = 40
# Before a name of several letters, until it is known what stands there: “n log n”, but “(log n)”.
_NAME = "\0"
_GLUED_NAME = re.compile(rf"(?<=[\w)\]]){_NAME}")
_VOID = frozenset({"br", "hr", "img"})
# Says nothing in a formula read as text; in HTML it has an end, and what stood inside of it would not be shown.
_SILENT = _VOID | {"mspace"}


class _Text(HTMLParser):
    """Collect the words; a short formula in a line reads as its letters, a displayed one as nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._math: list[tuple[str, list[str]]] | None = None
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = dict(attrs).get("class") or ""
        if self._skipped or "math display" in classes or classes in ("footnote-backref", "footnote-ref", "citations"):
            self._skipped += tag not in _SILENT
        elif self._math is not None:
            if tag not in _SILENT:
                self._math.append((tag, []))
        elif tag == "math":
            self._math = [("math", [])]
        elif tag == "td" or tag == "th":
            self.parts.append(" ")
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= tag not in _SILENT
        elif self._math is not None:
            if tag in _SILENT or not self._math:
                return
            name, pieces = self._math.pop()
            read = _read_formula(name, pieces)
            if self._math:
                self._math[-1][1].append(read)
            else:
                self._math = None
                read = _GLUED_NAME.sub(" ", read).replace(_NAME, "")
                self.parts.append(read if len(read) <= MAX_FORMULA_TEXT else " ")
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._skipped:
            return
        if self._math is not None:
            self._math[-1][1].append(data.replace("\u2061", "").replace("\u2063", ""))
        else:
            self.parts.append(data)


def _read_formula(tag: str, pieces: list[str]) -> str:
    if len(pieces) == 2 and tag == "msup":
        return _scripted(pieces, _SUPERSCRIPTS, "^")
    if len(pieces) == 2 and tag == "msub":
        return _scripted(pieces, _SUBSCRIPTS, "_")
    if len(pieces) == 2 and tag == "mfrac":
        return "/".join(piece if len(piece) == 1 or piece.isalnum() else f"({piece})" for piece in pieces)
    if tag == "msqrt":
        return "√" + (pieces[0] if len(pieces) == 1 else f"({''.join(pieces)})")
    if tag == "mi" and len(pieces) == 1 and pieces[0].isascii() and len(pieces[0]) > 1:
        return _NAME + pieces[0]
    if tag == "mo" and len(pieces) == 1 and pieces[0] in "=<>≤≥≈∼→∈+⊂∝≠":
        return f" {pieces[0]} "
    if tag in ("mtr", "mtd"):
        return "".join(pieces) + " "
    return "".join(pieces)


def _scripted(pieces: list[str], table: dict[int, int], mark: str) -> str:
    base, script = pieces[0], pieces[1].strip()
    raised = script.translate(table)
    if all(ord(letter) in table for letter in script):
        return base + raised
    return f"{base}{mark}{script}" if len(script) == 1 else f"{base}{mark}({script})"


def plain_text(html: str) -> str:
    """Give the words of rendered HTML, blocks on lines of their own."""
    collector = _Text()
    collector.feed(html)
    collector.close()
    lines = (re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in "".join(collector.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def name_of(mathml: str, tex: str) -> str:
    """Give the attributes that name a formula by its words, by its TeX where they are too many.

    Browsers make the name of a link, a heading or a table's header of the text inside, and MathML is none to them.
    """
    name = plain_text(mathml) or " ".join(tex.split())
    return f' role="math" aria-label="{escaping.escape(name)}"'


def count_words(text: str) -> int:
    """Count the words of plain text."""
    return len(re.findall(r"\w+(?:['’.-]\w+)*", text))


class _Excerpt(HTMLParser):
    """Copy inline HTML until enough words have passed; a formula counts as one word and is never cut."""

    def __init__(self, words: int) -> None:
        super().__init__(convert_charrefs=True)
        self.left = words
        self.out: list[str] = []
        self.open: list[str] = []
        self.atomic = 0
        self.cut = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.cut:
            return
        if tag == "math" or self.atomic:
            if not self.atomic and self.left <= 0:
                self._stop()
                return
            self.atomic += tag not in _VOID
        self.out.append(f"<{tag}{_attributes(attrs)}>")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.cut or tag in _VOID or tag not in self.open:
            return
        while self.open:
            closed = self.open.pop()
            self.out.append(f"</{closed}>")
            if self.atomic:
                self.atomic -= 1
                self.left -= self.atomic == 0
            if closed == tag:
                break

    def handle_data(self, data: str) -> None:
        if self.cut:
            return
        if self.atomic:
            self.out.append(escaping.escape(data, quote=False))
            return
        for piece in re.findall(r"\s+|\S+", data):
            if not piece.isspace():
                if self.left <= 0 and re.search(r"\w", piece):
                    self._stop()
                    return
                self.left -= bool(re.search(r"\w", piece))
            self.out.append(escaping.escape(piece, quote=False))

    def _stop(self) -> None:
        self.cut = True
        while self.out and self.out[-1].isspace():
            self.out.pop()
        # An element opened just before the cut would be empty.
        while self.out and self.open and self.out[-1].startswith(f"<{self.open[-1]}"):
            self.out.pop()
            self.open.pop()
            while self.out and self.out[-1].isspace():
                self.out.pop()
        self.out.append("…")
        self.out.extend(f"</{tag}>" for tag in reversed(self.open))


def _attributes(attrs: list[tuple[str, str | None]]) -> str:
    return "".join(f' {name}="{escaping.escape(value or "")}"' for name, value in attrs)


def excerpt(html: str, *, words: int) -> str:
    """Cut rendered inline HTML after some words: between words, never inside a formula, tags balanced, an ellipsis."""
    if len(html.split()) + html.count("<") <= words:  # as many words as there could be
        return html
    cutter = _Excerpt(words)
    cutter.feed(html)
    cutter.close()
    if not cutter.cut:
        cutter.out.extend(f"</{tag}>" for tag in reversed(cutter.open))
    return "".join(cutter.out)
