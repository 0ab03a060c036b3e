"""Checks that text fields of every record share. Each raises ValueError with a sentence, as Pydantic wants it."""

import re

UNWRITABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")  # controls, and halves of characters that no encoding has


def shown(text: str) -> str:
    """Return the beginning of a text as a complaint may quote it: JSON can carry half characters, sentences not."""
    return text[:80].encode("utf-8", "replace").decode()


def without_nul(text: object) -> object:
    """Refuse what no database keeps; what is not text is left for the type to refuse."""
    if isinstance(text, str) and "\x00" in text:
        raise ValueError("must not contain a NUL character")
    return text


def on_one_line(text: object) -> object:
    """Refuse NUL and fold white space into single blanks."""
    return " ".join(text.split()) if isinstance(without_nul(text), str) and isinstance(text, str) else text


def web_address(text: str) -> str:
    """Refuse what is not an http or https address."""
    if (
        UNWRITABLE.search(text)
        or not text.lower().startswith(("https://", "http://"))
        or any(c.isspace() for c in text)
        or len(text) > 2000
    ):
        raise ValueError("must be a web address that starts with https:// or http://")
    return text
