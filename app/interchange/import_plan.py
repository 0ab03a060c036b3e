"""What an import will do: the files that are read, in the order in which their rows are saved.

Categories, series, macros, pictures, papers, summaries with their prerequisites first, paths. What cannot be read is
refused here already. NOT here: transactions (`importing.py`).
"""

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from app.accounts.service import Actor
from app.errors import BadInput
from app.interchange import library_folder as layout
from app.interchange.bibtex import parse_bibtex
from app.interchange.folder_files import MAX_BIBTEX_BYTES, list_folder, read_text
from app.interchange.foreign_plan import (
    BIBLIOGRAPHIES,
    FEEDS,
    plan_bibliography,
    plan_feed,
    plan_posts,
    plan_reading_list,
)
from app.interchange.foreign_text import read_foreign
from app.interchange.front_matter import problem
from app.interchange.import_tasks import (
    Plan,
    Stage,
    Task,
    macros_task,
    media_task,
    paper_task,
    path_task,
    shelf_task,
    summary_task,
)
from app.interchange.posts import WELCOME, list_posts
from app.interchange.reading_list import is_reading_list
from app.interchange.reports import Row, RowKind
from app.taxonomy.records import CategoryRecord, SeriesRecord

GIVEN = "a folder, a .zip of one, or a .md, .bib, .ris, .json (CSL), .atom, .rss or .xml file"


def plan_import(path: Path, *, actor: Actor, publish: bool) -> Plan:
    """Read what is at a path; raises BadInput where there is nothing that can be imported."""
    plan = Plan()
    path = path.resolve()
    if path.is_dir():
        if _is_library(path):
            _Reading(plan, path, actor, publish).library()
        else:
            plan_posts(plan, path, list_posts(path), actor, publish=publish)
    elif path.is_file():
        ending = path.suffix.lower()
        if ending in BIBLIOGRAPHIES:
            plan_bibliography(plan, path)
        elif ending in FEEDS:
            plan_feed(plan, path, actor, publish=publish)
        elif ending in (".md", ".markdown"):
            _Reading(plan, path.parent, actor, publish).single(path.name)
        else:
            raise BadInput(f"{path.name} cannot be imported: give {GIVEN}.")
    else:
        raise BadInput(f"There is no file or folder {path}.")
    return plan


def _is_library(folder: Path) -> bool:
    # Posts may well have a folder called media; the others are ours.
    names = (layout.MANIFEST, layout.CATEGORIES, layout.SERIES, layout.PAPERS, "macros", "summaries", "paths")
    return any((folder / name).exists() for name in names)


def _is_path(file: Path) -> bool:
    try:
        return layout.is_path_text(read_text(file))
    except BadInput:
        return False


def _reading_list(file: Path) -> str | None:
    try:
        text, _ = read_foreign(file)
    except BadInput:
        return None
    return text if is_reading_list(text) else None


