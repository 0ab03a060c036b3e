"""Papers deleted, renamed and merged, authors renamed and merged, and what names them brought along.

Texts that cite or link to a key that moved are rewritten rather than resolved by the former key: an export holds the
texts and no former keys, and must mean the same in another library.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.service import Actor, record
from app.errors import BadInput, Conflict, FieldProblem
from app.papers import authors as authors_service
from app.papers.models import Paper
from app.papers.queries import get_paper, record_of
from app.papers.records import PaperRecord, PersonName
from app.papers.service import change_key, remove_paper, save_paper
from app.summaries.connections import sources_naming_paper
from app.summaries.documents import SummaryDocument
from app.summaries.models import Summary, SummaryPaper
from app.summaries.rendering import render_touched
from app.summaries.rewriting import Change, Place, replaced, save_again, so_many, with_texts
from app.summaries.service import take_turn

NAMED = 20


def delete_paper(session: Session, key: str, *, actor: Actor) -> None:
    """Delete a paper; raises Conflict with the summaries (of any status) that are about it, link to it or cite it."""
    take_turn(session)
    paper = get_paper(session, key)
    using = {*_about(session, paper), *_naming(session, paper)}
    if using:
        slugs = session.scalars(select(Summary.slug).where(Summary.id.in_(using)).order_by(Summary.slug)).all()
        more = f" and {len(slugs) - NAMED} more" if len(slugs) > NAMED else ""
        raise Conflict(f"The paper “{key}” cannot be deleted: {', '.join(slugs[:NAMED])}{more} name it.")
    remove_paper(session, paper)
    record(session, actor, "paper.delete", key, paper.title)


def rename_paper(session: Session, key: str, new_key: str, *, actor: Actor) -> int:
    """Give a paper another key; return how many summaries were written anew. Raises BadInput or Conflict."""
    take_turn(session)
    paper = get_paper(session, key)
    if key == new_key:
        return 0
    named, using = _naming(session, paper), {*_about(session, paper), *_contested_by(session, key)}
    change_key(session, paper, new_key)
    record(session, actor, "paper.rename", new_key, f"was {key}")
    note = f"The paper {key} now has the key {new_key}."
    change = _renaming(key, new_key, {("key", key): new_key})
    saved = save_again(session, {*named, *using}, change, actor=actor, note=note)
    render_touched(session, sorted(named))  # a link by DOI or arXiv id leads to the new address
    return saved


def merge_papers(session: Session, source: str, target: str, *, actor: Actor) -> int:
    """Make two records of one paper one: what names the first names the second; return how many summaries changed.

    The second keeps what it says and takes from the first what it does not; the first key leads on.
    """
    take_turn(session)
    gone, kept = get_paper(session, source), get_paper(session, target)
    if gone.id == kept.id:
        raise BadInput("A paper cannot be merged with itself.", [FieldProblem("target", "the same as the source")])
    merged = completed(record_of(kept), record_of(gone))
    moved: dict[Place, str] = {("key", source): target}
    for form, lost, stays in (("doi", gone.doi, merged.doi), ("arxiv", gone.arxiv_id, merged.arxiv_id)):
        if lost and lost != stays:
            moved[form, lost] = target
    users = {*_about(session, gone), *_naming(session, gone), *_contested_by(session, source)}
    note = f"The paper {source} was merged into {target}."
    saved = save_again(session, users, _renaming(source, target, moved), actor=actor, note=note)
    remove_paper(session, gone, moved_to=target)
    save_paper(session, merged)
    render_touched(session, sorted(_naming(session, kept)))
    record(session, actor, "paper.merge", target, f"{source} became {target} in {so_many(saved)}")
    return saved


def completed(kept: PaperRecord, other: PaperRecord) -> PaperRecord:
    """Return a record with what it leaves open taken from another: a date and an arXiv id only as a whole."""
    changes: dict[str, object] = {}
    for fields in (("year", "month", "day"), ("arxiv_id", "arxiv_class")):
        if getattr(kept, fields[0]) is None:
            changes |= {name: getattr(other, name) for name in fields}
    if kept.kind == "other":
        changes["kind"] = other.kind
    alone = set(PaperRecord.model_fields) - {"key", "kind", "title", "year", "month", "day", "arxiv_id", "arxiv_class"}
    changes |= {name: getattr(other, name) for name in alone if not getattr(kept, name)}
    return kept.model_copy(update=changes)


def rename_author(session: Session, slug: str, name: PersonName, *, actor: Actor) -> int:
    """Spell an author's name otherwise and render again what names their papers; return how many papers show it."""
    take_turn(session)
    return _render_again(session, authors_service.rename_author(session, slug, name, actor=actor))


def merge_authors(session: Session, source: str, target: str, *, actor: Actor) -> int:
    """Put every paper of one spelling under another; return how many papers there are."""
    take_turn(session)
    return _render_again(session, authors_service.merge_authors(session, source, target, actor=actor))


def _render_again(session: Session, papers: Iterable[Paper]) -> int:
    shown = list(papers)
    naming = {id_ for paper in shown for id_ in _naming(session, paper)}
    render_touched(session, sorted(naming))
    return len(shown)


def _about(session: Session, paper: Paper) -> set[int]:
    return set(session.scalars(select(SummaryPaper.summary_id).where(SummaryPaper.paper_id == paper.id)))


def _naming(session: Session, paper: Paper) -> set[int]:
    return set(sources_naming_paper(session, paper.key, paper.arxiv_id, paper.doi))


def _contested_by(session: Session, key: str) -> set[int]:
    return set(session.scalars(select(Summary.id).where(Summary.freshness_by == key)))


def _renaming(key: str, new_key: str, moved: Mapping[Place, str]) -> Change:
    def change(document: SummaryDocument) -> SummaryDocument:
        fresh = document.freshness
        if fresh.by == key:
            fresh = fresh.model_copy(update={"by": new_key})
        papers = replaced(document.papers, key, new_key)
        return with_texts(document.model_copy(update={"papers": papers, "freshness": fresh}), moved)

    return change
