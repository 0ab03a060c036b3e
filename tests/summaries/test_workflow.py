"""From draft to archive: who may make which move, what publishing asks for, and publishing at a set time."""

import datetime as dt
import threading
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import AuditEntry
from app.accounts.rights import Person
from app.database import Database, attempt, library_version, now
from app.errors import BadInput, Conflict, FieldProblem, Gone, NotAllowed, StaleRevision, SummaryNotFound
from app.summaries import workflow
from app.summaries.checklist import checklist
from app.summaries.comments import list_comments
from app.summaries.editing import get_for_desk, save
from app.summaries.history import list_revisions
from app.summaries.models import Summary
from app.summaries.queries import get_published
from app.summaries.scheduler import Scheduler
from tests.factories import add_summary, make_document

Cast = dict[str, Person]
HOUR = dt.timedelta(hours=1)


def add_ready(database: Database, slug: str = "ready", **overrides: Any) -> None:
    plain = {"slug": slug, "title": slug.title(), "status": "draft", "published": None, "papers": ("kingma2015adam",)}
    with database.writing() as session:
        add_summary(session, **{**plain, **overrides})


def status(database: Database, slug: str) -> str:
    with database.reading() as session:
        return get_for_desk(session, slug).status


def test_a_draft_goes_all_the_way_and_each_move_is_a_revision_and_a_line_in_the_audit_log(
    filled: Database, cast: Cast
) -> None:
    add_ready(filled)
    carl, edith = cast["carl"], cast["edith"]
    steps = [(workflow.submit, carl, "in-review"), (workflow.withdraw, edith, "draft"),
             (workflow.submit, carl, "in-review"), (workflow.publish, edith, "published"),
             (workflow.archive, edith, "archived"), (workflow.unarchive, edith, "published"),
             (workflow.unpublish, edith, "draft")]  # fmt: skip
    for number, (move, person, target) in enumerate(steps, 2):
        with filled.writing() as session:
            saved = move(session, "ready", person, base_revision=number - 1)
            assert (saved.outcome, saved.revision, saved.summary.status) == ("changed", number, target)
        with filled.writing() as session:
            assert move(session, "ready", person, base_revision=number - 1).outcome == "unchanged"
    with filled.reading() as session:
        notes = [row.note for row in list_revisions(session, get_for_desk(session, "ready"))]
        assert notes[:3] == ["taken back to a draft", "taken out of the archive", "archived"]
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert actions == [f"summary.{step}" for step in
                           "submit withdraw submit publish archive unarchive unpublish".split()]  # fmt: skip


def test_publishing_arrives_where_readers_look_and_archiving_says_it_is_gone(library: Database, people: Cast) -> None:
    add_ready(library, body="Linked from [[adam]].")
    with library.reading() as session:
        before = library_version(session)
    with library.writing() as session:
        workflow.publish(session, "ready", people["edith"])
    with library.reading() as session:
        ready = get_published(session, "ready")
        assert ready.stamp > before
        assert now() - ready.published_at < HOUR
    with library.writing() as session:
        workflow.archive(session, "ready", people["edith"], note="  replaced\nby another ")
    with library.reading() as session:
        with pytest.raises(Gone):
            get_published(session, "ready")
        assert list_revisions(session, get_for_desk(session, "ready"))[0].note == "replaced by another"


def test_only_an_editor_decides_what_readers_see(library: Database, people: Cast) -> None:
    for move in (workflow.publish, workflow.archive, workflow.unarchive, workflow.unpublish):
        with library.reading() as session, pytest.raises(NotAllowed):
            move(session, "adam", people["carl"])


def test_moves_are_offered_where_they_can_be_made_and_refused_elsewhere(library: Database, people: Cast) -> None:
    with library.reading() as session:
        offered = {
            (slug, who): [move.name for move in workflow.moves_for(get_for_desk(session, slug), people[who])]
            for slug in ("a-draft", "in-review-one", "adam", "archived-one", "trashed-one")
            for who in ("carl", "edith")
        }
        assert offered["a-draft", "carl"] == ["submit"]
        assert offered["a-draft", "edith"] == ["submit", "publish"]
        assert offered["in-review-one", "edith"] == ["withdraw", "publish"]
        assert offered["adam", "carl"] == offered["trashed-one", "edith"] == []
        assert offered["adam", "edith"] == ["archive", "unpublish"]
        assert offered["archived-one", "edith"] == ["unarchive", "unpublish"]
        with pytest.raises(Conflict, match="is archived"):
            workflow.submit(session, "archived-one", people["edith"])
        with pytest.raises(Conflict, match="trash"):
            workflow.publish(session, "trashed-one", people["edith"])


def test_nobody_publishes_a_text_they_have_not_seen(library: Database, people: Cast) -> None:
    add_ready(library)
    with library.writing() as session:
        document = make_document(slug="ready", status="draft", published=None, body="Other.")
        save(session, document, person=people["carl"], base_revision=1)
    with library.reading() as session, pytest.raises(StaleRevision):
        workflow.publish(session, "ready", people["edith"], base_revision=1)


def test_publishing_names_everything_essential_that_is_missing(library: Database, people: Cast) -> None:
    body = "One.\n\n$\\undefinedthing$\n\n<<<<<<< mine\na\n=======\nb\n>>>>>>> theirs"
    add_ready(library, tldr="", categories=(), papers=(), body=body)
    with library.writing() as session, pytest.raises(BadInput) as error, attempt(session):
        workflow.publish(session, "ready", people["edith"])
    problems = {problem.field: problem for problem in error.value.problems}
    assert set(problems) == {"tldr", "categories", "papers", "body"}
    assert [problem.line for problem in error.value.problems if problem.field == "body"] == [3, 5]
    assert status(library, "ready") == "draft"


