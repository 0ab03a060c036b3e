"""Door 2: HTML for those who write. Load, act, answer; every rule and every read is in the domains.

Who asks is settled by `who.py`; that a form comes from a page of ours, before any of this, by `app/web/cross_site.py`.
"""

from fastapi import APIRouter

from app.desk import account, audit, home, invitations, login, people

router = APIRouter(include_in_schema=False)
for part in (home, login, invitations, account, people, audit):
    router.include_router(part.router)
