"""Summaries as they are stored: the text and its shelves, its revisions, and what was rendered from it.

The connections between summaries (links, citations, prerequisites, paths) are in `connection_models.py`; macro sets
and media in `asset_models.py`. NOT here: reads (`queries.py`), rules and writes (`service.py`).
"""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, now
from app.papers.models import Paper
from app.taxonomy.models import Category, Series, Tag

KINDS = ("paper-summary", "deep-dive", "link")
STATUSES = ("draft", "in-review", "published", "archived")
WRITTEN_BY = ("human", "ai-assisted", "ai")
READ_DEPTHS = ("none", "abstract", "full", "reproduced")
FRESHNESS = ("current", "contested", "superseded", "retracted")

PUBLIC = "status = 'published' AND trashed_at IS NULL"


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=column)


class Summary(Base):
    """What a curator wrote. `stamp` is the library version of the last change that readers could see; `updated_at`
    is the last meaningful change as people are told it; `saved_at` is the last save of any kind; `scheduled_at` is when
    an editor wants it published (never part of the document: it is a plan, not a fact of the library).
    """

    __tablename__ = "summary"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(160), unique=True)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(10))
    tldr: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str | None] = mapped_column(Text)
    source_name: Mapped[str] = mapped_column(Text, default="")
    source_url: Mapped[str] = mapped_column(Text, default="")
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    part: Mapped[int | None]

    written_by: Mapped[str] = mapped_column(String(12), default="human")
    model: Mapped[str] = mapped_column(String(120), default="")
    read: Mapped[str | None] = mapped_column(String(12))
    paper_version: Mapped[str] = mapped_column(String(60), default="")
    reviewed_by: Mapped[str] = mapped_column(String(200), default="")
    reviewed_on: Mapped[dt.date | None]

    freshness: Mapped[str] = mapped_column(String(12), default="current")
    freshness_reason: Mapped[str] = mapped_column(Text, default="")
    freshness_by: Mapped[str] = mapped_column(String(300), default="")

    published_at: Mapped[dt.datetime | None]
    updated_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    saved_at: Mapped[dt.datetime] = mapped_column(default=now)
    trashed_at: Mapped[dt.datetime | None]
    scheduled_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    revision: Mapped[int] = mapped_column(default=0)
    stamp: Mapped[int] = mapped_column(default=0, index=True)

    series: Mapped[Series | None] = relationship(lazy="raise")
    about: Mapped[list["SummaryPaper"]] = relationship(
        order_by="SummaryPaper.position", cascade="all, delete-orphan", lazy="raise"
    )
    shelved: Mapped[list["SummaryCategory"]] = relationship(
        order_by="SummaryCategory.position", cascade="all, delete-orphan", lazy="raise"
    )
    tagged: Mapped[list["SummaryTag"]] = relationship(
        order_by="SummaryTag.position", cascade="all, delete-orphan", lazy="raise"
    )
    curators: Mapped[list["SummaryCurator"]] = relationship(
        order_by="SummaryCurator.position", cascade="all, delete-orphan", lazy="raise"
    )
    updates: Mapped[list["SummaryUpdate"]] = relationship(
        order_by="SummaryUpdate.position", cascade="all, delete-orphan", lazy="raise"
    )
    rendering: Mapped["Rendering | None"] = relationship(
        back_populates="summary", cascade="all, delete-orphan", lazy="raise", uselist=False
    )

    __table_args__ = (
        _one_of("kind", KINDS),
        _one_of("status", STATUSES),
        _one_of("written_by", WRITTEN_BY),
        _one_of("read", READ_DEPTHS),
        _one_of("freshness", FRESHNESS),
        CheckConstraint("(part IS NULL) = (series_id IS NULL)", name="part_in_series"),
        CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published_has_a_date"),
        UniqueConstraint("series_id", "part"),
        Index("ix_summary_newest", "published_at", "id", sqlite_where=text(PUBLIC), postgresql_where=text(PUBLIC)),
        Index("ix_summary_title", "title", "id", sqlite_where=text(PUBLIC), postgresql_where=text(PUBLIC)),
        Index("ix_summary_kind", "kind", "series_id", sqlite_where=text(PUBLIC), postgresql_where=text(PUBLIC)),
        Index("ix_summary_saved", "saved_at", "id", sqlite_where=text(PUBLIC), postgresql_where=text(PUBLIC)),
    )

    @property
    def papers(self) -> list[Paper]:
        return [row.paper for row in self.about]

    @property
    def categories(self) -> list[Category]:
        return [row.category for row in self.shelved]

    @property
    def tags(self) -> list[Tag]:
        return [row.tag for row in self.tagged]

    @property
    def is_public(self) -> bool:
        return self.status == "published" and self.trashed_at is None


