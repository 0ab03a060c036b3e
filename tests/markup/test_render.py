import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.markup import Heading, Reference, Rendered, Target, find_links, render, render_inline

TARGETS = {
    "attention": Target("/summaries/attention", "Attention Is All You Need"),
    "arxiv:1706.03762": Target("/summaries/attention", "Attention Is All You Need"),
    "@vaswani2017": Target("/papers/vaswani2017", "Vaswani et al."),
}
REFERENCES = {
    "vaswani2017": Reference("vaswani2017", "Vaswani et al., 2017", "A. Vaswani. <em>Attention</em>. 2017."),
    "devlin2019": Reference("devlin2019", "Devlin et al., 2019", 'J. Devlin <script>x</script><a href="/x">BERT</a>'),
}


def html(source: str) -> str:
    return render(source, targets=TARGETS, references=REFERENCES).html


def messages(rendered: Rendered) -> list[str]:
    return [problem.message for problem in rendered.problems]


def test_raw_html_is_shown_as_text() -> None:
    assert "&lt;b onclick=x&gt;bold&lt;/b&gt;" in html("<b onclick=x>bold</b>")
    assert "<script" not in html("<script>alert(1)</script>")


@pytest.mark.parametrize("opening", ["#", "##", "####"])
def test_headings_begin_at_the_second_level_whatever_the_author_began_with(opening: str) -> None:
    rendered = render(f"{opening} One\n\n{opening}# Two\n\n{opening} Three\n")
    assert [(one.level, one.id) for one in rendered.headings] == [(2, "one"), (3, "two"), (2, "three")]
    assert '<h2 id="one">One</h2>' in rendered.html


def test_going_down_never_skips_a_level() -> None:
    rendered = render("# A\n\n#### B\n\n## C\n\n###### D\n")
    assert [one.level for one in rendered.headings] == [2, 3, 3, 4]


def test_heading_addresses_are_unique_and_keep_clear_of_ours() -> None:
    rendered = render("# Results\n\n# Results\n\n# References\n\n# fn1\n\n# ***\n\n# Größe & Maß\n")
    ids = [one.id for one in rendered.headings]
    assert ids[:4] == ["results", "results-2", "section-references", "section-fn1"]
    assert ids[-1] == "größe-maß"
    assert len(set(ids)) == len(ids)


def test_a_heading_in_the_contents_holds_formulas_and_no_links() -> None:
    rendered = render("## The $O(n^2)$ [cost](/x) of [[attention]]\n", targets=TARGETS)
    (heading,) = rendered.headings
    assert isinstance(heading, Heading)
    assert 'role="math" aria-label="O(n²)"><math>' in heading.html
    assert "<a" not in heading.html
    assert heading.text == "The O(n²) cost of Attention Is All You Need"
    assert heading.id == "the-on2-cost-of-attention"
    assert render("## Of [[$x$|words]] and [[nowhere]]").headings[0].text == "Of words and nowhere"


def test_prices_stay_prices_and_code_stays_code() -> None:
    rendered = render("It costs $5 or $10, `$x$`, \\$y\\$ and $5 to $z$.\n\n    $a$\n\n```\n$$b$$\n```\n")
    assert rendered.formula_count == 1
    assert "It costs $5 or $10" in rendered.text


@pytest.mark.parametrize("source", ["$x^2$", "\\(x^2\\)", "a \\(x^2\\) b", "**$x^2$**", "| a |\n|---|\n| $x^2$ |"])
def test_a_formula_in_a_line(source: str) -> None:
    shown = html(source)
    assert '<span class="math inline" data-tex="x^2"><math><msup>' in shown


@pytest.mark.parametrize(
    ("source", "held"),
    [
        ("So $x$, then", ("", ",")),
        ("“($x$)”; then", ("“(", ")”;")),
        ("an $x$-norm", ("", "-")),
        ("the $x$'s and", ("", "&#x27;s")),
        ("the $x$th of", ("", "th")),
        ("as RL$x$: then", ("RL", ":")),
        ("non-$x$ and", ("", "")),
        ("公式（$x$）。在", ("（", "）。")),
        ("[$x$](/y), then", ("", "")),
    ],
)
def test_what_stands_beside_a_formula_does_not_part_from_it_at_the_end_of_a_line(
    source: str, held: tuple[str, str]
) -> None:
    shown = html(source).replace("'", "&#x27;")
    before, after = held
    found = re.search(r'<span class="together">(.*?)<span class="math inline".*?</math></span>(.*?)</span>', shown)
    assert (found.groups() if found else ("", "")) == (before, after)
    assert html(source + " $x$").count("<math") == 2
    assert render(source).text == source.replace("$", "").replace("[", "").replace("](/y)", "")


