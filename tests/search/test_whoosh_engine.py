"""The engine's segments, against plain dictionaries and against the engine's own slow loop."""

import random

from app.search import whoosh_engine
from app.search.whoosh_engine import SegmentReader, SegmentWriter

FIELDS = (("placed", True), ("bare", False), ("empty", True))


def make(r: random.Random, documents: int) -> dict[str, dict[str, dict[int, list[int]]]]:
    def postings(share: float) -> dict[int, list[int]]:
        numbers = [number for number in range(documents) if r.random() < share]
        return {number: sorted(r.sample(range(90_000), r.randint(1, 4))) for number in numbers}

    terms = {f"t{at}é": postings(share) for at, share in enumerate((0.9, 0.5, 0.1, 0.01, 0.0005))}
    return {name: {term: found for term, found in terms.items() if found} for name in ("placed", "bare")}


def test_what_was_written_is_read_over_many_blocks() -> None:
    r = random.Random(1)
    content = make(r, 5_000)
    writer = SegmentWriter(FIELDS)
    for name, _ in FIELDS:
        terms = sorted((term.encode(), list(found.items())) for term, found in content.get(name, {}).items())
        writer.add_field(name, terms)
    reader = SegmentReader(FIELDS, *writer.finish())
    for name in ("placed", "bare"):
        assert list(reader.terms(name)) == sorted(content[name])
        for term, found in content[name].items():
            documents, pointers = reader.postings(name, term)
            assert list(documents) == list(found)
            if name == "placed":
                assert [list(reader.places(pointer)) for pointer in pointers] == list(found.values())
                assert [reader.count(pointer) for pointer in pointers] == [len(places) for places in found.values()]
            matcher = reader._terms.matcher(name, term.encode(), reader._formats[name])
            assert list(documents) == list(matcher.all_ids())
    assert reader.postings("empty", "t0é")[0].tolist() == []
    assert reader.postings("placed", "nothing")[0].tolist() == []
    assert list(reader.terms("empty")) == []
    assert list(reader.terms("placed", "t1")) == ["t1é"]


def test_the_engine_named_is_the_engine_installed() -> None:
    from importlib.metadata import version

    assert version("whoosh-reloaded") in whoosh_engine.ENGINE
