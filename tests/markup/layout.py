"""A page of formulas as Chromium lays it out: where every element is, and where there is ink.

Not here: what should be where (``test_formulas_in_chromium``).
"""

import base64
from dataclasses import dataclass, field

from playwright.sync_api import Browser

from tests.chromium import PATIENCE

MEASURE = """() => [...document.querySelectorAll("math")].map((math) => {
  const nodes = [];
  const visit = (element) => {
    const box = element.getBoundingClientRect(), style = getComputedStyle(element), mine = nodes.length;
    nodes.push({
      tag: element.localName, mathml: element instanceof MathMLElement, children: [],
      text: element.textContent, attributes: Object.fromEntries([...element.attributes].map((a) => [a.name, a.value])),
      left: box.left, right: box.right, top: box.top, bottom: box.bottom,
      size: parseFloat(style.fontSize), display: style.mathStyle === "normal",
      hidden: style.visibility === "hidden",
      drawn: style.backgroundImage !== "none" || style.borderTopStyle !== "none" || style.borderBottomStyle !== "none",
    });
    for (const child of element.children) { nodes[mine].children.push(visit(child)); }
    return mine;
  };
  visit(math);
  return nodes;
})"""
# The boxes of stretched signs, of bars and of roots are not told by the browser: those are looked for in the picture.
LOOK = """async ({picture, offset, places}) => {
  const image = await createImageBitmap(await (await fetch("data:image/png;base64," + picture)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return places.map(([left, top, right, bottom]) => {
    const width = Math.max(1, Math.round(right - left)), height = Math.max(1, Math.round(bottom - top));
    const pixels = context.getImageData(Math.round(left), Math.round(top - offset), width, height).data;
    let first = width, last = -1, longest = 0;
    for (let y = 0; y < height; y += 1) {
      let run = 0;
      for (let x = 0; x < width; x += 1) {
        const dark = pixels[4 * (y * width + x)] < 200;
        run = dark ? run + 1 : 0;
        longest = Math.max(longest, run);
        if (dark) { first = Math.min(first, x); last = Math.max(last, x); }
      }
    }
    return { span: Math.max(0, last - first + 1) / width, line: longest / width };
  });
}"""
STRIP = 3000
WIDTH = 1600


@dataclass(eq=False)
class Box:
    """An element where Chromium put it; lengths in pixels, downwards."""

    formula: str
    tag: str
    mathml: bool
    text: str
    attributes: dict[str, str]
    left: float
    right: float
    top: float
    bottom: float
    size: float
    display: bool
    hidden: bool
    drawn: bool
    children: list["Box"] = field(default_factory=list)

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def is_empty(self) -> bool:
        return self.width == 0 or self.height == 0

    def __repr__(self) -> str:
        place = f"{self.left:.1f}..{self.right:.1f} x {self.top:.1f}..{self.bottom:.1f}"
        return f"<{self.tag} {self.text[:20]!r} {place} of {self.formula}>"


@dataclass
class Ink:
    """What is drawn in a place, as parts of its width: from its first to its last ink, and its longest line."""

    span: float
    line: float


Place = tuple[float, float, float, float]


class Layout:
    """A page in Chromium, measured once; close it in the end."""

    def __init__(self, browser: Browser, html: str, sources: list[str]) -> None:
        self._page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        self._page.set_default_timeout(PATIENCE)
        self._page.set_content(html)
        self._pictures: dict[int, str] = {}
        measured: list[list[dict[str, object]]] = self._page.evaluate(MEASURE)
        assert len(measured) == len(sources)
        self.formulas = [_boxes(source, nodes) for source, nodes in zip(sources, measured, strict=True)]

    def ink(self, places: list[Place]) -> list[Ink]:
        """Look at places (left, top, right, bottom) of the page, in pixels."""
        found: dict[Place, Ink] = {}
        for offset in range(0, int(max(place[3] for place in places)) + 1, STRIP - 500):
            here = [place for place in places if place not in found and place[3] < offset + STRIP]
            if here:
                seen = self._page.evaluate(LOOK, {"picture": self._picture(offset), "offset": offset, "places": here})
                found |= {place: Ink(**one) for place, one in zip(here, seen, strict=True)}
        return [found[place] for place in places]

    def _picture(self, offset: int) -> str:
        if offset not in self._pictures:
            picture = self._page.screenshot(full_page=True, clip={"x": 0, "y": offset, "width": WIDTH, "height": STRIP})
            self._pictures[offset] = base64.b64encode(picture).decode()
        return self._pictures[offset]

    def close(self) -> None:
        self._page.close()


def _boxes(source: str, nodes: list[dict[str, object]]) -> list[Box]:
    links = [node.pop("children") for node in nodes]
    boxes = [Box(source, **node) for node in nodes]  # type: ignore[arg-type]
    for box, children in zip(boxes, links, strict=True):
        box.children = [boxes[child] for child in children]  # type: ignore[attr-defined]
    return boxes
