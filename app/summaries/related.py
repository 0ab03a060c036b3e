"""Related summaries: which other published summaries a reader of this one may want, and why.

The measure adds up four kinds of evidence, strongest first, each named in the reasons shown:

- a link either way (LINK), and being linked from the same summaries (co-citation, Small 1973)
- papers both are about (PAPER) or both cite (CITATION)
- tags both carry, each worth its rarity: log(N / number of summaries with it)
- how alike the words of their titles and TLDRs are: cosine over log-weighted counts

Candidates come from the first three; the words only order them, so that two texts that merely sound alike do not meet.
Everything is computed from the store at each (uncached) view in a fixed number of statements; nothing is kept.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.addresses import summary_path
from app.summaries.connection_models import Citation, Link
from app.summaries.models import Rendering, Summary, SummaryPaper, SummaryTag
from app.summaries.visibility import PUBLIC

LINK, PAPER, CITATION, CO_LINKED, TAG, WORDS = 3.0, 4.0, 1.0, 1.0, 0.8, 3.0
CANDIDATES = 60
COMMON_TAG = 300  # a tag on more summaries than this tells little, and would cost a walk over all of them
WORD = re.compile(r"[a-z]{3,}")
COMMON = frozenset(
    "the and for that with this from are was its not but has have can than then they them their which what when "
    "where one two more most less into over under how why who you your our out all any each only also still very "
    "paper".split()
)


@dataclass(frozen=True, slots=True)
class Related:
    """A related summary, how strongly, and why in words."""

    url: str
    title: str
    score: float
    reasons: Sequence[str]


def related_to(session: Session, summary: Summary, limit: int = 5) -> list[Related]:
    """Return the published summaries nearest to this one, nearest first; needs its tags and papers loaded."""
    evidence: dict[int, dict[str, float]] = defaultdict(dict)
    _by_links(session, summary, evidence)
    _by_papers(session, summary, evidence)
    _by_tags(session, summary, evidence)
    evidence.pop(summary.id, None)
    strongest = sorted(evidence, key=lambda id_: (-sum(evidence[id_].values()), id_))[:CANDIDATES]
    rows = session.execute(
        select(Summary.id, Summary.slug, Summary.title, Rendering.tldr_text)
        .join(Rendering, Rendering.summary_id == Summary.id)
        .where(Summary.id.in_(strongest), PUBLIC)
    ).all()
    own = _words(f"{summary.title} {summary.rendering.tldr_text if summary.rendering else ''}")
    found = []
    for id_, slug, title, tldr in rows:
        likeness = _cosine(own, _words(f"{title} {tldr}"))
        score = sum(evidence[id_].values()) + WORDS * likeness
        reasons = list(evidence[id_]) + (["similar words"] if likeness >= 0.2 else [])
        found.append(Related(summary_path(slug), title, round(score, 4), reasons))
    return sorted(found, key=lambda one: (-one.score, one.title))[:limit]


def _by_links(session: Session, summary: Summary, evidence: dict[int, dict[str, float]]) -> None:
    here = (Link.form == "slug") & (Link.value == summary.slug)
    for id_ in session.scalars(select(Link.source_id).where(here).distinct()):
        evidence[id_]["links here"] = LINK
    outward = (
        select(Summary.id)
        .join(Link, (Link.form == "slug") & (Link.value == Summary.slug))
        .where(Link.source_id == summary.id)
        .distinct()
    )
    for id_ in session.scalars(outward):
        evidence[id_]["linked from here"] = LINK
    beside = aliased(Link)
    leading_here = select(Link.source_id).where(here)
    together = (
        select(Summary.id, func.count(beside.source_id.distinct()))
        # The form as an expression: as a column SQLite would take its index first, and walk through nearly every link.
        .join(beside, (beside.form.concat("") == "slug") & (beside.value == Summary.slug))
        .where(beside.source_id.in_(leading_here), beside.value != summary.slug)
        .group_by(Summary.id)
    )
    for id_, number in session.execute(together):
        evidence[id_]["often linked together"] = CO_LINKED * math.log1p(number)


def _by_papers(session: Session, summary: Summary, evidence: dict[int, dict[str, float]]) -> None:
    paper_ids = [row.paper_id for row in summary.about]
    shared = (
        select(SummaryPaper.summary_id, func.count())
        .where(SummaryPaper.paper_id.in_(paper_ids))
        .group_by(SummaryPaper.summary_id)
    )
    for id_, number in session.execute(shared):
        evidence[id_]["about the same paper"] = PAPER * math.sqrt(number)
    own = select(Citation.key).where(Citation.source_id == summary.id)
    cited = (
        select(Citation.source_id, func.count(Citation.key.distinct()))
        .where(Citation.key.in_(own))
        .group_by(Citation.source_id)
    )
    for id_, number in session.execute(cited):
        evidence[id_]["cites the same papers"] = CITATION * math.log1p(number)


def _by_tags(session: Session, summary: Summary, evidence: dict[int, dict[str, float]]) -> None:
    tag_ids = [row.tag_id for row in summary.tagged]
    total = session.scalars(select(func.count()).select_from(Summary).where(PUBLIC)).one()
    counts = select(SummaryTag.tag_id, func.count()).where(SummaryTag.tag_id.in_(tag_ids)).group_by(SummaryTag.tag_id)
    carriers = {row[0]: row[1] for row in session.execute(counts)}
    telling = [tag_id for tag_id, number in carriers.items() if number <= COMMON_TAG]
    pairs = session.execute(
        select(SummaryTag.tag_id, SummaryTag.summary_id).where(SummaryTag.tag_id.in_(telling))
    ).all()
    for tag_id, id_ in pairs:
        rarity = TAG * max(0.0, math.log(max(total, 2) / carriers[tag_id]))
        evidence[id_]["shares tags"] = evidence[id_].get("shares tags", 0.0) + rarity


def _words(text: str) -> dict[str, float]:
    counts = Counter(word for word in WORD.findall(text.lower()) if word not in COMMON)
    return {word: 1.0 + math.log(number) for word, number in counts.items()}


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    dot = sum(weight * other[word] for word, weight in one.items() if word in other)
    lengths = math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return dot / lengths if lengths else 0.0
