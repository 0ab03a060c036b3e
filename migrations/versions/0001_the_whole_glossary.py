"""the whole glossary"""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "author",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=160), nullable=False),
        sa.Column("family", sa.String(length=200), nullable=False),
        sa.Column("given", sa.String(length=200), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author")),
        sa.UniqueConstraint("family", "given", name=op.f("uq_author_family_given")),
        sa.UniqueConstraint("slug", name=op.f("uq_author_slug")),
    )
    with op.batch_alter_table("author", schema=None) as batch_op:
        batch_op.create_index("ix_author_family_given_id", ["family", "given", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_author_stamp"), ["stamp"], unique=False)

    op.create_table(
        "category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("slug", name=op.f("uq_category_slug")),
    )
    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.create_index("ix_category_position_slug", ["position", "slug"], unique=False)
        batch_op.create_index(batch_op.f("ix_category_stamp"), ["stamp"], unique=False)

    op.create_table(
        "library",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seeding", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_library_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library")),
    )
    op.create_table(
        "macro_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_macro_set")),
        sa.UniqueConstraint("name", name=op.f("uq_macro_set_name")),
    )
    with op.batch_alter_table("macro_set", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_macro_set_stamp"), ["stamp"], unique=False)

    op.create_table(
        "media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=60), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("name", name=op.f("uq_media_name")),
    )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_media_stamp"), ["stamp"], unique=False)

    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("venue", sa.Text(), nullable=False),
        sa.Column("volume", sa.String(length=60), nullable=False),
        sa.Column("issue", sa.String(length=60), nullable=False),
        sa.Column("pages", sa.String(length=60), nullable=False),
        sa.Column("publisher", sa.String(length=300), nullable=False),
        sa.Column("institution", sa.String(length=300), nullable=False),
        sa.Column("doi", sa.String(length=300), nullable=True),
        sa.Column("arxiv_id", sa.String(length=40), nullable=True),
        sa.Column("arxiv_class", sa.String(length=40), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("code_url", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('article', 'conference', 'preprint', 'report', 'thesis', 'book', 'other')",
            name=op.f("ck_paper_kind"),
        ),
        sa.CheckConstraint("day BETWEEN 1 AND 31", name=op.f("ck_paper_day")),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("ck_paper_month")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("arxiv_id", name=op.f("uq_paper_arxiv_id")),
        sa.UniqueConstraint("doi", name=op.f("uq_paper_doi")),
        sa.UniqueConstraint("key", name=op.f("uq_paper_key")),
    )
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_stamp"), ["stamp"], unique=False)
        batch_op.create_index("ix_paper_updated_at_id", ["updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_year"), ["year"], unique=False)

    op.create_table(
        "path",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_path")),
        sa.UniqueConstraint("slug", name=op.f("uq_path_slug")),
    )
    with op.batch_alter_table("path", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_path_stamp"), ["stamp"], unique=False)

    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("slug", name=op.f("uq_series_slug")),
    )
    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_series_stamp"), ["stamp"], unique=False)

    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("slug", name=op.f("uq_tag_slug")),
    )
    with op.batch_alter_table("tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tag_stamp"), ["stamp"], unique=False)

    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('curator', 'editor', 'admin')", name=op.f("ck_user_account_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=5), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("scope IN ('read', 'write')", name=op.f("ck_api_token_scope")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_api_token_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("public_id", name=op.f("uq_api_token_public_id")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_user_id"), ["user_id"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("action", sa.String(length=50), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_audit_entry_actor_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_at_id", ["at", "id"], unique=False)

    op.create_table(
        "authorship",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_authorship_author_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_authorship_paper_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("paper_id", "position", name=op.f("pk_authorship")),
    )
    with op.batch_alter_table("authorship", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_authorship_author_id"), ["author_id"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_login_session_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "summary",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=160), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("tldr", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("written_by", sa.String(length=12), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("read", sa.String(length=12), nullable=True),
        sa.Column("paper_version", sa.String(length=60), nullable=False),
        sa.Column("reviewed_by", sa.String(length=200), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("freshness", sa.String(length=12), nullable=False),
        sa.Column("freshness_reason", sa.Text(), nullable=False),
        sa.Column("freshness_by", sa.String(length=300), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trashed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "freshness IN ('current', 'contested', 'superseded', 'retracted')", name=op.f("ck_summary_freshness")
        ),
        sa.CheckConstraint("kind IN ('paper-summary', 'deep-dive', 'link')", name=op.f("ck_summary_kind")),
        sa.CheckConstraint("read IN ('none', 'abstract', 'full', 'reproduced')", name=op.f("ck_summary_read")),
        sa.CheckConstraint(
            "status <> 'published' OR published_at IS NOT NULL", name=op.f("ck_summary_published_has_a_date")
        ),
        sa.CheckConstraint("status IN ('draft', 'in-review', 'published', 'archived')", name=op.f("ck_summary_status")),
        sa.CheckConstraint("written_by IN ('human', 'ai-assisted', 'ai')", name=op.f("ck_summary_written_by")),
        sa.CheckConstraint("(part IS NULL) = (series_id IS NULL)", name=op.f("ck_summary_part_in_series")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_summary_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary")),
        sa.UniqueConstraint("series_id", "part", name=op.f("uq_summary_series_id_part")),
        sa.UniqueConstraint("slug", name=op.f("uq_summary_slug")),
    )
    with op.batch_alter_table("summary", schema=None) as batch_op:
        batch_op.create_index(
            "ix_summary_newest",
            ["published_at", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'published' AND trashed_at IS NULL"),
            postgresql_where=sa.text("status = 'published' AND trashed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_summary_kind",
            ["kind", "series_id"],
            unique=False,
            sqlite_where=sa.text("status = 'published' AND trashed_at IS NULL"),
            postgresql_where=sa.text("status = 'published' AND trashed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_summary_saved",
            ["saved_at", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'published' AND trashed_at IS NULL"),
            postgresql_where=sa.text("status = 'published' AND trashed_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_summary_series_id"), ["series_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_summary_stamp"), ["stamp"], unique=False)
        batch_op.create_index(
            "ix_summary_title",
            ["title", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'published' AND trashed_at IS NULL"),
            postgresql_where=sa.text("status = 'published' AND trashed_at IS NULL"),
        )

    op.create_table(
        "citation",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["summary.id"], name=op.f("fk_citation_source_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source_id", "position", name=op.f("pk_citation")),
    )
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_citation_key"), ["key"], unique=False)

    op.create_table(
        "former_slug",
        sa.Column("slug", sa.String(length=160), nullable=False),
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["summary_id"], ["summary.id"], name=op.f("fk_former_slug_summary_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_former_slug")),
    )
    with op.batch_alter_table("former_slug", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_former_slug_summary_id"), ["summary_id"], unique=False)

    op.create_table(
        "link",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["summary.id"], name=op.f("fk_link_source_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source_id", "position", name=op.f("pk_link")),
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index("ix_link_target", ["form", "value"], unique=False)

    op.create_table(
        "path_step",
        sa.Column("path_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["path_id"], ["path.id"], name=op.f("fk_path_step_path_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["summary_id"], ["summary.id"], name=op.f("fk_path_step_summary_id")),
        sa.PrimaryKeyConstraint("path_id", "position", name=op.f("pk_path_step")),
    )
    with op.batch_alter_table("path_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_path_step_summary_id"), ["summary_id"], unique=False)

    op.create_table(
        "prerequisite",
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.Column("requires_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["requires_id"], ["summary.id"], name=op.f("fk_prerequisite_requires_id")),
        sa.ForeignKeyConstraint(
            ["summary_id"], ["summary.id"], name=op.f("fk_prerequisite_summary_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("summary_id", "requires_id", name=op.f("pk_prerequisite")),
    )
    with op.batch_alter_table("prerequisite", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prerequisite_requires_id"), ["requires_id"], unique=False)

    op.create_table(
        "rendering",
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("tldr_html", sa.Text(), nullable=False),
        sa.Column("tldr_text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("updates_html", sa.JSON(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("formulas", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["summary_id"], ["summary.id"], name=op.f("fk_rendering_summary_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("summary_id", name=op.f("pk_rendering")),
    )
    with op.batch_alter_table("rendering", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rendering_fingerprint"), ["fingerprint"], unique=False)

    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_revision_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["summary_id"], ["summary.id"], name=op.f("fk_revision_summary_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("summary_id", "number", name=op.f("uq_revision_summary_id_number")),
    )
    op.create_table(
        "summary_category",
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_summary_category_category_id")),
        sa.ForeignKeyConstraint(
            ["summary_id"], ["summary.id"], name=op.f("fk_summary_category_summary_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("summary_id", "category_id", name=op.f("pk_summary_category")),
    )
    with op.batch_alter_table("summary_category", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_summary_category_category_id"), ["category_id"], unique=False)

    op.create_table(
        "summary_curator",
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["summary_id"], ["summary.id"], name=op.f("fk_summary_curator_summary_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("summary_id", "position", name=op.f("pk_summary_curator")),
    )
    op.create_table(
        "summary_macro_set",
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.Column("macro_set_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["macro_set_id"], ["macro_set.id"], name=op.f("fk_summary_macro_set_macro_set_id")),
        sa.ForeignKeyConstraint(
            ["summary_id"], ["summary.id"], name=op.f("fk_summary_macro_set_summary_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("summary_id", "macro_set_id", name=op.f("pk_summary_macro_set")),
    )
    with op.batch_alter_table("summary_macro_set", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_summary_macro_set_macro_set_id"), ["macro_set_id"], unique=False)

    op.create_table(
        "summary_paper",
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_summary_paper_paper_id")),
        sa.ForeignKeyConstraint(
            ["summary_id"], ["summary.id"], name=op.f("fk_summary_paper_summary_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("summary_id", "paper_id", name=op.f("pk_summary_paper")),
    )
    with op.batch_alter_table("summary_paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_summary_paper_paper_id"), ["paper_id"], unique=False)

    op.create_table(
        "summary_tag",
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["summary_id"], ["summary.id"], name=op.f("fk_summary_tag_summary_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_summary_tag_tag_id")),
        sa.PrimaryKeyConstraint("summary_id", "tag_id", name=op.f("pk_summary_tag")),
    )
    with op.batch_alter_table("summary_tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_summary_tag_tag_id"), ["tag_id"], unique=False)

    op.create_table(
        "summary_update",
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["summary_id"], ["summary.id"], name=op.f("fk_summary_update_summary_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("summary_id", "position", name=op.f("pk_summary_update")),
    )
    # ### end Alembic commands ###

    library = sa.table(
        "library",
        sa.column("id"),
        sa.column("version"),
        sa.column("changed_at", sa.DateTime(timezone=True)),
        sa.column("seeding", sa.Boolean()),
    )
    beginning = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    op.execute(sa.insert(library).values(id=1, version=0, changed_at=beginning, seeding=False))


def downgrade() -> None:
    op.drop_table("summary_update")
    with op.batch_alter_table("summary_tag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_summary_tag_tag_id"))

    op.drop_table("summary_tag")
    with op.batch_alter_table("summary_paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_summary_paper_paper_id"))

    op.drop_table("summary_paper")
    with op.batch_alter_table("summary_macro_set", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_summary_macro_set_macro_set_id"))

    op.drop_table("summary_macro_set")
    op.drop_table("summary_curator")
    with op.batch_alter_table("summary_category", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_summary_category_category_id"))

    op.drop_table("summary_category")
    op.drop_table("revision")
    with op.batch_alter_table("rendering", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rendering_fingerprint"))

    op.drop_table("rendering")
    with op.batch_alter_table("prerequisite", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prerequisite_requires_id"))

    op.drop_table("prerequisite")
    with op.batch_alter_table("path_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_path_step_summary_id"))

    op.drop_table("path_step")
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index("ix_link_target")

    op.drop_table("link")
    with op.batch_alter_table("former_slug", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_former_slug_summary_id"))

    op.drop_table("former_slug")
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_citation_key"))

    op.drop_table("citation")
    with op.batch_alter_table("summary", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_summary_title",
            sqlite_where=sa.text("status = 'published' AND trashed_at IS NULL"),
            postgresql_where=sa.text("status = 'published' AND trashed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_summary_stamp"))
        batch_op.drop_index(batch_op.f("ix_summary_series_id"))
        batch_op.drop_index(
            "ix_summary_kind",
            sqlite_where=sa.text("status = 'published' AND trashed_at IS NULL"),
            postgresql_where=sa.text("status = 'published' AND trashed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_summary_saved",
            sqlite_where=sa.text("status = 'published' AND trashed_at IS NULL"),
            postgresql_where=sa.text("status = 'published' AND trashed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_summary_newest",
            sqlite_where=sa.text("status = 'published' AND trashed_at IS NULL"),
            postgresql_where=sa.text("status = 'published' AND trashed_at IS NULL"),
        )

    op.drop_table("summary")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_user_id"))

    op.drop_table("login_session")
    with op.batch_alter_table("authorship", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_authorship_author_id"))

    op.drop_table("authorship")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_at_id")

    op.drop_table("audit_entry")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_user_id"))

    op.drop_table("api_token")
    op.drop_table("user_account")
    with op.batch_alter_table("tag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tag_stamp"))

    op.drop_table("tag")
    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_series_stamp"))

    op.drop_table("series")
    with op.batch_alter_table("path", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_path_stamp"))

    op.drop_table("path")
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_year"))
        batch_op.drop_index("ix_paper_updated_at_id")
        batch_op.drop_index(batch_op.f("ix_paper_stamp"))

    op.drop_table("paper")
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_media_stamp"))

    op.drop_table("media")
    with op.batch_alter_table("macro_set", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_macro_set_stamp"))

    op.drop_table("macro_set")
    op.drop_table("library")
    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_category_stamp"))
        batch_op.drop_index("ix_category_position_slug")

    op.drop_table("category")
    with op.batch_alter_table("author", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_author_stamp"))
        batch_op.drop_index("ix_author_family_given_id")

    op.drop_table("author")
    # ### end Alembic commands ###
