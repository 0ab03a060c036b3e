"""A segment: an immutable piece of the index, made from some documents, read whole into memory.

Its file is a container of named parts: the engine's dictionary, postings and places; the records (what ranking, facets
and listing need of each document); the vocabulary. The texts for excerpts stay in a second file, read piece by piece
with a checksum each. NOT here: which segments make up the index (`generations.py`), merging (`merging.py`).
"""

from __future__ import annotations  # array[int] cannot be evaluated in Python 3.11

import json
import os
import threading
import zlib
from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.search.analysis import fold, token_stream
from app.search.documents import (
    EXACT,
    FRESHNESS_FACTORS,
    NAME_FIELDS,
    START_FIELDS,
    TEXT_FIELDS,
    SearchDocument,
    exact_values,
    field_values,
)
from app.search.errors import IndexDamaged
from app.search.whoosh_engine import SegmentReader, SegmentWriter

ENGINE_FIELDS = tuple((name, name not in START_FIELDS) for name in (*TEXT_FIELDS, *NAME_FIELDS, *START_FIELDS))
MAGIC = b"CAIRNSEG"
CACHED_POSTINGS = 500_000

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
        self._inverted: dict[str, dict[str, list[tuple[int, array[int]]]]] = {
            name: defaultdict(list) for name, _ in ENGINE_FIELDS
        }
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
                inverted[term].append((number, array("I", places)))
        document = prepared.document
        add_record(self.records, document, prepared.lengths)
        self.texts.append(pack_text(document.tldr, document.body))
        self.characters += len(document.body) + len(document.tldr)

    def finish(self) -> tuple[bytes, bytes]:
        """Return the bytes of the segment's file and of its texts."""
        writer = SegmentWriter(ENGINE_FIELDS)
        for name, _ in ENGINE_FIELDS:
            terms = sorted((term.encode(), postings) for term, postings in self._inverted[name].items())
            writer.add_field(name, terms)
        vocabulary = {word: len(postings) for word, postings in self._inverted["words"].items()}
        return pack_segment(writer, self.records, vocabulary, self.texts)


def empty_records() -> dict[str, list[Any]]:
    return {name: [] for name in ("id", "day", "factor", "title", *TEXT_FIELDS_LENGTHS, *EXACT)}


TEXT_FIELDS_LENGTHS = tuple(f"{name} length" for name in TEXT_FIELDS)


def add_record(records: dict[str, list[Any]], document: SearchDocument, lengths: tuple[int, ...]) -> None:
    records["id"].append(document.id)
    records["day"].append(document.day)
    records["factor"].append(FRESHNESS_FACTORS.get(document.freshness, 1.0))
    records["title"].append(document.title)
    for name, length in zip(TEXT_FIELDS_LENGTHS, lengths, strict=True):
        records[name].append(length)
    for kind, values in exact_values(document).items():
        records[kind].append(values)


def pack_text(tldr: str, body: str) -> bytes:
    return zlib.compress(json.dumps([tldr, body], ensure_ascii=False).encode("utf-8", "replace"), 1)


def pack_segment(
    writer: SegmentWriter, records: dict[str, list[Any]], vocabulary: dict[str, int], texts: list[bytes]
) -> tuple[bytes, bytes]:
    """Return the bytes of a segment's file and of its texts."""
    dictionary, postings, places = writer.finish()
    extents = [[len(text), zlib.crc32(text)] for text in texts]
    parts = {
        "dictionary": dictionary,
        "postings": postings,
        "places": places,
        "records": json.dumps({**records, "extents": extents}).encode(),
        "vocabulary": "\n".join(f"{word}\t{count}" for word, count in sorted(vocabulary.items())).encode(),
    }
    header = json.dumps({name: len(part) for name, part in parts.items()}).encode()
    return b"".join((MAGIC, len(header).to_bytes(4, "big"), header, *parts.values())), b"".join(texts)


def _unpack(data: bytes) -> dict[str, bytes]:
    if data[:8] != MAGIC:
        raise ValueError("not a segment")
    at = 12 + int.from_bytes(data[8:12], "big")
    parts = {}
    for name, size in json.loads(data[12:at]).items():
        parts[name] = data[at : at + size]
        at += size
    if at != len(data):
        raise ValueError("a segment of the wrong size")
    return parts


class Postings:
    """One term's documents in one field of one segment; `counts` beside them where the field has places."""

    __slots__ = ("counts", "documents", "pointers")

    def __init__(self, documents: array[int], pointers: array[int], counts: array[int]) -> None:
        self.documents = documents
        self.pointers = pointers
        self.counts = counts


