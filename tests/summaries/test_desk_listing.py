"""The desk's list of everything, what needs a hand, and one thing done to many."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import update

from app.accounts.rights import Person
from app.database import Database, now
from app.errors import BadInput, NotAllowed, PageNotFound
from app.summaries import bulk
from app.summaries.attention import attention
from app.summaries.comments import add_comment, resolve_comment
from app.summaries.desk_listing import SORTS, DeskFilters, count_by_status, page_of_desk
from app.summaries.editing import get_for_desk, save
from app.summaries.models import Summary
from app.summaries.queries import document_for
from app.summaries.workflow_models import Comment
from tests.conftest import StatementCounter
from tests.factories import add_paper, add_summary, make_document

Cast = dict[str, Person]


def slugs(database: Database, sort: Any = "title", **filters: Any) -> list[str]:
    with database.reading() as session:
        return [row.slug for row in page_of_desk(session, DeskFilters(**filters), sort).items]


def test_everything_is_listed_and_every_filter_narrows(filled: Database, cast: Cast) -> None:
    with filled.writing() as session:
        document = make_document(slug="mine", title="100% Mine_", status="draft", authors=("Carl C.",), tldr="Wombat.")
        save(session, document, person=cast["carl"], base_revision=None)
        add_summary(session, slug="broken", title="Broken", status="draft", body="$\\undefinedthing$", tags=("odd",))
        get_for_desk(session, "mine").scheduled_at = now() + dt.timedelta(days=1)
    assert slugs(filled) == [
        "mine", "reading-list", "a-draft", "adam", "archived-one", "broken", "dropout", "scheduler", "in-review-one",
        "warmup"]  # fmt: skip
    assert slugs(filled, status=("draft", "in-review")) == ["mine", "a-draft", "broken", "in-review-one"]
    assert slugs(filled, kind="link") == ["reading-list"]
    assert slugs(filled, category="regularisation") == ["dropout"]
    assert slugs(filled, tag="odd") == slugs(filled, problems=True) == ["broken"]
    assert slugs(filled, author="Carl C.") == slugs(filled, scheduled=True) == ["mine"]
    assert slugs(filled, mine=cast["carl"].id) == ["mine"]
    assert slugs(filled, text="secret DRAFT") == ["a-draft"]
    assert slugs(filled, text="100%") == slugs(filled, text="e_") == slugs(filled, text="wombat") == ["mine"]
    assert slugs(filled, text="% \x00") == ["mine"]
    assert slugs(filled, trashed=True) == ["trashed-one"]
    for sort in SORTS:
        assert len(slugs(filled, sort)) == 10
    with filled.reading() as session:
        assert count_by_status(session, DeskFilters(status=("draft",))) == {
            "draft": 3, "in-review": 1, "published": 5, "archived": 1}  # fmt: skip
        with pytest.raises(PageNotFound):
            page_of_desk(session, DeskFilters(), page=2)


def test_a_row_says_what_the_desk_shows(library: Database, people: Cast) -> None:
    with library.writing() as session:
        add_comment(session, "scheduler", "Hm.", people["carl"])
        document = document_for(session, get_for_desk(session, "scheduler"))
        save(session, document.model_copy(update={"body": "[[nowhere]]"}), person=people["edith"], base_revision=1)
    with library.reading() as session:
        row = page_of_desk(session, DeskFilters(text="scheduler")).items[0]
    assert (row.saved_by, row.revision, row.problems, row.comments, row.status) == ("Edith", 2, 1, 1, "published")
    assert row.categories == [("optimization", "Optimization")]
    assert row.tags == [("schedule", "schedule"), ("optimiser", "optimiser")]
    assert [key for key, _ in row.papers] == ["kingma2015adam", "reddi2018convergence"]


def test_a_page_and_the_front_page_cost_the_same_whatever_there_is(library: Database) -> None:
    counter = StatementCounter(library.engine)
    costs = []
    for number in range(2):
        with library.writing() as session:
            for more in range(number * 12):
                add_summary(session, slug=f"many-{more}", title=f"Many {more}", status="draft")
        counter.take()
        with library.reading() as session:
            page_of_desk(session, DeskFilters())
            costs.append([counter.take()])
            attention(session)
            costs[-1].append(counter.take())
    assert costs[0][0] == costs[1][0] == 6
    assert max(costs[0][1], costs[1][1]) <= 20


def test_what_needs_a_hand_is_counted_and_named(filled: Database, cast: Cast) -> None:
    long_ago = now() - dt.timedelta(days=15)
    with filled.writing() as session:
        add_paper(session, key="lonely2020", title="Lonely", arxiv_id=None)
        add_summary(session, slug="broken", title="Broken", body="$\\undefinedthing$ [[nowhere]] and [@nobody]")
        add_summary(session, slug="doubtful", title="Doubtful", freshness={"state": "contested"},
                    papers=("kingma2015adam",),
                    body="Fine: [[arxiv:1412.6980]], [[@kingma2015adam]], [[adam]].")  # fmt: skip
        add_summary(session, slug="sketch", title="Sketch", status="draft", body="[[yet-to-come]]")
        get_for_desk(session, "a-draft").scheduled_at = now() + dt.timedelta(days=1)
        old = add_comment(session, "in-review-one", "Old.", cast["edith"])
        done = add_comment(session, "adam", "Done.", cast["edith"])
        add_comment(session, "adam", "New.", cast["edith"])
        resolve_comment(session, "adam", done.id, cast["edith"])
        session.execute(update(Comment).where(Comment.id.in_([old.id, done.id])).values(created_at=long_ago))
        session.execute(update(Summary).where(Summary.slug == "a-draft").values(saved_at=long_ago))
    with filled.reading() as session:
        found = {section.name: section for section in attention(session)}
    names = {name: [item.name for item in section.first] for name, section in found.items()}
    assert names["drafts"] == ["sketch", "a-draft"]
    assert names["in-review"] == names["comments"] == ["in-review-one"]
    assert names["scheduled"] == ["a-draft"]
    assert names["formulas"] == names["links"] == ["broken"]
    assert names["outdated"] == ["doubtful"]
    assert names["papers"] == ["lonely2020"]
    assert "adam" not in names["no-paper"]
    assert "broken" in names["no-paper"]
    assert (found["no-shelf"].count, found["papers"].of) == (0, "paper")


def test_many_are_tagged_moved_published_archived_and_trashed_row_by_row(filled: Database, cast: Cast) -> None:
    edith = cast["edith"]

    def told(rows: list[bulk.Row]) -> list[tuple[str, str | None]]:
        return [(row.slug, row.outcome) for row in rows]

    with filled.writing() as session:
        rows = bulk.add_tags(session, ["adam", "warmup", "trashed-one", "nothing", "adam"], ["Optimiser", "New"], edith)
        assert told(rows) == [("adam", "changed"), ("warmup", "changed"), ("trashed-one", None), ("nothing", None)]
        assert "trash" in rows[2].why
        assert told(bulk.add_tags(session, ["adam"], ["new"], edith)) == [("adam", "unchanged")]
    with filled.writing() as session:
        assert document_for(session, get_for_desk(session, "adam")).tags == ("optimiser", "New")
        bulk.remove_tags(session, ["adam"], ["NEW"], edith)
        assert told(bulk.move_shelf(session, ["dropout", "adam"], "empty-shelf", edith, origin="regularisation")) == [
            ("dropout", "changed"), ("adam", "unchanged")]  # fmt: skip
        rows = bulk.move_shelf(session, ["adam"], "no-such-shelf", edith)
        assert (rows[0].outcome, "no-such-shelf" in rows[0].why) == (None, True)
    with filled.writing() as session:
        assert document_for(session, get_for_desk(session, "dropout")).categories == ("empty-shelf", "optimization")
        add_summary(session, slug="ready", title="Ready", status="draft", papers=("kingma2015adam",))
        rows = bulk.publish(session, ["ready", "a-draft", "adam"], edith)
        assert told(rows) == [("ready", "changed"), ("a-draft", None), ("adam", "unchanged")]
        assert "name its paper" in rows[1].why
        assert told(bulk.archive(session, ["ready", "in-review-one"], edith)) == [
            ("ready", "changed"), ("in-review-one", None)]  # fmt: skip
        assert told(bulk.trash(session, ["ready", "a-draft"], edith)) == [("ready", "changed"), ("a-draft", "changed")]
    with filled.reading() as session:
        assert get_for_desk(session, "a-draft").status == "draft"
        assert get_for_desk(session, "a-draft").trashed_at is not None


def test_many_at_a_time_is_an_editors_and_has_an_end(library: Database, people: Cast) -> None:
    with library.reading() as session:
        with pytest.raises(NotAllowed):
            bulk.trash(session, ["a-draft"], people["carl"])
        with pytest.raises(BadInput, match="at most 200"):
            bulk.trash(session, [f"s-{n}" for n in range(201)], people["edith"])
        with pytest.raises(BadInput, match="letter or digit"):
            bulk.add_tags(session, ["adam"], ["!!"], people["edith"])
