"""Feeds and reading lists come in as posts and links, formulas as TeX, and a second time changes nothing."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.accounts.service import Actor
from app.database import Database
from app.errors import BadInput
from app.interchange.feed_reading import read_feed
from app.interchange.html_to_markdown import html_to_markdown
from app.interchange.importing import Report, import_path
from app.interchange.reading_list import is_reading_list, read_list
from app.markup import render
from app.papers.queries import iter_records
from app.summaries.documents import SummaryDocument
from app.summaries.queries import iter_documents
from tests.factories import add_category, add_paper
from tests.interchange.folders import write

ACTOR = Actor("Irma Importer")
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>A Blog</title>
<item><title>Whole &amp; told</title><link>https://example.org/whole</link>
 <pubDate>Wed, 09 Aug 2017 10:00:00 GMT</pubDate><category>Optimization</category><category>Odd</category>
 <description>A &lt;b&gt;short&lt;/b&gt; word.</description>
 <content:encoded><![CDATA[<h2>One</h2><p>A <em>formula</em> <script type="math/tex">a_1</script>.</p>
 <pre><code>x = 1
</code></pre><iframe src="x"></iframe>]]></content:encoded>
 <enclosure url="https://example.org/a.mp3" type="audio/mpeg" length="1"/></item>
<item><title>Only a link</title><link>https://example.org/link</link><description>Go there.</description></item>
<item><description/></item>
</channel></rss>
"""
LIST = """# What I read

- 2017-08-09 [Attention](https://arxiv.org/abs/1706.03762v5) – long, but worth it
* [x] 2017-08-10: [Adam, again](https://arxiv.org/pdf/1412.6980.pdf)

## September 2017

1. [A page (with brackets)](https://example.org/a_(b)) *a remark*
2. https://doi.org/10.1000/xyz

| date | what | note |
|------|------|------|
| 2018-01-02 | [Tables](https://example.org/t) | in a table |

Some words between.
"""


def run(database: Database, path: Path, **how: bool) -> Report:
    return import_path(database, path, actor=ACTOR, **how)


def documents(database: Database) -> dict[str, SummaryDocument]:
    with database.reading() as session:
        return {document.slug: document for document in iter_documents(session)}


def test_a_feed_comes_in_as_posts_and_links(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        add_category(session)
    path = write(tmp_path, {"x.rss": RSS}) / "x.rss"
    dry = run(database, path, dry_run=True)
    assert documents(database) == {}
    report = run(database, path)
    assert dry.rows == report.rows
    whole, link = documents(database)["whole-told"], documents(database)["only-a-link"]
    assert (whole.title, whole.kind, whole.tldr) == ("Whole & told", "deep-dive", "A **short** word.")
    assert whole.body == "## One\n\nA *formula* $a_1$.\n\n```\nx = 1\n```"
    assert (whole.source.name, whole.source.url) == ("A Blog", "https://example.org/whole")
    assert (whole.categories, whole.tags, str(whole.published)[:16]) == (
        ("optimization",),
        ("Odd",),
        "2017-08-09 10:00",
    )
    assert (link.kind, link.link, link.tldr, link.status) == ("link", "https://example.org/link", "Go there.", "draft")
    assert [(row.line, row.outcome) for row in report.rows] == [(11, "refused"), (3, "added"), (10, "added")]
    assert "<iframe>" in report.rows[1].sentence
    assert "a.mp3" in report.rows[1].sentence
    assert run(database, path).counts == {"added": 0, "changed": 0, "unchanged": 2, "refused": 1}


def test_an_entry_never_takes_the_place_of_another_summary(database: Database, tmp_path: Path) -> None:
    run(database, write(tmp_path, {"only-a-link.md": "# Only a link\n\nMine.\n"}) / "only-a-link.md")
    path = write(tmp_path, {"x.rss": RSS}) / "x.rss"
    run(database, path)
    found = documents(database)
    assert sorted(found) == ["only-a-link", "only-a-link-2", "whole-told"]
    assert found["only-a-link"].body == "Mine."
    assert run(database, path).counts["unchanged"] == 2


def test_our_own_feed_comes_back_with_its_formulas(client: TestClient, store: Database, tmp_path: Path) -> None:
    with store.writing() as session:
        add_category(session)
    answer = client.get("/feed.atom")
    assert answer.status_code == 200
    report = run(store, write(tmp_path, {"x.atom": answer.content}) / "x.atom")
    assert report.refused == []
    adam = documents(store)["adam"]
    assert (adam.title, adam.categories) == ("Adam", ("optimization",))
    assert "$m_t$" in adam.body
    assert "$v_t$" in adam.body


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<span class="katex"><math><semantics><mrow>x</mrow><annotation encoding="application/x-tex">x_{1}'
         '</annotation></semantics></math><span class="katex-html">x1</span></span>', "$x_{1}$"),
        ('<p>A</p><span class="katex-display"><span class="katex"><math display="block"><semantics><mi>y</mi>'
         '<annotation encoding="application/x-tex">y</annotation></semantics></math></span></span>', "A\n\n$$\ny\n$$"),
        ('<script type="math/tex; mode=display">z</script>', "$$\nz\n$$"),
        ('<math alttext="\\alpha"><mi>α</mi></math>', "$\\alpha$"),
        ('<img class="latex" alt="a^2" src="x.png">', "$a^2$"),
        ("<p>\\(a_b*c*\\) and $1</p>", "\\(a_b\\*c\\*\\) and $1"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ('<script type="math/tex">a<b</script> <!-- c --><![CDATA[x]]>', "$a<b$"),
        ("<p>1 < 2 and <b unclosed</p>", "1 < 2 and <b unclosed"),
        ('<span data-tex="a &lt; b > c"></span>', "$a < b > c$"),
        ("<b>cut off", "**cut off**"),
    ],
)  # fmt: skip
def test_formulas_become_tex_again(html: str, text: str) -> None:
    assert html_to_markdown(html) == (text, [])


