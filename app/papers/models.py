"""Papers and their authors. Facts only. NOT here: what anyone thinks of a paper (`app/summaries/`)."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, now

KINDS = ("article", "conference", "preprint", "report", "thesis", "book", "other")


class Author(Base):
    """A person (`family`, `given`) or a body such as a collaboration (`family` alone, `given` empty)."""

    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(160), unique=True)
    family: Mapped[str] = mapped_column(String(200))
    given: Mapped[str] = mapped_column(String(200), default="")
    stamp: Mapped[int] = mapped_column(default=0, index=True)

    __table_args__ = (
        UniqueConstraint("family", "given"),
        Index("ix_author_family_given_id", "family", "given", "id"),
    )

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}".strip()


class Paper(Base):
    """A bibliographic record. `key` is its citation key and its place in URLs; `venue` is the journal, proceedings
    or book it appeared in; `arxiv_id` carries no version.
    """

    __tablename__ = "paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(Text)
    year: Mapped[int | None] = mapped_column(index=True)
    month: Mapped[int | None]
    day: Mapped[int | None]
    venue: Mapped[str] = mapped_column(Text, default="")
    volume: Mapped[str] = mapped_column(String(60), default="")
    issue: Mapped[str] = mapped_column(String(60), default="")
    pages: Mapped[str] = mapped_column(String(60), default="")
    publisher: Mapped[str] = mapped_column(String(300), default="")
    institution: Mapped[str] = mapped_column(String(300), default="")
    doi: Mapped[str | None] = mapped_column(String(300), unique=True)
    arxiv_id: Mapped[str | None] = mapped_column(String(40), unique=True)
    arxiv_class: Mapped[str] = mapped_column(String(40), default="")
    url: Mapped[str] = mapped_column(Text, default="")
    code_url: Mapped[str] = mapped_column(Text, default="")
    abstract: Mapped[str] = mapped_column(Text, default="")
    stamp: Mapped[int] = mapped_column(default=0, index=True)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now)

    authorships: Mapped[list["Authorship"]] = relationship(
        back_populates="paper", order_by="Authorship.position", cascade="all, delete-orphan", lazy="raise"
    )

    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in KINDS)})", name="kind"),
        CheckConstraint("month BETWEEN 1 AND 12", name="month"),
        CheckConstraint("day BETWEEN 1 AND 31", name="day"),
        Index("ix_paper_updated_at_id", "updated_at", "id"),
    )

    @property
    def authors(self) -> list[Author]:
        """The authors in the paper's order; needs `authorships` and their authors loaded."""
        return [authorship.author for authorship in self.authorships]


class Authorship(Base):
    """An author's place on a paper, counted from 1."""

    __tablename__ = "authorship"

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"), index=True)

    paper: Mapped[Paper] = relationship(back_populates="authorships", lazy="raise")
    author: Mapped[Author] = relationship(lazy="raise")
