"""What BibTeX entries take over from others: `crossref` (a paper from its proceedings) and biblatex's `xdata`.

NOT here: syntax (`bibtex_entries.py`) and meaning (`bibtex.py`).
"""

from collections.abc import Sequence
from dataclasses import replace

from app.interchange.bibtex_entries import RawEntry, Refusal

MAX_STEPS = 5
MOST_FIELDS = 40  # that an entry may have for more to be taken over: many may name one that has thousands
MOST_NOTES = 1000
CONTAINERS = frozenset({"proceedings", "collection", "mvproceedings", "mvcollection", "mvbook"})
IN_A_CONTAINER = frozenset({"inproceedings", "conference", "incollection", "inbook"})
# What of a container is its own and not that of a paper in it.
_OWN = frozenset(
    {"title", "subtitle", "booktitle", "author", "crossref", "xdata", "doi", "url", "pages", "key", "abstract"}
)


def inherit(entries: Sequence[RawEntry | Refusal]) -> tuple[list[RawEntry | Refusal], list[tuple[int, str]]]:
    """Fill the entries from those that they name; return them, without pure sources, and notes as (line, sentence)."""
    known = {entry.key.lower(): entry for entry in reversed(entries) if isinstance(entry, RawEntry)}
    notes: list[tuple[int, str]] = []
    used: set[str] = set()
    found: list[RawEntry | Refusal] = []
    for entry in entries:
        found.append(_filled(entry, known, used, notes) if isinstance(entry, RawEntry) else entry)
    kept: list[RawEntry | Refusal] = []
    for entry in found:
        if isinstance(entry, RawEntry) and entry.kind == "xdata":
            continue
        if isinstance(entry, RawEntry) and entry.kind in CONTAINERS and entry.key.lower() in used:
            notes.append((entry.line, f"“{entry.key[:80]}” was read as the container of other entries, not as a paper"))
            continue
        kept.append(entry)
    return kept, notes


def _filled(entry: RawEntry, known: dict[str, RawEntry], used: set[str], notes: list[tuple[int, str]]) -> RawEntry:
    fields = dict(entry.fields)
    seen = {entry.key.lower()}
    waiting = [(name, fields, entry.kind) for name in ("crossref", "xdata")]
    for _ in range(MAX_STEPS):
        following = []
        for name, source, kind in waiting:
            value, line = source.get(name, ("", 0))
            for key in (part.strip() for part in value.split(",") if part.strip()):
                parent = known.get(key.lower())
                if parent is None and len(notes) >= MOST_NOTES:
                    break
                if parent is None:
                    notes.append((line, f"{name}: there is no entry “{key[:80]}” to take anything from"))
                elif key.lower() not in seen and len(seen) < 50:
                    seen.add(key.lower())
                    used.add(key.lower())
                    _take_over(fields, parent, kind, whole=name == "xdata")
                    following += [(each, parent.fields, parent.kind) for each in ("crossref", "xdata")]
        waiting = following
    for name in ("crossref", "xdata"):
        fields.pop(name, None)
    return replace(entry, fields=fields)


def _take_over(fields: dict[str, tuple[str, int]], parent: RawEntry, kind: str, *, whole: bool) -> None:
    for name, value in parent.fields.items():
        if len(fields) >= MOST_FIELDS:
            break
        if whole or name not in _OWN:
            fields.setdefault(name, value)
    if not whole and kind in IN_A_CONTAINER:
        title = parent.fields.get("booktitle") or parent.fields.get("title")
        if title:
            fields.setdefault("booktitle", title)