@pytest.mark.parametrize("source", ["$$x$$", "$$\nx\n$$", "\\[x\\]", "\\[\nx\n\\]", "a\n$$\nx\n$$\nb", "a $$x$$ b"])
def test_a_displayed_formula_is_a_block_of_its_own(source: str) -> None:
    shown = html(source)
    assert '<div class="math display" tabindex="0" data-tex="x"><math display="block">' in shown
    assert "<p><div" not in shown
    if source.startswith("a"):
        assert "<p>a" in shown
        assert "b</p>" in shown


def test_environments_stand_without_dollars() -> None:
    rendered = render("Text\n\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}\nmore *text*\n")
    assert "<mtable" in rendered.html
    assert "<em>text</em>" in rendered.html
    assert rendered.formula_count == 1


@pytest.mark.parametrize("name", ["dcases", "rcases", "drcases", "smallmatrix", "pmatrix*", "alignedat"])
def test_every_environment_that_is_known_stands_without_dollars(name: str) -> None:
    argument = {"pmatrix*": "[r]", "alignedat": "{2}"}.get(name, "")
    rendered = render(f"\\begin{{{name}}}{argument}\na & b \\\\\nc & d\n\\end{{{name}}}\n")
    assert '<div class="math display"' in rendered.html
    assert not rendered.problems


def test_an_environment_may_follow_words_and_hold_others_of_its_name() -> None:
    inner = r"\begin{cases} 1 & y \\ 2 & z \end{cases}"
    rendered = render(
        rf"Where \begin{{cases}} 0 & x \\ {inner} & w \end{{cases}} holds." + "\n\n" + inner + " and so on."
    )
    assert rendered.html.count('<div class="math display"') == 2
    assert rendered.html.count("<mtable") == 3
    assert "<p>holds.</p>" in rendered.html
    assert "<p>and so on.</p>" in rendered.html
    assert not rendered.problems


def test_an_environment_that_is_no_formula_is_told() -> None:
    rendered = render("A\n\\begin{tikzpicture}\nx\n\\end{tikzpicture}\n\nAs \\begin{align} or `\\begin{code}` does.\n")
    assert [(one.line, one.column, one.message) for one in rendered.problems] == [
        (2, 1, "The environment tikzpicture is not known; it is shown as written"),
        (6, 4, "The formula opened by \\begin{align} here is never closed"),
    ]


def test_a_formula_that_a_table_cuts_is_told_and_a_price_is_not() -> None:
    table = "| a | b |\n|---|---|\n{}\n"
    for row in ("| $x|y$ |", r"| \(x|y\) | z |", "| $x|2 |", "| [[a|words]] |"):
        assert render(table.format(row)).problems, row
    for row in ("| $5 | $1,000.50 |", r"| `\(` | \(x\) |", "| $x$ | $5 a piece |", "| `[[` | x |"):
        assert not render(table.format(row)).problems, row


def test_a_sentence_may_end_after_a_displayed_formula() -> None:
    assert "</math>.</div>" in html("$$x$$.\n")


def test_a_bad_formula_shows_its_source_and_breaks_nothing() -> None:
    rendered = render("Fine.\n\nAnd $\\frac{1}{\\nope}$ here.\n\n$$\nx\n+ \\worse\n$$\n\n**After.**\n")
    assert '<code class="tex-error" title="\\nope is not known' in rendered.html
    assert "<strong>After.</strong>" in rendered.html
    assert [(one.line, one.column, one.severity) for one in rendered.problems] == [(3, 15, "error"), (7, 3, "error")]


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("- item\n\n  $$\n  \\bad\n  $$\n", 4, 3),
        ("> quote $\\bad$\n", 1, 10),
        ("| a |\n|---|\n| b $\\bad$ |\n", 3, 6),
        ("1. one\n2. two $x$ *and $\\bad$*\n", 2, 18),
        ("Text[^1]\n\n[^1]: note $\\bad$\n", 3, 13),
        ("a\nb\nc [l $\\bad$](/x)\n", 3, 7),
        ("## H $\\bad$\n", 1, 7),
        ("\r\nx\r\n\r\n$\\bad$\r\n", 4, 2),
    ],
)
def test_the_place_of_an_error_is_the_place_in_the_source(source: str, line: int, column: int) -> None:
    assert [(one.line, one.column) for one in render(source).problems] == [(line, column)]


