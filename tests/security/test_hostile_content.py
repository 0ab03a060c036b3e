"""A library in which every text is an attack, in a real browser: no script runs, nothing is asked of another place.

`tests/markup/test_attacks.py` tries what Markdown and TeX become; this is everything around: titles, tags, names,
papers, comments, macro sets, searches, forms that come back, on every page that can be met, signed in and not.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import uvicorn
from playwright.sync_api import Browser, Dialog, Page
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.accounts.rights import Person
from app.accounts.service import Actor
from app.accounts.sessions import as_person, open_session
from app.database import Database
from app.main import create_app
from app.papers.records import PersonName
from app.schema import migrate
from app.search.following import bring_up_to_date
from app.summaries import drafts
from app.summaries.assets import save_macro_set
from app.summaries.comments import add_comment
from app.summaries.preview_links import make_preview_link
from app.web.cookies import PLAIN_NAME
from tests import factories
from tests.chromium import PATIENCE
from tests.conftest import make_settings
from tests.processes import free_port, in_a_thread
from tests.security.routes import routes_of

pytestmark = pytest.mark.browser

RUN = "window.attacked=1;alert(1)"
TEXTS = (
    f"<script>{RUN}</script>",
    f'"><img src=x onerror="{RUN}">',
    f"'><svg onload='{RUN}'>",
    f"</title></textarea></script><script>{RUN}</script>",
    f'" autofocus onfocus="{RUN}" x="',
    f"{{{{ 7*7 }}}}{{% raw %}}<script>{RUN}</script>",
    f"]]><script xmlns='http://www.w3.org/1999/xhtml'>{RUN}</script>",
    f"$\\href{{javascript:{RUN}}}{{x}}$ $\\text{{<img src=x onerror={RUN}>}}$",
    f"[x](javascript:{RUN}) ![x](javascript:{RUN}) <http://evil.example/>",
    f"<!--</script><script>{RUN}</script>\u2028\u202e",
)
BODY = "\n\n".join(
    (
        *TEXTS,
        f"## {TEXTS[0]} {{#x onclick={RUN}}}",
        f'```"><script>{RUN}</script>\nx\n```',
        '<link rel=stylesheet href="http://evil.example/x.css"><iframe src="http://evil.example/"></iframe>',
        '<meta http-equiv=refresh content="0;url=http://evil.example/"><base href="http://evil.example/">',
    )
)
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


def fill_with_attacks(database: Database) -> dict[str, str]:
    """Fill a library with attacks wherever a text is taken, and return a cookie for each role and a preview's token."""
    with database.writing() as session:
        factories.fill(session)
        for number, text in enumerate(TEXTS):
            line = " ".join(text.split())
            factories.add_category(session, slug=f"shelf-{number}", name=line[:100], description=text, position=9)
            factories.add_series(session, slug=f"run-{number}", title=line[:100], description=text)
            factories.add_paper(
                session, key=f"attack{number}", title=line, venue=line, arxiv_id=None, arxiv_class="", volume=line[:20],
                authors=(PersonName(family=line[:90], given=line[:90]),), publisher=line,
            )  # fmt: skip
            _attack(session, number, line, "published")
            _attack(session, number, line, "draft")
            factories.add_path(
                session, f"attack-{number}-published", "adam", slug=f"path-{number}", title=line, description=text
            )
        save_macro_set(session, "attacks", "% " + " ".join(TEXTS).replace("\u2028", " "), actor=Actor("x"))
        cookies: dict[str, str] = {}
        roles: tuple[Role, ...] = ("editor", "admin")
        for role in roles:
            user = factories.add_user(session, role=role, name=TEXTS[1])
            cookies[role] = open_session(session, user, user_agent=TEXTS[1], address=TEXTS[0][:40])
            _around(session, as_person(user))
        _, cookies["preview"] = make_preview_link(session, "attack-0-draft", as_person(user))
    return cookies


def _attack(session: Session, number: int, line: str, status: str) -> None:
    factories.add_summary(
        session, slug=f"attack-{number}-{status}", title=line, tldr=line, body=BODY, status=status,
        tags=(line[:90],), authors=(line[:90],), papers=(f"attack{number}",), categories=(f"shelf-{number}",),
        series=f"run-{number}", part=1 if status == "draft" else 2, source={"name": line, "url": "https://evil.example/"},
        link="https://evil.example/", updates=({"date": "2024-01-01", "text": line},),
        provenance={"written_by": "ai", "model": line[:100], "reviewed_by": line[:100], "paper_version": line[:50]},
        freshness={"state": "contested", "reason": line, "by": "adam"},
    )  # fmt: skip


