"""A process that writes an index until it is killed: `python -m tests.search.worker FOLDER SEED`.

The library it follows is the same for the same seed and version: whoever killed it can tell what a version holds.
"""

import random
import sys
from pathlib import Path

from app.search.index import SearchIndex
from app.search.writing import follow
from tests.search.libraries import Library, make_document

SECRET = b"the secret of the worker"
START = 60


def library_at(seed: int, version: int) -> Library:
    """Return the library of a seed as it is at a version."""
    r = random.Random(seed)
    library = Library([make_document(r, id_) for id_ in range(1, START)])
    while library.version < version:
        grow(library, r)
    return library


def grow(library: Library, r: random.Random) -> None:
    if r.random() < 0.3:
        library.remove(r.randint(1, START * 2))
    else:
        library.put(*(make_document(r, r.randint(1, START * 2)) for _ in range(r.randint(1, 3))))


def main(folder: Path, seed: int) -> None:
    index = SearchIndex(folder, SECRET)
    held = max(1, index.snapshot().version) if index.intact() else 1
    r = random.Random(seed)
    library = Library([make_document(r, id_) for id_ in range(1, START)])
    print("ready", flush=True)
    while True:
        if library.version >= held:
            follow(index, library)
            print(library.version, flush=True)
        grow(library, r)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