class SummaryPaper(Base):
    """A paper that a summary is about, in the curator's order."""

    __tablename__ = "summary_paper"

    summary_id: Mapped[int] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"), primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), primary_key=True, index=True)
    position: Mapped[int]

    paper: Mapped[Paper] = relationship(lazy="raise")


class SummaryCategory(Base):
    """A shelf that a summary stands on; the first one is its main shelf."""

    __tablename__ = "summary_category"

    summary_id: Mapped[int] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"), primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), primary_key=True, index=True)
    position: Mapped[int]

    category: Mapped[Category] = relationship(lazy="raise")


class SummaryTag(Base):
    __tablename__ = "summary_tag"

    summary_id: Mapped[int] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True, index=True)
    position: Mapped[int]

    tag: Mapped[Tag] = relationship(lazy="raise")


class SummaryCurator(Base):
    """A curator as the summary names them: a name, so that it survives the account and the server."""

    __tablename__ = "summary_curator"

    summary_id: Mapped[int] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class SummaryUpdate(Base):
    """A dated note inside a published summary ("2017-08-09: fixed a bug in ...")."""

    __tablename__ = "summary_update"

    summary_id: Mapped[int] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[dt.date]
    text: Mapped[str] = mapped_column(Text)


class Rendering(Base):
    """What was rendered from a summary: derived, and replaced whenever `fingerprint` no longer fits its sources.

    `headings` and `problems` are JSON lists; `updates_html` a JSON list beside `Summary.updates`.
    """

    __tablename__ = "rendering"

    summary_id: Mapped[int] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    tldr_html: Mapped[str] = mapped_column(Text)
    tldr_text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    headings: Mapped[list[dict[str, Any]]]
    problems: Mapped[list[dict[str, Any]]]
    updates_html: Mapped[list[str]]
    words: Mapped[int]
    formulas: Mapped[int]

    summary: Mapped[Summary] = relationship(back_populates="rendering", lazy="raise")


class Revision(Base):
    """An immutable snapshot of a summary at one save: `document` is the canonical JSON of its SummaryDocument and
    `sha256` the hex digest of those bytes. Ordered by `number`, never by time: clocks go back.
    `submission` is the one-time value of the form that made it: the same form sent again makes no second revision.
    """

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    summary_id: Mapped[int] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"))
    number: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    actor: Mapped[str] = mapped_column(String(254))
    saved_at: Mapped[dt.datetime] = mapped_column(default=now)
    note: Mapped[str] = mapped_column(Text, default="")
    submission: Mapped[str | None] = mapped_column(String(64), unique=True, index=True)

    __table_args__ = (UniqueConstraint("summary_id", "number"),)

    @property
    def told_actor(self) -> str:
        """Who saved it as readers are told: nobody where all that is known of them is an e-mail address."""
        return "" if "@" in self.actor else self.actor


class FormerSlug(Base):
    """A slug that a summary used to have; its URL redirects."""

    __tablename__ = "former_slug"

    slug: Mapped[str] = mapped_column(String(160), primary_key=True)
    summary_id: Mapped[int] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"), index=True)