def _around(session: Session, person: Person) -> None:
    for number, text in enumerate(TEXTS):
        add_comment(session, f"attack-{number}-draft", text, person)
    form = {"title": TEXTS[1], "body": TEXTS[3], "tags": TEXTS[0], "tldr": TEXTS[3]}
    drafts.keep(session, person, "attack-1-draft", form, 1)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str], list[str]]]:
    """Give the address of a real server over the attacks, cookies, and the templates of its pages."""
    port = free_port()
    settings = make_settings(tmp_path_factory.mktemp("hostile"), base_url=f"http://127.0.0.1:{port}", lookups="off")
    database = Database(settings)
    migrate(database)
    cookies = fill_with_attacks(database)
    bring_up_to_date(settings, database)
    database.close()
    app = create_app(settings)
    pages = [found.template for found in routes_of(app) if not found.is_unsafe]
    with in_a_thread(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical")):
        yield f"http://127.0.0.1:{port}", cookies, pages


# What stands for the parts of an address, by the words before it; the last of a path for any other.
PARTS = {
    "papers": ("attack1",), "authors": ("jimmy-ba",), "categories": ("shelf-1", "shelf-3"), "series": ("run-1",),
    "paths": ("path-1",), "macros": ("attacks",), "history": ("1",), "trash": ("attack-1-draft",),
}  # fmt: skip
QUERIES = ("/search?q=", "/summaries?tag=", "/login?next=/", "/admin/summaries?q=", "/admin/papers?q=",
           "/admin/new/write?title=", "/admin/audit?actor=", "/nowhere?x=", "/graph?around=")  # fmt: skip
MACHINES = ("/api/v1", "/metrics", "/healthz", "/readyz", "/media", "/oai", "/unapi", "/lookup", "/suggest", "/preview")


def addresses(templates: list[str], kind: str) -> list[str]:
    """Return an address for every page, with the summaries of one kind (draft, published) where one is asked for."""
    found = []
    for template in templates:
        if template.startswith(MACHINES) or "." in template or "{token}" in template or "{secret}" in template:
            continue
        options = [template]
        for before, part in re.findall(r"([\w-]+)/(\{[^}]+\})", template):
            values = PARTS.get(before, tuple(f"attack-{at}-{kind}" for at in (0, 3, 7)))
            options = [option.replace(part, value, 1) for option in options for value in values]
        found += options
    return found


class Watched:
    """A page of a browser that notes whatever an attack would do."""

    def __init__(self, browser: Browser, base: str, cookie: str | None) -> None:
        self.context = browser.new_context(base_url=base)
        self.context.set_default_timeout(PATIENCE)
        if cookie:
            self.context.add_cookies([{"name": PLAIN_NAME, "value": cookie, "url": base}])
        self.told: list[str] = []
        self.base = base
        self.page: Page = self.context.new_page()
        self.page.add_init_script(WATCH)
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self.told.append(f"error: {error}"))
        self.page.on("request", lambda request: self._asked(request.url))

    def _dialog(self, dialog: Dialog) -> None:
        if dialog.type == "beforeunload":  # ours: it asks whether to leave what is not saved
            dialog.accept()
            return
        self.told.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _asked(self, url: str) -> None:
        if not url.startswith((self.base, "data:")):
            self.told.append(f"asked: {url}")

    def check(self, where: str) -> None:
        assert self.page.url.startswith(self.base), where
        assert self.page.evaluate("window.violations") == [], where
        assert self.page.evaluate("window.attacked") is None, where
        assert self.told == [], where

    def visit(self, path: str) -> None:
        answer = self.page.goto(path, wait_until="load")
        assert answer is not None
        assert answer.status < 500, path
        self.check(path)


Hostile = tuple[str, dict[str, str], list[str]]


def test_readers_meet_every_attack_as_text(chromium: Browser, hostile: Hostile) -> None:
    base, cookies, templates = hostile
    watched, pages = Watched(chromium, base, None), addresses(templates, "published")
    readers = [path for path in pages if not path.startswith("/admin")]
    assert len(readers) >= 25
    for path in [*readers, f"/preview/{cookies['preview']}", "/tags/script-window-attacked-1-alert-1-script"]:
        watched.visit(path)
    for path in QUERIES:
        for text in (TEXTS[0], TEXTS[1], TEXTS[4]):
            watched.visit(path + quote(text))
    watched.context.close()


def test_those_who_write_meet_every_attack_as_text(chromium: Browser, hostile: Hostile) -> None:
    base, cookies, templates = hostile
    watched, pages = Watched(chromium, base, cookies["admin"]), addresses(templates, "draft")
    desk = [path for path in pages if path.startswith("/admin")]
    assert len(desk) >= 30
    for path in desk:
        watched.visit(path)
    for path in QUERIES:
        for text in TEXTS[:3]:
            watched.visit(path + quote(text))
    watched.context.close()


FORMS = """() => [...document.forms].map((form, at) => [at, form.getAttribute("action") || location.pathname])"""
FILL = """([at, text]) => {
  const form = document.forms[at];
  for (const field of form.elements) {
    field.removeAttribute("required");
    field.removeAttribute("pattern");
    if (field.tagName === "TEXTAREA" || (field.tagName === "INPUT" && /^(text|search|email|url|)$/.test(field.type)))
      field.value = text;
  }
  form.noValidate = true;
  HTMLFormElement.prototype.submit.call(form);
}"""
LEFT_ALONE = ("/logout", "/admin/account/", "/search", "/admin/people/", "/admin/export", "/admin/trash/", "/restore")


def test_forms_that_come_back_show_what_was_typed_as_text(chromium: Browser, hostile: Hostile) -> None:
    base, cookies, templates = hostile
    watched, seen = Watched(chromium, base, cookies["editor"]), set()
    desk = [path for path in addresses(templates, "draft") if path.startswith("/admin") and "attack-0" not in path]
    for path in (*desk, "/login"):
        watched.visit(path)
        for _, action in watched.page.evaluate(FORMS):
            shape = re.sub(r"attack-\d-\w+|\d+", "x", action)
            if shape in seen or action.startswith(LEFT_ALONE) or "restore" in action:
                continue
            watched.visit(path)
            now = {action: at for at, action in watched.page.evaluate(FORMS)}
            if action not in now:  # what was sent before took it from the page
                continue
            seen.add(shape)
            with watched.page.expect_navigation(wait_until="load"):
                watched.page.evaluate(FILL, [now[action], TEXTS[1]])
            watched.check(f"{path}: {action}")
    assert len(seen) >= 10
    watched.context.close()
