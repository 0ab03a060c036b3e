"""Links in a live page turned into links of the static site; every other byte of the page stays as it is.

A link to what has no file loses its `<a>`; an element marked `data-served` (facets, orders: what only a server can do)
is left out, and so is a form, except the one of the search. NOT here: which address becomes which (`addresses.py`), and
reading anybody's HTML: our own pages close what they open and quote what they say, so that looking for tags is enough,
and many times faster than a parser.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import urljoin

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
TAG = re.compile(r"""<!--.*?-->|<(/?)([A-Za-z][\w-]*)([^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*)>""", re.DOTALL)
LINK = re.compile(r'(?<=\s)(href|src|action|data-copying|data-results)="([^"]*)"')
SERVED = re.compile(r"\sdata-served(?=[\s/]|$)")
SEARCHING = re.compile(r'\srole="search"')
ABSOLUTE = re.compile(r'\srel="(?:[^"]*\s)?(?:canonical|license|cite-as)[\s"]')
ELSEWHERE = re.compile(r"#|//|[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Rewriter:
    """Rewrite the page that is at `live`, an address below `base`, on the live site.

    `place` gives the address on the static site that stands for one on the live site, `name` how this page names it;
    `head` is put at the end of its head.
    """

    base: str
    live: str
    place: Callable[[str], str | None]
    name: Callable[[str], str]
    head: str = ""

    def rewritten(self, page: str) -> str:
        """Return the page with its links turned."""
        out: list[str] = []
        left_out: list[str] = []  # the open tags of an element that is left out
        at, unwrapping = 0, False
        for match in TAG.finditer(page):
            closing, tag, said = match[1], match[2] or "", match[3] or ""
            if left_out or SERVED.search(said) or (tag == "form" and not closing and not SEARCHING.search(said)):
                if not left_out:
                    out.append(page[at : match.start()])
                _step(left_out, tag, closing)
                at = match.end()
                continue
            if closing and tag == "a" and unwrapping:
                new, unwrapping = "", False
            elif closing:
                new = self.head + match[0] if tag == "head" else match[0]
            else:
                new = self._tag(tag, said, match[0])
                unwrapping = unwrapping or (tag == "a" and not new)
            if new != match[0]:
                out += page[at : match.start()], new
                at = match.end()
        return "".join(out) + page[at:]

    def _tag(self, tag: str, said: str, whole: str) -> str:
        """Return an opening tag with its links turned; nothing where what it leads to has no file."""
        if "=" not in said or (tag == "link" and ABSOLUTE.search(said)):
            return whole
        if tag == "form":
            whole = whole.replace(" data-live", "")  # results as you type come from a server
        pieces: list[str] = []
        at = 0
        for match in LINK.finditer(whole):
            address = self._ours(unescape(match[2]))
            if address is None:
                continue
            path, _, fragment = address.partition("#")
            place = self.place(path)
            if place is None:
                return ""
            turned = self.name(place) + (f"#{fragment}" if fragment else "")
            if match[1].startswith("data-"):
                turned = "./" + turned.rpartition("/")[2]  # a module names those beside it
            pieces += whole[at : match.start(2)], escape(turned)
            at = match.end(2)
        return "".join(pieces) + whole[at:]

    def _ours(self, value: str) -> str | None:
        """Return the address on the live site that a link leads to; None for other sites and places in the page."""
        if value.startswith(self.base):
            rest = value[len(self.base) :]
            if rest and rest[0] not in "/?#":
                return None  # a host or a folder whose name only begins like ours
            return rest if rest.startswith("/") else f"/{rest}"
        if not value or ELSEWHERE.match(value):
            return None
        return urljoin(self.live, value)


def _step(opened: list[str], tag: str, closing: str | None) -> None:
    """Follow one tag of an element that is left out: `opened` are its open ones, none once it is over."""
    if not closing and tag and tag not in VOID:
        opened.append(tag)
    while closing and opened and opened.pop() != tag:
        pass
