"""Posts of Jekyll, Hugo and plain folders: what becomes of each construct; what has no place is told by line."""

from pathlib import Path

import pytest

from app.accounts.service import Actor
from app.database import Database
from app.errors import BadInput
from app.interchange.importing import Report, import_path
from app.interchange.post_front import read_front, read_moment
from app.summaries.assets import media_names
from app.summaries.documents import SummaryDocument
from app.summaries.queries import iter_documents
from tests.factories import add_category, add_paper
from tests.interchange.folders import PIXEL, write

ACTOR = Actor("Irma Importer")
JEKYLL = """---
layout: post
title: "Lazy attention"
date: 2017-08-09 10:30:00 +0200
categories: [Optimization, "Odd Things"]
tags: attention lazy
author: Irma
math: true
---

# Lazy attention

Some words first, with $$x_1$$ inside and \\\\(y\\\\).

## 1. TL;DR

It waits.

## More

{% highlight python %}
x = "{% include not.html %}"
{% endhighlight %}

See [the other]({% post_url 2018-01-02-other-post %}), [this](/2018/01/02/other-post.html#part) and [gone](gone.md).
![a dot]({{ site.baseurl }}/images/dot.png "Dot") ![no](missing.png) ![out](../../secret.png)
<img src="{{ "/images/dot.png" | relative_url }}" alt="again"> and `<b>code</b>`.
{% include chart.html id=3 %}
<div class="x">raw</div>
Words.{: .lead}
[Adam](https://arxiv.org/abs/1412.6980v9) and [new](https://arxiv.org/abs/2001.00001).
<!--more-->
"""
HUGO = """+++
title = "Other post"
date = 2018-01-02T00:00:00Z
draft = true
series = ["Parts"]
[taxonomies]
tags = ["x"]
+++

{{< figure src="plot.png" caption="A plot" >}}

{{< youtube abc >}}

[back]({{< ref "2017-08-09-lazy-attention.md" >}})

{{< highlight go >}}
f()
{{< /highlight >}}
"""


def run(database: Database, path: Path, **how: bool) -> Report:
    return import_path(database, path, actor=ACTOR, **how)


def documents(database: Database) -> dict[str, SummaryDocument]:
    with database.reading() as session:
        return {document.slug: document for document in iter_documents(session)}


def site(folder: Path) -> Path:
    return write(
        folder,
        {
            "_posts/2017-08-09-lazy-attention.md": JEKYLL,
            "content/posts/other-post/index.md": HUGO,
            "content/posts/other-post/plot.png": PIXEL,
            "content/posts/_index.md": "---\ntitle: Posts\n---\n",
            "images/dot.png": PIXEL,
            "_drafts/third.markdown": "Third\n=====\n\n**TLDR:** Short.\n\nBody.\n",
            "_layouts/post.md": "{{ content }}",
            "plain notes.md": "No title here.\n",
        },
    )


