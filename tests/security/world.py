"""A library with a secret in every corner that readers must not see into, and everybody who may come asking.

Every secret word begins with SECRET, so a page that holds one holds SECRET.
"""

import datetime as dt
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.invitations import invite, revoke
from app.accounts.models import User
from app.accounts.service import Actor, disable_user
from app.accounts.sessions import as_person, open_session
from app.accounts.tokens import create_token
from app.database import Base, Database, now
from app.main import Cairn, create_app
from app.search.following import bring_up_to_date
from app.settings import Settings
from app.summaries import drafts
from app.summaries.assets import save_macro_set, save_media
from app.summaries.comments import add_comment
from app.summaries.preview_links import make_preview_link, revoke_preview_link
from app.summaries.trash import trash
from app.web.cookies import PLAIN_NAME
from tests.conftest import make_settings
from tests.factories import add_paper, add_path, add_series, add_summary, add_user, fill

SECRET = "zyzzyva"
NONSENSE = "zyzzyvo"
BASE = "http://127.0.0.1:8000"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8cf50cf000004830181a8c7d3360000000049454e44ae426082"
)
# The slugs hold no secret: whoever writes [[a-slug]] into a published text shows it themselves.
HIDDEN = ("in-the-works", "under-review", "taken-away", "thrown-away", "thrown-draft")
SHOWN = ("adam", "grown-up")
THINGS = (*HIDDEN, *SHOWN)
STATUS = {"in-the-works": "draft", "under-review": "in-review", "taken-away": "archived", "thrown-draft": "draft"}
# Nor do names of pictures: who knows one is given the picture (docs/security.md).
# Those who met a tag of what was thrown away are told that it is gone.
# What notes that somebody was here, not that anything was changed.
NOTED = "session.refused"
FOOTPRINTS = {("login_session", "seen_at"), ("api_token", "used_at")}


@dataclass
class World:
    """The application over that library; `tokens` and `links` are what stands in its addresses, by name."""

    app: Cairn
    settings: Settings
    database: Database
    client: TestClient
    cookies: dict[str, str] = field(default_factory=dict)
    bearers: dict[str, str] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    person_id: int = 0

    def browser(self, who: str = "stranger") -> "Visitor":
        """Give a person's browser as the server meets it: with their cookie, and from a page of ours."""
        headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
        if who in self.cookies:
            headers["Cookie"] = f"{PLAIN_NAME}={self.cookies[who]}"
        return Visitor(self.client, headers)

    def program(self, who: str = "") -> "Visitor":
        """Give a program with somebody's token, or without one."""
        return Visitor(self.client, {"Authorization": f"Bearer {self.bearers[who]}"} if who else {})

    def dump(self, *tables: str) -> dict[str, list[tuple[object, ...]]]:
        """Return every row of these tables (of all that matter without names), footprints apart."""
        found = {}
        with self.database.reading() as session:
            for table in Base.metadata.sorted_tables:
                if table.name in tables or (not tables and table.name != "login_failure"):
                    columns = [each for each in table.columns if (table.name, each.name) not in FOOTPRINTS]
                    rows = session.execute(table.select().with_only_columns(*columns))
                    found[table.name] = sorted((tuple(map(repr, row)) for row in rows if NOTED not in row), key=str)
        return found

    def shown_to_readers(self) -> list[tuple[object, ...]]:
        """Return what decides what readers see of the summaries that they see or saw, in the trash or not.

        Not the number of the revision: the new name of a draft is noted in what requires it (`taking_along.py`).
        """
        statement = text(
            "SELECT slug, title, status, body, tldr, trashed_at, scheduled_at FROM summary"
            " WHERE status IN ('published', 'archived') ORDER BY slug"
        )
        with self.database.reading() as session:
            return [tuple(row) for row in session.execute(statement)]


@dataclass(frozen=True)
class Visitor:
    """Whoever asks; nothing that the server sets stays with them, so every question is asked as the same one."""

    client: TestClient
    headers: dict[str, str]

    def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any) -> httpx2.Response:
        answer = self.client.request(method, path, headers={**self.headers, **(headers or {})}, **more)
        self.client.cookies.clear()
        return answer

    def get(self, path: str, **more: Any) -> httpx2.Response:
        return self.ask("GET", path, **more)


@contextmanager
def made(folder: Path, empty_store: Path) -> Iterator[World]:
    """Make the world in a folder of its own."""
    folder.mkdir(parents=True)
    shutil.copyfile(empty_store, folder / "cairn.db")
    settings = make_settings(folder)
    database = Database(settings)
    app = create_app(settings)
    client = TestClient(app, base_url=BASE, raise_server_exceptions=False, follow_redirects=False)
    world = World(app, settings, database, client)
    with database.writing() as session:
        _fill(session, world)
    bring_up_to_date(settings, database)
    with world.client:  # what starts with the server and ends with it
        yield world
    database.close()


