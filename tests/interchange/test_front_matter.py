"""The front matter of a library: what is read, what is refused with its line, and that documents survive."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.interchange.front_matter import read_yaml
from app.interchange.library_folder import (
    format_path,
    format_shelves,
    format_summary,
    read_path,
    read_shelves,
    read_summary,
)
from app.interchange.yaml_writing import write_mapping
from app.summaries.documents import SummaryDocument
from app.summaries.path_records import PathRecord
from app.taxonomy.records import CategoryRecord, SeriesRecord


def refusal(text: str) -> BadInput | None:
    try:
        read_summary(text, "adam")
    except BadInput as error:
        return error
    return None


def complaints(text: str, stem: str = "adam") -> list[tuple[int | None, str]]:
    with pytest.raises(BadInput) as caught:
        read_summary(text, stem)
    return [(problem.line, problem.message) for problem in caught.value.problems]


LETTERS = st.characters(codec="utf-8", exclude_characters="\x00")
WORDS = ("---\n", "...\n", "null", "yes", "2024-03-05", "1e3", "## TLDR\n\n", "a: b", " #c", "long words " * 12)
HOSTILE = st.sampled_from([*"\n\n\n     :#-?!&*|>'\"%@`[]{},~=\\\t\r\x85\u2028\ufeff\x07", *WORDS])
TEXT = st.lists(HOSTILE | LETTERS, max_size=30).map("".join).map(lambda text: text[:480])  # no line may be longer
LINE = TEXT.map(lambda text: text[:120])
SOME = TEXT.filter(lambda text: bool(text.strip()))
NAME = SOME.map(lambda text: text[:100]).filter(lambda text: bool(text.strip()))
SLUGS = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)
MOMENTS = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=dt.UTC)
)
DAYS = MOMENTS.map(lambda moment: moment.replace(hour=0, minute=0, second=0))


@st.composite
def documents(draw: st.DrawFn) -> SummaryDocument:
    names = st.lists(NAME, max_size=4)
    values: dict[str, Any] = {
        "slug": "adam",
        "title": draw(SOME),
        "kind": draw(st.sampled_from(["paper-summary", "deep-dive"])),
        "papers": draw(names),
        "categories": draw(st.lists(SLUGS, max_size=4)),
        "tags": draw(st.lists(NAME.map(lambda text: text + "x"), max_size=3)),
        "tldr": draw(TEXT),
        "status": draw(st.sampled_from(["draft", "in-review", "archived"])),
        "published": draw(st.none() | MOMENTS | DAYS),
        "authors": draw(names),
        "requires": draw(st.lists(SLUGS.filter(lambda slug: slug != "adam"), max_size=2)),
        "macros": draw(names),
        "link": draw(st.none() | st.just("https://example.org/a#b?c: d".replace(" ", ""))),
        "source": {"name": draw(TEXT), "url": draw(st.sampled_from(["", "https://example.org"]))},
        "updates": [{"date": draw(DAYS).date(), "text": draw(SOME)} for _ in range(draw(st.integers(0, 2)))],
        "provenance": {"read": draw(st.none() | st.just("none")), "model": draw(LINE)},
        "freshness": {"reason": draw(TEXT), "by": draw(LINE)},
        "body": draw(TEXT),
    }
    if draw(st.booleans()):
        values |= {"series": draw(SLUGS), "part": draw(st.integers(1, 1000))}
    return SummaryDocument.model_validate(values)


@given(documents())
def test_a_document_survives_being_written_and_read(document: SummaryDocument) -> None:
    text = format_summary(document)
    again = read_summary(text, "adam").document
    assert again == document
    assert format_summary(again) == text


@given(TEXT, TEXT, st.lists(st.tuples(SLUGS, TEXT), max_size=3))
def test_a_path_survives_being_written_and_read(title: str, description: str, steps: list[tuple[str, str]]) -> None:
    record = PathRecord.model_validate(
        {
            "slug": "way",
            "title": f"x{title}",
            "description": description.strip(),
            "steps": [{"summary": slug, "note": note} for slug, note in steps],
        }
        if "\x00" not in title + description
        else {"slug": "way", "title": "x"}
    )
    assert read_path(format_path(record), "way")[0] == record


@given(st.lists(st.tuples(SLUGS, TEXT, TEXT), max_size=4, unique_by=lambda each: each[0]))
def test_shelves_survive_being_written_and_read(shelves: list[tuple[str, str, str]]) -> None:
    records = [
        CategoryRecord(slug=slug, name=f"x{name}"[:200], description=words, position=n)
        for n, (slug, name, words) in enumerate(shelves)
    ]
    assert [each.record for each in read_shelves(format_shelves(records), CategoryRecord)] == records


@given(TEXT)
def test_any_text_written_as_a_value_is_read_back(text: str) -> None:
    value = text.strip()
    if "\x00" not in value:
        written = write_mapping({"key": value, "list": [value, "x"], "groups": [{"inner": value}]})
        values, _ = read_yaml(written)
        assert values == {"key": value, "list": [value, "x"], "groups": [{"inner": value}]}


@given(st.lists(HOSTILE, max_size=40).map("".join).map(lambda text: text.replace("\r", "\n")))
def test_no_text_makes_the_reader_raise_anything_but_a_sentence(text: str) -> None:
    for source in (text, f"---\n{text}\n---\n", f"---\ntitle: T\n{text}\n---\n{text}"):
        error = refusal(source)
        if error is not None:
            assert error.problems
            assert all(each.message and each.line for each in error.problems)
            assert all(each.line <= source.count("\n") + 1 for each in error.problems if each.line)


def test_a_summary_file_reads_as_the_contract_says() -> None:
    text = """---
