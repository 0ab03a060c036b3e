"""Formulas to MathML: limits, macros, mends, the converter, and its output made fit for a strict content policy.

Nothing here knows Markdown. The converter recurses on the machine's stack and ends the process on a deeply nested
formula, so ``tex_shape`` must stay in front of every call to it.
"""

from __future__ import annotations

import difflib
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import math_core

from app.markup.macros import Definition, Macros
from app.markup.mathml import finish_mathml, unresolved_labels, without_math_element, without_repeated_labels
from app.markup.tex_commands import ALLOWED
from app.markup.tex_environments import NUMBERED
from app.markup.tex_expand import expand
from app.markup.tex_mend import ALIASES, HANDLERS, mend
from app.markup.tex_pieces import Mending, bracketed
from app.markup.tex_shape import check_shape, tame_openers
from app.markup.tex_text import TEXT_FONTS
from app.markup.tex_tokens import TexError, Token, tokenise, written

MAX_FORMULA_LENGTH = 10_000
MAX_FORMULAS = 3_000
# Tokens that one text may cost in all, expanded: about half a second of work.
TOKEN_BUDGET = 150_000

# What the converter needs besides the list: these are made by the mending, or are operators with a star.
STRUCTURAL = frozenset({r"\operatorname*", r"\tag*"})


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as written, without its delimiters."""

    source: str
    display: bool


@dataclass(slots=True)
class Converted:
    """MathML, or the error that stands in its place; offsets count in the formula's source."""

    mathml: str | None = None
    error: TexError | None = None
    warnings: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A formula that converts: its mended TeX, the MathML so far, and the pieces to land in it."""

    tex: str
    display: bool
    numbered: bool
    mathml: str
    pieces: list[str]


def convert_formulas(formulas: Sequence[Formula], macros: Macros, id_prefix: str = "eq-") -> list[Converted]:
    """Convert the formulas of one text in order: definitions hold onwards, equations are numbered through."""
    definitions: dict[str, Definition] = dict(macros.definitions)
    converter = _Converter(id_prefix, definitions)
    results = [Converted() for _ in formulas]
    drafts: dict[int, _Draft] = {}
    budget = TOKEN_BUDGET
    for index, formula in enumerate(formulas):
        try:
            if index >= MAX_FORMULAS:
                raise TexError(f"Only the first {MAX_FORMULAS:,} formulas of a text are shown")
            if budget <= 0:
                raise TexError("The formulas of this text are too long in all; the rest is shown as source")
            budget -= len(formula.source) + 20
            spent = [0]
            try:
                drafts[index] = _draft(formula, converter, results[index], spent)
            finally:
                budget -= spent[0]
        except TexError as error:
            results[index].error = error
    _number(drafts, id_prefix)
    labels: set[str] = set()
    # From the end: of two equations with one label the later is the one referred to.
    for index, draft in reversed(drafts.items()):
        result = results[index]
        finished = finish_mathml(draft.mathml, draft.pieces, converter.tags)
        result.mathml, again = without_repeated_labels(finished, id_prefix, labels)
        for label in again:
            offset = max(0, formulas[index].source.rfind(label))
            result.warnings.append((offset, f"A later equation is labelled {label} too; references lead there"))
        for label in unresolved_labels(result.mathml, id_prefix):
            result.warnings.append((0, f"No equation is labelled {label}"))
    return results


class _Converter:
    """The vendor's converter with errors as TexError; one for each text, as a shared one may refuse a second thread."""

    def __init__(self, id_prefix: str, definitions: dict[str, Definition]) -> None:
        self.definitions = definitions
        # Tags are counted through the text: a reference shows the tag of another formula.
        self.tags: list[str] = []
        self._vendor = math_core.LatexToMathML(fancy_error=False, allow_unreliable_rendering=True, id_prefix=id_prefix)

    def convert(self, tokens: Sequence[Token], display: bool) -> tuple[str, str]:
        """Give the TeX as handed over and its MathML."""
        check_shape(tokens)
        _check_commands(tokens, self.definitions)
        text = written(tame_openers(list(tokens)))
        try:
            return text.text, self._vendor.convert_with_local_state(text.text, displaystyle=display)
        except math_core.LatexError as error:
            match = re.match(r"(\d+): (.*)", str(error), re.DOTALL)
            if match is None:
                raise TexError(str(error)) from None
            raise TexError(_words(match[2]), text.source_offset(int(match[1]))) from None


