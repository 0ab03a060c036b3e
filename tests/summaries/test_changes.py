"""The changes feed: in order, complete, discreet; a mirror kept from it equals the library after any edits."""

import random
from collections import Counter
from collections.abc import Callable

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.rights import Person
from app.database import Database, LibraryChange, attempt, library_version
from app.errors import BadInput, CairnError
from app.papers.models import Author, Paper
from app.papers.records import PersonName
from app.summaries import curating, editing, macro_sets, paper_curating, paths, trash
from app.summaries.assets import delete_media, save_macro_set, save_media
from app.summaries.changes import Changes, changes_since
from app.summaries.models import Summary
from app.summaries.path_records import PathRecord
from app.summaries.service import save_paper, save_summary
from app.taxonomy.models import Category, Series, Tag
from app.taxonomy.service import reorder_categories, save_category, save_series
from tests.factories import EDITOR, add_category, add_summary, make_category, make_document, make_paper, make_series
from tests.summaries.mirroring import Mirror, read_anew
from tests.summaries.test_curating import assert_history_is_true, document


def edith(session: Session) -> Person:
    user = User(email="edith@example.org", name="Edith Editor", role="editor", password_hash="-")
    session.add(user)
    session.flush()
    return Person(id=user.id, email=user.email, name=user.name, role="editor")


def told(found: Changes) -> list[tuple[str, str, str]]:
    return [(item.kind, item.name, item.action) for item in found.items]


def everything(session: Session) -> Changes:
    return changes_since(session, 0, 1000)


def test_all_that_readers_see_is_told_in_order_and_no_draft_is_named(filled: Database) -> None:
    with filled.reading() as session:
        found = everything(session)
        assert {(item.kind, item.name) for item in found.items if item.action == "changed"} == set(read_anew(session))
        assert [item.name for item in found.items if item.action == "deleted"] == ["trashed-one"]
        assert not {"a-draft", "secret-tag", "in-review-one"} & {item.name for item in found.items}
        order = [(item.stamp, item.kind, item.name) for item in found.items]
        assert order == sorted(order)
        assert (found.version, found.more, found.cursor) == (library_version(session), False, None)
        moments = session.scalars(select(LibraryChange.at)).all()
        assert {item.at for item in found.items} <= set(moments)


def test_slices_of_one_version_give_each_thing_once(filled: Database) -> None:
    with filled.reading() as session:
        whole, slices, cursor = everything(session), [], None
        while True:
            found = changes_since(session, 0, 3, cursor=cursor)
            slices += found.items
            if not found.more:
                break
            assert found.version < whole.version
            cursor = found.cursor
        assert slices == list(whole.items)
        kinds = changes_since(session, 0, 1000, kinds={"paper", "path"})
        assert {item.kind for item in kinds.items} == {"paper", "path"}


def test_nothing_is_told_to_those_who_know_and_a_version_not_reached_is_refused(filled: Database) -> None:
    with filled.reading() as session:
        version = library_version(session)
        assert changes_since(session, version, 10) == Changes(version, [], False, None)
        with pytest.raises(BadInput, match="has not reached"):
            changes_since(session, version + 1, 10)
        with pytest.raises(BadInput, match="cursor"):
            changes_since(session, 0, 10, cursor="nonsense")


def test_what_was_published_once_is_told_as_deleted_and_a_rename_says_where_to(filled: Database) -> None:
    with filled.writing() as session:
        since = library_version(session)
        editing.rename_slug(session, "adam", "adam-optimiser", person=edith(session))
        archived = document(session, "reading-list").model_copy(update={"status": "archived"})
        save_summary(session, archived, actor=EDITOR)
        found = changes_since(session, since, 100)
        assert ("summary", "reading-list", "deleted") in told(found)
        assert ("tag", "survey", "deleted") in told(found)
        assert ("summary", "adam-optimiser", "changed") in told(found)
        moved = {item.name: item.moved_to for item in found.items if item.action == "deleted"}
        assert moved["adam"] == "adam-optimiser"
        assert {item.stamp for item in found.items} == {since + 1}


def test_a_thing_made_again_under_its_name_is_told_as_changed(store: Database) -> None:
    with store.writing() as session:
        add_category(session)
    for step in ("delete", "make"):
        with store.writing() as session:
            since = library_version(session)
            if step == "delete":
                curating.delete_category(session, "optimization", actor=EDITOR)
            else:
                save_category(session, make_category())
            action = "deleted" if step == "delete" else "changed"
            assert told(changes_since(session, since, 10)) == [("category", "optimization", action)]
            assert told(everything(session)) == [("category", "optimization", action)]


