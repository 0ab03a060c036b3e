"""A folder of Markdown posts (Jekyll, Hugo or plain) as summaries: slugs, titles, dates, TLDRs, pictures, links.

Two passes: what every file is called, then its text, so that links between posts find each other. NOT here: front
matter and constructs (`post_front.py`, `post_body.py`), the store (`post_tasks.py`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from pydantic import ValidationError

from app.errors import BadInput
from app.interchange.complaints import sentences
from app.interchange.folder_files import list_folder
from app.interchange.foreign_text import read_foreign
from app.interchange.front_matter import problem
from app.interchange.library_folder import SummaryFile, in_place
from app.interchange.post_body import Body, rewrite
from app.interchange.post_front import Front, read_front
from app.markup import extract_tldr
from app.summaries.assets import MEDIA_NAME
from app.summaries.documents import SummaryDocument
from app.taxonomy.slugs import is_slug, make_slug

MOST_POSTS = 50_000
MOST_FOLDERS = 20_000
ENDINGS = (".md", ".markdown", ".mkd", ".mdown")
WELCOME = ("readme", "license", "licence", "changelog", "contributing", "makefile")
# Folders of site generators in which no post stands.
NOT_POSTS = frozenset(
    "_site _layouts _includes _sass _data node_modules vendor themes layouts archetypes resources public".split()
)
STATUSES = ("draft", "in-review", "published", "archived")
STATIC = ("", "static", "assets", "public", "content")
_DATED = re.compile(r"(\d{4}-\d\d-\d\d)-(.+)")
_BADGE = re.compile(r"\[?!\[[^\[\]]*\]\([^()]*\)(?:\]\([^()]*\))?")
_LINKED = re.compile(r"\[([^\[\]]+)\]\([^()]*\)")
_HEADING = re.compile(r" {0,3}#[ \t]+(.+?)[ \t]*#*[ \t]*")
_UNDERLINE = re.compile(r" {0,3}=+[ \t]*")
_TLDR = re.compile(r" {0,3}#{1,6}[ \t].{0,20}TL\s*;?\s*DR|\s*[*_]{2}.{0,20}TL\s*;?\s*DR", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Post:
    """A post as a document that is a draft; what the post itself says is named in `said`."""

    document: SummaryDocument
    said: frozenset[str]
    categories: tuple[str, ...]
    status: str | None
    draft: bool
    works: Sequence[tuple[str, str, str, int]]
    notes: Sequence[tuple[int, str]]
    place: SummaryFile


def list_posts(root: Path) -> list[str]:
    """Return every Markdown file below a folder by its name from there, hidden and generators' own folders left out."""
    names: list[str] = []
    folders = [root]
    seen = 0
    while folders:
        folder = folders.pop()
        seen += 1
        for entry in list_folder(folder):
            if entry.is_dir(follow_symlinks=False) and entry.name not in NOT_POSTS:
                folders.append(Path(entry.path))
            elif entry.name.lower().endswith(ENDINGS) and Path(entry.name).stem.lower() not in (*WELCOME, "_index"):
                names.append(Path(entry.path).relative_to(root).as_posix())
        if seen > MOST_FOLDERS or len(names) > MOST_POSTS:
            raise BadInput(f"More than {MOST_POSTS:,} posts or {MOST_FOLDERS:,} folders; import a part at a time.")
    return sorted(names)


def slug_of(file: str, front: Front) -> str:
    """Return the slug of a post: its own, or its file's name without the date (its folder's for index.md)."""
    path = PurePosixPath(file)
    stem = path.parent.name if path.stem == "index" and path.parent.name else path.stem
    if front.slug:
        stem = front.slug
    elif is_slug(stem, 160) and not _DATED.fullmatch(stem):
        return stem
    dated = _DATED.fullmatch(stem)
    return make_slug(dated[2] if dated and not front.slug else stem, limit=160)


class Places:
    """Where the links and pictures of one post lead; `pictures` collects those used, by the name each gets."""

    def __init__(self, root: Path, file: str, slug: str, slugs: Mapping[str, str], pictures: dict[Path, str]) -> None:
        self._root, self._file, self._slug = root, PurePosixPath(file), slug
        self._slugs, self._pictures = slugs, pictures

    def summary(self, target: str) -> str | None:
        path = unquote(re.split(r"[?#]", target, maxsplit=1)[0])
        parts = [part for part in path.split("/") if part not in ("", ".", "..")]
        if not parts or (parts[-1] == "index.html" and len(parts) == 1):
            return None
        last = parts[-2] if parts[-1] in ("index.html", "index.md") else parts[-1]
        stem = re.sub(r"\.(?:md|markdown|html?)$", "", last).lower()
        dated = _DATED.fullmatch(stem)
        return self._slugs.get(stem) or self._slugs.get(dated[2] if dated else "")

    def picture(self, target: str) -> tuple[str, str]:
        name = unquote(re.split(r"[?#]", target, maxsplit=1)[0])
        if "\0" in name or len(name) > 1000:
            return "", "not a name of a file"
        found = next((path for path in self._candidates(name) if path.is_file()), None)
        if found is None:
            return "", "it is not there"
        if found.is_symlink() or not found.resolve().is_relative_to(self._root):
            return "", "it leads out of the folder; not read"
        if found not in self._pictures:
            new = self._name(found.name)
            if new is None:
                return "", "not a kind of picture that is kept (png, jpeg, webp, gif, svg)"
            self._pictures[found] = new
        return f"../media/{self._pictures[found]}", ""

    def _candidates(self, name: str) -> Iterator[Path]:
        relative = PurePosixPath(name.lstrip("/"))
        if not name.startswith("/"):
            yield self._root / self._file.parent / relative
        for folder in STATIC:
            yield self._root / folder / relative

    def _name(self, name: str) -> str | None:
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name)
        wanted = plain if plain.startswith(self._slug) else f"{self._slug}-{plain}"
        ending = PurePosixPath(wanted).suffix
        wanted = wanted[: 150 - len(ending)].removesuffix(ending) + ending
        taken = set(self._pictures.values())
        stem, number = wanted.removesuffix(ending), 2
        while wanted in taken:
            wanted, number = f"{stem[:140]}-{number}{ending}", number + 1
        return wanted if MEDIA_NAME.fullmatch(wanted) else None


