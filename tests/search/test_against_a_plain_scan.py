"""The index against a plain scan of the same documents: set, count, facets, order and scores, for every shape."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.search.grammar import parse
from app.search.index import SearchIndex
from app.search.matching import Filters
from app.search.query import Request, plain_search, search
from app.search.writing import follow, rebuild
from tests.search.libraries import Library, make_document, make_filters, make_query
from tests.search.oracle import Oracle

QUERIES = 120


def compare(index: SearchIndex, library: Library, r: random.Random, queries: int = QUERIES) -> None:
    documents = list(library.documents.values())
    oracle = Oracle(documents)
    assert index.snapshot().count == len(documents)
    for _ in range(queries):
        query, chosen = make_query(r), make_filters(r)
        check(oracle, query, chosen, lambda request, query=query: search(index, query, request))


def check(oracle: Oracle, query: str, chosen: dict[str, list[str]], ask) -> None:
    filters = Filters(**{kind: tuple(int(v) if kind == "year" else v for v in vs) for kind, vs in chosen.items()})
    expected, facets = oracle.answer(parse(query).node, chosen)
    whole = ask(Request(filters, limit=10_000, with_snippets=False))
    about = f"{query!r} {chosen}"
    assert set(whole.ids) == {id_ for id_, _ in expected}, about
    assert whole.total == len(expected), about
    assert whole.facets == {kind: dict(counts) for kind, counts in facets.items()}, about
    assert [(hit.id, hit.score) for hit in whole.hits] == expected, about
    ten = ask(Request(filters, limit=10))
    assert [(hit.id, hit.score) for hit in ten.hits] == expected[:10], about


@pytest.mark.parametrize("seed", range(4))
def test_every_query_finds_what_a_plain_scan_finds_before_and_after_updates_deletions_and_merges(
    seed: int, tmp_path: Path
) -> None:
    r = random.Random(seed)
    library = Library([make_document(r, id_) for id_ in range(1, r.randint(100, 300))])
    index = SearchIndex(tmp_path / "search", b"a secret")
    assert follow(index, library).rebuilt
    compare(index, library, r)
    for _ in range(12):
        library.put(*(make_document(r, r.randint(1, 330)) for _ in range(r.randint(1, 12))))
        library.remove(*(r.randint(1, 330) for _ in range(r.randint(0, 12))))
        assert follow(index, library).done
        assert index.held() == library.version
        compare(index, library, r, queries=8)
    compare(index, library, r)
    library.remove(*list(library.documents)[::2])
    assert follow(index, library).done
    compare(index, library, r, queries=40)
    assert rebuild(index, library).done
    compare(SearchIndex(tmp_path / "search", b"a secret"), library, r, queries=40)


def test_the_plain_look_gives_the_same_answers_as_the_index_while_there_is_none() -> None:
    r = random.Random(11)
    documents = [make_document(r, id_) for id_ in range(1, 80)]
    oracle = Oracle(documents)
    for _ in range(25):
        query = make_query(r)
        check(oracle, query, {}, lambda request, query=query: plain_search(documents, query, request))


def test_pages_after_a_key_go_through_all_results_once_and_in_order(tmp_path: Path) -> None:
    r = random.Random(5)
    library = Library([make_document(r, id_) for id_ in range(1, 200)])
    index = SearchIndex(tmp_path / "search", b"a secret")
    follow(index, library)
    for query in ("training OR model OR the", "", "year:2012..2019"):
        whole = search(index, query, Request(limit=1000)).ids
        by_key, by_offset, after = [], [], None
        while True:
            page = search(index, query, Request(limit=7, after=after))
            by_key += page.ids
            by_offset += search(index, query, Request(limit=7, offset=len(by_offset))).ids
            assert page.total == len(whole)
            after = page.next
            if after is None:
                break
        assert by_key == whole == by_offset


def test_many_small_commits_leave_few_segments_and_right_answers(tmp_path: Path) -> None:
    r = random.Random(7)
    library = Library([make_document(r, id_) for id_ in range(1, 20)])
    index = SearchIndex(tmp_path / "search", b"a secret")
    for id_ in range(20, 100):
        library.put(make_document(r, id_ if id_ % 3 else id_ - 7))
        follow(index, library)
    assert len(index.snapshot().parts) <= 3 * 8
    compare(index, library, r, queries=60)


def test_an_empty_library_answers_every_query_with_nothing(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "search", b"a secret")
    follow(index, Library())
    for query in ("", "attention", '-"a b"', "att*", "year:2017"):
        results = search(index, query)
        assert (results.total, results.hits, results.degraded) == (0, (), False)


def test_many_threads_ask_while_the_index_moves_on_and_each_answer_belongs_to_one_version(tmp_path: Path) -> None:
    r = random.Random(3)
    library = Library([make_document(r, id_) for id_ in range(1, 60)])
    index = SearchIndex(tmp_path / "search", b"a secret")
    follow(index, library)
    queries = [make_query(r) for _ in range(12)]
    oracles = {1: Oracle(list(library.documents.values()))}
    stop = threading.Event()

    def ask() -> list[tuple[str, int, list[tuple[int, float]]]]:
        answers = []
        while len(answers) < 4 or (not stop.is_set() and len(answers) < 300):
            query = queries[len(answers) % len(queries)]
            results = search(index, query, Request(limit=100))
            answers.append((query, results.library_version, [(hit.id, hit.score) for hit in results.hits]))
        return answers

    with ThreadPoolExecutor(6) as pool:
        asking = [pool.submit(ask) for _ in range(6)]
        for id_ in range(60, 72):
            library.put(make_document(r, id_), make_document(r, id_ - 40))
            oracles[library.version] = Oracle(list(library.documents.values()))
            follow(index, library)
        stop.set()
        answers = [answer for one in asking for answer in one.result()]
    assert len(answers) > 20
    expected: dict[tuple[str, int], list[tuple[int, float]]] = {}
    for query, version, found in answers:
        if (query, version) not in expected:
            expected[query, version] = oracles[version].answer(parse(query).node, {})[0][:100]
        assert found == expected[query, version], (query, version)
