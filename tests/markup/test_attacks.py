from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.markup import Reference, Target, extract_tldr, find_links, parse_macros, render, render_inline
from app.markup.sanitise import is_safe_address, sanitise

SCRIPT = "javascript:alert(1)"
ATTACKS = [
    "<script>alert(1)</script>",
    "$\\text{<script>alert(1)</script>}$",
    "$\\text{</math><img src=x onerror=alert(1)>}$",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\unicode{x3c}script$",
    "$</math><svg onload=alert(1)>$",
    '$$\\begin{equation} x \\label{"><svg/onload=alert(1)>} \\end{equation}$$',
    "$$x \\tag{<img src=x onerror=alert(1)>}$$",
    "$\\style{background:url(x)}{y} \\class{evil}{z}$",
    '[x](/y "<script>alert(1)</script>")',
    '[x](/y "\\" onmouseover=alert(1) x=\\"")',
    f"[x]({SCRIPT})",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\u00a0script:alert(1)>)",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:x) [y](data:text/html,<script>alert(1)</script>) [z](file:///etc/passwd)",
    "[x](//evil.example) [y](/\\evil.example) [z](\\\\evil.example)",
    f"<{SCRIPT}>",
    f"[x][1]\n\n[1]: {SCRIPT}",
    f"![x]({SCRIPT})",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    '![" onerror="alert(1)](x.png)',
    "![<script>alert(1)</script>](x.png \"' onload='alert(1)\")",
    "| <script>alert(1)</script> | [x](javascript:alert(1)) |\n|---|---|\n| $\\text{<img onerror=x>}$ | b |",
    "a[^1]\n\n[^1]: <img src=x onerror=alert(1)> [x](javascript:alert(1))",
    '[^"><script>alert(1)</script>]\n\n[^"><script>alert(1)</script>]: x',
    "# <svg onload=alert(1)> {#x onclick=alert(1)}",
    '```"><script>alert(1)</script>\nx\n```',
    '```python"onclick=alert(1)\nx\n```',
    '[[x"><script>alert(1)</script>]] [[evil | <script>alert(1)</script>]]',
    '[@x"><script>] [@evil]',
    "Term <script>\n: <script>alert(1)</script>",
    "Table: <script>alert(1)</script>\n\n| a |\n|---|\n| b |",
    '<annotation-xml encoding="text/html"><script>alert(1)</script></annotation-xml>',
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>",
    "<a href=x>y</a> <style>*{display:none}</style> <iframe src=x>",
]
TARGETS = {"evil": Target(SCRIPT, "<b>title</b>"), "x": Target('/x"onclick="alert(1)', "t")}
REFERENCES = {"evil": Reference("evil", "<b>label</b>", f'<a href="{SCRIPT}" onclick=x>x</a><svg onload=alert(1)>')}
ALLOWED_TAGS = set(
    """a p br hr em strong s b i sup sub code pre span div blockquote ul ol li dl dt dd h2 h3 h4 h5 h6 table caption
    thead tbody tr th td img figure figcaption section cite math mi mn mo mtext ms mspace mpadded mphantom mrow mstyle
    mfrac msqrt mroot msub msup msubsup mmultiscripts mprescripts none mover munder munderover mtable mtr mtd
    menclose""".split()
)
VOID = {"br", "hr", "img"}


