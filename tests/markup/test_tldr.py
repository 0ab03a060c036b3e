import pytest

from app.markup import extract_tldr


@pytest.mark.parametrize(
    "heading",
    [
        "# TLDR",
        "## TL;DR",
        "### 1. TLDR",
        "## 1 TL;DR:",
        "## **TL;DR**",
        "# tl;dr",
        "## 0) TLDR",
        "TLDR\n====",
        "## I. TL; DR",
    ],
)
def test_a_first_section_is_taken_out(heading: str) -> None:
    extract = extract_tldr(f"{heading}\n\nShort *and* $x$.\n\nSecond.\n\n## Next\n\nBody.\n")
    assert extract.tldr == "Short *and* $x$.\n\nSecond."
    assert extract.body == "## Next\n\nBody.\n"


@pytest.mark.parametrize("opening", ["**TL;DR:** ", "**TLDR** ", "__TL;DR__: ", "**TL;DR** — ", "**tldr.** "])
def test_a_first_paragraph_in_bold_is_taken_out(opening: str) -> None:
    extract = extract_tldr(f"{opening}Short\nand sweet.\n\nBody.\n")
    assert extract.tldr == "Short\nand sweet."
    assert extract.body == "Body.\n"


def test_a_title_may_stand_in_front() -> None:
    extract = extract_tldr("# Attention\n\n## TLDR\n\nShort.\n\n## Body\n\nLong.\n")
    assert extract.tldr == "Short."
    assert extract.body == "# Attention\n\n## Body\n\nLong.\n"


@pytest.mark.parametrize(
    "source",
    [
        "Body.\n\n## TLDR\n\nLate.\n",
        "## Intro\n\nx\n\n## TLDR\n\nLate.\n",
        "```\n# TLDR\n\nx\n```\n",
        "TLDR is a word.\n",
        "## TLDR of others\n\nx\n",
        "## TLDR\n\n## Empty\n",
        "",
        "> ## TLDR\n>\n> x\n",
    ],
)
def test_a_source_without_a_tldr_comes_back_unchanged(source: str) -> None:
    extract = extract_tldr(source)
    assert extract.tldr is None
    assert extract.body == source


def test_a_tldr_that_is_all_there_is_leaves_an_empty_body() -> None:
    assert extract_tldr("# TLDR\n\nAll.\n").body == ""


def test_code_with_a_hash_does_not_end_the_section() -> None:
    extract = extract_tldr("# TLDR\n\n```\n# not a heading\n```\n\nx\n\n# Next\n")
    assert extract.tldr == "```\n# not a heading\n```\n\nx"


def test_a_rule_ends_the_section() -> None:
    extract = extract_tldr("# TLDR\n\nShort.\n\n---\n\nBody.\n")
    assert extract.tldr == "Short."
    assert extract.body == "Body.\n"
