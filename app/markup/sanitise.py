"""The last word on every piece of HTML that leaves this folder: an allowlist, whatever came before.

Not here: the decisions that authors are told about (links refused, images missing); nothing should be left to remove.
"""

from __future__ import annotations

import re

import nh3

_HTML = {
    "a": {"href", "title", "class", "id", "aria-label", "data-link-type"},
    "p": {"class"}, "br": set(), "hr": set(), "em": set(), "strong": set(), "s": set(), "b": set(), "i": set(),
    "sup": {"class", "id"}, "sub": set(),
    "code": {"class", "title"}, "pre": {"class", "tabindex"},
    "span": {"class", "data-tex", "title", "role", "aria-label", "tabindex"},
    "div": {"class", "data-tex", "tabindex", "role", "aria-label"},
    "blockquote": set(), "ul": {"class"}, "ol": {"class", "start"}, "li": {"class", "id"},
    "dl": set(), "dt": set(), "dd": set(),
    "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "h5": {"id"}, "h6": {"id"},
    "table": set(), "caption": set(), "thead": set(), "tbody": set(), "tr": set(),
    "th": {"class", "scope"}, "td": {"class"},
    "img": {"src", "alt", "title", "loading", "decoding"}, "figure": {"class"}, "figcaption": set(),
    "section": {"class", "aria-labelledby", "aria-label"}, "cite": set(),
}  # fmt: skip
_LENGTHS = {"width", "height", "depth", "lspace", "rspace", "voffset"}
_MATHML = {
    "math": {"display"},
    "mi": {"mathvariant"}, "mn": set(), "mtext": set(), "ms": set(),
    "mo": {"stretchy", "symmetric", "largeop", "movablelimits", "minsize", "maxsize", "lspace", "rspace", "form",
           "fence", "separator", "accent"},
    "mspace": _LENGTHS, "mpadded": _LENGTHS, "mphantom": set(), "mrow": set(), "mstyle": set(),
    "mfrac": {"linethickness", "displaystyle", "scriptlevel"}, "msqrt": set(), "mroot": set(),
    "msub": set(), "msup": set(), "msubsup": set(), "mmultiscripts": set(), "mprescripts": set(), "none": set(),
    "mover": {"accent"}, "munder": {"accentunder"}, "munderover": {"accent", "accentunder"},
    "mtable": {"displaystyle", "scriptlevel"}, "mtr": set(), "mtd": {"id"}, "menclose": {"notation"},
}  # fmt: skip
_COMMON_MATHML = {"class", "displaystyle", "scriptlevel", "mathvariant"}

_FORMULA_ATTRIBUTES = {tag: names | _COMMON_MATHML for tag, names in _MATHML.items()}
_ATTRIBUTES = {**_HTML, **_FORMULA_ATTRIBUTES}
_DROPPED_WHOLE = {"script", "style", "annotation", "annotation-xml", "svg", "iframe", "object", "template", "title"}
_SCHEMES = {"http", "https", "mailto"}
_ADDRESS = re.compile(r"(?:(?P<scheme>[a-z][a-z0-9+.-]*):|(?P<network>[/\\]{2}))", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff]")

_INLINE_TAGS = {"a", "em", "strong", "b", "i", "s", "sup", "sub", "code", "span", "cite", "br"}


def sanitise(html: str, *, lines: bool = False) -> str:
    """Keep what the allowlist names and drop the rest; with ``lines``, the lines that a preview needs are kept too."""
    return nh3.clean(
        html,
        tags=set(_ATTRIBUTES),
        clean_content_tags=_DROPPED_WHOLE,
        attributes={**_ATTRIBUTES, "*": {"data-line"}} if lines else _ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
        strip_comments=True,
    )


def sanitise_inline(html: str) -> str:
    """Keep inline HTML and formulas only: for pieces that come from outside this folder."""
    return nh3.clean(
        html,
        tags=_INLINE_TAGS | set(_MATHML),
        clean_content_tags=_DROPPED_WHOLE,
        attributes={**_FORMULA_ATTRIBUTES, "a": {"href", "title"}, "span": {"class", "data-tex", "role", "aria-label"}},
        url_schemes=_SCHEMES,
        link_rel=None,
        strip_comments=True,
    )


def is_safe_address(address: str) -> bool:
    """Tell whether a link may lead there: http, https, mailto, or relative to this site."""
    match = _ADDRESS.match(_INVISIBLE.sub("", address))
    if match is None:
        return True
    return match["scheme"] is not None and match["scheme"].lower() in _SCHEMES