def test_what_the_renderer_writes_comes_back() -> None:
    source = "A $x_1^2 < 3$ and\n\n$$\n\\sum_i \\mathbb{R}\n$$\n\n- one\n- two"
    assert html_to_markdown(render(source).html) == (source, [])


def test_what_has_no_tex_is_told() -> None:
    text, lost = html_to_markdown("<p><math><mi>x</mi><mo>+</mo><mn>1</mn></math></p><video></video>")
    assert text == "x + 1"
    assert lost == ["a formula without TeX: left out (1 time)", "<video>: left out (1 time)"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<feed", "not well-formed"),
        (b"", "not well-formed"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><feed/>', "DTD"),
        (b"<html/>", "neither Atom nor RSS"),
        (b"<feed>" + b"<a>" * 200 + b"</a>" * 200 + b"</feed>", "nested too deeply"),
        (b'<?xml version="1.0" encoding="ebcdic-nowhere"?><feed/>', "XML"),
    ],
)
def test_what_is_no_feed_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read_feed(data, "x.xml")


@pytest.mark.parametrize("html", ["<b>" * 500, "<b" * 50_000, '<a href="' * 20_000, "<br>" * 60_000, "x" * 1_000_001])
def test_html_that_would_take_too_long_is_refused(html: str) -> None:
    with pytest.raises(BadInput, match=r"its HTML|of HTML"):
        html_to_markdown(html)


def test_html_that_is_cut_off_in_a_comment_is_read_up_to_there() -> None:
    assert html_to_markdown("<p>a</p>" + "<!--" * 20_000) == ("a", [])


def test_a_reading_list_becomes_papers_and_links(store: Database, tmp_path: Path) -> None:
    with store.writing() as session:
        add_paper(session)
    path = write(tmp_path, {"reading.md": LIST}) / "reading.md"
    dry = run(store, path, dry_run=True)
    report = run(store, path)
    assert (dry.rows, dry.notes) == (report.rows, report.notes)
    assert [(note.line, note.sentence[:22]) for note in report.notes] == [(15, "not an item with a lin")]
    found = documents(store)
    told = {slug: (each.link, str(each.published)[:10], each.tldr, each.papers) for slug, each in found.items()}
    assert told == {
        "attention": (
            "https://arxiv.org/abs/1706.03762v5", "2017-08-09", "long, but worth it", ("2017attention",),
        ),
        "adam-again": ("https://arxiv.org/pdf/1412.6980.pdf", "2017-08-10", "", ("kingma2015adam",)),
        "a-page-with-brackets": ("https://example.org/a_(b)", "2017-09-01", "*a remark*", ()),
        "https-doi-org-10-1000-xyz": ("https://doi.org/10.1000/xyz", "2017-09-01", "", ("https",)),
        "tables": ("https://example.org/t", "2018-01-02", "in a table", ()),
    }  # fmt: skip
    with store.reading() as session:
        papers = {record.key: record for record in iter_records(session)}
    assert (papers["2017attention"].title, papers["2017attention"].month) == ("Attention", 6)
    assert run(store, path).summary() == "8 unchanged"


def test_a_post_with_a_few_links_is_no_reading_list() -> None:
    assert is_reading_list(LIST)
    assert not is_reading_list("---\ntitle: x\n---\n" + LIST)
    assert not is_reading_list(
        "# A post\n\n" + "Words.\n" * 5 + "- [a](https://a.org)\n- 2017-01-01 [b](https://b.org)\n"
    )
    assert not is_reading_list("- [a](https://a.org)\n- [b](https://b.org)\n")
    assert read_list("- 2017-02-31 [a](https://a.org)")[0][0].document.published is None
