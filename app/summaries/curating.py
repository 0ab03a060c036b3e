"""Shelves renamed, merged and deleted, and the summaries that name them written anew.

A revision holds the names of what a summary stands on. So whatever changes such a name gives each summary that says it
a new revision with a note: the history stays true, and the next save sees no change that nobody made.
NOT here: papers and authors (`paper_curating.py`), macro sets and pictures (`macro_sets.py`, `assets.py`).
"""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.accounts.service import Actor, record
from app.errors import BadInput, Conflict, FieldProblem
from app.summaries.documents import SummaryDocument
from app.summaries.models import Summary, SummaryCategory, SummaryTag
from app.summaries.rewriting import replaced, save_again, so_many
from app.summaries.service import take_turn
from app.taxonomy.models import Category, Series, Tag
from app.taxonomy.queries import get_category, get_series, get_tag
from app.taxonomy.service import change_slug, note_change, remove
from app.taxonomy.slugs import make_slug


def rename_category(session: Session, slug: str, new_slug: str, *, actor: Actor) -> int:
    """Give a category another slug; return how many summaries were written anew. Raises BadInput or Conflict."""
    take_turn(session)
    category = get_category(session, slug)
    if slug == new_slug:
        return 0
    change_slug(session, category, new_slug)
    record(session, actor, "category.rename", new_slug, f"was {slug}")
    note = f"The category {slug} is now called {new_slug}."
    return save_again(session, _ids(session, _standing_on(category)), actor=actor, note=note)


def merge_categories(session: Session, source: str, target: str, *, actor: Actor) -> int:
    """Move every summary from one category to another and delete the first, its address leading on."""
    take_turn(session)
    gone, _ = get_category(session, source), get_category(session, target)
    _refuse_itself(source, target, "category")

    def change(document: SummaryDocument) -> SummaryDocument:
        return document.model_copy(update={"categories": replaced(document.categories, source, target)})

    note = f"The category {source} was merged into {target}."
    moved = save_again(session, _ids(session, _standing_on(gone)), change, actor=actor, note=note)
    remove(session, gone, moved_to=target)
    record(session, actor, "category.merge", target, f"{source} became {target} in {so_many(moved)}")
    return moved


def move_summaries(session: Session, slugs: Sequence[str], source: str, target: str, *, actor: Actor) -> int:
    """Move these summaries from one category to another, keeping the place among their shelves; return how many moved.

    One that does not stand on the first stays as it is. Raises BadInput naming the slugs that are of no summary.
    """
    take_turn(session)
    gone = get_category(session, source)
    get_category(session, target)
    known = set(session.scalars(select(Summary.slug).where(Summary.slug.in_(slugs), Summary.trashed_at.is_(None))))
    unknown = [FieldProblem("summaries", f"no summary “{slug[:160]}”") for slug in slugs if slug not in known]
    if unknown:
        raise BadInput("; ".join(problem.message for problem in unknown), unknown)

    def change(document: SummaryDocument) -> SummaryDocument:
        return document.model_copy(update={"categories": replaced(document.categories, source, target)})

    chosen = _standing_on(gone).where(SummaryCategory.summary_id.in_(select(Summary.id).where(Summary.slug.in_(slugs))))
    note = f"Moved from the category {source} to {target}."
    moved = save_again(session, _ids(session, chosen), change, actor=actor, note=note)
    if moved:
        record(session, actor, "category.move", target, f"{so_many(moved)} from {source}")
    return moved


def delete_category(session: Session, slug: str, *, actor: Actor) -> None:
    """Delete a category; raises Conflict where a summary of any status stands on it."""
    take_turn(session)
    category = get_category(session, slug)
    _refuse_used(session, f"The category “{slug}”", _standing_on(category), "merge it into another, or move them first")
    remove(session, category)
    record(session, actor, "category.delete", slug)


def rename_tag(session: Session, slug: str, name: str, *, actor: Actor) -> int:
    """Give a tag another name, and the slug that follows from it; return how many summaries were written anew.

    Raises BadInput for a name that no tag can have, Conflict where another tag has the slug of it.
    """
    take_turn(session)
    tag, name = get_tag(session, slug), " ".join(name.split())
    new_slug = make_slug(name)
    if not new_slug or len(name) > 120 or "\0" in name:
        sentence = "a tag has at most 120 characters, at least one of them a letter or digit"
        raise BadInput(f"“{name[:80]}” is no name for a tag: {sentence}.", [FieldProblem("name", sentence)])
    if name == tag.name:
        return 0
    former, tag.name = tag.name, name
    if new_slug == slug:
        note_change(session, tag)
        session.flush()
    else:
        change_slug(session, tag, new_slug)
    record(session, actor, "tag.rename", new_slug, f"was {former} ({slug})")
    note = f"The tag {former} is now called {name}."
    return save_again(session, _ids(session, _carrying(tag)), actor=actor, note=note)


