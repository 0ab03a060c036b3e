"""Links, citations and prerequisites: matched when read, so that neither side needs upkeep. NOT here: reading paths."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.addresses import paper_path, reading_path_path, summary_path
from app.markup import FoundLink, Reference, Target, find_citations, find_links
from app.papers.citing import label, reference_html
from app.papers.models import Paper
from app.papers.queries import papers_by_key
from app.papers.records import normal_arxiv_id, normal_doi
from app.summaries.connection_models import Citation, Link, Path, PathStep, Prerequisite
from app.summaries.models import FormerSlug, Summary
from app.summaries.visibility import PUBLIC


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A summary or path that another is connected to, with what the connection says (a link type, a note)."""

    url: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Connections:
    """Everything around one published summary."""

    requires: Sequence[Neighbour]
    required_by: Sequence[Neighbour]
    backlinks: Sequence[Neighbour]
    parts: Sequence[tuple[int, Neighbour]]
    paths: Sequence[Neighbour]


def parse_target(target: str) -> tuple[str, str]:
    """Return the form (slug, arxiv, doi, key) and the normal value of a link target as written."""
    text = target.strip()
    lowered = text.lower()
    try:
        if lowered.startswith("arxiv:"):
            return "arxiv", normal_arxiv_id(text)
        if lowered.startswith("doi:"):
            return "doi", normal_doi(text)
    except ValueError:
        return "slug", text[:300]
    if text.startswith("@"):
        return "key", text[1:300]
    return "slug", lowered[:300]


def short_title(title: str) -> str:
    """Return a title as a sentence names it: “Adam: momentum over a running scale” is “Adam” where it is linked to."""
    return title.partition(": ")[0]


def named_in(sources: Iterable[str]) -> tuple[list[FoundLink], list[str]]:
    """Return the links of some texts in order, and the keys that they cite, each once."""
    links: list[FoundLink] = []
    keys: dict[str, None] = {}
    for source in sources:
        links += find_links(source)
        keys.update(dict.fromkeys(find_citations(source)))
    return links, list(keys)


def resolve_targets(session: Session, links: Iterable[FoundLink]) -> dict[str, Target]:
    """Return what each written target leads to, leaving out those that lead nowhere a reader may go."""
    written = {link.target: parse_target(link.target) for link in links}
    wanted: dict[str, set[str]] = defaultdict(set)
    for form, value in written.values():
        wanted[form].add(value)
    found: dict[tuple[str, str], Target] = {}
    if wanted["slug"]:
        for slug, title in session.execute(
            select(Summary.slug, Summary.title).where(Summary.slug.in_(wanted["slug"]), PUBLIC)
        ):
            found["slug", slug] = Target(url=summary_path(slug), title=short_title(title))
        former = (
            select(FormerSlug.slug, Summary.slug, Summary.title)
            .join(Summary, Summary.id == FormerSlug.summary_id)
            .where(FormerSlug.slug.in_(wanted["slug"]), PUBLIC)
        )
        for old, slug, title in session.execute(former):
            found.setdefault(("slug", old), Target(url=summary_path(slug), title=short_title(title)))
    for form, column in (("key", Paper.key), ("arxiv", Paper.arxiv_id), ("doi", Paper.doi)):
        if wanted[form]:
            papers = select(column, Paper.key, Paper.title).where(column.in_(wanted[form]))
            for matched, key, title in session.execute(papers):
                found[form, str(matched)] = Target(url=paper_path(key), title=short_title(title))
    return {target: found[place] for target, place in written.items() if place in found}


def resolve_references(session: Session, keys: Sequence[str]) -> dict[str, Reference]:
    """Return the reference of every cited key that is in the library."""
    if not keys:
        return {}
    papers = papers_by_key(session, keys)
    return {
        key: Reference(key=key, label=label(paper), html=reference_html(paper)) for key, paper in sorted(papers.items())
    }


