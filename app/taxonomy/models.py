"""Categories, tags and series. NOT here: which summaries stand on them (`app/summaries/models.py`)."""

import datetime as dt

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, now


class Category(Base):
    """A curated shelf with a description. `stamp` is the library version of its last change, here and below."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(default=0)
    stamp: Mapped[int] = mapped_column(default=0, index=True)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_category_position_slug", "position", "slug"),)


class Tag(Base):
    """A free label. Its slug is what URLs and files carry; its name is what people see."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    stamp: Mapped[int] = mapped_column(default=0, index=True)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now)


class Series(Base):
    """An ordered multi-part run of summaries."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
    stamp: Mapped[int] = mapped_column(default=0, index=True)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now)