def merge_tags(session: Session, source: str, target: str, *, actor: Actor) -> int:
    """Give every summary that carries one tag another instead and delete the first, its address leading on."""
    take_turn(session)
    gone, kept = get_tag(session, source), get_tag(session, target)
    _refuse_itself(source, target, "tag")
    former, name = gone.name, kept.name

    def change(document: SummaryDocument) -> SummaryDocument:
        return document.model_copy(update={"tags": replaced(document.tags, former, name)})

    note = f"The tag {former} was merged into {name}."
    moved = save_again(session, _ids(session, _carrying(gone)), change, actor=actor, note=note)
    remove(session, gone, moved_to=target)
    record(session, actor, "tag.merge", target, f"{source} became {target} in {so_many(moved)}")
    return moved


def delete_tag(session: Session, slug: str, *, actor: Actor) -> None:
    """Delete a tag; raises Conflict where a summary of any status carries it."""
    take_turn(session)
    tag = get_tag(session, slug)
    _refuse_used(session, f"The tag “{slug}”", _carrying(tag), "merge it into another")
    remove(session, tag)
    record(session, actor, "tag.delete", slug)


def list_unused_tags(session: Session) -> list[Tag]:
    """Return the tags that no summary of any status carries, by slug."""
    unused = select(Tag).where(Tag.id.not_in(select(SummaryTag.tag_id)))
    return list(session.scalars(unused.order_by(Tag.slug)))


def delete_unused_tags(session: Session, *, actor: Actor) -> list[str]:
    """Delete every tag that no summary carries; return their slugs."""
    take_turn(session)
    tags = list_unused_tags(session)
    for tag in tags:
        remove(session, tag)
    if tags:
        record(session, actor, "tag.delete-unused", "", " ".join(tag.slug for tag in tags))
    return [tag.slug for tag in tags]


def rename_series(session: Session, slug: str, new_slug: str, *, actor: Actor) -> int:
    """Give a series another slug; return how many summaries were written anew. Raises BadInput or Conflict."""
    take_turn(session)
    series = get_series(session, slug)
    if slug == new_slug:
        return 0
    change_slug(session, series, new_slug)
    record(session, actor, "series.rename", new_slug, f"was {slug}")
    note = f"The series {slug} is now called {new_slug}."
    return save_again(session, _ids(session, _parts_of(series)), actor=actor, note=note)


def delete_series(session: Session, slug: str, *, actor: Actor) -> None:
    """Delete a series; raises Conflict where a summary of any status is a part of it."""
    take_turn(session)
    series = get_series(session, slug)
    _refuse_used(session, f"The series “{slug}”", _parts_of(series), "take them out of it first")
    remove(session, series)
    record(session, actor, "series.delete", slug)


def shelf_use(session: Session, shelf: Category | Series | Tag) -> int:
    """Return how many summaries of any status, the trash included, stand on a shelf."""
    ways = {Category: _standing_on, Tag: _carrying, Series: _parts_of}
    statement: Select[int] = ways[type(shelf)](shelf)  # type: ignore[operator]
    return session.scalars(select(func.count()).select_from(statement.subquery())).one()


def _standing_on(category: Category) -> Select[int]:
    return select(SummaryCategory.summary_id).where(SummaryCategory.category_id == category.id)


def _carrying(tag: Tag) -> Select[int]:
    return select(SummaryTag.summary_id).where(SummaryTag.tag_id == tag.id)


def _parts_of(series: Series) -> Select[int]:
    return select(Summary.id).where(Summary.series_id == series.id)


def _ids(session: Session, statement: Select[int]) -> list[int]:
    return list(session.scalars(statement))


def _refuse_used(session: Session, what: str, users: Select[int], way: str) -> None:
    number = session.scalars(select(func.count()).select_from(users.subquery())).one()
    if number:
        use = "uses" if number == 1 else "use"
        raise Conflict(f"{what} cannot be deleted: {so_many(number)} {use} it (drafts and the trash count); {way}.")


def _refuse_itself(source: str, target: str, word: str) -> None:
    if source == target:
        raise BadInput(f"A {word} cannot be merged with itself.", [FieldProblem("target", "the same as the source")])