def test_a_draft_under_the_name_of_what_was_purged_stays_gone_until_it_is_published(store: Database) -> None:
    with store.writing() as session:
        add_category(session)
        add_summary(session, tags=())
    with store.reading() as session:
        known = library_version(session)
    with store.writing() as session:
        person = edith(session)
        trash.trash(session, "adam", person)
        trash.purge(session, "adam", person, confirm="adam")
    with store.writing() as session:
        add_summary(session, status="draft", tags=())
        assert ("summary", "adam", "deleted") in told(changes_since(session, known, 10))
    with store.writing() as session:
        save_summary(session, make_document(tags=()), actor=EDITOR)
        assert ("summary", "adam", "changed") in told(changes_since(session, known, 10))


class Edits:
    """Random edits by every service; those that a rule refuses are refused."""

    def __init__(self, session: Session, chance: random.Random, person: Person) -> None:
        self.session, self.chance, self.person = session, chance, person

    def one_of(self, column: object) -> str:
        names = sorted(self.session.scalars(select(column)).all())  # type: ignore[call-overload]
        return str(self.chance.choice(names)) if names else "nothing"

    def some(self, column: object, most: int) -> list[str]:
        return list(dict.fromkeys(self.one_of(column) for _ in range(self.chance.randint(0, most))))

    def new(self, word: str, of: int = 6) -> str:
        return f"{word}-{self.chance.randint(1, of)}"

    def add_or_change_summary(self) -> None:
        hidden = self.chance.random() < 0.2
        status = self.chance.choice(["published"] * 5 + ["draft", "archived"])
        slug = self.new("private", 4) if hidden else self.new("summary", 14)
        links = " ".join(f"[[{name}]]" for name in self.some(Summary.slug, 3))
        cites = " ".join(f"[@{key}] [[@{key}]]" for key in self.some(Paper.key, 2))
        fields = {
            "slug": slug,
            "title": f"Title {self.chance.randint(1, 50)}",
            "status": self.chance.choice(["draft", "in-review"]) if hidden else status,
            "tags": ["private tag"] if hidden else [self.new("Tag") for _ in range(self.chance.randint(0, 3))],
            "categories": [self.one_of(Category.slug)],
            "papers": self.some(Paper.key, 2),
            "requires": self.some(Summary.slug, 1),
            "macros": [] if self.chance.random() < 0.7 else [self.new("set", 3)],
            "body": f"{links}\n\n{cites} [[arxiv:2001.0000{self.chance.randint(1, 9)}]]"
            + (f"\n\n![A picture](../media/{self.new('p', 3)}.svg)" if self.chance.random() < 0.2 else ""),
        }
        if self.chance.random() < 0.2:
            fields |= {"series": self.one_of(Series.slug), "part": self.chance.randint(1, 9)}
        save_summary(self.session, make_document(**fields), actor=EDITOR)

    def rename_summary(self) -> None:
        slug = self.one_of(Summary.slug)
        summary = self.session.scalars(select(Summary).where(Summary.slug == slug)).one_or_none()
        seen = summary is not None and (summary.is_public or summary.trashed_at is not None)
        new = self.new("summary", 30) if seen and not slug.startswith("private") else self.new("private-now", 30)
        editing.rename_slug(self.session, slug, new, person=self.person)

    def trash_summary(self) -> None:
        trash.trash(self.session, self.one_of(Summary.slug), self.person)

    def restore_summary(self) -> None:
        trash.restore(self.session, self.one_of(Summary.slug), self.person)

    def purge_summary(self) -> None:
        for summary in trash.list_trash(self.session)[:1]:
            trash.purge(self.session, summary.slug, self.person, confirm=summary.slug)

    def add_or_change_paper(self) -> None:
        number = self.chance.randint(1, 9)
        people = [PersonName(family=self.new("Family", 4), given=self.new("G", 2)) for _ in range(2)]
        arxiv = f"2001.0000{number}" if self.chance.random() < 0.5 else None
        record = make_paper(key=f"key{number}", title=self.new("A paper"), arxiv_id=arxiv, authors=people)
        save_paper(self.session, record, actor=EDITOR)

    def rename_paper(self) -> None:
        paper_curating.rename_paper(self.session, self.one_of(Paper.key), self.new("renamed", 20), actor=EDITOR)

    def merge_papers(self) -> None:
        source, target = self.one_of(Paper.key), self.one_of(Paper.key)
        paper_curating.merge_papers(self.session, source, target, actor=EDITOR)

    def delete_paper(self) -> None:
        paper_curating.delete_paper(self.session, self.one_of(Paper.key), actor=EDITOR)

    def rename_author(self) -> None:
        name = PersonName(family=self.new("Family", 9), given=self.new("H", 3))
        paper_curating.rename_author(self.session, self.one_of(Author.slug), name, actor=EDITOR)

    def merge_authors(self) -> None:
        source, target = self.one_of(Author.slug), self.one_of(Author.slug)
        paper_curating.merge_authors(self.session, source, target, actor=EDITOR)

    def add_or_change_category(self) -> None:
        save_category(self.session, make_category(slug=self.new("shelf"), name=self.new("Shelf")), actor=EDITOR)

    def rename_category(self) -> None:
        curating.rename_category(self.session, self.one_of(Category.slug), self.new("shelf", 12), actor=EDITOR)

    def merge_categories(self) -> None:
        source, target = self.one_of(Category.slug), self.one_of(Category.slug)
        curating.merge_categories(self.session, source, target, actor=EDITOR)

    def delete_category(self) -> None:
        curating.delete_category(self.session, self.one_of(Category.slug), actor=EDITOR)

    def reorder_categories(self) -> None:
        slugs = sorted(self.session.scalars(select(Category.slug)))
        self.chance.shuffle(slugs)
        reorder_categories(self.session, slugs, actor=EDITOR)

    def move_summaries(self) -> None:
        source, target = self.one_of(Category.slug), self.one_of(Category.slug)
        curating.move_summaries(self.session, self.some(Summary.slug, 3), source, target, actor=EDITOR)

    def rename_tag(self) -> None:
        curating.rename_tag(self.session, self.one_of(Tag.slug), self.new("Other tag", 9), actor=EDITOR)

    def merge_tags(self) -> None:
        curating.merge_tags(self.session, self.one_of(Tag.slug), self.one_of(Tag.slug), actor=EDITOR)

    def delete_unused_tags(self) -> None:
        curating.delete_unused_tags(self.session, actor=EDITOR)

    def add_or_change_series(self) -> None:
        save_series(self.session, make_series(slug=self.new("run", 3), title=self.new("Run")), actor=EDITOR)

    def rename_series(self) -> None:
        curating.rename_series(self.session, self.one_of(Series.slug), self.new("run", 6), actor=EDITOR)

    def delete_series(self) -> None:
        curating.delete_series(self.session, self.one_of(Series.slug), actor=EDITOR)

    def add_or_change_path(self) -> None:
        steps = [{"summary": slug, "note": self.new("why")} for slug in self.some(Summary.slug, 4)]
        record = PathRecord.model_validate({"slug": self.new("path", 3), "title": "A path", "steps": steps})
        paths.save_path(self.session, record, actor=EDITOR)

    def rename_path(self) -> None:
        paths.rename_path(self.session, self.new("path", 3), self.new("path", 6), actor=EDITOR)

    def delete_path(self) -> None:
        paths.delete_path(self.session, self.new("path", 6), actor=EDITOR)

    def add_or_change_macro_set(self) -> None:
        save_macro_set(self.session, self.new("set", 3), f"\\newcommand{{\\a}}{{{self.new('x')}}}", actor=EDITOR)

    def rename_macro_set(self) -> None:
        macro_sets.rename_macro_set(self.session, self.new("set", 3), self.new("set", 6), actor=EDITOR)

    def delete_macro_set(self) -> None:
        macro_sets.delete_macro_set(self.session, self.new("set", 6), actor=EDITOR)

    def add_or_change_picture(self) -> None:
        save_media(self.session, self.new("p", 3) + ".svg", f"<svg>{self.new('x')}</svg>".encode(), actor=EDITOR)

    def delete_picture(self) -> None:
        delete_media(self.session, self.new("p", 3) + ".svg", actor=EDITOR)