def _fill(session: Session, world: World) -> None:
    fill(session)
    add_series(session, slug="a-run", title="A run")
    save_macro_set(session, "means", r"\newcommand{\mean}{\mathbb{E}}", actor=Actor("x"))
    people = {role: add_user(session, role=role) for role in ("curator", "editor", "admin")}
    people["disabled"] = add_user(session, role="admin", email="disabled@example.org")
    curator, admin = as_person(people["curator"]), as_person(people["admin"])
    for part, slug in enumerate(HIDDEN, 1):
        _hide(session, slug, part)
    _show(session)
    for slug in THINGS:
        add_comment(session, slug, f"{SECRET}comment on {slug}", curator)
        for person in (curator, admin):
            form = {"title": f"{SECRET}typed", "body": f"{SECRET}typed"}
            drafts.keep(session, person, slug, form, None)
    _link(session, world, admin)
    _open(session, world, people)
    for slug in ("thrown-away", "thrown-draft"):
        trash(session, slug, admin)


def _hide(session: Session, slug: str, part: int) -> None:
    word = SECRET + slug.replace("-", "")
    tag = "thrown-tag" if slug == "thrown-away" else f"{word}tag"
    save_media(session, f"of-{slug}.png", PNG + word.encode())
    add_paper(session, key=f"about-{slug}", title=f"What {slug} is about", arxiv_id=None, arxiv_class="")
    add_summary(
        session, slug=slug, title=f"{word}title", status=STATUS.get(slug, "published"),
        tldr=f"{word}tldr: $x$", tags=(tag,), authors=(f"{word}curator",), papers=(f"about-{slug}",),
        body=f"## {word}heading\n\n{word}body [[adam]] [@reddi2018convergence] ![{word}](../media/of-{slug}.png)",
        series="a-run", part=part, requires=("adam",), macros=("means",), link=f"https://example.org/{word}link",
        updates=({"date": "2024-01-01", "text": f"{word}update"},),
        source={"name": f"{word}source", "url": "https://example.org/"},
        provenance={"written_by": "ai", "model": f"{word}model", "reviewed_by": f"{word}reviewer"},
        freshness={"state": "contested", "reason": f"{word}reason", "by": "adam"},
    )  # fmt: skip


def _show(session: Session) -> None:
    """Add what readers see, with a past they do not see, that names all that is hidden."""
    names = " ".join(f"[[{slug}]]" for slug in HIDDEN)
    past = {"slug": "grown-up", "title": f"{SECRET}first title", "status": "draft", "body": f"{SECRET}first words"}
    add_summary(session, **past, tags=(f"{SECRET}first-tag",), tldr=f"{SECRET}first tldr")
    add_summary(session, slug="grown-up", title="Grown up", body=f"Now for all. {names}", requires=HIDDEN)
    add_path(session, "adam", *HIDDEN, "grown-up", slug="through-all", title="Through all")
    add_path(session, *HIDDEN, slug="of-the-hidden", title="Of the hidden")


def _link(session: Session, world: World, admin: object) -> None:
    """Make links that lead somewhere, and such as do so no longer."""
    links: dict[str, list[str]] = {"open previews": [], "preview": ["0" * 43], "invitation": ["0" * 43]}
    for slug in HIDDEN:
        _, token = make_preview_link(session, slug, admin)  # type: ignore[arg-type]
        links["preview" if slug.startswith("thrown") else "open previews"].append(token)
        gone, token = make_preview_link(session, slug, admin)  # type: ignore[arg-type]
        revoke_preview_link(session, slug, gone.id, admin)  # type: ignore[arg-type]
        over, late = make_preview_link(session, slug, admin)  # type: ignore[arg-type]
        over.expires_at = now() - dt.timedelta(seconds=1)
        links["preview"] += [token, late]
    taken_back, secret = invite(session, "taken-back@example.org", "admin", person=admin)  # type: ignore[arg-type]
    revoke(session, taken_back.id, person=admin)  # type: ignore[arg-type]
    late_one, late = invite(session, "late@example.org", "admin", person=admin)  # type: ignore[arg-type]
    late_one.expires_at = now()
    links["invitation"] += [secret, late]
    _, links["open invitation"] = invite(session, "new@example.org", "editor", person=admin)  # type: ignore[arg-type,assignment]
    world.links = links


def _open(session: Session, world: World, people: dict[str, User]) -> None:
    for name, user in people.items():
        world.cookies[name] = open_session(session, user)
        for scope in ("read", "write"):
            _, text_of = create_token(session, user.email, scope, actor=Actor("x"))  # type: ignore[arg-type]
            world.bearers[f"{name} {scope}"] = text_of
    disable_user(session, people["disabled"].email, actor=Actor("x"))
    world.person_id = people["editor"].id
