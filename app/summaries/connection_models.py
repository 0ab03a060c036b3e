"""How summaries connect: links and citations as written, prerequisites, reading paths.

Links and citations keep the target as it was written and are matched when read, so a target that appears, moves or
goes needs no upkeep here.
"""

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, now
from app.summaries.models import Summary

LINK_TYPES = ("builds-on", "contradicts", "replicates", "compares", "supersedes")


class Link(Base):
    """A `[[...]]` in a body: `form` is slug, arxiv, doi or key, `value` the target in that form; `type` may be ""."""

    __tablename__ = "link"

    source_id: Mapped[int] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(String(8))
    value: Mapped[str] = mapped_column(String(300))
    type: Mapped[str] = mapped_column(String(16), default="")
    line: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("ix_link_target", "form", "value"),)


class Citation(Base):
    """A `[@key]` in a body."""

    __tablename__ = "citation"

    source_id: Mapped[int] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), index=True)


class Prerequisite(Base):
    """A summary that another asks its reader to have read first."""

    __tablename__ = "prerequisite"

    summary_id: Mapped[int] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"), primary_key=True)
    requires_id: Mapped[int] = mapped_column(ForeignKey("summary.id"), primary_key=True, index=True)
    position: Mapped[int]

    requires: Mapped[Summary] = relationship(lazy="raise", foreign_keys=[requires_id])


class Path(Base):
    """A reading path: ordered steps over summaries."""

    __tablename__ = "path"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
    stamp: Mapped[int] = mapped_column(default=0, index=True)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now)

    steps: Mapped[list["PathStep"]] = relationship(
        order_by="PathStep.position", cascade="all, delete-orphan", lazy="raise"
    )


class PathStep(Base):
    """One step of a path, with a sentence on why it stands here."""

    __tablename__ = "path_step"

    path_id: Mapped[int] = mapped_column(ForeignKey("path.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    summary_id: Mapped[int] = mapped_column(ForeignKey("summary.id"), index=True)
    note: Mapped[str] = mapped_column(Text, default="")

    summary: Mapped[Summary] = relationship(lazy="raise")