def read_post_front(path: Path) -> Front:
    """Read a post's file; raises BadInput with a line. Guesses about its encoding become notes."""
    text, notes = read_foreign(path)
    front = read_front(text)
    front.notes[:0] = notes
    return front


def make_post(front: Front, file: str, slug: str, places: Places) -> Post:
    """Make a document of a post; raises BadInput where none is left. Values that do not fit are left out and told."""
    notes = list(front.notes)
    jekyll = any(part in ("_posts", "_drafts") for part in PurePosixPath(file).parts)
    body = rewrite(front.body, front.body_line, places, jekyll=jekyll)
    notes += body.notes
    values = dict(front.values)
    text = _take_title(values, body.text, slug, notes)
    whole = text
    if not values.get("tldr"):
        values["tldr"], text = _take_tldr(text, front.about)
    dated = _DATED.fullmatch(PurePosixPath(file).stem) or _DATED.fullmatch(PurePosixPath(file).parent.name)
    if dated and "published" not in values:
        values["published"] = dated[1]
    values["tags"] = front.tags
    status = _status(values.pop("status", None), notes)
    document, kept = _document({**values, "slug": slug, "body": text}, notes)
    said = frozenset(kept) - {name for name in ("tldr", "tags") if not values[name]}
    draft = front.draft or "_drafts" in PurePosixPath(file).parts
    place = in_place(document, {}, whole, front.body_line)
    return Post(document, said, tuple(front.categories), status, draft, _works(body, text), notes, place)


def _status(value: Any, notes: list[tuple[int, str]]) -> str | None:
    """Return the status that our own front matter gives; whether it can be had is settled with the categories."""
    if value is None or value in STATUSES:
        return None if value is None else str(value)
    notes.append((1, f"status: “{str(value)[:40]}” is none of {', '.join(STATUSES)}; left out"))
    return None


def _works(body: Body, text: str) -> list[tuple[str, str, str, int]]:
    return [work for work in dict.fromkeys(body.works) if work[0] in text]


def _take_title(values: dict[str, Any], text: str, slug: str, notes: list[tuple[int, str]]) -> str:
    """Take the title from a first heading where the front matter has none; return the text without that heading."""
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is not None:
        heading = _HEADING.fullmatch(lines[first])
        underlined = first + 1 < len(lines) and _UNDERLINE.fullmatch(lines[first + 1]) is not None
        title = heading[1] if heading else lines[first].strip() if underlined else ""
        given = str(values.get("title") or "").strip()
        if title and (not given or title.casefold() == given.casefold()):
            values["title"] = given or _LINKED.sub(r"\1", _BADGE.sub("", title)).strip()[:500]
            lines[first : first + (1 if heading else 2)] = [""] * (1 if heading else 2)
    if not str(values.get("title") or "").strip():
        values["title"] = slug.replace("-", " ").capitalize()
        notes.append((1, f"no title; it became “{values['title']}”, after the file's name"))
    return "\n".join(lines)


def _take_tldr(text: str, about: str) -> tuple[str, str]:
    """Take a section headed TLDR out of the text wherever it stands; else what the front matter says it is about."""
    lines = text.split("\n")
    fenced = False
    for number, line in enumerate(lines):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        if not fenced and _TLDR.match(line):
            found = extract_tldr("\n".join(lines[number:]))
            if found.tldr:
                return found.tldr, "\n".join([*lines[:number], found.body])
    return about, text


def _document(values: dict[str, Any], notes: list[tuple[int, str]]) -> tuple[SummaryDocument, set[str]]:
    """Return the document, and the names of the values that fit into it."""
    required = {"slug", "title", "body"}
    for _ in range(3):
        try:
            return SummaryDocument.model_validate(values), set(values)
        except ValidationError as error:
            wrong = {str(each["loc"][0]) if each["loc"] else "" for each in error.errors()}
            told = [sentence for _, sentence in sentences(error)]
            if wrong & required:
                raise problem("; ".join(told), 1) from error
            notes.extend((1, f"{sentence}; left out") for sentence in told)
            # "" is about several fields together: those of which our own front matter speaks.
            gone = wrong | ({"series", "part", "requires", "kind", "status"} if "" in wrong else set())
            gone |= {"series", "part"} if gone & {"series", "part"} else set()
            values = {name: value for name, value in values.items() if name not in gone}
    raise problem("its front matter does not fit together", 1)
