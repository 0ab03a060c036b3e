"""The library that ships: what a program can check of it. What people check stands in seeds/README.md."""

import re
from collections import Counter
from pathlib import Path

import bibtexparser
import pytest

from app.database import Database
from app.doctor import examine
from app.interchange.exporting import export_library
from app.markup import excerpt
from app.settings import ROOT, Settings
from app.summaries.documents import SummaryDocument
from app.summaries.queries import iter_documents

SEEDS = ROOT / "seeds"


@pytest.fixture(scope="module")
def documents(loaded: tuple[Settings, Database]) -> list[SummaryDocument]:
    with loaded[1].reading() as session:
        return list(iter_documents(session))


def test_the_doctor_finds_nothing(loaded: tuple[Settings, Database]) -> None:
    assert [f"{finding.place}: {finding.sentence}" for finding in examine(*loaded)] == []


def test_the_seeds_are_exactly_what_an_export_of_them_writes(loaded, tmp_path: Path) -> None:
    export_library(loaded[1], tmp_path / "out")
    exported = {
        str(path.relative_to(tmp_path / "out")): path for path in (tmp_path / "out").rglob("*") if path.is_file()
    }
    shipped = {str(path.relative_to(SEEDS)): path for path in SEEDS.rglob("*") if path.is_file()}
    assert set(exported) - {"library.json"} == set(shipped) - {"README.md", "library.json"}
    assert [
        name for name, path in shipped.items() if name in exported and path.read_bytes() != exported[name].read_bytes()
    ] == []


def test_there_is_enough_to_read(documents: list[SummaryDocument]) -> None:
    kinds = Counter(document.kind for document in documents)
    assert len(documents) >= 12
    assert kinds["paper-summary"] >= 12
    assert {document.status for document in documents} == {"published"}


def test_every_shelf_has_at_least_four(documents: list[SummaryDocument]) -> None:
    shelves = re.findall(r"slug: ([a-z-]+)", (SEEDS / "categories.yaml").read_text())
    counts = Counter(slug for document in documents for slug in document.categories)
    assert len(shelves) == 21
    assert {slug: counts[slug] for slug in shelves if counts[slug] < 4} == {}


def test_no_tag_is_used_once_only(documents: list[SummaryDocument]) -> None:
    counts = Counter(tag for document in documents for tag in document.tags)
    assert [tag for tag, number in counts.items() if number == 1] == []
    assert 60 <= len(counts) <= 120


def test_every_tldr_stands_alone_in_thirty_to_seventy_words(documents: list[SummaryDocument]) -> None:
    lengths = {document.slug: len(document.tldr.split()) for document in documents}
    assert {slug: words for slug, words in lengths.items() if not 30 <= words <= 72} == {}


def test_provenance_is_truthful(documents: list[SummaryDocument]) -> None:
    for document in documents:
        provenance = document.provenance
        assert (provenance.written_by, provenance.read, provenance.model) == ("ai", "none", ""), document.slug
        assert provenance.reviewed_by == "", document.slug


def test_no_sentence_stands_in_two_summaries(documents: list[SummaryDocument]) -> None:
    places: dict[tuple[str, ...], set[str]] = {}
    for document in documents:
        prose = re.sub(r"```.*?```|\$\$.*?\$\$|\$[^$]*\$|\[\[.*?\]\]|\[@.*?\]", " ", document.body, flags=re.DOTALL)
        for sentence in re.split(r"(?<=[.!?])\s+", prose):
            words = re.findall(r"[a-z]+", sentence.lower())
            for start in range(max(0, len(words) - 11)):
                places.setdefault(tuple(words[start : start + 12]), set()).add(document.slug)
    assert {" ".join(words): sorted(slugs) for words, slugs in places.items() if len(slugs) > 1} == {}


def test_the_bibliography_parses_in_another_authors_parser() -> None:
    parsed = bibtexparser.parse_string((SEEDS / "papers.bib").read_text())
    assert parsed.failed_blocks == []
    assert len(parsed.entries) >= 40


def test_pictures_are_shown_and_have_words(documents: list[SummaryDocument]) -> None:
    shown = [
        name for document in documents for name in re.findall(r"!\[[^\]]{20,}\]\(\.\./media/([\w.-]+)", document.body)
    ]
    assert set(shown) == {path.name for path in (SEEDS / "media").iterdir()}


def test_an_excerpt_of_every_tldr_is_whole(loaded: tuple[Settings, Database]) -> None:
    with loaded[1].reading() as session:
        for document in iter_documents(session):
            assert "<math" not in excerpt(document.tldr, words=10) or "</math>" in excerpt(document.tldr, words=10)
