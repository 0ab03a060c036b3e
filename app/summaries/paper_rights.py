"""Who may change a paper: an editor any, a curator those that no published summary is about. NOT here: how."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.errors import NotAllowed
from app.papers.models import Paper
from app.summaries.models import Summary, SummaryPaper
from app.summaries.visibility import PUBLIC


def require_may_edit_paper(session: Session, key: str, person: Person) -> None:
    """Raise NotAllowed where this person may not change the paper with this key; anybody here may make a new one."""
    if person.is_at_least("editor"):
        return
    about = select(SummaryPaper.summary_id).join(Paper, Paper.id == SummaryPaper.paper_id).where(Paper.key == key)
    if session.scalars(select(Summary.id).where(Summary.id.in_(about), PUBLIC).limit(1)).first() is not None:
        raise NotAllowed(f"Published summaries are about the paper “{key}”: only an editor may change it.")
