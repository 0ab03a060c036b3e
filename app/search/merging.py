"""Merging: several segments made into one without the deleted documents, and when that is due.

At most FEW segments of about one size stay, so their number grows with the logarithm of the library; a commit itself
merges nothing, so that it is quick. NOT here: publishing.
"""

import heapq
import math
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from typing import Any

from app.search.building import empty_records, pack_segment
from app.search.segment import ENGINE_FIELDS
from app.search.snapshot import Part
from app.search.whoosh_engine import SegmentWriter

FEW = 8

_Postings = Iterator[tuple[int, tuple[int, ...]]]


def tier(count: int) -> int:
    """Return the size class of a segment; each is FEW times as large as the one below."""
    return int(math.log(max(count, 1), FEW))


def due(parts: list[Part]) -> list[int]:
    """Return the places of the parts that should be merged now; empty where none should."""
    by_tier: dict[int, list[int]] = {}
    for place, part in enumerate(parts):
        if len(part.deleted) > part.count:
            return [place]
        by_tier.setdefault(tier(part.count), []).append(place)
    crowded = [places for number, places in sorted(by_tier.items()) if len(places) > FEW]
    return crowded[0] if crowded else []


def merge(parts: list[Part]) -> tuple[bytes, bytes]:
    """Return the bytes of one segment, and of its texts, that has the documents left in several."""
    numbers: list[dict[int, int]] = []
    records = empty_records()
    texts: list[bytes] = []
    for part in parts:
        kept = [number for number in range(part.segment.count) if number not in part.deleted]
        numbers.append({old: len(texts) + at for at, old in enumerate(kept)})
        _add_records(records, part, kept)
        texts.extend(part.segment.packed_text(number) for number in kept)
    writer = SegmentWriter(ENGINE_FIELDS)
    vocabulary: dict[str, int] = {}
    for name, _ in ENGINE_FIELDS:
        counts = vocabulary if name == "words" else {}
        writer.add_field(name, _merged_terms(parts, numbers, name, counts))
    return pack_segment(writer, records, vocabulary, texts)


def _add_records(records: dict[str, list[Any]], part: Part, kept: list[int]) -> None:
    segment = part.segment
    columns: dict[str, Any] = {
        "id": segment.ids,
        "day": segment.days,
        "factor": segment.factors,
        "title": segment.titles,
        **{f"{name} length": lengths for name, lengths in segment.lengths.items()},
        **segment.values,
    }
    for name, column in columns.items():
        records[name].extend(column[number] for number in kept)


def _merged_terms(
    parts: list[Part], numbers: list[dict[int, int]], field: str, counts: dict[str, int]
) -> Iterator[tuple[bytes, Iterable[tuple[int, tuple[int, ...]]]]]:
    streams = (_terms(part, place, field) for place, part in enumerate(parts))
    for term, group in groupby(heapq.merge(*streams), key=lambda pair: pair[0]):
        text = term.decode()
        lists = [_kept(parts[place], numbers[place], field, text) for _, place in group]
        postings = list(chain.from_iterable(lists))
        if postings:
            counts[text] = len(postings)
            yield term, postings


def _terms(part: Part, place: int, field: str) -> Iterator[tuple[bytes, int]]:
    return ((term.encode(), place) for term in part.segment.all_terms(field))


def _kept(part: Part, numbers: dict[int, int], field: str, term: str) -> _Postings:
    segment = part.segment
    postings = segment.postings_once(field, term)
    pointers = postings.pointers or [None] * len(postings.documents)
    for document, pointer in zip(postings.documents, pointers, strict=True):
        if document in numbers:
            yield numbers[document], () if pointer is None else tuple(segment.places(pointer))
