"""Building: documents cut into words, collected, and written as a segment's two files.

NOT here: reading a segment (`segment.py`), making one of several (`merging.py`).
"""

from __future__ import annotations  # array[int] cannot be evaluated in Python 3.11

import json
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from app.search.analysis import token_stream
from app.search.documents import (
    EXACT,
    FRESHNESS_FACTORS,
    START_FIELDS,
    TEXT_FIELDS,
    SearchDocument,
    exact_values,
    field_values,
)
from app.search.segment import ENGINE_FIELDS, MAGIC, Segment, read_parts
from app.search.whoosh_engine import SegmentWriter

Places = dict[str, dict[str, list[int]]]
"""Field -> term -> the places where it stands."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document cut into words, ready to be added."""

    document: SearchDocument
    places: Places
    lengths: tuple[int, ...]


def prepare(document: SearchDocument) -> Prepared:
    """Cut a document into words."""
    places: Places = {}
    lengths = []
    written: dict[str, set[str]] = {name: set() for name in START_FIELDS}
    for name, values in field_values(document).items():
        terms: dict[str, list[int]] = defaultdict(list)
        length = 0
        stemmed = name in TEXT_FIELDS
        words = written["words"]
        for token in token_stream(values):
            length += 1
            terms[token.stem if stemmed else token.raw].append(token.position)
            words.add(token.raw)
            for raw, stem in token.extras:
                terms[stem if stemmed else raw].append(token.position)
                words.add(raw)
        if stemmed:
            lengths.append(length)
        if name == "title":
            written["titlewords"] |= words
        places[name] = terms
    for name, words in written.items():
        places[name] = {word: [] for word in words}
    return Prepared(document, places, tuple(lengths))


class SegmentBuilder:
    """Collects prepared documents and makes a segment's two files of them."""

    def __init__(self) -> None:
        # Field -> term -> document, number of places, places, document, ...: flat, for a batch is many postings.
        self._inverted: dict[str, dict[str, array[int]]] = {name: {} for name, _ in ENGINE_FIELDS}
        self.records: dict[str, list[Any]] = empty_records()
        self.texts: list[bytes] = []
        self.characters = 0

    def __len__(self) -> int:
        return len(self.texts)

    def add(self, prepared: Prepared) -> None:
        number = len(self.texts)
        for name, terms in prepared.places.items():
            inverted = self._inverted[name]
            for term, places in terms.items():
                postings = inverted.get(term)
                if postings is None:
                    postings = inverted[term] = array("I")
                postings.append(number)
                postings.append(len(places))
                postings.extend(places)
        document = prepared.document
        add_record(self.records, document, prepared.lengths)
        self.texts.append(pack_text(document))
        self.characters += len(document.body) + len(document.tldr)

    def finish(self) -> tuple[bytes, bytes]:
        """Return the bytes of the segment's file and of its texts."""
        writer = SegmentWriter(ENGINE_FIELDS)
        vocabulary: dict[str, int] = {}
        for name, _ in ENGINE_FIELDS:
            inverted = self._inverted[name]
            terms = sorted((term.encode(), postings) for term, postings in inverted.items())
            writer.add_field(name, ((term, _postings(flat)) for term, flat in terms))
            if name == "words":
                vocabulary = {word: len(flat) // 2 for word, flat in inverted.items()}
        return pack_segment(writer, self.records, vocabulary, self.texts)


def _postings(flat: array[int]) -> Iterator[tuple[int, array[int]]]:
    at = 0
    while at < len(flat):
        end = at + 2 + flat[at + 1]
        yield flat[at], flat[at + 2 : end]
        at = end


TEXT_FIELDS_LENGTHS = tuple(f"{name} length" for name in TEXT_FIELDS)


def empty_records() -> dict[str, list[Any]]:
    return {name: [] for name in ("id", "day", "factor", "title", *TEXT_FIELDS_LENGTHS, *EXACT)}


def add_record(records: dict[str, list[Any]], document: SearchDocument, lengths: tuple[int, ...]) -> None:
    records["id"].append(document.id)
    records["day"].append(document.day)
    records["factor"].append(FRESHNESS_FACTORS.get(document.freshness, 1.0))
    records["title"].append(document.title)
    for name, length in zip(TEXT_FIELDS_LENGTHS, lengths, strict=True):
        records[name].append(length)
    for kind, values in exact_values(document).items():
        records[kind].append(values)


def pack_text(document: SearchDocument) -> bytes:
    texts = [document.tldr, *(document.prose or (document.body,))]
    return zlib.compress(json.dumps(texts, ensure_ascii=False).encode("utf-8", "replace"), 1)


def pack_segment(
    writer: SegmentWriter, records: dict[str, list[Any]], vocabulary: dict[str, int], texts: list[bytes]
) -> tuple[bytes, bytes]:
    """Return the bytes of a segment's file and of its texts."""
    dictionary, postings, places = writer.finish()
    extents = [[len(text), zlib.crc32(text)] for text in texts]
    parts = {  # in the order of PARTS
        "dictionary": dictionary,
        "postings": postings,
        "places": places,
        "records": json.dumps({**records, "extents": extents}).encode(),
        "vocabulary": "\n".join(f"{word}\t{count}" for word, count in sorted(vocabulary.items())).encode(),
    }
    header = json.dumps({name: len(part) for name, part in parts.items()}).encode()
    return b"".join((MAGIC, len(header).to_bytes(4, "big"), header, *parts.values())), b"".join(texts)


def build(documents: Iterable[SearchDocument]) -> Segment:
    """Make a segment in memory only."""
    builder = SegmentBuilder()
    for document in documents:
        builder.add(prepare(document))
    data, texts = builder.finish()
    return Segment(read_parts(BytesIO(data), len(data))[1], texts)
