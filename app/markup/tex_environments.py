r"""The environments of TeX that the converter lacks or reads differently, rewritten into those it has.

Not here: what stands inside them (``tex_mend``).
"""

from __future__ import annotations

from collections.abc import Sequence

from app.markup.tex_pieces import Mending, bracketed, group, small_matrix
from app.markup.tex_tokens import TexError, Token, plain, read_argument, read_optional

# Environments that are numbered, and may therefore stand only at the top of a formula.
NUMBERED = frozenset({"equation", "align", "alignat", "flalign", "gather", "multline", "eqnarray"})
_TOP = NUMBERED | {f"{name}*" for name in NUMBERED}
_PLAIN = frozenset(
    {
        "aligned",
        "gathered",
        "cases",
        "dcases",
        "rcases",
        "matrix",
        "pmatrix",
        "bmatrix",
        "Bmatrix",
        "vmatrix",
        "Vmatrix",
    }
)
_RENAMED = {"split": "aligned", "alignedat": "aligned", "flalign": "align", "flalign*": "align*", "alignat": "align",
            "alignat*": "align*", "drcases": "rcases", "displaymath": "equation*"}  # fmt: skip
_TRANSPARENT = frozenset({"math", "subequations"})
_FENCES = {"pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "Bmatrix": (r"\{", r"\}"), "vmatrix": ("|", "|"),
           "Vmatrix": (r"\|", r"\|"), "matrix": (".", ".")}  # fmt: skip
_STARRED_MATRICES = frozenset(f"{name}*" for name in _FENCES)
ENVIRONMENTS = _TOP | _PLAIN | _RENAMED.keys() | _TRANSPARENT | _STARRED_MATRICES | {"array", "subarray", "smallmatrix"}


def environment_name(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    r"""Read the name after a ``\begin`` or ``\end`` and give it with the index after it."""
    argument, after = read_argument(tokens, at + 1, tokens[at])
    return plain(argument).strip(), after


def environment_end(tokens: Sequence[Token], at: int, name: str) -> tuple[int, int]:
    r"""Find the ``\end`` of the ``\begin`` at ``at``: its index and the one after it; TexError where it is missing."""
    depth = 0
    index = at
    while index < len(tokens):
        if tokens[index].text == r"\begin":
            depth += 1
        elif tokens[index].text == r"\end":
            depth -= 1
            if depth == 0:
                ended, after = environment_name(tokens, index)
                if ended != name:
                    message = rf"\begin{{{name[:40]}}} is closed by \end{{{ended[:40]}}}"
                    raise TexError(message, tokens[index].offset)
                return index, after
        index += 1
    raise TexError(rf"\begin{{{name[:40]}}} is never closed", tokens[at].offset)


def mend_environment(name: str, begin: Token, body: Sequence[Token], mending: Mending) -> list[Token]:
    """Rewrite one environment, its body included."""
    if name in ("alignat", "alignat*", "alignedat"):
        _, start = read_argument(body, 0, begin)
        body = body[start:]
    if name in ("aligned", "alignedat", "gathered", "array", "split"):
        _, start = read_optional(body, 0)
        body = body[start:]
    columns = ""
    if name in ("array", "subarray"):
        argument, start = read_argument(body, 0, begin)
        columns = _columns(argument, begin)
        body = body[start:]
    elif name in _STARRED_MATRICES:
        given, start = read_optional(body, 0)
        body = body[start:]
        columns = (plain(given) if given else "c")[:1] * _width(body)
    mended = mending.mend(body)
    if name in _TOP:
        # What ends with a break has no line after it that could bear a number.
        while mended and mended[-1].text in ("\\\\", " "):
            mended.pop()
    if name in _TRANSPARENT:
        return group(mended, begin)
    if name in ("smallmatrix", "subarray"):
        return group(small_matrix(mended, begin), begin)
    if name in ("eqnarray", "eqnarray*"):
        return bracketed(name.replace("eqnarray", "align"), _two_columns(mended), begin)
    if name in _STARRED_MATRICES:
        left, right = _FENCES[name[:-1]]
        inner = bracketed("array", mended, begin, columns)
        fence = [begin._replace(text=r"\left"), begin._replace(text=left)]
        return [*fence, *inner, begin._replace(text=r"\right"), begin._replace(text=right)]
    return bracketed(_RENAMED.get(name, name), mended, begin, columns)


def _columns(argument: Sequence[Token], begin: Token) -> str:
    """Reduce an array's column description to l, c, r and bars; ``*{3}{c}`` is written out."""
    result = ""
    at = 0
    while at < len(argument):
        token = argument[at]
        at += 1
        if token.text in ("l", "c", "r", "|"):
            result += token.text
        elif token.text in (":",):
            result += "|"
        elif token.text in ("p", "m", "b", "X"):
            result += "l"
            if token.text != "X":
                _, at = read_argument(argument, at, token)
        elif token.text in ("@", "!", ">", "<"):
            _, at = read_argument(argument, at, token)
        elif token.text == "*":
            number, at = read_argument(argument, at, token)
            repeated, at = read_argument(argument, at, token)
            if not plain(number).isdigit() or int(plain(number)) > 50:
                raise TexError("This repeats a column too often", token.offset)
            result += _columns(repeated, begin) * int(plain(number))
        elif token.text != " ":
            raise TexError(f"An array's columns are described with l, c, r and |, not {token.text}", token.offset)
        if len(result) > 200:
            raise TexError("An array may have 200 columns at most", begin.offset)
    if not result:
        raise TexError("An array needs its columns, such as {lcr}", begin.offset)
    return result


def _width(body: Sequence[Token]) -> int:
    widest = cells = 1
    depth = 0
    for token in body:
        depth += (token.text in ("{", r"\begin")) - (token.text in ("}", r"\end"))
        if depth == 0 and token.text == "&":
            cells += 1
            widest = max(widest, cells)
        elif token.text in ("\\\\", r"\cr", r"\newline"):
            cells = 1
    return min(widest, 200)


def _two_columns(body: list[Token]) -> list[Token]:
    """Turn the three columns of an eqnarray into two: the second mark of each row is left out."""
    result: list[Token] = []
    marks = depth = 0
    for token in body:
        depth += (token.text in ("{", r"\begin")) - (token.text in ("}", r"\end"))
        if depth == 0 and token.text == "&":
            marks += 1
            if marks % 2 == 0:
                continue
        elif depth == 0 and token.text == "\\\\":
            marks = 0
        result.append(token)
    return result