title: "Adam: a method"
papers: [kingma2015adam]
categories: [optimization]
tldr: >
  Momentum with a step size
  for each weight.
published: 2024-03-05
updated: 2024-03-06T10:30:00+02:00
part: 2
series: in-two-parts
updates:
  - {date: 2025-01-02, text: fixed a sign}
provenance: {written_by: ai, read: none}
---

## The idea

Keep two means.
"""
    document = read_summary(text, "adam").document
    assert document.tldr == "Momentum with a step size for each weight."
    assert document.published == dt.datetime(2024, 3, 5, tzinfo=dt.UTC)
    assert document.updated == dt.datetime(2024, 3, 6, 8, 30, tzinfo=dt.UTC)
    assert (document.series, document.part, document.provenance.read) == ("in-two-parts", 2, "none")
    assert document.body == "## The idea\n\nKeep two means."


def test_values_are_words_until_the_record_says_otherwise() -> None:
    document = read_summary("---\ntitle: 1984\ntags: [no, 3.10, null-space]\ntldr: null\n---\n", "adam").document
    assert (document.title, document.tags, document.tldr) == ("1984", ("no", "3.10", "null-space"), "")


def test_what_other_readers_would_take_for_a_number_is_written_in_quotes() -> None:
    written = write_mapping({"a": ["no", "1984", "2024-01-01", "word"], "b": "a: b", "c": "x #y", "d": "", "e": "- x"})
    assert written == 'a: ["no", "1984", "2024-01-01", word]\nb: "a: b"\nc: "x #y"\nd: ""\ne: "- x"\n'


def test_windows_files_and_a_byte_order_mark_are_for_the_file_reader() -> None:
    from app.interchange.folder_files import as_text

    assert as_text("\ufeff---\r\ntitle: T\r\n---\r\n".encode()) == "---\ntitle: T\n---\n"


def test_a_first_tldr_section_is_taken_out_and_lines_still_lead_to_the_file() -> None:
    text = "---\ntitle: T\n---\n\n## TLDR\n\nShort.\n\n## Long\n\nformula\n"
    found = read_summary(text, "adam")
    assert found.document.tldr == "Short."
    assert found.document.body == "## Long\n\nformula"
    assert [found.line_of_body(line) for line in (1, 3)] == [9, 11]


def test_a_tldr_in_the_front_matter_leaves_the_body_alone() -> None:
    found = read_summary("---\ntitle: T\ntldr: Mine.\n---\n\n\n## TLDR\n\nTheirs.\n", "adam")
    assert (found.document.tldr, found.document.body) == ("Mine.", "## TLDR\n\nTheirs.")
    assert found.line_of_body(1) == 7


def test_an_empty_tldr_is_written_where_the_body_would_be_taken_for_one() -> None:
    document = SummaryDocument(slug="adam", title="T", body="## TLDR\n\nSection.")
    assert 'tldr: ""' in format_summary(document)
    assert "tldr" not in format_summary(document.model_copy(update={"body": "## Other"}))


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("title: T\n", 1, "the first line must be ---"),
        ("---\ntitle: T\n", 1, "never closed"),
        ("---\ntitle: T\ntitel: U\n---\n", 3, "unknown key “titel”; did you mean “title”?"),
        ("---\ntitle: T\nprovenance:\n  read: full\n  reed: x\n---\n", 5, "unknown key “reed” in provenance"),
        ("---\ntags: [a]\n---\n", 2, "title is missing"),
        ("---\ntitle: T\ntitle: U\n---\n", 3, "given twice"),
        ("---\ntitle: [T\n---\n", 3, "not valid YAML"),
        ("---\ntitle: T\nbody: x\n---\n", 3, "unknown key “body”"),
        ("---\ntitle: T\nkind: essay\n---\n", 3, "kind: must be one of paper-summary, deep-dive or link"),
        ("---\ntitle: T\ntags: x\n---\n", 3, "tags: must be a list"),
        ("---\ntitle: T\nseries: s\npart: two\n---\n", 4, "part: must be a whole number"),
        ("---\ntitle: T\npublished: 2024\n---\n", 3, "“2024” is not a date"),
        ("---\ntitle: T\npublished: 2024-02-31\n---\n", 3, "“2024-02-31” is not a date"),
        ("---\ntitle: T\nupdates:\n  - date: 2024-01-01\n    text: a\n  - date: soon\n    text: b\n---\n", 6, "“soon”"),
        ("---\ntitle: T\ncategories:\n  - fine\n  - Not Fine\n---\n", 5, "is not a slug"),
        ("---\ntitle: T\nstatus: published\n---\n", 3, "at least one category"),
        ("---\ntitle: T\npart: 2\n---\n", 3, "series and part go together"),
        ("---\ntitle: &a T\ntldr: *a\n---\n", 3, "aliases"),
        ("---\ntitle: !!python/name:os.system T\n---\n", 2, "tags"),
        (f"---\ntitle: T\ntags: {'[' * 50}{']' * 50}\n---\n", 3, "nested too deeply"),
        ("---\ntitle: T\ntldr: \x07\n---\n", 3, "control character (U+0007)"),
        ("---\n- a\n---\n", 2, "key: value"),
        ("---\ntitle: T\nlink: ftp://x\n---\n", 3, "https://"),
        ("---\ntitle: T\nsource: {url: ftp://x}\n---\n", 3, "https://"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, sentence: str) -> None:
    told = complaints(text)
    assert told[0][0] == line
    assert sentence in told[0][1]
    assert len(told) == 1


def test_every_complaint_of_a_file_is_told_at_once() -> None:
    told = complaints("---\ntitle: T\nfoo: 1\nbar: 2\n---\n")
    assert [line for line, _ in told] == [3, 4]


def test_aliases_that_multiply_are_refused_before_they_do() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
    )
    with pytest.raises(BadInput, match="aliases"):
        read_yaml(bomb)


def test_a_shelf_that_is_wrong_or_there_twice_is_told_and_the_others_are_read() -> None:
    found = read_shelves(
        "- {slug: a, name: A}\n- {slug: a, name: B}\n- name: C\n"
        "- {slug: d, name: D, colour: x}\n- 7\n- {slug: e, name: E}\n",
        CategoryRecord,
    )
    assert [each.record.slug for each in found if each.record] == ["a", "e"]
    told = [(each.error.problems[0].line, each.error.problems[0].message) for each in found if each.error]
    assert told == [
        (2, "the slug “a” is already used on line 1"),
        (3, "slug is missing"),
        (4, "unknown key “colour”"),
        (5, "must be a group of “key: value” lines"),
    ]


def test_a_shelf_file_that_is_no_list_is_refused_whole() -> None:
    with pytest.raises(BadInput, match="must be a list"):
        read_shelves("slug: a\n", SeriesRecord)
    assert read_shelves("", SeriesRecord) == []


def test_a_path_with_a_text_of_its_own_is_refused() -> None:
    with pytest.raises(BadInput, match="no text of its own"):
        read_path("---\ntitle: T\n---\n\nText.\n", "way")