def test_a_site_comes_over_with_everything_that_has_a_place(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        add_category(session)
        add_paper(session)
    write(tmp_path, {"secret.png": PIXEL})
    folder = site(tmp_path / "site")
    dry = run(database, folder, dry_run=True)
    assert documents(database) == {}
    report = run(database, folder)
    assert (dry.rows, dry.notes, report.refused) == (report.rows, report.notes, [])
    found = documents(database)
    assert sorted(found) == ["lazy-attention", "other-post", "plain-notes", "third"]
    post = found["lazy-attention"]
    assert (post.title, post.tldr, post.authors) == ("Lazy attention", "It waits.", ("Irma",))
    assert (post.categories, post.tags) == (("optimization",), ("attention", "lazy", "Odd Things"))
    assert (str(post.published), post.status) == ("2017-08-09 08:30:00+00:00", "draft")
    assert post.body == (
        "Some words first, with $x_1$ inside and \\(y\\).\n\n## More\n\n"
        '```python\nx = "{% include not.html %}"\n```\n\n'
        "See [[other-post | the other]], [[other-post | this]] and [gone](gone.md).\n"
        '![a dot](../media/lazy-attention-dot.png "Dot") ![no](missing.png) ![out](../../secret.png)\n'
        "![again](../media/lazy-attention-dot.png) and `<b>code</b>`.\n"
        "{% include chart.html id=3 %}\n"
        '<div class="x">raw</div>\n'
        "Words.\n"
        "[[arxiv:1412.6980 | Adam]] and [new](https://arxiv.org/abs/2001.00001)."
    )
    other = found["other-post"]
    assert other.body == (
        '![A plot](../media/other-post-plot.png "A plot")\n\n{{< youtube abc >}}\n\n'
        "[[lazy-attention | back]]\n\n```go\nf()\n```"
    )
    assert (found["third"].title, found["third"].tldr, found["third"].body) == ("Third", "Short.", "Body.")
    assert found["plain-notes"].title == "Plain notes"
    with database.reading() as session:
        assert media_names(session) == {"lazy-attention-dot.png", "other-post-plot.png"}
    told = {(note.file.rpartition("/")[2], note.line): note.sentence for note in report.notes}
    first = "2017-08-09-lazy-attention.md"
    assert "layout" in told[first, 2]
    assert "math" in told[first, 8]
    assert "gone.md" in told[first, 25]
    pictures = [note.sentence for note in report.notes if note.line == 26]
    assert pictures == [
        "the picture missing.png: it is not there",
        "the picture ../../secret.png: it leads out of the folder; not read",
    ]
    assert "Liquid tag “include”" in told[first, 28]
    assert "<div>, </div>" in told[first, 29]
    assert "kramdown" in told[first, 30]
    assert "series" in told["index.md", 5]
    assert "youtube" in told["index.md", 12]
    assert len([note for note in report.notes if note.file.endswith(first)]) == 8
    row = next(row for row in report.rows if row.name == "lazy-attention")
    assert "no such category, so a tag: Odd Things" in row.sentence
    assert "wanted, since the library has no such paper: arxiv:2001.00001 (line 31)" in row.sentence


def test_importing_again_changes_nothing_and_keeps_what_a_curator_decided(store: Database, tmp_path: Path) -> None:
    with store.writing() as session:
        add_category(session)
    folder = site(tmp_path / "site")
    assert run(store, folder).summary() == "6 added"
    assert run(store, folder).summary() == "6 unchanged"
    published = run(store, folder, publish=True)
    assert published.counts["changed"] == 1
    assert {slug for slug, document in documents(store).items() if document.status == "published"} == {"lazy-attention"}
    assert "left as a draft" in next(row.sentence for row in published.rows if row.name == "plain-notes")
    assert run(store, folder).summary() == "6 unchanged"
    assert run(store, folder, publish=True).summary() == "6 unchanged"


def test_a_post_about_one_known_paper_is_a_summary_of_it(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        add_paper(session)
    text = "# On Adam\n\nRead [it](https://arxiv.org/pdf/1412.6980.pdf).\n"
    run(database, write(tmp_path, {"on-adam.md": text}) / "on-adam.md")
    post = documents(database)["on-adam"]
    assert (post.kind, post.papers, post.body) == (
        "paper-summary",
        ("kingma2015adam",),
        "Read [[arxiv:1412.6980 | it]].",
    )


@pytest.mark.parametrize("heading", ["## TLDR", "#### 2. TL;DR:", "**TL;DR**", "# tldr"])
def test_a_tldr_is_found_wherever_it_stands(database: Database, tmp_path: Path, heading: str) -> None:
    text = f"---\ntitle: T\n---\nIntro.\n\n```\n## TLDR\n```\n\n{heading} Short.\n"
    text = text.replace(" Short", "\n\nShort") if heading.startswith("#") else text
    run(database, write(tmp_path, {"x.md": text}) / "x.md")
    post = documents(database)["x"]
    assert (post.tldr, post.body) == ("Short.", "Intro.\n\n```\n## TLDR\n```")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: [x\n---\n", 3),
        ("---\ntitle: x\n", 1),
        ("+++\ntitle = \n+++\n", 2),
        ("+++\ntitle = 1\n", 1),
        ("---\n- a\n---\n", 2),
    ],
)
def test_broken_front_matter_is_refused_by_line(text: str, line: int) -> None:
    with pytest.raises(BadInput) as caught:
        read_front(text)
    assert caught.value.problems[0].line == line


def test_front_matter_in_json_and_values_that_do_not_fit(database: Database, tmp_path: Path) -> None:
    text = '{\n"title": "T",\n"date": "soon",\n"kind": "poem",\n"part": 2,\n"tags": ["a", 3]}\n\nBody.\n'
    report = run(database, write(tmp_path, {"x.md": text}) / "x.md")
    post = documents(database)["x"]
    assert (post.title, post.body, post.kind, post.tags) == ("T", "Body.", "deep-dive", ("a", "3"))
    told = " ".join(note.sentence for note in report.notes)
    assert "“soon” is not a date" in told
    assert "kind: must be one of" in told
    assert read_front("{not json}\n").body == "{not json}\n"


def test_a_status_of_our_own_front_matter_counts_where_a_category_allows_it(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        add_category(session)
    front = "---\ntitle: T\nstatus: {}\ncategories: [{}]\n---\n"
    files = {
        "a.md": front.format("published", "optimization"),
        "b.md": front.format("published", "nowhere"),
        "c.md": front.format("in-review", "nowhere"),
        "d.md": front.format("publik", "optimization"),
    }
    report = run(database, write(tmp_path / "posts", files))
    assert {slug: document.status for slug, document in documents(database).items()} == {
        "a": "published",
        "b": "draft",
        "c": "in-review",
        "d": "draft",
    }
    assert "none of its categories: a draft" in report.rows[1].sentence
    assert "“publik” is none of" in report.notes[0].sentence
    again = "# Tea\n\nWithout front matter.\n"
    run(database, write(tmp_path, {"a.md": again}) / "a.md")
    kept = documents(database)["a"]
    assert (kept.title, kept.status, kept.categories) == ("Tea", "published", ("optimization",))


def test_two_posts_of_one_name_are_told_and_a_slug_of_its_own_counts(database: Database, tmp_path: Path) -> None:
    files = {"a/x.md": "# A\n", "b/x.md": "# B\n", "c/x.md": "---\nslug: other\ntitle: C\n---\n", "€.md": "# E\n"}
    report = run(database, write(tmp_path / "posts", files))
    assert sorted(documents(database)) == ["eur", "other", "x"]
    assert [(row.file, row.sentence) for row in report.refused] == [
        ("b/x.md", "the slug “x” is already that of a/x.md")
    ]


def test_a_formula_that_fails_is_told_with_the_line_of_the_file(database: Database, tmp_path: Path) -> None:
    text = "---\ntitle: T\n---\n\nA.\n\n## TLDR\n\nShort.\n\n## B\n\n$\\undefinedmacro$\n"
    report = run(database, write(tmp_path, {"x.md": text}) / "x.md")
    assert report.rows[0].line == 13
    assert report.rows[0].sentence.startswith("line 13: ")


def test_moments_are_read_as_sites_write_them() -> None:
    assert read_moment("2017-08-09 10:30:00 +0200") == "2017-08-09T10:30:00+02:00"
    assert read_moment("2017-08-09T10:30:00.123Z") == "2017-08-09T10:30:00+00:00"
    assert read_moment("2017-02-31") is None
    assert read_moment("1500000000") is None


def test_links_between_notes_lead_to_what_the_notes_become(database: Database, tmp_path: Path) -> None:
    text = (
        "# One\n\n[[Other Note]], [[other note#Part|its part]], [[two]], [[Nowhere at all]] and `[[Nowhere at all]]`.\n"
        "![[dot.png|300]] ![[none.png]] ![[Other Note]]\n[[adam]] [[builds-on: adam]] [[arxiv:1412.6980]] [[@key]]\n"
    )
    folder = write(tmp_path / "notes", {"One.md": text, "Other Note.md": "# 2\n", "two.md": "# 2\n", "dot.png": PIXEL})
    report = run(database, folder)
    assert documents(database)["one"].body.strip() == (
        "[[other-note | Other Note]], [[other-note | its part]], [[two]], [[Nowhere at all]] and "
        "`[[Nowhere at all]]`.\n![](../media/one-dot.png) ![](none.png) [[other-note | Other Note]]\n"
        "[[adam]] [[builds-on: adam]] [[arxiv:1412.6980]] [[@key]]"
    )
    assert [(note.line, note.sentence.partition(":")[0][:40]) for note in report.notes] == [
        (3, "the link [[Nowhere at all]] leads to not"),
        (4, "the text of ![[Other Note]] does not sta"),
        (4, "the picture none.png"),
    ]


def test_a_shortcode_is_told_once(database: Database, tmp_path: Path) -> None:
    report = run(database, write(tmp_path / "site", {"content/a.md": "# A\n\n{{% notice %}} x {{% /notice %}}\n"}))
    assert [note.sentence.partition(" has")[0] for note in report.notes] == [
        "the shortcode “notice”", "the shortcode “/notice”"
    ]  # fmt: skip


def test_a_list_of_contents_and_a_badge_are_no_words_of_the_post(database: Database, tmp_path: Path) -> None:
    badge = "[![Badge](https://example.org/b.svg)](https://example.org)"
    text = f"# [Good](https://example.org/x) papers {badge}\n\n* TOC\n{{:toc}}\n\n## One\n\n* TOC\n"
    report = run(database, write(tmp_path / "site", {"a.md": text}))
    found = documents(database)["a"]
    assert (found.title, found.body) == ("Good papers", "## One\n\n* TOC")
    assert [note.line for note in report.notes] == [4]
