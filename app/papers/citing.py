"""How a paper is named in running text and in a reference list. NOT here: exchange formats (`app/interchange/`)."""

from collections.abc import Sequence
from html import escape

from app.addresses import paper_path
from app.markup import title_html, title_text
from app.papers.models import Author, Paper

SHOWN = 6


def short_authors(authors: Sequence[Author]) -> str:
    """Return “Vaswani et al.”, “Kingma and Ba” or one family name; empty without authors."""
    if not authors:
        return ""
    if len(authors) == 1:
        return authors[0].family
    if len(authors) == 2:
        return f"{authors[0].family} and {authors[1].family}"
    return f"{authors[0].family} et al."


def label(paper: Paper) -> str:
    """Return the label of a citation: “Vaswani et al., 2017”."""
    who = short_authors(paper.authors) or title_text(paper.title)
    return ", ".join(part for part in (who, str(paper.year or "")) if part)


def reference_html(paper: Paper) -> str:
    """Return the reference-list entry as inline HTML, every piece of text escaped."""
    names = [author.name for author in paper.authors]
    shown = ", ".join(names if len(names) <= SHOWN else [*names[: SHOWN - 1], "et al."])
    parts = [_stopped(shown)] if shown else []
    if paper.year:
        parts.append(f"{paper.year}.")
    parts.append(_stopped(paper.title, f'<a href="{escape(paper_path(paper.key))}">{title_html(paper.title)}</a>'))
    if paper.venue:
        parts.append(_stopped(paper.venue, f"<cite>{title_html(paper.venue)}</cite>"))
    elif paper.arxiv_id:
        parts.append(f"arXiv:{escape(paper.arxiv_id)}.")
    return " ".join(parts)


def _stopped(text: str, html: str = "") -> str:
    """Return the text (or the HTML that shows it) with a full stop, unless it ends a sentence by itself."""
    return (html or escape(text)) + ("" if text.endswith((".", "?", "!")) else ".")
