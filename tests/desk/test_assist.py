"""What the editor asks for while somebody types, over HTTP: previews, drafts, pictures, words completed."""

import io
import re

from fastapi.testclient import TestClient
from PIL import Image

from app.database import Database
from app.summaries.assets import get_media
from tests.desk.conftest import NewBrowser
from tests.factories import add_summary

JSON = {"Accept": "application/json"}
BODY = "## A part\n\nBy [[adam]], [[nowhere]] and [@kingma2015adam].\n\n- $x^2$\n- $\\frac{1}{$\n"


def png(width: int = 8) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, 8), "orange").save(out, "PNG")
    return out.getvalue()


def test_a_preview_is_what_a_save_renders_with_lines_and_problems(curator: TestClient) -> None:
    form = {
        "title": "T", "tldr": "A *point* of $y$.\n\nBad: $\\frac{$", "body": BODY, "macros": "not-there",
        "updates": "2024-03-05: first\n\nmore of it\n2024-03-06: see [[nowhere]]",
    }  # fmt: skip
    made = curator.post("/admin/preview", data=form, headers=JSON)
    assert made.status_code == 200
    assert made.headers["cache-control"] == "no-store"
    answer = made.json()
    assert "<em>point</em>" in answer["tldr_html"]
    assert re.search(r'<h2 id="a-part" data-line="1">', answer["html"])
    assert re.search(r'<li data-line="5">.*<math', answer["html"])
    assert 'href="/summaries/adam"' in answer["html"]
    assert 'class="references"' in answer["html"]
    assert len(answer["updates_html"]) == 2
    assert answer["words"] > 5
    assert answer["tldr_words"] > 2
    assert answer["formulas"] == 4
    places = {(each["part"], each["line"], each["severity"]) for each in answer["problems"]}
    assert places == {("tldr", 3, "error"), ("body", 3, "warning"), ("body", 6, "error"), ("updates", 4, "warning")}


def test_a_preview_shows_the_marks_of_an_open_merge_and_tells_its_line(curator: TestClient) -> None:
    body = "Before.\r\n<<<<<<< mine\r\nOne.\r\n=======\r\nOther.\r\n>>>>>>> theirs\r\n"
    made = curator.post("/admin/preview", data={"body": body, "tldr": body}, headers=JSON).json()
    assert made["html"] == (
        '<p data-line="1">Before.<br>\n<code>&lt;&lt;&lt;&lt;&lt;&lt;&lt; mine</code><br>\nOne.<br>\n'
        "<code>=======</code><br>\nOther.<br>\n<code>&gt;&gt;&gt;&gt;&gt;&gt;&gt; theirs</code></p>\n"
    )
    assert [(one["part"], one["line"], one["message"][:22]) for one in made["problems"]] == [
        ("tldr", 2, "a merge is left open h"),
        ("body", 2, "a merge is left open h"),
    ]


def test_a_preview_renders_nothing_that_could_run_and_keeps_nothing(curator: TestClient) -> None:
    body = "<script>alert(1)</script> [x](javascript:alert(1)) $\\href{javascript:alert(1)}{x}$ \0 \ud83d"
    made = curator.post("/admin/preview", data={"body": body.encode("utf-8", "replace")}, headers=JSON).json()
    assert "<script" not in made["html"]
    assert 'href="javascript' not in made["html"]
    assert curator.post("/admin/preview", data={"colour": "red"}, headers=JSON).status_code == 422


def test_a_draft_is_kept_fetched_rewritten_and_dropped(curator: TestClient, browser_of: NewBrowser) -> None:
    key = "/admin/drafts/adam"
    assert curator.get(key).json() == {"draft": None}
    typed = {"title": "T", "body": "one\0", "categories": ["a", "b"], "base_revision": "1", "_action": "save"}
    kept = curator.post(key, data=typed, headers=JSON).json()
    assert kept["key"] == "adam"
    assert kept["base_revision"] == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", kept["saved_at"])
    curator.post(key, data={**typed, "body": "two"}, headers=JSON)
    draft = curator.get(key).json()["draft"]
    assert draft["form"]["body"] == "two"
    assert draft["form"]["categories"] == ["a", "b"]
    assert browser_of("editor").get(key).json() == {"draft": None}  # it is the person's own
    assert curator.delete(key).json() == {"dropped": True}
    assert curator.delete(key).json() == {"dropped": False}