class Segment:
    """A segment in memory; safe to read from several threads. Document numbers are local to it."""

    def __init__(self, data: bytes, texts: int | bytes) -> None:
        parts = _unpack(data)
        self._reader = SegmentReader(ENGINE_FIELDS, parts["dictionary"], parts["postings"], parts["places"])
        self._vocabulary = parts["vocabulary"]
        records = json.loads(parts["records"])
        self.ids: list[int] = records["id"]
        self.days: list[int] = records["day"]
        self.factors: list[float] = records["factor"]
        self.titles: list[str] = records["title"]
        self.lengths = {name: array("I", records[f"{name} length"]) for name in TEXT_FIELDS}
        self.values: dict[str, list[list[str]]] = {kind: records[kind] for kind in EXACT}
        self._extents: list[list[int]] = records["extents"]
        self._texts = _Texts(texts)
        self._lock = threading.Lock()
        self._cache: OrderedDict[tuple[str, str], Postings] = OrderedDict()
        self._cached = 0

    @property
    def count(self) -> int:
        return len(self.ids)

    @cached_property
    def numbers(self) -> dict[int, int]:
        """Document id -> document number."""
        return {id_: number for number, id_ in enumerate(self.ids)}

    @cached_property
    def exact(self) -> dict[str, dict[str, list[int]]]:
        """Kind -> value -> document numbers."""
        index: dict[str, dict[str, list[int]]] = {}
        for kind, rows in self.values.items():
            found: dict[str, list[int]] = defaultdict(list)
            for number, values in enumerate(rows):
                for value in values:
                    found[value].append(number)
            index[kind] = dict(found)
        return index

    @cached_property
    def folded_titles(self) -> list[str]:
        return [fold(title) for title in self.titles]

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """Word as written -> in how many documents it stood when the segment was made."""
        lines = self._vocabulary.decode().split("\n") if self._vocabulary else []
        return {word: int(count) for word, _, count in (line.partition("\t") for line in lines)}

    def postings(self, field: str, term: str) -> Postings:
        """Return the postings of a term in a field; empty where there are none."""
        with self._lock:
            known = self._cache.get((field, term))
            if known is not None:
                self._cache.move_to_end((field, term))
                return known
            found = self._read(field, term)
            self._cache[field, term] = found
            self._cached += len(found.documents) + 8
            while self._cached > CACHED_POSTINGS and len(self._cache) > 1:
                _, old = self._cache.popitem(last=False)
                self._cached -= len(old.documents) + 8
        return found

    def _read(self, field: str, term: str) -> Postings:
        documents, pointers = self._reader.postings(field, term)
        return Postings(documents, pointers, array("I", map(self._reader.count, pointers)))

    def postings_once(self, field: str, term: str) -> Postings:
        """Return postings without keeping them, for merging."""
        with self._lock:
            return self._read(field, term)

    def places(self, pointer: int) -> array[int]:
        """Return the places that a pointer of a posting stands for."""
        return self._reader.places(pointer)

    def terms(self, field: str, prefix: str, most: int) -> list[str]:
        """Return the terms of a field that begin so, at most `most` of them."""
        with self._lock:
            return [term for term, _ in zip(self._reader.terms(field, prefix), range(most), strict=False)]

    def all_terms(self, field: str) -> Iterator[str]:
        """Give every term of a field in rising order of its bytes, for merging."""
        return self._reader.terms(field)

    def packed_text(self, number: int) -> bytes:
        """Return a document's packed TLDR and body; raises IndexDamaged where its file was damaged."""
        return self._texts.read(self._starts[number], *self._extents[number])

    def text(self, number: int) -> tuple[str, str]:
        """Return a document's TLDR and body; raises IndexDamaged where its file was damaged."""
        tldr, body = json.loads(zlib.decompress(self.packed_text(number)))
        return tldr, body

    @cached_property
    def _starts(self) -> array[int]:
        starts, at = array("Q"), 0
        for size, _ in self._extents:
            starts.append(at)
            at += size
        return starts


class _Texts:
    """The texts of a segment, in a file that stays open: deleting it does no harm, and damage to it is noticed."""

    def __init__(self, place: int | bytes) -> None:
        self._bytes = place if isinstance(place, bytes) else None
        self._file = -1 if isinstance(place, bytes) else place

    def read(self, start: int, size: int, checksum: int) -> bytes:
        text = self._bytes[start : start + size] if self._bytes is not None else os.pread(self._file, size, start)
        if len(text) != size or zlib.crc32(text) != checksum:
            raise IndexDamaged("the texts of a segment were damaged")
        return text

    def __del__(self) -> None:
        if getattr(self, "_file", -1) >= 0:
            os.close(self._file)


def build(documents: Iterable[SearchDocument]) -> Segment:
    """Make a segment in memory only."""
    builder = SegmentBuilder()
    for document in documents:
        builder.add(prepare(document))
    return Segment(*builder.finish())
