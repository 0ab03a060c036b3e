"""Writing XML that cannot be ill-formed: elements made of names that are checked and text that is escaped.

What XML cannot carry (control characters, halves of surrogate pairs) becomes U+FFFD. NOT here: reading XML.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?")
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class Element:
    """An element with its attributes and what it holds: text and elements, in order."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    children: tuple["Element | str", ...]


def element(name: str, *children: "Element | str | None", attributes: dict[str, str] | None = None) -> Element:
    """Make an element; a child that is None is left out, and so is nothing else."""
    given = tuple((attributes or {}).items())
    for word in (name, *(key for key, _ in given)):
        if not NAME.fullmatch(word):
            raise ValueError(f"{word!r} is not a name in XML")
    return Element(name, given, tuple(child for child in children if child is not None))


def document(root: Element) -> bytes:
    """Return the document of this root in UTF-8."""
    out = StringIO()
    out.write(DECLARATION)
    for piece in _pieces(root):
        out.write(piece)
    out.write("\n")
    return out.getvalue().encode()


def _pieces(node: Element | str) -> Iterable[str]:
    if isinstance(node, str):
        yield text(node)
        return
    given = "".join(f' {name}="{quoted(value)}"' for name, value in node.attributes)
    if not node.children:
        yield f"<{node.name}{given}/>"
        return
    yield f"<{node.name}{given}>"
    for child in node.children:
        yield from _pieces(child)
    yield f"</{node.name}>"


def text(value: str) -> str:
    """Return text as it stands between tags."""
    return (
        UNWRITABLE.sub("\ufffd", value)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\r", "&#13;")
    )


def quoted(value: str) -> str:
    """Return text as it stands in an attribute; line ends and tabs would be read as blanks otherwise."""
    return text(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
