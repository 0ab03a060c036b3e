"""What is asked before a category is merged, emptied or deleted: what would happen, or why it cannot be.

NOT here: doing it (`shelves.py`).
"""

from typing import Literal

from sqlalchemy.orm import Session

from app.desk.curating import Ask, many, wrong
from app.summaries.curating import shelf_use
from app.summaries.desk_shelves import slugs_on
from app.taxonomy.queries import categories_by_slug, get_category

PAGE = "/admin/shelves"
Act = Literal["merge", "move"]


def emptying(session: Session, slug: str, into: str, act: Act) -> Ask:
    """Return what is asked before everything in a category goes to another; raises BadInput where that is none."""
    gone = get_category(session, slug)
    target = categories_by_slug(session, [into]).get(into)
    if target is None or target.slug == slug:
        raise wrong("into" if act == "merge" else "to", "Choose another category.")
    used = shelf_use(session, gone)
    left = used - len(slugs_on(session, slug)) if act == "move" else 0
    count = many(used - left, "summary moves", "summaries move")
    trashed = many(left, "summary that is in the trash", "summaries that are in the trash")
    ends = {
        "merge": f"The category “{gone.name}” is deleted, and its address leads to “{target.name}”.",
        "move": f"The category “{gone.name}” stays, {f'with {trashed}' if left else 'empty'}.",
    }
    return Ask(
        title=f"{act.capitalize()} “{gone.name}” {'into' if act == 'merge' else 'to'} “{target.name}”?",
        sentence=f"{count.capitalize()} to “{target.name}”, each with a new revision that says so. {ends[act]}",
        button="Merge the categories" if act == "merge" else "Move them",
        action=f"{PAGE}/categories/{slug}/{act}",
        back=f"{PAGE}/categories/{slug}",
        fields=[("into", into)],
    )


def deletion(session: Session, slug: str) -> Ask:
    """Return what is asked before a category is deleted, or why it cannot be."""
    category = get_category(session, slug)
    used = shelf_use(session, category)
    stand = many(used, "summary stands in it", "summaries stand in it")
    return Ask(
        title=f"Delete the category “{category.name}”?",
        sentence="Nothing stands in it. Its page goes; its name may be given again.",
        button="Delete the category",
        action=f"{PAGE}/categories/{slug}/delete",
        back=f"{PAGE}/categories/{slug}",
        refused=f"It cannot be deleted: {stand} (drafts and the trash count). Merge it, or move them first."
        if used
        else "",
    )
