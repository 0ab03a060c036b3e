"""The converter's MathML made fit for our pages: no ``style`` attributes, islands landed, small matrices small.

``static/css/math.css`` holds the rules for the classes given here. Not here: TeX.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from app.markup.tex_pieces import ISLAND_FIRST, SMALL_MARK, TAG_NAME

# One class for each declaration the converter writes; what is not here is dropped.
STYLE_CLASSES = {
    "width:100%": "m-wide",
    "width:50%": "m-half",
    "width:7.5%": "m-inset",
    "text-align:left": "m-left",
    "text-align:right": "m-right",
    "justify-items:start": "",
    "justify-items:end": "",
    "padding-right:0": "m-pr0",
    "padding-left:0": "m-pl0",
    "padding-left:1em": "m-pl1",
    "padding-right:0.1667em": "m-pr-thin",
    "padding-left:0.1667em": "m-pl-thin",
    "padding-top:0.1667em": "m-pt-thin",
    "border-right:0.05em solid currentcolor": "m-br",
    "border-left:0.05em solid currentcolor": "m-bl",
    "border-top:0.05em solid currentcolor": "m-bt",
    "border-bottom:0.05em solid currentcolor": "m-bb",
    "border-right:0.05em dashed currentcolor": "m-br m-dash",
    "border-left:0.05em dashed currentcolor": "m-bl m-dash",
    "border-top:0.05em dashed currentcolor": "m-bt m-dash",
    "border-bottom:0.05em dashed currentcolor": "m-bb m-dash",
}
# Negative space is counted in eighteenths of an em (one mu), as classes m-n1 to m-n36.
MAX_NEGATIVE_MU = 36

_STYLE = re.compile(r' style="([^"]*)"')
_NEGATIVE = re.compile(r"margin-left:-([0-9.]+)(r?em|ex)")
_OUTER = re.compile(r"\A<math[^>]*>(.*)</math>\Z", re.DOTALL)
_ID = re.compile(r' id="([^"]*)"(?=[^<>]*>)')
_UNRESOLVED = re.compile(r'<a href="#([^"]*)">\(\?\?\)</a>')
# Chromium stretches a sized delimiter inside a row only, not as the direct base of a script.
_SCRIPTED_SIZE = re.compile(r"(<m(?:sup|sub|subsup|under|over|underover)>)(<mo [^>]*minsize=[^>]*>[^<]*</mo>)")
# Browsers misplace accents made of combining characters, which carry a shift of their own.
_SPACING_ACCENTS = {"\u20d7": "→", "\u20db": "…", "\u20dc": "…."}
_TAG = re.compile(re.escape(TAG_NAME) + r"(\d{1,6})\.")
_SMALL_TABLE = '<mtable displaystyle="false" scriptlevel="0">'
# What the schema of MathML refuses, whatever browsers accept: style on rows, fractions and tables; lengths in rem.
_REFUSED = re.compile(r'<(?:mrow|mfrac|mtable)[^>]* (?:displaystyle|scriptlevel)=|[0-9]rem"')
_ELEMENT = re.compile(r"<(/?)(m[a-z]+)([^>]*)>")
_REM = re.compile(r'([0-9])rem(?=")')
_ASKED = {"mfrac": re.compile(r' (?:displaystyle|scriptlevel)="[^"]*"'), "mtable": re.compile(r' scriptlevel="[^"]*"')}
# What stands in these may be smaller than the text.
_SHRINKING = frozenset({"mfrac", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mroot"})


def finish_mathml(mathml: str, pieces: Sequence[str], tags: Sequence[str]) -> str:
    """Land the pieces that were converted apart and the tags, make marked tables small, turn styles into classes."""
    for number, piece in enumerate(pieces):
        mathml = _land(mathml, chr(ISLAND_FIRST + number), piece)
    if TAG_NAME in mathml:
        mathml = _TAG.sub(lambda match: html.escape(tags[int(match[1])]) if int(match[1]) < len(tags) else "", mathml)
    if SMALL_MARK in mathml:
        small = '<mtable class="m-small" displaystyle="false" scriptlevel="1">'
        mathml = mathml.replace(f"<mtext>{SMALL_MARK}</mtext>{_SMALL_TABLE}", small).replace(SMALL_MARK, "")
    if " minsize=" in mathml:
        mathml = _SCRIPTED_SIZE.sub(r"\1<mrow>\2</mrow>", mathml)
    for combining, spacing in _SPACING_ACCENTS.items():
        mathml = mathml.replace(f">{combining}</mo>", f">{spacing}</mo>")
    if " style=" in mathml:
        mathml = _STYLE.sub(_classes, mathml)
    return _as_the_schema_has_it(mathml) if _REFUSED.search(mathml) else mathml


def _as_the_schema_has_it(mathml: str) -> str:
    """Move the style that rows, fractions and tables ask for to an ``mstyle``; count lengths in the text's own em."""
    out: list[str] = []
    closers: list[tuple[str, bool]] = []
    shrinking = 0
    end = 0
    for match in _ELEMENT.finditer(mathml):
        out.append(mathml[end : match.start()])
        end = match.end()
        closing, name, attributes = match.groups()
        if closing:
            closer, shrinks = closers.pop()
            shrinking -= shrinks
            out.append(closer)
            continue
        attributes = _REM.sub(r"\1em", attributes)
        if attributes.endswith("/"):
            out.append(f"<{name}{attributes}>")
            continue
        shrinks = name in _SHRINKING or "scriptlevel=" in attributes.replace(' scriptlevel="0"', "")
        if name == "mrow" and ("displaystyle=" in attributes or "scriptlevel=" in attributes):
            name = "mstyle"
        asked = "".join(_ASKED[name].findall(attributes)) if name in _ASKED else ""
        if asked:
            attributes = _ASKED[name].sub("", attributes)
        # A table that fills its line has to stay outside of a row, and at full size there is nothing to say.
        wraps = bool(asked) and (shrinking > 0 or asked != ' scriptlevel="0"')
        out.append(f"<mstyle{asked}>" * wraps + f"<{name}{attributes}>")
        closers.append((f"</{name}>" + "</mstyle>" * wraps, shrinks))
        shrinking += shrinks
    return "".join(out) + mathml[end:]