def test_a_formula_that_is_never_closed_is_reported() -> None:
    (problem,) = render("One\n\n$$\nx\n").problems
    assert (problem.line, problem.severity) == (3, "warning")
    assert "never closed" in problem.message


def test_a_bar_inside_a_formula_of_a_table_is_reported() -> None:
    rendered = render("| a | b |\n|---|---|\n| $p(x|y)$ | c |\n")
    assert "ends the cell" in rendered.problems[0].message
    assert rendered.problems[0].line == 3


def test_wiki_links_lead_to_their_targets() -> None:
    shown = html("[[attention]] [[builds-on: arxiv:1706.03762 | the *paper*]] [[@vaswani2017]]")
    assert '<a class="wiki-link" href="/summaries/attention">Attention Is All You Need</a>' in shown
    assert 'href="/summaries/attention" data-link-type="builds-on">the <em>paper</em></a>' in shown
    assert '<a class="wiki-link" href="/papers/vaswani2017">Vaswani et al.</a>' in shown


def test_a_wiki_link_to_nothing_is_told() -> None:
    rendered = render("See\nthe [[nothing | words]] and [[more]].")
    assert '<span class="missing-link">words</span>' in rendered.html
    assert '<span class="missing-link">more</span>' in rendered.html
    assert (rendered.problems[0].line, rendered.problems[0].column) == (2, 5)


def test_citations_make_a_list_of_references() -> None:
    rendered = render("As [@vaswani2017, p. 3; @devlin2019] and [@vaswani2017] say.", references=REFERENCES)
    assert '<a class="citation" href="#ref-vaswani2017">Vaswani et al., 2017</a>, p. 3; ' in rendered.html
    assert rendered.html.count('<li id="ref-') == 2
    assert "<em>Attention</em>" in rendered.html
    assert "<script" not in rendered.html
    assert rendered.headings[-1].id == "references"
    assert rendered.problems == ()


def test_a_citation_of_nothing_is_told() -> None:
    rendered = render("As [@nobody] says.")
    assert '<span class="missing-citation">@nobody</span>' in rendered.html
    assert "nobody" in rendered.problems[0].message
    assert "references" not in rendered.html


def test_footnotes_lead_there_and_back() -> None:
    shown = html("One[^a] two[^a].\n\n[^a]: The *note*.\n")
    assert 'href="#fn1" id="fnref1"' in shown
    assert 'id="fnref1-2"' in shown
    assert 'href="#fnref1"' in shown
    assert '<li id="fn1">' in shown


def test_tables_have_scopes_alignment_and_captions() -> None:
    shown = html("| a | b |\n|:-:|--:|\n| 1 | 2 |\n\nTable 3: What *it* is.\n")
    assert "<caption>Table 3: What <em>it</em> is.</caption>" in shown
    assert '<th scope="col" class="align-center">a</th>' in shown
    assert '<td class="align-right">2</td>' in shown
    assert "style" not in shown
    assert "<caption>Before.</caption>" in html("Table: Before.\n\n| a |\n|---|\n| 1 |\n")


def test_formulas_have_a_name_where_links_headings_and_headers_are_called_by_them() -> None:
    shown = html("| $a$ | b |\n|---|---|\n| $c$ | [$d$](/x) [[attention\\|$e$ of]] $f$ |\n")
    assert re.findall(' role="math" aria-label="(.)"><math>', shown) == ["a", "d", "e"]
    long = r"\frac{a+b+c+d+e+f+g+h}{i+j+k+l+m+n+o+p+q+r} < 1"
    assert f'aria-label="{long.replace("<", "&lt;")}"><math>' in html(f"## ${long}$\n")


