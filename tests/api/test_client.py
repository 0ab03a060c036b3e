"""The example client, against a real server: lists, documents there and back, a copy kept from the changes feed."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cairn_client import NAMED_BY, PLACES, Cairn, Changed, Document, Mirror, Missing, Problem

from tests.api.server import Server, serving

EDITS = 150
READABLE = ("summary", "paper", "author", "category", "tag", "series", "path", "macro-set")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "data") as it:
        yield it


@pytest.fixture
def cairn(server: Server) -> Iterator[Cairn]:
    client = Cairn(server.base, server.token)
    yield client
    client.close()


def test_lists_and_search_are_followed_to_their_end(cairn: Cairn) -> None:
    assert [item["slug"] for item in cairn.items("summary", limit=2)] == [
        "scheduler", "warmup", "reading-list", "dropout", "adam"
    ]  # fmt: skip
    assert [item["slug"] for item in cairn.items("summary", tag=["optimiser", "schedule"])] == ["scheduler"]
    assert {item["key"] for item in cairn.items("paper", limit=1)} == {item["key"] for item in cairn.items("paper")}
    assert [item["slug"] for item in cairn.items("summary", status="draft")] == ["a-draft"]
    assert isinstance(list(cairn.search("momentum")), list)


def test_what_is_read_can_be_written_back_whatever_it_is(cairn: Cairn) -> None:
    for kind in PLACES:
        for item in list(cairn.items(kind)):
            thing = cairn.get(kind, item[NAMED_BY.get(kind, "slug")])
            if kind != "author":
                again = cairn.replace(thing, thing.document)
                assert (again.document, again.etag) == (thing.document, thing.etag), (kind, thing.name)


def test_a_thing_is_made_once_changed_and_deleted(cairn: Cairn) -> None:
    document = {"slug": "fresh", "name": "Fresh"}
    made = cairn.create("category", document, key="one")
    assert cairn.create("category", document, key="one").etag == made.etag
    with pytest.raises(Problem, match="409"):
        cairn.create("category", document)
    changed = cairn.patch(made, {"description": "New things."})
    assert changed.document == {"slug": "fresh", "name": "Fresh", "description": "New things.", "position": 0}
    with pytest.raises(Changed):
        cairn.patch(made, {"description": "Other things."})
    moved = cairn.edit("category", "fresh", lambda it: {**it, "slug": "fresher"})
    assert moved.name == "fresher"
    cairn.delete(moved)
    with pytest.raises(Missing):
        cairn.get("category", "fresher")


def test_a_refusal_names_the_fields(cairn: Cairn) -> None:
    with pytest.raises(Problem) as caught:
        cairn.create("summary", {"slug": "x", "title": "", "provenance": {"read": "twice"}, "colour": "red"})
    assert {error["field"] for error in caught.value.errors} == {"title", "provenance.read", "colour"}


def test_a_library_moves_to_another_server_line_by_line(cairn: Cairn, tmp_path: Path) -> None:
    names = {kind: NAMED_BY.get(kind, "slug") for kind in PLACES if kind != "author"}
    documents = [
        (kind, cairn.get(kind, item[field]).document) for kind, field in names.items() for item in cairn.items(kind)
    ]
    for status in ("draft", "in-review", "archived"):
        documents += [
            ("summary", cairn.get("summary", item["slug"]).document) for item in cairn.items("summary", status=status)
        ]
    random.Random(1).shuffle(documents)
    with serving(tmp_path / "other", empty=True) as other:
        there = Cairn(other.base, other.token)
        assert there.load(documents, dry_run=True)[-1]["counts"]["added"] == len(documents)
        assert there.library()["version"] == 0
        rows = there.load(documents)
        assert rows[-1]["counts"] == {"added": len(documents), "changed": 0, "unchanged": 0, "refused": 0}
        assert {(row["type"], row["name"]) for row in rows[:-1]} == {(k, d[names[k]]) for k, d in documents}
        assert there.load(documents)[-1]["counts"]["unchanged"] == len(documents)
        for kind, document in documents:
            assert there.get(kind, document[names[kind]]).document == document
        there.close()


def read_anew(reader: Cairn) -> dict[tuple[str, str], Document]:
    """Return everything that readers see, without the changes feed."""
    names = [(kind, item[NAMED_BY.get(kind, "slug")]) for kind in READABLE for item in reader.items(kind)]
    return {(kind, name): reader.kept(kind, name) for kind, name in names}


def test_a_mirror_kept_through_random_edits_equals_the_library(server: Server, cairn: Cairn) -> None:
    reader, mirror = Cairn(server.base), Mirror()
    assert reader.mirror(mirror) > 0
    edits = Edits(cairn, random.Random(7))
    while edits.done < EDITS:
        assert edits.number < 3 * EDITS, edits.refused
        edits.make_one()
        if edits.number % 10 == 0:
            reader.mirror(mirror)
            assert mirror.version == reader.library()["version"]
        if edits.number % 100 == 0:
            reader.mirror(mirror)
            assert mirror.things == read_anew(reader)
    reader.mirror(mirror)
    assert mirror.things == read_anew(reader)
    assert sum(kind == "summary" for kind, _ in mirror.things) > 10
    assert reader.mirror(mirror) == 0
    started_late = Mirror()
    reader.mirror(started_late)
    assert started_late.things == mirror.things
    reader.close()


class Edits:
    """Random edits of everything, through the API; `done` counts those that were not refused."""

    def __init__(self, cairn: Cairn, chance: random.Random) -> None:
        self.cairn, self.chance = cairn, chance
        self.done = self.number = 0
        self.refused: list[str] = []
        self.names = {
            kind: [item[NAMED_BY.get(kind, "slug")] for item in cairn.items(kind)]
            for kind in PLACES
            if kind != "author"
        }

    def make_one(self) -> None:
        self.number += 1
        kinds = ("summary",) * 8 + ("paper",) * 3 + ("category", "tag", "series", "path", "macro-set")
        kind = self.chance.choice(kinds)
        act = self.chance.choices((self.add, self.change, self.rename, self.delete), (5, 7, 2, 1))[0]
        try:
            act(kind)
            self.done += 1
        except Problem as problem:
            if problem.status not in (404, 409, 410, 422):
                raise
            self.refused.append(f"{act.__name__} {kind}: {problem}")

    def some(self, kind: str) -> str:
        if not self.names[kind]:
            raise Missing(404, "nothing to choose from", [])
        return self.chance.choice(self.names[kind])

    def add(self, kind: str) -> None:
        name = f"{kind}-{self.number}"
        plain: dict[str, Callable[[], Document]] = {
            "summary": lambda: self.summary(name),
            "paper": lambda: {"key": name, "title": f"About {name}", "authors": [{"family": self.word()}]},
            "category": lambda: {"slug": name, "name": name},
            "tag": lambda: {"slug": name, "name": name.title()},
            "series": lambda: {"slug": name, "title": name},
            "path": lambda: {"slug": name, "title": name, "steps": [{"summary": self.some("summary")}]},
            "macro-set": lambda: {"name": name, "source": "\\newcommand{\\mine}{" + str(self.number) + "}"},
        }
        self.cairn.create(kind, plain[kind]())
        self.names[kind].append(name)

    def change(self, kind: str) -> None:
        thing = self.cairn.get(kind, self.some(kind))
        plain: dict[str, Callable[[], Document]] = {
            "summary": lambda: self.chance.choice(
                ({"status": "published"}, {"status": "draft"}, {"status": "archived"}, {"body": self.text()},
                 {"title": self.word()}, {"tags": [self.word()]}, {"categories": [self.some("category")]},
                 {"requires": [self.some("summary")]}, {"macros": [self.some("macro-set")], "body": "$\\mine$"})
            ),
            "paper": lambda: {"title": self.word(), "authors": [{"family": self.word()}]},
            "category": lambda: {"description": self.word(), "position": self.chance.randrange(9)},
            "tag": lambda: {"name": thing.name.replace("-", " ").title()},
            "series": lambda: {"description": self.word()},
            "path": lambda: {"steps": [{"summary": self.some("summary"), "note": self.word()}]},
            "macro-set": lambda: {"source": "\\newcommand{\\mine}{" + str(self.number) + "}"},
        }  # fmt: skip
        self.cairn.patch(thing, plain[kind]())

    def rename(self, kind: str) -> None:
        field = "name" if kind == "tag" else NAMED_BY.get(kind, "slug")
        name = self.some(kind)
        renamed = self.cairn.patch(self.cairn.get(kind, name), {field: f"{kind}-again-{self.number}"})
        self.names[kind].remove(name)
        self.names[kind].append(renamed.name)

    def delete(self, kind: str) -> None:
        name = self.some(kind)
        self.cairn.delete(self.cairn.get(kind, name))
        self.names[kind].remove(name)

    def summary(self, name: str) -> dict[str, Any]:
        return {
            "slug": name,
            "title": f"On {self.word()}",
            "kind": "deep-dive",
            "status": self.chance.choice(("draft", "published", "published")),
            "categories": [self.some("category")],
            "tags": [self.word()],
            "tldr": "Something short.",
            "body": self.text(),
        }

    def text(self) -> str:
        return f"See [[{self.some('summary')}]] and [@{self.some('paper')}]: $x_1$ {self.word()}."

    def word(self) -> str:
        return self.chance.choice(("momentum", "noise", "width", "depth", "warmth", "order"))
