"""What an import will do with files of other people's programs. NOT here: the library folder (`import_plan.py`)."""

from collections.abc import Callable, Sequence
from pathlib import Path

from app.accounts.service import Actor
from app.errors import BadInput
from app.interchange.bibtex import parse_bibtex
from app.interchange.bibtex_entries import Refusal
from app.interchange.csl_reading import parse_csl_json
from app.interchange.feed_tasks import linked_task
from app.interchange.folder_files import MAX_BIBTEX_BYTES, read_bytes
from app.interchange.foreign_records import ParsedEntry
from app.interchange.foreign_text import read_foreign
from app.interchange.front_matter import problem
from app.interchange.import_tasks import Plan, Task, foreign_paper_task, media_task
from app.interchange.post_front import Front
from app.interchange.post_tasks import post_task
from app.interchange.posts import Places, make_post, read_post_front, slug_of
from app.interchange.reading_list import read_list
from app.interchange.reports import Row
from app.interchange.ris_reading import parse_ris

Parsed = tuple[list[ParsedEntry], list[Refusal]]
Asides = list[tuple[int, str]]


def _read_bibtex(text: str, name: str, asides: Asides) -> Parsed:
    return parse_bibtex(text, name=name, asides=asides)


def _read_ris(text: str, name: str, asides: Asides) -> Parsed:
    return parse_ris(text, name=name, asides=asides)


def _read_csl(text: str, name: str, asides: Asides) -> Parsed:  # noqa: ARG001 - JSON has nothing beside its items
    return parse_csl_json(text, name=name)


BIBLIOGRAPHIES: dict[str, Callable[[str, str, Asides], Parsed]] = {
    ".bib": _read_bibtex,
    ".bibtex": _read_bibtex,
    ".ris": _read_ris,
    ".json": _read_csl,
}
FEEDS = frozenset({".atom", ".rss", ".xml", ".rdf"})


def plan_bibliography(plan: Plan, path: Path) -> None:
    """Plan the papers of a BibTeX, RIS or CSL-JSON file, each to be joined to what the library knows."""
    file = path.name
    try:
        text, asides = read_foreign(path, MAX_BIBTEX_BYTES)
        parsed, refused = BIBLIOGRAPHIES[path.suffix.lower()](text, file, asides)
    except BadInput as error:
        plan.refuse("file", file, file, error)
        return
    plan.note(file, asides)
    plan.refused += [Row("paper", each.key, "refused", each.sentence, file, each.line) for each in refused]
    plan.stages.append([foreign_paper_task(entry, file) for entry in parsed])


def plan_posts(plan: Plan, root: Path, files: Sequence[str], actor: Actor, *, publish: bool) -> None:
    """Plan posts as summaries, and the pictures they show first; raises BadInput where there is no post."""
    if not files:
        raise BadInput("This is neither a library folder nor a folder of Markdown files.")
    fronts: dict[str, tuple[str, Front]] = {}
    slugs: dict[str, str] = {}
    for file in files:
        try:
            front = read_post_front(root / file)
            slug = slug_of(file, front)
            if not slug:
                raise problem("neither its name nor its front matter gives a slug", 1)
            if slug in fronts:
                raise problem(f"the slug “{slug}” is already that of {fronts[slug][0]}", 1)
            fronts[slug] = (file, front)
            slugs |= {slug: slug, Path(file).stem.lower(): slug}
        except BadInput as error:
            plan.refuse("summary", Path(file).stem, file, error)
    pictures: dict[Path, str] = {}
    tasks: list[Task] = []
    for slug, (file, front) in fronts.items():
        try:
            post = make_post(front, file, slug, Places(root, file, slug, slugs, pictures))
        except BadInput as error:
            plan.refuse("summary", slug, file, error)
            continue
        plan.note(file, post.notes)
        tasks.append(post_task(post, file, actor, publish=publish))
    plan.stages += [
        [media_task(path, path.relative_to(root).as_posix(), name) for path, name in pictures.items()],
        tasks,
    ]


def plan_feed(plan: Plan, path: Path, actor: Actor, *, publish: bool) -> None:
    """Plan the entries of an Atom or RSS file."""
    from app.interchange.feed_reading import MAX_BYTES, read_feed  # its parsers take 13 MB, and most workers need none

    file = path.name
    try:
        entries, refused = read_feed(read_bytes(path, MAX_BYTES), file)
    except BadInput as error:
        plan.refuse("file", file, file, error)
        return
    plan.refused += [Row("summary", title, "refused", sentence, file, line) for line, title, sentence in refused]
    plan.stages.append(
        [
            linked_task(
                entry.document, file, entry.line, actor, categories=entry.categories, notes=entry.notes, publish=publish
            )
            for entry in entries
        ]
    )


def plan_reading_list(plan: Plan, text: str, file: str, actor: Actor, *, publish: bool) -> None:
    """Plan the papers that a reading list leads to, then its lines as links."""
    items, notes = read_list(text)
    plan.note(file, notes)
    papers = [foreign_paper_task(ParsedEntry(item.record, item.line), file) for item in items if item.record]
    links = [
        linked_task(item.document, file, item.line, actor, identifier=item.identifier, publish=publish)
        for item in items
    ]
    plan.stages += [papers, links]
