"""The engine: Whoosh's stemmer, and its codec for one immutable inverted segment. Everything vendor-bound is here.

Only two parts of Whoosh are used, because its searcher was found to answer some shapes of queries wrongly: the codec
that writes and reads a dictionary with posting lists, and the stemmer. Sets, counts and ranks are taken by us
(`matching.py`, `ranking.py`). Its files hold pickles, so bytes come here only after `generations.py` has checked that
this installation wrote them; they are read whole, into memory, so that nothing done to the files later is ever seen.

Postings of a field with positions point into one array per segment: at each pointer stands the count, then the
positions. NOT here: files, locks, versions, ranking.
"""

from __future__ import annotations  # array[int] cannot be evaluated in Python 3.11

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher, W3Segment
from whoosh.filedb.filestore import RamStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.formats import Existence, Format
from whoosh.lang.porter2 import stem as _porter2
from whoosh.reading import TermNotFound

ENGINE = f"whoosh-reloaded 2.7.5 w3 {sys.byteorder}"
_NAME = "cairn"
_SEGMENT = "segment"
_DICTIONARY, _POSTINGS = f"{_NAME}_{_SEGMENT}.trm", f"{_NAME}_{_SEGMENT}.pst"
_POINTER = 4

Postings: TypeAlias = "tuple[array[int], array[int]]"
"""Document numbers in rising order, and beside each a pointer to its positions (empty where the field has none)."""


def stem_english(word: str) -> str:
    """Return the stem of a lower-case English word (Porter 2)."""
    return str(_porter2(word))


class _Pointers(Format):  # type: ignore[misc]
    """Whoosh's name for what a posting carries: here four bytes, the pointer."""

    posting_size = _POINTER

    def __init__(self) -> None:
        super().__init__()


class _Field:
    """What the codec asks of a field: only its format."""

    def __init__(self, positioned: bool) -> None:
        self.format = _Pointers() if positioned else Existence()


class _Memory(RamStorage):  # type: ignore[misc]
    """Files as bytes in memory, shared and not copied when they are opened."""

    def open_file(self, name: str, **kwargs: Any) -> BufferFile:
        return BufferFile(self.files[name], name=name, **kwargs)


def _codec() -> W3Codec:
    return W3Codec(blocklimit=1024, compression=0)


class SegmentWriter:
    """Writes one segment: fields in the order given, terms in rising order, documents in rising order."""

    def __init__(self, fields: Iterable[tuple[str, bool]]) -> None:
        self._storage = _Memory()
        self._codec = _codec()
        self._writer = self._codec.field_writer(self._storage, W3Segment(self._codec, _NAME, segid=_SEGMENT))
        self._fields = dict(fields)
        self.positions = array("I")

    def add_field(self, name: str, terms: Iterable[tuple[bytes, Iterable[tuple[int, Sequence[int]]]]]) -> None:
        """Write a field's terms, each with (document number, positions)."""
        positioned = self._fields[name]
        writer, positions = self._writer, self.positions
        writer.start_field(name, _Field(positioned))
        for term, postings in terms:
            writer.start_term(term)
            for document, places in postings:
                pointer = b""
                if positioned:
                    pointer = len(positions).to_bytes(_POINTER, sys.byteorder)
                    positions.append(len(places))
                    positions.extend(places)
                writer.add(document, 1.0, pointer, None)
            writer.finish_term()
        writer.finish_field()

    def finish(self) -> tuple[bytes, bytes, bytes]:
        """Return the dictionary, the postings and the positions."""
        self._writer.close()
        code = "I" if max(self.positions, default=0) > 0xFFFF else "H"
        places = code.encode() + array(code, self.positions).tobytes()
        return self._storage.files[_DICTIONARY], self._storage.files[_POSTINGS], places


class SegmentReader:
    """Reads one segment from memory. Not thread-safe: the caller holds a lock around each call."""

    def __init__(
        self, fields: Iterable[tuple[str, bool]], dictionary: bytes, postings: bytes, positions: bytes
    ) -> None:
        storage = _Memory()
        storage.files = {_DICTIONARY: dictionary, _POSTINGS: postings}
        codec = _codec()
        self._terms = codec.terms_reader(storage, W3Segment(codec, _NAME, segid=_SEGMENT))
        self._formats = {name: _Field(positioned).format for name, positioned in fields}
        self._positions = array(positions[:1].decode())
        self._positions.frombytes(memoryview(positions)[1:])

    def postings(self, field: str, term: str) -> Postings:
        """Return the posting list of a term in a field; empty where there is none."""
        documents, pointers = array("I"), array("I")
        try:
            matcher = self._terms.matcher(field, term.encode(), self._formats[field])
        except TermNotFound:
            return documents, pointers
        positioned = isinstance(matcher.format, _Pointers)
        for ids, values in _blocks(matcher):
            documents.extend(ids)
            if positioned:
                pointers.frombytes(b"".join(values))
        return documents, pointers

    def places(self, pointer: int) -> array[int]:
        """Return the positions a pointer stands for."""
        return self._positions[pointer + 1 : pointer + 1 + self._positions[pointer]]

    def count(self, pointer: int) -> int:
        """Return how many positions a pointer stands for."""
        return self._positions[pointer]

    def terms(self, field: str, prefix: str = "") -> Iterator[str]:
        """Give the terms of a field that begin so, in rising order of their UTF-8 bytes."""
        start = prefix.encode()
        for name, text in self._terms.terms_from(field, start):
            if name != field or not text.startswith(start):
                return
            yield text.decode()


def _blocks(matcher: W3LeafMatcher) -> Iterator[tuple[Iterable[int], Iterable[bytes]]]:
    """Give a matcher's postings block by block.

    By its own loop a matcher gives one posting at a time, which costs ten times as much; a test compares the two.
    """
    while matcher.is_active():
        matcher.id()
        matcher.value()
        yield matcher._ids, matcher._values
        matcher._next_block()
