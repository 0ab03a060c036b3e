"""Links in a live page turned into links of the static site; every other byte of the page stays as it is.

A link to what has no file loses its `<a>`; an element marked `data-served` (facets, orders: what only a server can do)
is left out. NOT here: which address becomes which (`addresses.py`).
"""

from collections.abc import Callable
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
LINKS = {"href", "src", "action", "data-copying", "data-results"}
ABSOLUTE_RELS = {"canonical", "license", "cite-as"}


class Rewriter(HTMLParser):
    """Rewrite one page. `live` is its address on the live site.

    `place` gives the address on the static site that stands for one on the live site, `name` how this page names it;
    `head` is put at the end of its head.
    """

    def __init__(
        self, base: str, live: str, place: Callable[[str], str | None], name: Callable[[str], str], head: str = ""
    ) -> None:
        super().__init__(convert_charrefs=False)
        self._base, self._live, self._place, self._name, self._head = base, live, place, name, head
        self._out: list[str] = []
        self._skipping: list[str] = []
        self._unwrapped = 0

    def result(self) -> str:
        return "".join(self._out)

    # What is given to the parser comes out again, except where a link stands.

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raw = self.get_starttag_text() or ""
        if self._skipping:
            if tag not in VOID:
                self._skipping.append(tag)
            return
        if any(name == "data-served" for name, _ in attrs):
            self._skipping.append(tag)
            return
        rewritten = self._rewritten(tag, dict(attrs), raw)
        if rewritten is None and tag == "a":
            self._unwrapped += 1
            return
        self._out.append(rewritten or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._skipping:
            self._out.append(self._rewritten(tag, dict(attrs), self.get_starttag_text() or "") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            while self._skipping and self._skipping.pop() != tag:
                pass
            return
        if tag == "a" and self._unwrapped:
            self._unwrapped -= 1
            return
        if tag == "head":
            self._out.append(self._head)
        self._out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._put(data)

    def handle_entityref(self, name: str) -> None:
        self._put(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._put(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._put(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._put(f"<!{decl}>")

    def _put(self, text: str) -> None:
        if not self._skipping:
            self._out.append(text)

    def _rewritten(self, tag: str, attrs: dict[str, str | None], raw: str) -> str | None:
        """Return the tag with its links turned; None where what it leads to has no file."""
        if tag == "link" and ABSOLUTE_RELS & set((attrs.get("rel") or "").split()):
            return raw
        if tag == "form":
            raw = raw.replace(" data-live", "")  # results as you type come from a server
        for name in sorted(LINKS & set(attrs)):
            value = attrs[name] or ""
            address = self._ours(value)
            if address is None:
                continue
            path, _, fragment = address.partition("#")
            place = self._place(path)
            if place is None:
                return None
            turned = self._name(place) + (f"#{fragment}" if fragment else "")
            if name.startswith("data-"):
                turned = "./" + turned.rpartition("/")[2]  # a module names those beside it
            written = escape(turned)
            raw = raw.replace(f'{name}="{escape(value)}"', f'{name}="{written}"', 1)
            raw = raw.replace(f'{name}="{value}"', f'{name}="{written}"', 1)
        return raw

    def _ours(self, value: str) -> str | None:
        """Return the address on this site that a link leads to; None for other sites and places in the page."""
        if not value or value.startswith(("#", "data:", "mailto:")):
            return None
        whole = urljoin(self._base + self._live, value)
        if not whole.startswith(self._base + "/") and whole != self._base:
            return None
        parts = urlsplit(whole)
        path = parts.path.removeprefix(urlsplit(self._base).path) or "/"
        query = f"?{parts.query}" if parts.query else ""
        return path + query + (f"#{parts.fragment}" if parts.fragment else "")