class _Reading:
    """Read one folder into a plan; holds what every step needs."""

    def __init__(self, plan: Plan, root: Path, actor: Actor, publish: bool) -> None:
        self.plan, self.root, self.actor, self.publish = plan, root, actor, publish

    def library(self) -> None:
        for entry in list_folder(self.root):
            known = entry.name in (layout.CATEGORIES, layout.SERIES, layout.PAPERS, layout.MANIFEST, *layout.FOLDERS)
            if not known and not entry.name.lower().startswith(WELCOME):
                self._stray(entry.name)
        if (self.root / layout.MANIFEST).exists():
            try:
                layout.read_manifest(read_text(self.root / layout.MANIFEST))
            except BadInput as error:
                raise BadInput(f"{layout.MANIFEST}: {error}") from error
        stages: list[Stage] = [
            self.shelves(layout.CATEGORIES, CategoryRecord, "category"),
            self.shelves(layout.SERIES, SeriesRecord, "series"),
            list(self._macros()),
            [media_task(self.root / file, file) for file in self._files("media")],
            self.papers(layout.PAPERS) if (self.root / layout.PAPERS).exists() else [],
            self.summaries(self._files("summaries")),
            [task for name in self._files("paths") for task in self.path(name)],
        ]
        self.plan.stages = stages

    def single(self, name: str) -> None:
        if _is_path(self.root / name):
            self.plan.stages.append(self.path(name))
        elif (text := _reading_list(self.root / name)) is not None:
            plan_reading_list(self.plan, text, name, self.actor, publish=self.publish)
        else:
            plan_posts(self.plan, self.root, [name], self.actor, publish=self.publish)

    def shelves(self, file: str, model: type[CategoryRecord] | type[SeriesRecord], kind: RowKind) -> Stage:
        if not (self.root / file).exists() and not (self.root / file).is_symlink():
            return []
        try:
            found = layout.read_shelves(read_text(self.root / file), model)
        except BadInput as error:
            self.plan.refuse("file", file, file, error)
            return []
        tasks = []
        for located in found:
            if located.error is not None:
                self.plan.refuse(kind, located.name, file, located.error)
            elif located.record is not None:
                tasks.append(shelf_task(located.record, file, located.line))
        return tasks

    def papers(self, file: str) -> Stage:
        try:
            text = read_text(self.root / file, MAX_BIBTEX_BYTES)
            parsed, refused = parse_bibtex(text, name=file, strict=True)
        except BadInput as error:
            self.plan.refuse("file", file, file, error)
            return []
        for refusal in refused:
            self.plan.refused.append(Row("paper", refusal.key, "refused", refusal.sentence, file, refusal.line))
        return [paper_task(entry, file) for entry in parsed]

    def _macros(self) -> Iterator[Task]:
        for file in self._files("macros"):
            name = Path(file).stem
            try:
                yield macros_task(name, read_text(self.root / file), file)
            except BadInput as error:
                self.plan.refuse("macro set", name, file, error)

    def summaries(self, files: Sequence[str]) -> Stage:
        read: dict[str, tuple[str, layout.SummaryFile]] = {}
        taken: dict[str, str] = {}
        for file in files:
            slug = Path(file).stem
            try:
                if slug.lower() in taken:
                    raise problem(f"the slug “{slug}” is already that of {taken[slug.lower()]}", 1)
                found = layout.read_summary(read_text(self.root / file), slug, publish=self.publish)
                taken[slug.lower()] = file
                read[slug] = (file, found)
            except BadInput as error:
                self.plan.refuse("summary", slug, file, error)
        return [summary_task(slug, *read[slug], self.actor) for slug in self._ordered(read)]

    def _ordered(self, read: dict[str, tuple[str, layout.SummaryFile]]) -> list[str]:
        """Return the slugs with prerequisites first; what requires itself in a circle is refused by name."""
        graph = {slug: [name for name in found.document.requires if name in read] for slug, (_, found) in read.items()}
        while True:
            try:
                return list(TopologicalSorter(graph).static_order())
            except CycleError as error:
                circle = list(reversed(error.args[1]))
                start = circle.index(min(circle))
                circle = circle[start:-1] + circle[: start + 1]
                for slug in circle[:-1]:
                    file, found = read[slug]
                    sentence = f"requires: a circle: {' → '.join(circle)}"
                    line = found.line_of("requires")
                    self.plan.refused.append(Row("summary", slug, "refused", sentence, file, line))
                gone = set(circle)
                graph = {
                    slug: [name for name in names if name not in gone]
                    for slug, names in graph.items()
                    if slug not in gone
                }

    def path(self, file: str) -> Stage:
        slug = Path(file).stem
        try:
            record, lines = layout.read_path(read_text(self.root / file), slug)
        except BadInput as error:
            self.plan.refuse("path", slug, file, error)
            return []

        return [path_task(record, lines, file)]

    def _files(self, folder: str) -> list[str]:
        """Return the files of one of the layout's folders; anything else in it is refused."""
        path, suffix = self.root / folder, layout.FOLDERS[folder]
        if path.is_symlink():
            self._stray(folder, "a symbolic link; links are not followed")
            return []
        if not path.exists():
            return []
        try:
            entries = list_folder(path)
        except BadInput as error:
            self.plan.refuse("file", folder, folder, error)
            return []
        names = []
        for entry in entries:
            name = f"{folder}/{entry.name}"
            if entry.is_symlink():
                self._stray(name, "a symbolic link; links are not followed")
            elif not entry.is_file() or not entry.name.endswith(suffix):
                self._stray(name)
            else:
                names.append(name)
        return names

    def _stray(self, name: str, sentence: str = "not part of a library folder; it was not read") -> None:
        self.plan.refused.append(Row("file", Path(name).name, "refused", sentence, name))
