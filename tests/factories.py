"""Plain makers of test material: `make_x(**overrides)` gives a valid record, `add_x` saves it through the services."""

import datetime as dt
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.hashing import hash_password
from app.accounts.models import Role, User
from app.accounts.service import Actor
from app.papers.records import PaperRecord, PersonName
from app.summaries import curating, paper_curating
from app.summaries.documents import SummaryDocument
from app.summaries.models import Summary
from app.summaries.path_records import PathRecord
from app.summaries.paths import rename_path, save_path
from app.summaries.service import save_paper, save_summary
from app.taxonomy.records import CategoryRecord, SeriesRecord
from app.taxonomy.service import save_category, save_series

EDITOR = Actor("Edith Editor")
PASSWORD = "a long enough password"


def make_category(**overrides: Any) -> CategoryRecord:
    return CategoryRecord(
        **{"slug": "optimization", "name": "Optimization", "description": "How to train.", **overrides}
    )


def make_series(**overrides: Any) -> SeriesRecord:
    return SeriesRecord(**{"slug": "in-two-parts", "title": "In two parts", **overrides})


def make_paper(**overrides: Any) -> PaperRecord:
    plain = {
        "key": "kingma2015adam",
        "kind": "conference",
        "title": "Adam: A Method for Stochastic Optimization",
        "authors": (PersonName(family="Kingma", given="Diederik P."), PersonName(family="Ba", given="Jimmy")),
        "year": 2015,
        "venue": "International Conference on Learning Representations",
        "arxiv_id": "1412.6980",
        "arxiv_class": "cs.LG",
    }
    return PaperRecord(**{**plain, **overrides})


def make_document(**overrides: Any) -> SummaryDocument:
    plain = {
        "slug": "adam",
        "title": "Adam",
        "categories": ("optimization",),
        "tags": ("optimiser",),
        "tldr": "Momentum with a step size for each weight: $m_t / \\sqrt{v_t}$.",
        "status": "published",
        "published": dt.datetime(2024, 3, 5, tzinfo=dt.UTC),
        "body": "## The idea\n\nKeep two running means, $m_t$ and $v_t$.\n",
    }
    return SummaryDocument(**{**plain, **overrides})


def add_category(session: Session, **overrides: Any) -> CategoryRecord:
    record = make_category(**overrides)
    save_category(session, record)
    return record


def add_series(session: Session, **overrides: Any) -> SeriesRecord:
    record = make_series(**overrides)
    save_series(session, record)
    return record


def add_paper(session: Session, **overrides: Any) -> PaperRecord:
    record = make_paper(**overrides)
    save_paper(session, record)
    return record


def add_summary(session: Session, **overrides: Any) -> Summary:
    return save_summary(session, make_document(**overrides), actor=EDITOR).summary


def add_path(session: Session, *slugs: str, **overrides: Any) -> PathRecord:
    plain = {"slug": "a-path", "title": "A path", "steps": [{"summary": slug} for slug in slugs]}
    record = PathRecord(**{**plain, **overrides})
    save_path(session, record)
    return record


@cache
def _hash_of_password() -> str:
    return hash_password(PASSWORD)


def add_user(session: Session, *, role: Role = "curator", email: str = "", name: str = "") -> User:
    """Add the account of `{role}@example.org`, or of another address, whose password is PASSWORD; or give it again."""
    email = email or f"{role}@example.org"
    user = session.scalars(select(User).where(User.email == email)).one_or_none()
    if user is None:
        user = User(
            email=email, name=name or email.partition("@")[0].title(), role=role, password_hash=_hash_of_password()
        )
        session.add(user)
        session.flush()
    return user


