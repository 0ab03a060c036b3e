"""What surrounds a summary while it is written: autosaved drafts, comments of reviewers, preview links.

None of it is part of the library: it is not exported and readers never see it.
"""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, now


class Draft(Base):
    """The unsaved text of one person's form, kept every few seconds: `form` is its fields as they were typed.

    `key` names the form: the slug of the summary, or a one-time value for one that does not exist yet.
    `base_revision` is the revision the person began from (0 for a new summary).
    """

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    summary_id: Mapped[int | None] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(160))
    base_revision: Mapped[int]
    form: Mapped[dict[str, Any]]
    saved_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("user_id", "key"),)


class Comment(Base):
    """A remark on a summary under review; `author` outlives the account it names."""

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    summary_id: Mapped[int] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    author: Mapped[str] = mapped_column(String(254))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    resolved_at: Mapped[dt.datetime | None]
    resolved_by: Mapped[str] = mapped_column(String(254), default="")


class PreviewLink(Base):
    """A link by which somebody without an account reads an unpublished summary until it expires."""

    __tablename__ = "preview_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    summary_id: Mapped[int] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_by: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
