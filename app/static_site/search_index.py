"""What the search of a static site looks through: a short record of every published summary. NOT here: the looking."""

from sqlalchemy.orm import Session

from app.addresses import summary_path
from app.database import library_version
from app.markup import title_text
from app.static_site.addresses import relative
from app.summaries.listing import SummaryFilters, slice_of_summaries

BATCH = 100


def search_index(session: Session) -> tuple[int, list[dict[str, object]]]:
    """Return the library version and the records, newest first; links are relative to the search page."""
    found: list[dict[str, object]] = []
    cursor: str | None = None
    while True:
        part = slice_of_summaries(session, SummaryFilters(), "newest", cursor, BATCH)
        for row in part.items:
            people = list(dict.fromkeys(name for paper in row.papers for _, name, _ in paper.authors))
            found.append(
                {
                    "title": title_text(row.title),
                    "url": relative(summary_path(row.slug) + "/", "/search/"),
                    "kind": row.kind.replace("-", " ").capitalize(),
                    "tldr": row.tldr_text,
                    "papers": " ".join(f"{title_text(paper.title)} {paper.year or ''}".strip() for paper in row.papers),
                    "people": ", ".join(people[:6]),
                    "tags": ", ".join(name for _, name in (*row.categories, *row.tags)),
                }
            )
        cursor = part.next_cursor
        if cursor is None:
            return library_version(session), found
