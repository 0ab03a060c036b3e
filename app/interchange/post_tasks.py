"""A post saved as a summary: categories that the library has, papers that it knows, and nothing taken back.

What the post does not say stays as the library has it, so that importing again changes only what changed in the post.
NOT here: reading posts (`posts.py`).
"""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.service import Actor
from app.errors import BadInput, CairnError
from app.interchange.import_tasks import Done, Task, told_in
from app.interchange.posts import Post
from app.papers.queries import find_by_identifier
from app.summaries.documents import SummaryDocument
from app.summaries.models import Revision, Summary
from app.summaries.service import save_summary
from app.taxonomy.queries import list_category_records
from app.taxonomy.slugs import make_slug


def post_task(post: Post, file: str, actor: Actor, *, publish: bool) -> Task:
    """Save one post; a sentence tells what became of its categories, papers and formulas."""
    slug = post.document.slug

    def save(session: Session) -> Done:
        told: list[str] = []
        document = _settled(session, post, publish, told)
        saved = save_summary(session, document, actor=actor, note=f"imported from {file}")
        wrong = [told_in(post.place, problem) for problem in saved.problems if problem["severity"] == "error"]
        told += [f"line {line}: {message}" for line, message in wrong[:5]]
        told += [f"and {len(wrong) - 5} more"] if len(wrong) > 5 else []
        return saved.outcome, "; ".join(told), wrong[0][0] if wrong else None

    def explain(error: CairnError) -> tuple[str, int | None]:
        problems = error.problems if isinstance(error, BadInput) else ()
        return str(error), 1 if problems else None

    return Task("summary", slug, file, None, save, explain)


def _settled(session: Session, post: Post, publish: bool, told: list[str]) -> SummaryDocument:
    known = latest(session, post.document.slug)
    found, labels = shelves(session, post.categories, told)
    said = {name: getattr(post.document, name) for name in post.said} | {"body": post.document.body}
    if labels:
        said["tags"] = (*post.document.tags, *labels)
    if found:
        said["categories"] = tuple(found)
    said |= _works(session, post, told)
    values = (known or post.document).model_dump() | said
    if post.status is not None:
        values["status"] = post.status
    if publish and not post.draft:
        publishable(values, told)
    if values["status"] == "published" and not values["categories"]:
        values["status"] = "draft"
        told.append("it says that it is published, but the library has none of its categories: a draft")
    return SummaryDocument.model_validate(values)


def publishable(values: dict[str, Any], told: list[str]) -> None:
    """Publish a draft that stands in a category; others stay drafts, and that is told."""
    if values["status"] == "draft" and values["categories"]:
        values["status"] = "published"
    elif values["status"] == "draft":
        told.append("left as a draft: the library has none of its categories")


def latest(session: Session, slug: str) -> SummaryDocument | None:
    """Return the newest document of the summary with this slug."""
    statement = select(Revision.document).join(Summary, Summary.id == Revision.summary_id).where(Summary.slug == slug)
    text = session.scalars(statement.order_by(Revision.number.desc()).limit(1)).first()
    return SummaryDocument.model_validate_json(text) if text is not None else None


def shelves(session: Session, names: Sequence[str], told: list[str]) -> tuple[list[str], list[str]]:
    """Return the slugs of the categories that there are, and the other names, which become tags."""
    if not names:
        return [], []
    records = list_category_records(session)
    known = {record.slug: record.slug for record in records} | {
        make_slug(record.name): record.slug for record in records
    }
    found = [known[make_slug(name)] for name in names if make_slug(name) in known]
    labels = [name[:120] for name in names if make_slug(name) and make_slug(name) not in known]
    if labels:
        told.append(f"no such category, so a tag: {', '.join(labels)}")
    return list(dict.fromkeys(found)), labels


def _works(session: Session, post: Post, told: list[str]) -> dict[str, Any]:
    """Lead links to papers that the library knows to their pages; a post that names one only is about that paper."""
    body, keys, wanted = post.document.body, [], []
    for whole, kind, identifier, line in post.works:
        paper = find_by_identifier(session, **{kind: identifier})
        if paper is None:
            wanted.append(f"{kind}:{identifier} (line {line})")
            continue
        keys.append(paper.key)
        words = re.match(r"\[([^\[\]|]+)\]", whole)
        body = body.replace(whole, f"[[{kind}:{identifier}" + (f" | {words[1]}]]" if words else "]]"))
    if wanted:
        told.append(f"wanted, since the library has no such paper: {', '.join(dict.fromkeys(wanted))}")
    found: dict[str, Any] = {"body": body}
    if not {"kind", "papers"} & post.said and post.document.link is None:
        only = len({(kind, identifier) for _, kind, identifier, _ in post.works}) == 1 and bool(keys)
        found |= {"kind": "paper-summary", "papers": tuple(keys[:1])} if only else {"kind": "deep-dive"}
    return found
