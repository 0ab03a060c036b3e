"""Every page of the desk, mistakes and conflicts in the editor included, is valid HTML with one name for each place."""

from collections import Counter
from pathlib import Path

from fastapi.testclient import TestClient

from tests.desk.forms import edit_form, parsed, save
from tests.validator import complaints

HARD = (
    "## A\n\n$$x$$ and $\\nope$.\n\n- [ ] task\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
    "A note.[^1] [@kingma2015adam]\n\n[^1]: B."
)
HERE = "/admin/summaries/a-draft"


def test_every_page_and_state_is_valid(editor: TestClient, stranger: TestClient, tmp_path: Path) -> None:
    stale = edit_form(editor, "a-draft")
    save(editor, "a-draft", stale, body=HARD, tldr="Take $x$.", updates="2024-01-01: $y$", note="harder")
    editor.post(HERE + "/comments", data={"text": "A <remark>."})
    link = editor.post(HERE + "/preview-links", data={"days": 3})
    token = link.text.partition("/preview/")[2].partition("<")[0]
    save(editor, "adam", edit_form(editor, "adam"), body="Keep two means.")
    pages = {
        path: editor.get(path).text
        for path in (
            HERE, HERE + "/edit", HERE + "/history", HERE + "/history/2", HERE + "/compare",
            "/admin/trash?undo=trashed-one", "/admin/trash/trashed-one/purge", "/admin/summaries/trashed-one",
            "/admin/new/write?paper=kingma2015adam", "/admin", "/admin/new", "/admin/summaries?kind=link",
            "/admin/papers", "/admin/papers/kingma2015adam", "/admin/authors", "/admin/authors/jimmy-ba",
            "/admin/shelves", "/admin/shelves/categories/optimization", "/admin/shelves/series", "/admin/shelves/tags",
            "/admin/paths/a-path", "/admin/macros", "/admin/import", "/admin/export", "/admin/account", "/admin/media",
            "/summaries/adam/history", "/summaries/adam/history?to=2", f"/preview/{token}",
        )
    }  # fmt: skip
    pages |= {
        "link": link.text,
        "conflict": save(editor, "a-draft", stale, body="Mine.", title="Mine").text,
        "mistake": save(editor, "a-draft", stale, title="", part="x", updates="x", categories=[]).text,
        "preview": save(editor, "a-draft", stale, "preview", body=HARD).text,
        "not ready": editor.post(HERE + "/status", data={"move": "publish"}).text,
        "kept": save(stranger, "a-draft", stale, body="Mine.\n\nTwo").text,
    }
    assert complaints(pages, tmp_path) == []
    for address, page in pages.items():
        tree = parsed(page)
        names = Counter(element.get("id") for element in tree.iter() if element.get("id"))
        assert [name for name, times in names.items() if times > 1] == [], address
        targets = {href[1:] for a in tree.iter("a") if (href := a.get("href") or "").startswith("#")}
        assert targets <= set(names), address