def fill(session: Session) -> None:
    """Put a small fixed library in place: every kind, every status, a series, a path, links both ways.

    Published, newest first: scheduler (deep dive, series part 2), warmup (series part 1), reading-list (link),
    dropout, adam. Not for readers: a-draft, in-review-one, archived-one, and trashed-one in the trash.
    """
    add_category(session, position=1)
    add_category(session, slug="regularisation", name="Regularisation", description="How not to overfit.", position=2)
    add_category(session, slug="empty-shelf", name="Empty shelf", description="Nothing yet.", position=3)
    add_series(session)
    add_paper(session)
    add_paper(
        session,
        key="srivastava2014dropout",
        kind="article",
        title="Dropout: A Simple Way to Prevent Neural Networks from Overfitting",
        authors=[PersonName(family=family, given=given) for given, family in DROPOUT],
        year=2014,
        venue="Journal of Machine Learning Research",
        volume="15",
        pages="1929-1958",
        arxiv_id=None,
        arxiv_class="",
    )
    add_paper(session, key="reddi2018convergence", title="On the Convergence of Adam and Beyond", year=2018,
              authors=[PersonName(family="Reddi", given="Sashank J.")], arxiv_id="1904.09237")  # fmt: skip
    add_summary(session, papers=("kingma2015adam",))
    add_summary(
        session,
        slug="dropout",
        title="Dropout",
        papers=("srivastava2014dropout",),
        categories=("regularisation", "optimization"),
        tags=("Regularisation", "neural networks"),
        tldr="Train with random units missing; it averages many thinned networks.",
        published=dt.datetime(2024, 4, 1, tzinfo=dt.UTC),
        body="## The idea\n\nDrop units with probability $p$. Often used with [[compares: adam]].\n",
    )
    add_summary(
        session,
        slug="reading-list",
        title="A reading list elsewhere",
        kind="link",
        link="https://example.org/list",
        tags=("survey",),
        tldr="A good list.",
        published=dt.datetime(2024, 5, 1, tzinfo=dt.UTC),
        body="Worth an evening.",
    )
    add_summary(
        session, slug="warmup", title="Warm-up", kind="deep-dive", series="in-two-parts", part=1, tags=("schedule",),
        tldr="Start slowly.", published=dt.datetime(2024, 6, 1, tzinfo=dt.UTC), requires=("adam",),
        body="# Warm-up\n\nSee [[builds-on: adam]] and [@reddi2018convergence].\n",
    )  # fmt: skip
    add_summary(
        session, slug="scheduler", title="Schedules", kind="deep-dive", series="in-two-parts", part=2,
        papers=("kingma2015adam", "reddi2018convergence"), tags=("schedule", "optimiser"), tldr="End slowly too.",
        published=dt.datetime(2024, 7, 1, tzinfo=dt.UTC), requires=("warmup",), body="After [[warmup]].",
        freshness={"state": "contested", "reason": "Later work disagrees.", "by": "reddi2018convergence"},
    )  # fmt: skip
    add_summary(
        session, slug="a-draft", title="A secret draft", status="draft", tags=("secret-tag",), body="secretword"
    )
    add_summary(session, slug="in-review-one", title="Secret in review", status="in-review", body="secretword")
    add_summary(session, slug="archived-one", title="Archived one", status="archived", body="secretword")
    trashed = add_summary(session, slug="trashed-one", title="Trashed one", body="secretword")
    trashed.trashed_at = dt.datetime(2024, 8, 1, tzinfo=dt.UTC)
    add_path(session, "adam", "warmup", "scheduler", description="From a step to a schedule.")


DROPOUT = (
    ("Nitish", "Srivastava"),
    ("Geoffrey", "Hinton"),
    ("Alex", "Krizhevsky"),
    ("Ilya", "Sutskever"),
    ("Ruslan", "Salakhutdinov"),
)


def rename_one_of_each(session: Session) -> None:
    """Give a category, a tag, a series, a paper, an author and a path of the small library another name."""
    curating.rename_category(session, "optimization", "training", actor=EDITOR)
    curating.rename_tag(session, "optimiser", "Optimizers", actor=EDITOR)
    curating.rename_series(session, "in-two-parts", "two-parts", actor=EDITOR)
    paper_curating.rename_paper(session, "kingma2015adam", "adam2015", actor=EDITOR)
    paper_curating.rename_author(session, "jimmy-ba", PersonName(family="Ba", given="J."), actor=EDITOR)
    rename_path(session, "a-path", "first-steps", actor=EDITOR)
