"""A segment: an immutable piece of the index over some documents, read whole into memory.

Its file is a container of named parts: the engine's dictionary, postings and places; the records (what ranking, facets
and listing need of each document); the vocabulary. The texts for excerpts stay in a second file, read piece by piece
with a checksum each. NOT here: making one (`building.py`, `merging.py`), which of them count (`generations.py`).
"""

from __future__ import annotations  # array[int] cannot be evaluated in Python 3.11

import json
import os
import threading
import zlib
from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import BinaryIO

from app.search.analysis import fold
from app.search.documents import (
    EXACT,
    NAME_FIELDS,
    START_FIELDS,
    TEXT_FIELDS,
)
from app.search.errors import IndexDamaged
from app.search.whoosh_engine import SegmentReader

ENGINE_FIELDS = tuple((name, name not in START_FIELDS) for name in (*TEXT_FIELDS, *NAME_FIELDS, *START_FIELDS))
MAGIC = b"CAIRNSEG"
PARTS = ("dictionary", "postings", "places", "records", "vocabulary")
CACHED_POSTINGS = 500_000


def read_parts(file: BinaryIO, size: int) -> tuple[bytes, dict[str, bytes]]:
    """Return the header and the parts of a segment's file of that size, each read by itself and not copied again.

    Raises IndexDamaged where it is no segment. Its content is not checked: that is for who knows its digest.
    """
    try:
        start = file.read(12)
        header = start + file.read(int.from_bytes(start[8:], "big") if start.startswith(MAGIC) else 0)
        sizes = json.loads(header[12:])
        if len(header) + sum(map(int, sizes.values())) != size:
            raise ValueError("of another size")
        return header, {name: file.read(int(sizes[name])) for name in PARTS}
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        raise IndexDamaged("a segment was damaged") from error


class Postings:
    """One term's documents in one field of one segment; `counts` beside them where the field has places."""

    __slots__ = ("counts", "documents", "pointers")

    def __init__(self, documents: array[int], pointers: array[int], counts: array[int]) -> None:
        self.documents = documents
        self.pointers = pointers
        self.counts = counts


class Segment:
    """A segment in memory; safe to read from several threads. Document numbers are local to it."""

    def __init__(self, parts: Mapping[str, bytes], texts: int | bytes) -> None:
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

    def text(self, number: int) -> tuple[str, ...]:
        """Return a document's TLDR and the stretches of its prose; raises IndexDamaged where its file was damaged."""
        return tuple(json.loads(zlib.decompress(self.packed_text(number))))

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
