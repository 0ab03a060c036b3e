"""Words in a picture: how wide they are about, and how they are cut to the room there is.

A server knows no fonts, so widths are those of a common sans-serif, a little on the generous side.
"""

SHARES = (  # of the size of the letters
    ("ijl'’|.,:;!", 0.26),
    ('tfrI()[]/-“”" ', 0.33),
    ("ckszvxyJ", 0.52),
    ("w", 0.74),
    ("mMW@%—…", 0.94),
)
SHARE = {letter: share for letters, share in SHARES for letter in letters}
ELLIPSIS = "…"


def width(text: str, size: float) -> float:
    """Return about how wide a line is, in the unit of `size`."""
    return round(sum(_share(letter) for letter in text) * size, 1)


def _share(letter: str) -> float:
    known = SHARE.get(letter)
    if known is not None:
        return known
    if ord(letter) > 0x2E80:  # Chinese, Japanese and Korean signs fill a square
        return 1.0
    return 0.71 if letter.isupper() else 0.57


def shorten(text: str, size: float, room: float) -> str:
    """Return a title that fits: whole, or what stands before its colon, or cut between words with an ellipsis."""
    if width(text, size) <= room:
        return text
    head, colon, _ = text.partition(": ")
    if colon and width(head, size) <= room:
        return head
    kept = ""
    for word in text.split():
        longer = f"{kept} {word}".strip()
        if width(longer + ELLIPSIS, size) > room:
            break
        kept = longer
    return (kept or _cut(text, size, room)).rstrip(" ,:;") + ELLIPSIS


def _cut(text: str, size: float, room: float) -> str:
    kept = text
    while len(kept) > 1 and width(kept + ELLIPSIS, size) > room:
        kept = kept[:-1]
    return kept


def wrap(text: str, size: float, room: float, lines: int) -> tuple[str, ...]:
    """Return a title on at most so many lines; what does not fit ends in an ellipsis."""
    words = text.split()
    found: list[str] = []
    while words:
        if len(found) == lines - 1:
            found.append(shorten(" ".join(words), size, room))
            break
        count = 1
        while count < len(words) and width(" ".join(words[: count + 1]), size) <= room:
            count += 1
        line = " ".join(words[:count])
        found.append(line if width(line, size) <= room else shorten(line, size, room))
        words = words[count:]
    return tuple(found)