def _words(message: str) -> str:
    """Give the converter's sentence with commands as one types them."""
    return message.replace("\\tag[*]", "\\tag").replace("\\h[dash]line", "\\hline").rstrip("., ")


def _draft(formula: Formula, converter: _Converter, result: Converted, spent: list[int]) -> _Draft:
    if len(formula.source) > MAX_FORMULA_LENGTH:
        raise TexError(f"The formula is longer than {MAX_FORMULA_LENGTH:,} characters")
    expanded = expand(tokenise(formula.source), converter.definitions, spent)
    check_shape(expanded)
    mending = Mending(formula.display, mend, tags=converter.tags)
    mended, numbered = _complete(mending.mend(expanded), mending)
    result.warnings.extend(sorted(mending.warnings))
    tex, mathml = converter.convert(mended, formula.display)
    pieces = [without_math_element(converter.convert(tokens, False)[1]) for tokens in mending.islands]
    return _Draft(tex, formula.display, numbered, mathml, pieces)


def _number(drafts: dict[int, _Draft], id_prefix: str) -> None:
    """Convert the formulas that carry or name numbers once more, together: numbers run through the whole text."""
    chosen = [index for index, draft in drafts.items() if draft.numbered]
    if not chosen:
        return
    vendor = math_core.LatexToMathML(
        fancy_error=False, allow_unreliable_rendering=True, id_prefix=id_prefix, continue_on_error=True
    )
    together = vendor.convert_all([(drafts[index].tex, drafts[index].display) for index in chosen])
    for index, mathml in zip(chosen, together, strict=True):
        if mathml.startswith("<math"):
            drafts[index] = replace(drafts[index], mathml=mathml)


def _check_commands(tokens: Sequence[Token], definitions: Iterable[str]) -> None:
    """Refuse a command that is not on the list, with the nearest one that is."""
    for token in tokens:
        if token.is_word and token.text not in ALLOWED and token.text not in STRUCTURAL:
            known = [*definitions, *ALLOWED, *TEXT_FONTS, *ALIASES, *HANDLERS]
            # Long names are no typing errors, and comparing them costs time.
            close = difflib.get_close_matches(token.text, known, n=1, cutoff=0.75) if len(token.text) <= 30 else []
            hint = f"; did you mean {close[0]}?" if close else ""
            raise TexError(f"{token.text[:60]} is not known{hint}", token.offset)


def _complete(tokens: list[Token], mending: Mending) -> tuple[list[Token], bool]:
    r"""Give a formula the environment it needs for line breaks, ``&`` or ``\tag`` outside of one."""
    seen: dict[str, Token] = {}
    numbered = False
    depth = 0
    name_at = -1
    for index, token in enumerate(tokens):
        if token.text in (r"\begin", "{"):
            depth += 1
            if token.text == r"\begin":
                name_at = index
        elif token.text in (r"\end", "}"):
            depth -= 1
        elif token.text == r"\eqref":
            numbered = True
        elif depth == 0 and token.text in ("\\\\", "&", r"\tag", r"\tag*", r"\label"):
            seen.setdefault(token.text, token)
        if token.text == "}" and name_at >= 0:
            name = "".join(each.text for each in tokens[name_at + 2 : index])
            numbered = numbered or name.rstrip("*") in NUMBERED
            name_at = -1
    tagged = next((seen[text] for text in (r"\tag", r"\tag*", r"\label") if text in seen), None)
    if tagged is not None:
        if not mending.display or numbered:
            raise TexError(f"{tagged.text} belongs to a displayed equation of its own", tagged.offset)
        if "\\\\" in seen or "&" in seen:
            raise TexError(f"{tagged.text} needs an environment such as align around these lines", tagged.offset)
        return bracketed("equation", tokens, tagged), True
    if "&" in seen:
        if not mending.display:
            raise TexError("& stands outside an environment", seen["&"].offset)
        mending.warn(seen["&"], "& stands outside an environment; shown as if in aligned")
        return bracketed("aligned", tokens, seen["&"]), numbered
    if "\\\\" in seen:
        if not mending.display:
            mending.warn(seen["\\\\"], "A line break has no effect in a formula inside a line")
            return tokens, numbered
        return bracketed("gathered", tokens, seen["\\\\"]), numbered
    return tokens, numbered


def error_html(source: str, error: TexError) -> str:
    """Show the source of a formula that cannot be shown, with what is wrong with it."""
    return f'<code class="tex-error" title="{html.escape(error.message)}">{html.escape(source.strip())}</code>'