class Inspector(HTMLParser):
    """Read HTML as a stranger would and refuse what must not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED_TAGS, tag
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert name not in ("style", "srcdoc", "xlink:href", "formaction", "name"), name
            if name in ("href", "src"):
                assert is_safe_address(value or ""), value
            if name == "id":
                self.ids.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def inspect(html: str) -> Inspector:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    assert inspector.open == []
    assert len(set(inspector.ids)) == len(inspector.ids)
    return inspector


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_renders_harmlessly(attack: str) -> None:
    rendered = render(attack, targets=TARGETS, references=REFERENCES)
    inspect(rendered.html)
    for heading in rendered.headings:
        inspect(heading.html)
    inspect(render_inline(attack, targets=TARGETS).html)


@pytest.mark.parametrize(
    "attack",
    [f"[x]({SCRIPT})", "[x](JaVaScRiPt:x)", f"<{SCRIPT}>", f"[x][1]\n\n[1]: {SCRIPT}", f"![x]({SCRIPT})", "[x](//y)"],
)
def test_a_refused_address_is_told(attack: str) -> None:
    assert render(attack).problems


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://a.example/x", True), ("http://a", True), ("mailto:a@b.c", True), ("/a", True), ("a/b:c", True),
        ("#x", True), ("?q=1", True), ("../x", True), ("", True), ("ftp://x", False), ("javascript:x", False),
        ("java\nscript:x", False), (" javascript:x", False), ("//x", False), ("\\\\x", False), ("/\\x", False),
        ("data:x", False), ("vbscript:x", False), ("\u200bjavascript:x", False),
    ],
)  # fmt: skip
def test_only_some_addresses_are_safe(address: str, safe: bool) -> None:
    assert is_safe_address(address) is safe


def test_the_last_allowlist_stands_alone() -> None:
    dirty = (
        '<math><annotation-xml encoding="text/html"><script>x</script></annotation-xml><mi onclick="x" style="y">z</mi>'
        '<maction actiontype="x">a</maction></math><svg><script>x</script></svg><a href="javascript:x">l</a>'
    )
    clean = sanitise(dirty)
    inspect(clean)
    assert "script" not in clean
    assert "<mi>z</mi>" in clean


@pytest.mark.parametrize(
    "source",
    [
        "[" * 100_000, "![" * 100_000, "[" * 50_000 + "]" * 50_000, "[[" * 100_000, "[a](" * 50_000, "*a_" * 50_000,
        "`" * 1_000 + " `" * 50_000, ">" * 100_000, "- " * 100_000, "$" * 100_000, "$a " * 100_000, "${a$ " * 50_000,
        "\\(" * 100_000, "\\[a\n" * 50_000, "\\begin{align}\n" * 20_000, "[^a]" * 50_000 + "\n\n[^a]: x",
        "[@a; " * 50_000, "# a\n" * 20_000, "|a" * 1_000 + "\n" + "|-" * 1_000 + "\n" + "a\n" * 3_000,
        "![a" * 2_600 + "\n\n" + "![a" * 2_600, "[[a|b]] " * 1_500, "$\\foo$ " * 3_000, "x" * 10_000_000,
        "```python\n" + "((((" * 5_000 + "\n```", "&" * 100_000, "<a" * 100_000, "[a]: b\n" * 20_000,
    ],
    ids=lambda source: f"{source[:8]!r}",
)  # fmt: skip
def test_a_text_made_to_cost_time_ends(source: str) -> None:
    inspect(render(source).html)
    extract_tldr(source)
    find_links(source)


def test_a_macro_bomb_inside_a_text_ends() -> None:
    bomb = "".join(
        f"\\newcommand{{\\x{b}}}{{" + f"\\x{a}" * 9 + "}" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    rendered = render(f"$\\newcommand{{\\xa}}{{y}}{bomb}$\n\n" + "$\\xj$\n\n" * 200)
    assert rendered.html.count("tex-error") >= 200


ALPHABET = st.sampled_from(
    [
        *"abx 019\n\n*_`~[]()<>!#|$\\{}^&:;@-+=.\"'/%",
        "$$", "[[", "]]", "[@a]", "[^1]", "\n\n[^1]: ", "\\frac", "\\text{", "\\begin{align}",
        "\\end{align}", "\\left(",
        "\\right)",
        "\\\\", "\\(", "\\)", "\\[", "\\]", "\n- ", "\n> ", "\n# ", "\n```\n", "| a |\n|---|\n", "](javascript:",
        "<script>", "\\newcommand{\\a}{", "\\a", "\\operatorname{", "\\label{a}", "\\eqref{a}",
        "\n: ", "Table: ", "\\sqrt",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(ALPHABET, max_size=60).map("".join))
def test_whatever_is_written_renders_to_sound_html(source: str) -> None:
    rendered = render(source, targets=TARGETS, references=REFERENCES)
    inspect(rendered.html)
    lines = source.count("\n") + 1
    assert all(1 <= problem.line <= lines + 1 and problem.column >= 1 for problem in rendered.problems)
    inspect(render_inline(source).html)
    assert render(source, targets=TARGETS, references=REFERENCES) == rendered


@settings(max_examples=100, deadline=None)
@given(st.lists(ALPHABET, max_size=40).map("".join))
def test_whatever_stands_in_a_macro_set_is_read_or_refused(source: str) -> None:
    parsed = parse_macros(source, "fuzz")
    assert len(parsed.fingerprint) == 64