ALL = [name for name in vars(Edits) if name.split("_")[0] in {
    "add", "rename", "trash", "restore", "purge", "merge", "delete", "reorder", "move"}]  # fmt: skip
OFTEN = {"add_or_change_summary": 12, "add_or_change_paper": 4, "add_or_change_category": 3, "trash_summary": 2}

EDITS, SEED = 80, 1  # transactions of one to three edits


@pytest.mark.parametrize("seed", [SEED])
def test_a_mirror_kept_through_random_edits_equals_the_library(store: Database, seed: int) -> None:
    chance, mirror, done = random.Random(seed), Mirror(), Counter[str]()
    bag = [name for name in ALL for _ in range(OFTEN.get(name, 1))]
    with store.writing() as session:
        person = edith(session)
        start = Edits(session, chance, person)
        for first in (start.add_or_change_category, start.add_or_change_series, start.add_or_change_paper) * 3:
            first()
    for at in range(EDITS):
        with store.writing() as session:
            for _ in range(chance.randint(1, 3)):
                never = [name for name in ALL if name not in done]  # what seldom succeeds is tried again and again
                name = chance.choice(never) if never and chance.random() < 0.3 else chance.choice(bag)
                edit: Callable[[], None] = getattr(Edits(session, chance, person), name)
                try:
                    with attempt(session):
                        edit()
                    done[name] += 1
                except (CairnError, ValidationError):
                    pass
        if chance.random() < 0.2:
            mirror.follow(store)
        if at % 40 == 39:
            mirror.follow(store)
            with store.reading() as session:
                assert mirror.things == read_anew(session)
                assert_history_is_true(session)
    assert len(done) > len(ALL) - 4, "edits that never happened prove nothing"
    assert {item.action for item in mirror.told} == {"changed", "deleted"}
    assert not [item for item in mirror.told if "private" in f"{item.name} {item.moved_to}"]
    fresh = Mirror()
    fresh.follow(store)
    assert fresh.things == mirror.things