def test_a_refusal_that_ends_with_a_question_has_one_end(library: Database, people: Cast) -> None:
    add_ready(library, body=r"$\alpa$")
    with library.writing() as session, pytest.raises(BadInput, match=r"\\alpha\?$"), attempt(session):
        workflow.publish(session, "ready", people["edith"])


def test_the_checklist_tells_what_is_missing_and_what_is_only_advised(library: Database, people: Cast) -> None:
    add_ready(library, body="See [[nothing-here]] and [@nobody1999].", provenance={"written_by": "ai"},
              updates=({"date": "2020-01-02", "text": "As in [[nor-here]]."},))  # fmt: skip
    add_ready(library, "good", provenance={"read": "full"}, tldr=" ".join(["word"] * 40), body="See [[adam]].")
    with library.reading() as session:
        checks = {check.name: check for check in checklist(session, get_for_desk(session, "ready"))}
        assert {name for name, check in checks.items() if not check.passed} == {
            "links", "citations", "tldr-length", "provenance"}  # fmt: skip
        assert checks["links"].missing == [
            FieldProblem("body", "[[nothing-here]] leads nowhere yet", 1),
            FieldProblem("updates", "[[nor-here]] leads nowhere yet", 1),
        ]
        assert [problem.field for problem in checks["provenance"].missing] == ["provenance.read", "provenance.model"]
        assert not any(check.essential for check in checks.values() if not check.passed)
        assert all(check.passed for check in checklist(session, get_for_desk(session, "good")))
        kinds = [check.name for check in checklist(session, get_for_desk(session, "reading-list"))]
        assert "link" in kinds
        assert "papers" not in kinds


def test_what_is_due_is_published_once_and_what_cannot_be_is_set_aside(filled: Database, cast: Cast) -> None:
    for slug in ("ready", "spoilt", "later"):
        add_ready(filled, slug)
    edith, start = cast["edith"], now()
    with filled.writing() as session:
        workflow.schedule(session, "ready", start + HOUR, edith)
        workflow.schedule(session, "spoilt", start + HOUR, edith)
        workflow.schedule(session, "later", start + 3 * HOUR, edith)
    with filled.writing() as session:  # the plan outlives an edit; the text does not
        spoilt = make_document(slug="spoilt", status="draft", published=None, tldr="")
        save(session, spoilt, person=cast["carl"], base_revision=1)
        assert [row.slug for row in workflow.list_scheduled(session)] == ["ready", "spoilt", "later"]
        assert not workflow.is_due(session, start)
    told: list[str] = []

    def publish() -> None:
        with filled.writing() as session:
            told.extend(workflow.publish_due(session, start + 2 * HOUR))

    threads = [threading.Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == ["ready"]
    with filled.reading() as session:
        ready = get_published(session, "ready")
        assert (ready.scheduled_at, list_revisions(session, ready)[0].actor) == (None, "schedule")
        spoilt_one = get_for_desk(session, "spoilt")
        assert spoilt_one.scheduled_at is None
        [remark] = list_comments(session, spoilt_one)  # the audit log is for admins only
        assert (remark.author, "write the TLDR" in remark.text) == ("schedule", True)
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "summary.schedule-failed")).one()
        assert (entry.subject, "write the TLDR" in entry.detail) == ("summaries/spoilt", True)
        assert get_for_desk(session, "later").scheduled_at == start + 3 * HOUR


def test_a_plan_is_refused_where_it_cannot_come_true_and_can_be_forgotten(library: Database, people: Cast) -> None:
    add_ready(library)
    add_ready(library, "unready", tldr="")
    edith = people["edith"]
    with library.writing() as session:
        with pytest.raises(NotAllowed):
            workflow.schedule(session, "ready", now() + HOUR, people["carl"])
        with pytest.raises(BadInput, match="moment to come"):
            workflow.schedule(session, "ready", now() - HOUR, edith)
        with pytest.raises(BadInput, match="TLDR"):
            workflow.schedule(session, "unready", now() + HOUR, edith)
        with pytest.raises(Conflict, match="published"):
            workflow.schedule(session, "adam", now() + HOUR, edith)
        workflow.schedule(session, "ready", now() + HOUR, edith)
        assert workflow.unschedule(session, "ready", edith).scheduled_at is None
        assert workflow.list_scheduled(session) == []


def test_publishing_by_hand_ends_the_plan(library: Database, people: Cast) -> None:
    add_ready(library)
    with library.writing() as session:
        workflow.schedule(session, "ready", now() + HOUR, people["edith"])
        assert workflow.publish(session, "ready", people["edith"]).summary.scheduled_at is None


def test_the_clock_publishes_and_wakes_whoever_follows(library: Database, people: Cast) -> None:
    add_ready(library)
    with library.writing() as session:
        session.scalars(select(Summary).where(Summary.slug == "ready")).one().scheduled_at = now() - HOUR
    woken = threading.Event()
    clock = Scheduler(library, woken.set, every=0.02)
    clock.start()
    try:
        assert woken.wait(100)
    finally:
        clock.stop()
    assert status(library, "ready") == "published"
    assert clock.look() == []


def test_the_clock_goes_on_after_the_store_was_away(settings: Any, library: Database, people: Cast) -> None:
    class Away(Database):
        asked = 0

        def reading(self) -> Any:
            self.asked += 1
            if self.asked == 1:
                raise SummaryNotFound("away")
            return super().reading()

    add_ready(library)
    with library.writing() as session:
        session.scalars(select(Summary).where(Summary.slug == "ready")).one().scheduled_at = now() - HOUR
    away, woken = Away(settings), threading.Event()
    clock = Scheduler(away, woken.set, every=0.02)
    clock.start()
    try:
        assert woken.wait(100)
    finally:
        clock.stop()
        away.close()