def connections_of(session: Session, summary: Summary) -> Connections:
    """Return what a reader of this summary may go on to; needs its papers and series loaded."""
    columns = (Summary.slug, Summary.title)
    requires = session.execute(
        select(*columns)
        .join(Prerequisite, Prerequisite.requires_id == Summary.id)
        .where(Prerequisite.summary_id == summary.id, PUBLIC)
        .order_by(Prerequisite.position)
    )
    required_by = session.execute(
        select(*columns)
        .join(Prerequisite, Prerequisite.summary_id == Summary.id)
        .where(Prerequisite.requires_id == summary.id, PUBLIC)
        .order_by(Summary.title)
    )
    parts = (
        session.execute(
            select(Summary.part, *columns).where(Summary.series_id == summary.series_id, PUBLIC).order_by(Summary.part)
        ).all()
        if summary.series_id is not None
        else []
    )
    paths = session.execute(
        select(Path.slug, Path.title)
        .join(PathStep, PathStep.path_id == Path.id)
        .where(PathStep.summary_id == summary.id)
        .order_by(Path.title)
    )
    return Connections(
        requires=[Neighbour(summary_path(slug), title) for slug, title in requires],
        required_by=[Neighbour(summary_path(slug), title) for slug, title in required_by],
        backlinks=_backlinks(session, _leads_to(session, summary), but=summary.id),
        parts=[(part or 0, Neighbour(summary_path(slug), title)) for part, slug, title in parts],
        paths=[Neighbour(reading_path_path(slug), title) for slug, title in paths],
    )


def backlinks_of_paper(session: Session, paper: Paper) -> list[Neighbour]:
    """Return the published summaries whose bodies link to this paper."""
    return _backlinks(session, or_(*_paper_targets(paper)), but=None)


def _backlinks(session: Session, leads_here: ColumnElement[bool], but: int | None) -> list[Neighbour]:
    statement = (
        select(Summary.slug, Summary.title, Link.type)
        .join(Link, Link.source_id == Summary.id)
        .where(leads_here, PUBLIC)
        .order_by(Summary.title, Summary.slug, Link.type)
    )
    if but is not None:
        statement = statement.where(Summary.id != but)
    types: dict[tuple[str, str], list[str]] = defaultdict(list)
    for slug, title, type_ in session.execute(statement):
        if type_ and type_ not in types[slug, title]:
            types[slug, title].append(type_)
        else:
            types.setdefault((slug, title), [])
    return [Neighbour(summary_path(slug), title, ", ".join(found)) for (slug, title), found in types.items()]


def _leads_to(session: Session, summary: Summary) -> ColumnElement[bool]:
    slugs = [summary.slug, *session.scalars(select(FormerSlug.slug).where(FormerSlug.summary_id == summary.id))]
    places: list[ColumnElement[bool]] = [(Link.form == "slug") & Link.value.in_(slugs)]
    for paper in summary.papers:
        places += _paper_targets(paper)
    return or_(*places)


def _paper_targets(paper: Paper) -> list[ColumnElement[bool]]:
    pairs = (("key", paper.key), ("arxiv", paper.arxiv_id), ("doi", paper.doi))
    return [(Link.form == form) & (Link.value == value) for form, value in pairs if value]


def sources_linking_to(session: Session, slugs: Sequence[str]) -> list[int]:
    """Return the ids of summaries (of any status) whose bodies link to one of these slugs."""
    return list(session.scalars(select(Link.source_id).where(Link.form == "slug", Link.value.in_(slugs)).distinct()))


def sources_naming_paper(session: Session, key: str, arxiv: str | None, doi: str | None) -> list[int]:
    """Return the ids of summaries whose bodies link to or cite this paper."""
    wanted: Mapping[str, str | None] = {"key": key, "arxiv": arxiv, "doi": doi}
    places = [(Link.form == form) & (Link.value == value) for form, value in wanted.items() if value]
    linking = select(Link.source_id).where(or_(*places))
    citing = select(Citation.source_id).where(Citation.key == key)
    return sorted(set(session.scalars(linking)) | set(session.scalars(citing)))
