"""Wiki links ``[[target]]`` and citations ``[@key]`` in Markdown: how they are written, not what they lead to.

Not here: resolving a target or a key (the caller's), and how they look (``render``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

LINK_TYPES = ("builds-on", "contradicts", "replicates", "compares", "supersedes")


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A ``[[...]]`` as written: what it names, its type, where it stands, its words."""

    target: str
    type: str | None
    line: int
    label: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """What a wiki link leads to."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A citable work: its key, the words for the text, the safe inline HTML for the list."""

    key: str
    label: str
    html: str


_WIKI = re.compile(r"\[\[([^\[\]|\n]{1,300})(\|)?")
_TYPED = re.compile(rf"({'|'.join(LINK_TYPES)})\s*:\s*(\S.*)", re.IGNORECASE | re.DOTALL)
_SCHEME = re.compile(r"(arxiv|doi)\s*:\s*(\S.*)", re.IGNORECASE | re.DOTALL)
_KEY = r"[A-Za-z0-9_][A-Za-z0-9_:./+-]{0,199}"
_CITATION = re.compile(rf"\[@{_KEY}(?:[^\[\]\n;@]{{0,100}})(?:;\s*@{_KEY}[^\[\]\n;@]{{0,100}}){{0,50}}\]")
_CITED = re.compile(rf"@({_KEY})([^;]*)")
MAX_LABEL = 500


def install(md: MarkdownIt) -> None:
    """Teach a parser wiki links and citations."""
    md.inline.ruler.before("link", "wiki_link", _wiki_link)
    md.inline.ruler.before("link", "citation", _citation)


def split_target(written: str) -> tuple[str, str | None]:
    """Split ``type: target`` and tidy the target; the type is None where there is none."""
    written = " ".join(written.split())
    typed = _TYPED.fullmatch(written)
    link_type = None
    if typed is not None:
        link_type, written = typed[1].lower(), typed[2]
    scheme = _SCHEME.fullmatch(written)
    if scheme is not None:
        written = f"{scheme[1].lower()}:{scheme[2]}"
    return written, link_type


def _wiki_link(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    if not source.startswith("[[", start):
        return False
    match = _WIKI.match(source, start, state.posMax)
    if match is None or not match[1].strip():
        return False
    label: tuple[int, int] | None = None
    end = match.end()
    if match[2]:
        end = source.find("]]", match.end(), min(state.posMax, match.end() + MAX_LABEL))
        if end < 0:
            return False
        if "[[" in source[match.end() : end]:
            return False
        label = (match.end(), end) if source[match.end() : end].strip() else None
    if not source.startswith("]]", end) or end + 2 > state.posMax:
        return False
    if not silent:
        _push_wiki_link(state, match[1], label)
    state.pos = end + 2
    return True


def _push_wiki_link(state: StateInline, written: str, label: tuple[int, int] | None) -> None:
    target, link_type = split_target(written)
    opening = state.push("wiki_open", "a", 1)
    opening.meta = {
        "target": target,
        "type": link_type,
        "label": None if label is None else " ".join(state.src[label[0] : label[1]].split()),
        "offset": state.pos,
    }
    if label is not None:
        position, limit = state.pos, state.posMax
        begin, end = label
        while state.src[begin] in " \t\n":
            begin += 1
        while state.src[end - 1] in " \t\n":
            end -= 1
        state.pos, state.posMax = begin, end
        state.linkLevel += 1
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.pos, state.posMax = position, limit
    opening.meta["closing"] = state.push("wiki_close", "a", -1)


def _citation(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    if not source.startswith("[@", start):
        return False
    match = _CITATION.match(source, start, state.posMax)
    # [@key](address) and [@key][label] are ordinary links.
    if match is None or source[match.end() : match.end() + 1] in ("(", "["):
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content = match.group()
        token.meta = {"works": cited_works(match.group()), "offset": start}
    state.pos = match.end()
    return True


def cited_works(citation: str) -> list[tuple[str, str]]:
    """Give the keys of ``[@a, p. 3; @b]``, each with the words after it."""
    works: list[tuple[str, str]] = []
    for key, rest in _CITED.findall(citation[1:-1]):
        bare = key.rstrip(".:/-+")
        works.append((bare, (key[len(bare) :] + rest).strip()))
    return works