def test_task_lists_are_read_out() -> None:
    shown = html("- [x] done\n- [ ] open\n- plain\n")
    assert 'role="img" aria-label="done">☑</span> done' in shown
    assert 'aria-label="to do">☐</span> open' in shown


def test_an_image_with_a_title_of_its_own_is_a_figure() -> None:
    shown = html('![A curve](../media/loss.svg "The loss")\n\ntext ![b](/media/b.png)\n')
    assert '<figure><img src="/media/loss.svg" alt="A curve"' in shown
    assert "<figcaption>The loss</figcaption>" in shown
    assert 'src="/media/b.png" alt="b"' in shown
    assert render("![a](../media/a.png)", media_base="/static/m/").html.count("/static/m/a.png") == 1


def test_the_caption_of_a_figure_is_markdown_with_formulas() -> None:
    rendered = render(
        """![A set](a.png "Figure 1: $\\{x_i\\}$, *all* of \\"it\\" [[there]] [^1] and $\\nope$")\n\n[^1]: A note.\n"""
    )
    caption = rendered.html.partition("<figcaption>")[2].partition("</figcaption></figure>")[0]
    assert caption.startswith('Figure 1: <span class="together"><span class="math inline"')
    assert "}</mo>" in caption
    assert '<em>all</em> of "it"' in caption
    assert 'href="#fn1"' in caption
    assert [(one.line, one.column) for one in rendered.problems] == [(1, 54), (1, 74)]
    assert [link.target for link in find_links("![A set](a.png '[[there]]')")] == ["there"]
    assert "<figcaption>Of $5, and <span" in html("![a][it]\n\n[it]: a.png 'Of $5, and $x$'\n")


def test_an_image_without_words_is_told() -> None:
    assert "no words" in messages(render("![](../media/a.png)"))[0]


def test_media_addresses_do_not_climb_out() -> None:
    assert "/media/../" not in html("![a](../media/../../etc/passwd)")


def test_definition_lists_strikethrough_and_code() -> None:
    shown = html("Term\n: Meaning\n\n~~gone~~\n\n```python\ndef f(): pass\n```\n\n```text\n+--+\n|  |\n```\n")
    assert "<dt>Term</dt>" in shown
    assert "<s>gone</s>" in shown
    assert '<span class="k">def</span>' in shown
    assert "+--+\n|  |\n" in shown


def test_text_is_without_tex() -> None:
    rendered = render("# Cost\n\nIt is $\\mathcal{O}(n^2)$ with `code`.\n\n$$\\sum_i x_i$$\n\n$\\bad$\n")
    assert rendered.text.splitlines()[:2] == ["Cost", "It is 𝒪︀(n²) with code."]
    assert "sum" not in rendered.text
    assert rendered.word_count > 4


def test_a_tldr_holds_no_blocks_but_loses_no_words() -> None:
    rendered = render_inline(
        "# Head\n\n> quoted $x$\n\n- item\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "```\ncode\n```\n![words](../media/x.png)\n"
    )
    for tag in ("<h", "<blockquote", "<table", "<pre", "<img", " id="):
        assert tag not in rendered.html
    assert rendered.text.split() == "Head quoted x item a b 1 2 code words".split()
    assert rendered.headings == ()


def test_a_text_that_is_too_long_is_refused() -> None:
    rendered = render("é" * 600_000)
    assert (rendered.html, rendered.text) == ("", "")
    assert "longer than" in rendered.problems[0].message


def test_rendering_is_the_same_in_many_threads() -> None:
    source = "# A\n\n$x$ and \\eqref{a}\n\n$$y \\label{a}$$\n\n- [[attention]] [@vaswani2017][^n]\n\n[^n]: $z$\n"
    with ThreadPoolExecutor(8) as pool:
        results = set(pool.map(html, [source] * 64))
    assert results == {html(source)}


def test_odd_characters_are_no_error() -> None:
    for source in ("", "\0", "\ud800", "\ufeff# x", "\u2028$x$\u2029", "\r", "a\x0bb\x0c", "\ue000$\ue001$"):
        assert isinstance(render(source), Rendered)
        assert isinstance(render_inline(source), Rendered)