def _land(mathml: str, character: str, piece: str) -> str:
    return re.sub(f"<mi[^>]*>{character}</mi>", lambda _: f"<mrow>{piece}</mrow>", mathml)


def _classes(match: re.Match[str]) -> str:
    names: list[str] = []
    for declaration in match[1].split(";"):
        written = re.sub(r"\s*:\s*", ":", declaration.strip())
        negative = _NEGATIVE.fullmatch(written)
        if negative is not None:
            mu = float(negative[1]) * (9 if negative[2] == "ex" else 18)
            names.append(f"m-n{min(MAX_NEGATIVE_MU, max(1, round(mu)))}")
        else:
            names.extend(STYLE_CLASSES.get(written, "").split())
    return f' class="{" ".join(dict.fromkeys(names))}"' if names else ""


def without_math_element(mathml: str) -> str:
    """Give what stands inside the outermost ``<math>``."""
    match = _OUTER.match(mathml)
    return match[1] if match else mathml


def unresolved_labels(mathml: str, id_prefix: str) -> list[str]:
    """List the labels that a reference names and no equation carries."""
    return [html.unescape(target).removeprefix(id_prefix) for target in _UNRESOLVED.findall(mathml)]


def without_repeated_labels(mathml: str, id_prefix: str, seen: set[str]) -> tuple[str, list[str]]:
    """Leave out the addresses that are taken, and list their labels; ``seen`` grows."""
    again: list[str] = []

    def keep(match: re.Match[str]) -> str:
        if match[1] not in seen:
            seen.add(match[1])
            return match[0]
        again.append(html.unescape(match[1]).removeprefix(id_prefix))
        return ""

    return (_ID.sub(keep, mathml) if " id=" in mathml else mathml), again
