"""Names in texts: changed where they link or cite, left alone in code and formulas."""

from datetime import date

import pytest

from app.summaries.documents import Freshness, SummaryDocument, Update
from app.summaries.rewriting import naming_by, rename_in_text, replaced

MOVED = {("key", "old2020"): "new2021", ("arxiv", "1412.6980"): "new2021", ("slug", "adam"): "adam-optimiser"}


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("See [@old2020].", "See [@new2021]."),
        ("[@old2020, p. 3; @other; @old2020]", "[@new2021, p. 3; @other; @new2021]"),
        ("[@old2020.]", "[@new2021.]"),
        ("[@old2020b] and [@bold2020]", "[@old2020b] and [@bold2020]"),
        ("[[@old2020]] [[builds-on: @old2020|that one]]", "[[@new2021]] [[builds-on: @new2021|that one]]"),
        ("[[arXiv:1412.6980v2]] [[ contradicts : arxiv: 1412.6980 ]]", "[[@new2021]] [[ contradicts : @new2021 ]]"),
        ("[[Adam]] and [[compares: adam|it]]", "[[adam-optimiser]] and [[compares: adam-optimiser|it]]"),
        ("`[@old2020]` [@old2020]", "`[@old2020]` [@new2021]"),
        ("```\n[[@old2020]]\n```\n\n[@old2020]", "```\n[[@old2020]]\n```\n\n[@new2021]"),
        ("$x$ [@old2020](https://example.org)", "$x$ [@old2020](https://example.org)"),
        ("mail me@old2020 or @old2020", "mail me@old2020 or @old2020"),
    ],
)
def test_names_change_where_they_link_or_cite(text: str, renamed: str) -> None:
    assert rename_in_text(text, MOVED) == renamed


def test_a_name_that_another_takes_the_place_of_stands_once() -> None:
    assert replaced(("a", "b", "c"), "b", "a") == ("a", "c")
    assert replaced(("a", "b"), "b", None) == ("a",)


def test_a_document_names_a_summary_by_its_present_slug() -> None:
    asked = SummaryDocument(
        slug="warmup",
        title="Warmup",
        tldr="As [[Adam]].",
        body="[[compares: kingma|it]] and `[[adam]]`",
        updates=(Update(date=date(2020, 1, 2), text="See [[adam]]."),),
        freshness=Freshness(state="superseded", by="adam"),
    )
    made = naming_by("adam-optimiser", ("adam", "kingma"))(asked)
    assert (made.tldr, made.body) == ("As [[adam-optimiser]].", "[[compares: adam-optimiser|it]] and `[[adam]]`")
    assert (made.updates[0].text, made.freshness.by) == ("See [[adam-optimiser]].", "adam-optimiser")
    assert naming_by("adam-optimiser", ("adam",), untouched=(asked.status,))(asked) == asked