def test_a_draft_that_is_too_large_is_refused_in_words(curator: TestClient) -> None:
    answer = curator.post("/admin/drafts/adam", data={"body": "x" * 2_100_000}, headers=JSON)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "more than 2 MB" in answer.json()["detail"]
    assert curator.post("/admin/drafts/" + "k" * 161, data={"body": "x"}, headers=JSON).status_code == 422


def test_a_picture_is_taken_in_by_the_editor(curator: TestClient, library: Database) -> None:
    answer = curator.post("/admin/media", files={"file": ("My Figure.png", png(), "image/png")}, headers=JSON).json()
    assert answer["name"].startswith("my-figure-")
    assert answer["address"] == "../media/" + answer["name"]
    assert (answer["width"], answer["height"]) == (8, 8)
    with library.reading() as session:
        assert get_media(session, answer["name"]).content_type == "image/png"
    assert curator.get(answer["url"]).status_code == 200


def test_a_picture_is_taken_in_by_a_plain_form(curator: TestClient) -> None:
    assert 'enctype="multipart/form-data"' in curator.get("/admin/media").text
    page = curator.post("/admin/media", files={"file": ("a.png", png(9), "image/png")})
    assert page.status_code == 200
    assert re.search(r"!\[What it shows\]\(\.\./media/a-\w+\.png\)", page.text)
    bad = curator.post("/admin/media", files={"file": ("a.png", b"not a picture", "image/png")})
    assert bad.status_code == 422
    assert "not a picture that can be read" in bad.text


def test_what_is_no_picture_or_too_large_is_refused_in_words(curator: TestClient) -> None:
    for files, status, words in (
        ({"file": ("a.txt", b"words", "text/plain")}, 422, "not a picture"),
        ({"other": ("a.png", png(), "image/png")}, 422, "The file is empty."),
        ({"file": ("a.png", b"x" * 20_100_000, "image/png")}, 413, "larger than 20 MB"),
    ):
        answer = curator.post("/admin/media", files=files, headers=JSON)
        assert answer.status_code == status
        assert words in answer.json()["detail"]
    assert curator.post("/admin/media", data={"file": "text"}, headers=JSON).status_code == 422


def test_words_are_completed_from_all_that_a_curator_may_know(curator: TestClient, library: Database) -> None:
    def values(kind: str, q: str) -> list[str]:
        answer = curator.get("/admin/complete", params={"kind": kind, "q": q}, headers=JSON)
        assert answer.status_code == 200
        return [each["value"] for each in answer.json()["items"]]

    with library.writing() as session:
        add_summary(session, slug="hundred", title="100% of_it", tags=("a, b",))
    assert values("tag", "opt") == ["optimiser"]
    assert values("tag", "SECRET") == ["secret-tag"]  # on a draft only
    assert values("tag", "a, b") == ["a, b"]
    assert values("link", "warm") == ["warmup"]
    assert values("link", "secret draft") == ["a-draft"]
    assert values("link", "trashed") == []
    assert values("link", "0% of_") == ["hundred"]
    assert values("link", "%") == ["hundred"]
    assert values("citation", "kingma") == ["kingma2015adam"]
    assert values("citation", "overfitting dropout") == ["srivastava2014dropout"]
    assert values("category", "reg") == ["regularisation"]
    assert 0 < len(values("link", "")) <= 8
    assert values("citation", "zzz") == []


def test_a_word_of_another_kind_is_refused(curator: TestClient) -> None:
    answer = curator.get("/admin/complete", params={"kind": "person", "q": "a"}, headers=JSON)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_strangers_and_pages_of_other_sites_get_nothing(stranger: TestClient, curator: TestClient) -> None:
    unsafe = (
        ("POST", "/admin/preview"),
        ("POST", "/admin/drafts/adam"),
        ("DELETE", "/admin/drafts/adam"),
        ("POST", "/admin/media"),
    )
    for method, path in (*unsafe, ("GET", "/admin/drafts/adam"), ("GET", "/admin/complete?kind=link&q=secret")):
        answer = stranger.request(method, path, headers=JSON)
        assert answer.status_code == 401, path
        assert answer.headers["content-type"] == "application/problem+json"
    for method, path in unsafe:
        answer = curator.request(method, path, headers={**JSON, "Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403, path
