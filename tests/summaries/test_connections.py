"""What a reader may go on to from a summary, and what never shows."""

import pytest

from app.database import Database
from app.errors import Gone, Moved, SummaryNotFound
from app.papers.queries import get_paper
from app.summaries.connections import backlinks_of_paper, connections_of, parse_target
from app.summaries.models import FormerSlug
from app.summaries.paths import list_paths
from app.summaries.queries import get_published, revisions_of
from tests.factories import add_summary


def test_a_summary_knows_what_surrounds_it(filled: Database) -> None:
    with filled.reading() as session:
        around = connections_of(session, get_published(session, "warmup"))
        assert [neighbour.title for neighbour in around.requires] == ["Adam"]
        assert [neighbour.title for neighbour in around.required_by] == ["Schedules"]
        assert [neighbour.title for neighbour in around.backlinks] == ["Schedules"]
        assert [(part, neighbour.title) for part, neighbour in around.parts] == [(1, "Warm-up"), (2, "Schedules")]
        assert [neighbour.url for neighbour in around.paths] == ["/paths/a-path"]


def test_backlinks_carry_their_type(filled: Database) -> None:
    with filled.reading() as session:
        around = connections_of(session, get_published(session, "adam"))
    assert [(n.title, n.note) for n in around.backlinks] == [("Dropout", "compares"), ("Warm-up", "builds-on")]


@pytest.mark.parametrize("target", ["@kingma2015adam", "arxiv:1412.6980v9", "arXiv:1412.6980"])
def test_a_link_to_a_paper_is_a_backlink_of_the_paper_and_of_its_summaries(filled: Database, target: str) -> None:
    with filled.writing() as session:
        add_summary(session, slug="pointer", title="Pointer", body=f"See [[{target}]].")
    with filled.reading() as session:
        assert "Pointer" in [n.title for n in backlinks_of_paper(session, get_paper(session, "kingma2015adam"))]
        assert "Pointer" in [n.title for n in connections_of(session, get_published(session, "adam")).backlinks]


def test_a_tldr_and_an_update_link_and_cite_like_a_body(filled: Database) -> None:
    with filled.writing() as session:
        said = {"tldr": "As [@kingma2015adam] say.", "body": "Words."}
        update = {"date": "2020-01-02", "text": "See [[builds-on: adam]] and [@kingma2015adam]."}
        add_summary(session, slug="pointer", title="Pointer", updates=(update,), **said)
    with filled.reading() as session:
        made = get_published(session, "pointer").rendering
        backlinks = connections_of(session, get_published(session, "adam")).backlinks
    assert not made.problems
    assert 'href="/summaries/adam"' in made.updates_html[0]
    for html in (made.tldr_html, *made.updates_html):
        assert "2015)</span>" in html
        assert "missing" not in html
    assert ("Pointer", "builds-on") in [(n.title, n.note) for n in backlinks]


def test_a_draft_that_links_here_does_not_show(filled: Database) -> None:
    with filled.writing() as session:
        add_summary(session, slug="hidden", title="Hidden", status="draft", body="[[adam]]")
    with filled.reading() as session:
        assert "Hidden" not in [n.title for n in connections_of(session, get_published(session, "adam")).backlinks]


@pytest.mark.parametrize("slug", ["a-draft", "in-review-one", "trashed-one", "nothing"])
def test_what_is_not_published_looks_like_nothing(filled: Database, slug: str) -> None:
    with filled.reading() as session, pytest.raises(SummaryNotFound) as error:
        get_published(session, slug)
    assert "secret" not in str(error.value).lower()


def test_archived_is_gone(filled: Database) -> None:
    with filled.reading() as session, pytest.raises(Gone):
        get_published(session, "archived-one")


def test_a_former_slug_says_where_the_summary_is_now(filled: Database) -> None:
    with filled.writing() as session:
        session.add(FormerSlug(slug="adam-optimizer", summary_id=get_published(session, "adam").id))
    with filled.reading() as session, pytest.raises(Moved) as error:
        get_published(session, "adam-optimizer")
    assert error.value.location == "/summaries/adam"


def test_readers_see_only_revisions_that_were_published(filled: Database) -> None:
    with filled.writing() as session:
        add_summary(session, slug="slow", status="draft", body="private draft")
        add_summary(session, slug="slow", body="public text")
    with filled.reading() as session:
        assert [row.number for row in revisions_of(session, get_published(session, "slow"))] == [2]


def test_paths_count_the_steps_that_readers_see(filled: Database) -> None:
    with filled.reading() as session:
        assert [(path.slug, path.steps) for path in list_paths(session)] == [("a-path", 3)]


@pytest.mark.parametrize(
    ("written", "form", "value"),
    [
        ("adam", "slug", "adam"),
        (" Adam ", "slug", "adam"),
        ("@kingma2015adam", "key", "kingma2015adam"),
        ("arxiv:1706.03762v5", "arxiv", "1706.03762"),
        ("arXiv:cs/0112017", "arxiv", "cs/0112017"),
        ("doi:10.1000/ABC", "doi", "10.1000/abc"),
        ("doi:nonsense", "slug", "doi:nonsense"),
    ],
)
def test_link_targets_are_read_in_every_form(written: str, form: str, value: str) -> None:
    assert parse_target(written) == (form, value)


def test_a_link_without_words_of_its_own_names_the_title_up_to_its_colon(filled: Database) -> None:
    with filled.writing() as session:
        add_summary(session, slug="long", title="Long name: and what it is about")
        add_summary(session, slug="pointer", body="See [[long]] and [[@kingma2015adam]].")
        html = get_published(session, "pointer").rendering.html
    assert ">Long name</a>" in html
    assert ">Adam</a>" in html
