"""What summaries use: macro sets and media. Both live in the store: one backup and one transaction cover them."""

import datetime as dt

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, now


class MacroSetRow(Base):
    """A named list of TeX definitions; `fingerprint` is the sha256 of what it defines (app.markup)."""

    __tablename__ = "macro_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    source: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    stamp: Mapped[int] = mapped_column(default=0, index=True)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now)


class SummaryMacroSet(Base):
    """A macro set that a summary asks for; later sets win."""

    __tablename__ = "summary_macro_set"

    summary_id: Mapped[int] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"), primary_key=True)
    macro_set_id: Mapped[int] = mapped_column(ForeignKey("macro_set.id"), primary_key=True, index=True)
    position: Mapped[int]

    macro_set: Mapped[MacroSetRow] = relationship(lazy="raise")


class Media(Base):
    """A picture that bodies show, named relatively (`../media/x.svg`). `sha256` is the hex digest of `data`."""

    __tablename__ = "media"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    content_type: Mapped[str] = mapped_column(String(60))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    stamp: Mapped[int] = mapped_column(default=0, index=True)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now)
