"""Text of files that others made: the encodings that are still met, told where they were guessed.

NOT here: the library folder, which is UTF-8 (`folder_files.as_text`).
"""

from pathlib import Path

from app.interchange.folder_files import MAX_TEXT_BYTES, read_bytes
from app.interchange.front_matter import problem

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def read_foreign(path: Path, limit: int = MAX_TEXT_BYTES) -> tuple[str, list[tuple[int, str]]]:
    """Return a file's text with plain line ends, and (line, sentence) about what was guessed; raises BadInput."""
    return foreign_text(read_bytes(path, limit))


def foreign_text(data: bytes) -> tuple[str, list[tuple[int, str]]]:
    notes: list[tuple[int, str]] = []
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    data = data[len(mark) :]
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise problem("not the UTF-16 text that its first bytes promise", 1) from error
        line = data.count(b"\n", 0, error.start) + 1
        text = data.decode("cp1252", "replace")
        sentence = f"not UTF-8 (byte 0x{data[error.start]:02x}); the file was read as Windows-1252 (Latin-1)"
        notes.append((line, sentence))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    nul = text.find("\0")
    if nul >= 0:
        raise problem("holds a NUL character: this is not a text file", text.count("\n", 0, nul) + 1)
    return text, notes
