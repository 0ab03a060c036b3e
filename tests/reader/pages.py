"""Pages as tests read them: parsed strictly, with the few questions that tests ask."""

import re
import warnings
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import httpx2
from fastapi.testclient import TestClient

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # html5lib 1.1 on newer Pythons: html5lib-python issue 543
    import html5lib


@dataclass
class Page:
    """A parsed page."""

    response: httpx2.Response
    root: Element

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.text

    def all(self, path: str) -> list[Element]:
        return self.root.findall(f".//{path}")

    def words(self, path: str) -> list[str]:
        """Return the text of every element at a path, white space folded."""
        return [words_of(element) for element in self.all(path)]

    def links(self, inside: str = "body") -> dict[str, str]:
        """Return the words of every link inside an element, with where it leads."""
        return {words_of(a): a.get("href", "") for element in self.all(inside) for a in element.iter("a")}

    def meta(self, name: str) -> str | None:
        return next((one.get("content") for one in self.all("meta") if one.get("name") == name), None)

    def rel(self, name: str) -> str | None:
        return next((one.get("href") for one in self.all("head/link") if one.get("rel") == name), None)


def words_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def parse(text: str) -> Element:
    """Parse HTML; anything that is not right raises."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)


def get(client: TestClient, path: str) -> Page:
    """Ask for a page and parse it strictly."""
    response = client.get(path)
    assert response.headers["content-type"].startswith("text/html"), (path, response.status_code)
    return Page(response, parse(response.text))


def heading_levels(page: Page) -> list[int]:
    return [int(found) for found in re.findall(r"<h([1-6])[\s>]", page.html)]
