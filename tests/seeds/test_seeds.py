"""The library that ships: what a program can check of it. What people check stands in seeds/README.md."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import bibtexparser
import pytest

from app.accounts.service import Actor
from app.database import Database
from app.doctor import examine
from app.interchange.exporting import export_library
from app.interchange.importing import import_path
from app.markup import excerpt
from app.schema import migrate
from app.search.following import bring_up_to_date, open_index
from app.search.query import Request, search
from app.settings import ROOT, Settings
from app.summaries.documents import SummaryDocument
from app.summaries.queries import iter_documents, whole_by_ids
from tests.conftest import make_settings

SEEDS = ROOT / "seeds"
NICKNAMES = {
    "attention is all you need": "attention-is-all-you-need",
    "transformer": "attention-is-all-you-need",
    "Inception": "rethinking-the-inception-architecture",
    "SHAP": "shap",
    "LIME": "lime",
    "LARS": "large-batch-training-lars",
    "super-convergence": "disciplined-approach-to-hyper-parameters",
    "triangular learning rate": "cyclical-learning-rates",
    "He initialisation": "delving-deep-into-rectifiers",
    "CLIP": "clip",
    "Dropout": "dropout",
    "SASRec": "sasrec",
    "DeepFM": "deepfm",
    "TCAV": "tcav",
    "1706.03762": "attention-is-all-you-need",
    "author:kingma adam": "adam",
    "thinned networks": "dropout",
    "explain one prediction with a local linear model": "lime",
    "two-tower": "recommendation-algorithms",
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Database]]:
    settings = make_settings(tmp_path_factory.mktemp("seeds"))
    database = Database(settings)
    migrate(database)
    report = import_path(database, SEEDS, actor=Actor("tests"))
    assert [f"{row.file}: {row.sentence}" for row in report.refused] == []
    bring_up_to_date(settings, database)
    yield settings, database
    database.close()


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


@pytest.mark.parametrize(("query", "slug"), NICKNAMES.items())
def test_search_finds_papers_by_title_nickname_and_idea(loaded, query: str, slug: str) -> None:
    settings, database = loaded
    results = search(open_index(settings), query, Request(limit=10))
    with database.reading() as session:
        found = [summary.slug for summary in whole_by_ids(session, [hit.id for hit in results.hits])]
    assert slug in found


def test_pictures_are_shown_and_have_words(documents: list[SummaryDocument]) -> None:
    shown = [
        name for document in documents for name in re.findall(r"!\[[^\]]{20,}\]\(\.\./media/([\w.-]+)", document.body)
    ]
    assert set(shown) == {path.name for path in (SEEDS / "media").iterdir()}


def test_an_excerpt_of_every_tldr_is_whole(loaded: tuple[Settings, Database]) -> None:
    with loaded[1].reading() as session:
        for document in iter_documents(session):
            assert "<math" not in excerpt(document.tldr, words=10) or "</math>" in excerpt(document.tldr, words=10)
