"""The five things an agent can ask: search, read a summary, read a paper, list the shelves, cite.

Load, act, answer, like every door; what a tool says of itself is written for a language model. NOT here: the protocol.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from re import sub
from typing import Annotated, Literal

from pydantic import Field

from app import addresses
from app.agent.answers import Found, PaperNamed, SearchAnswer, ShelfNamed, Shelves
from app.database import Database
from app.errors import BadInput, PaperNotFound
from app.interchange.bibtex import format_bibtex
from app.interchange.citation_text import apa, plain
from app.interchange.csl_json import format_csl_json
from app.interchange.library_folder import format_summary
from app.interchange.ris import format_ris
from app.papers.queries import find_by_identifier, get_paper, papers_by_key, record_of
from app.papers.records import PaperRecord
from app.search.identifiers import identifier
from app.search.index import SearchIndex
from app.search.matching import Filters
from app.search.query import Hit, search
from app.search.query import Request as Wanted
from app.search.source import StoreSource
from app.summaries.connections import backlinks_of_paper
from app.summaries.listing import SummaryFilters, SummaryRow, list_by_ids, slice_of_summaries
from app.summaries.paths import list_paths
from app.summaries.queries import documents_of, get_published
from app.summaries.shelves import Shelf, list_categories, list_series, list_tags

Form = Literal["bibtex", "ris", "csl-json", "apa", "plain"]
WRITERS: dict[str, Callable[[list[PaperRecord]], str]] = {
    "bibtex": format_bibtex,
    "ris": format_ris,
    "csl-json": format_csl_json,
    "apa": lambda records: "\n".join(map(apa, records)),
    "plain": lambda records: "\n".join(map(plain, records)),
}
MOST_CITED = 100


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools over one library; `base` is the URL that its pages begin with."""

    database: Database
    index: SearchIndex
    source: StoreSource
    base: str

    def search(
        self,
        query: Annotated[
            str,
            Field(
                max_length=500,
                description='Words or a question, "a phrase", -without, author:kingma, year:2015..2018, tag:attention.',
            ),
        ],
        limit: Annotated[int, Field(ge=1, le=50)] = 10,
        category: Annotated[
            str | None, Field(max_length=160, description="Slug of a category, see list_shelves.")
        ] = None,
        tag: Annotated[str | None, Field(max_length=160, description="Slug of a tag, see list_shelves.")] = None,
        year: Annotated[int | None, Field(description="Year of the paper.")] = None,
    ) -> SearchAnswer:
        """Search the summaries of papers in this curated library. Each result has the curator's TLDR and a slug."""
        filters = Filters(
            category=(category,) if category else (), tag=(tag,) if tag else (), year=(year,) if year else ()
        )
        found = search(self.index, query, Wanted(filters=filters, limit=limit), fallback=self.source.all_documents)
        with self.database.reading() as session:
            rows = {row.id: row for row in list_by_ids(session, found.ids)}
            unknown = [
                f"There is no {kind} “{slug}”: list_shelves has the slugs."
                for kind, slug, shelves in (("category", category, list_categories), ("tag", tag, list_tags))
                if slug and not found.total and slug not in {row.slug for row in shelves(session)}
            ]
        return SearchAnswer(
            total=found.total,
            results=[self._found(hit, rows[hit.id]) for hit in found.hits if hit.id in rows],
            suggestion=found.suggestion,
            notes=[*found.notes, *unknown],
        )

    def read_summary(self, slug: Annotated[str, Field(max_length=160)]) -> str:
        """Read one summary whole: front matter (papers, provenance, freshness), then Markdown with LaTeX."""
        with self.database.reading() as session:
            document = documents_of(session, [get_published(session, slug)])[0]
        return f"<!-- {self.base}{addresses.summary_path(slug)} -->\n{format_summary(document)}"

    def read_paper(
        self,
        paper: Annotated[str, Field(max_length=300, description="Citation key, arXiv id or DOI.")],
    ) -> str:
        """Read a paper's record, with the summaries that are about it and those that mention it."""
        found = identifier(paper.strip())
        with self.database.reading() as session:
            known = find_by_identifier(session, **{found.kind: found.value}) if found else None
            try:
                row = get_paper(session, known.key if known is not None else paper.strip())
            except PaperNotFound as error:
                raise PaperNotFound(
                    f"There is no paper “{paper}”: give its citation key, an arXiv id or a DOI (see search)."
                ) from error
            about = slice_of_summaries(session, SummaryFilters(paper=row.key), "newest", None, 50).items
            mentions = backlinks_of_paper(session, row)
            cited = format_bibtex([record_of(row)])
            lines = [f"# {row.title}", "", ", ".join(author.name for author in row.authors), ""]
            lines += [f"Page: {self.base}{addresses.paper_path(row.key)}", "", "```bibtex", cited.strip(), "```"]
            lines += ["", row.abstract, ""] if row.abstract else [""]
        lines += ["## Summaries", ""]
        lines += [f"- `{one.slug}` {one.title} ({one.freshness}): {one.tldr_text}" for one in about] or ["None yet."]
        if mentions:
            lines += ["", "## Mentioned in", ""]
            lines += [f"- `{one.url.rpartition('/')[2]}` {one.title}" for one in mentions[:50]]
        return "\n".join(lines) + "\n"

    def list_shelves(self) -> Shelves:
        """List the categories, series, reading paths and tags of the library, with how many summaries each holds."""
        with self.database.reading() as session:
            return Shelves(
                categories=[self._shelf(row, "categories") for row in list_categories(session)],
                series=[self._shelf(row, "series") for row in list_series(session)],
                tags=[self._shelf(row, "tags") for row in list_tags(session)],
                paths=[
                    ShelfNamed(
                        slug=path.slug, name=path.title, summaries=path.steps, description=path.description,
                        url=self.base + addresses.reading_path_path(path.slug),
                    )
                    for path in list_paths(session)
                ],
            )  # fmt: skip

    def cite(
        self,
        papers: Annotated[list[str], Field(min_length=1, max_length=MOST_CITED, description="Citation keys.")],
        form: Form = "bibtex",
    ) -> str:
        """Cite papers of the library by their keys, as BibTeX, RIS, CSL-JSON, APA or plain text."""
        keys = list(dict.fromkeys(papers))
        with self.database.reading() as session:
            known = papers_by_key(session, keys)
            missing = [key for key in keys if key not in known]
            if missing:
                raise PaperNotFound(f"There is no paper with the key “{missing[0][:120]}”.")
            records = [record_of(known[key]) for key in keys]
        if form not in WRITERS:
            raise BadInput(f"“{form}” is not one of {', '.join(WRITERS)}.")
        return WRITERS[form](records)

    def _found(self, hit: Hit, row: SummaryRow) -> Found:
        return Found(
            slug=row.slug,
            title=row.title,
            url=self.base + addresses.summary_path(row.slug),
            kind=row.kind,
            tldr=row.tldr_text,
            papers=[
                PaperNamed(
                    key=paper.key, title=paper.title, authors=[name for _, name, _ in paper.authors],
                    year=paper.year, arxiv_id=paper.arxiv_id, doi=paper.doi,
                )
                for paper in row.papers
            ],
            freshness=row.freshness,
            excerpt=unescape(sub(r"<[^>]+>", "", hit.excerpt_html)),
        )  # fmt: skip

    def _shelf(self, row: Shelf, kind: str) -> ShelfNamed:
        return ShelfNamed(
            slug=row.slug, name=row.name, summaries=row.count, description=row.description,
            url=f"{self.base}/{kind}/{row.slug}",
        )  # fmt: skip
