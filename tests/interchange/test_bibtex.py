"""BibTeX: what real files hold, what is refused, and that records survive the journey."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.interchange.bibtex import ParsedEntry, Refusal, format_bibtex, parse_bibtex
from app.papers.records import OTHER_FORMS, PaperRecord, PersonName


def read(text: str, *, strict: bool = False) -> tuple[list[ParsedEntry], list[Refusal]]:
    return parse_bibtex(text, name="papers.bib", strict=strict)


def one(text: str, *, strict: bool = False) -> PaperRecord:
    parsed, refused = read(text, strict=strict)
    assert not refused
    assert len(parsed) == 1
    return parsed[0].record


def names(field: str) -> list[tuple[str, str]]:
    record = one(f"@misc{{k, title = {{T}}, author = {{{field}}}}}")
    return [(name.family, name.given) for name in record.authors]


LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))
HOSTILE = st.sampled_from([*"\\{}$%&#_^~\"'`-@,.:; =ABab1", "and ", "--", "$x$", "\\'e", "@misc{a,", "é", "–"])
LINE = st.lists(HOSTILE | LETTERS, max_size=25).map(lambda parts: " ".join("".join(parts).split()))
FULL_LINE = LINE.filter(bool)
ADDRESS = LINE.map(lambda text: "https://example.org/" + text.replace(" ", ""))
SMALL = LINE.map(lambda text: text[:60].strip())


def is_no_form(key: str) -> bool:
    return not key.endswith(OTHER_FORMS)


@st.composite
def records(draw: st.DrawFn) -> PaperRecord:
    year = draw(st.none() | st.integers(1000, 2200))
    month = draw(st.none() | st.integers(1, 12)) if year else None
    arxiv = draw(st.none() | st.sampled_from(["1706.03762", "cs/0112017", "math.GT/0309136"]))
    doi_tail = draw(LINE).replace(" ", "").lower()
    return PaperRecord(
        key=draw(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_:.+-]{0,20}", fullmatch=True).filter(is_no_form)),
        kind=draw(st.sampled_from(["article", "conference", "preprint", "report", "thesis", "book", "other"])),
        title=draw(FULL_LINE),
        authors=tuple(
            PersonName(family=family, given=given)
            for family, given in draw(st.lists(st.tuples(FULL_LINE, LINE), max_size=4))
        ),
        year=year,
        month=month,
        day=draw(st.none() | st.integers(1, 28)) if month else None,
        venue=draw(LINE),
        volume=draw(SMALL),
        issue=draw(SMALL),
        pages=draw(st.sampled_from(["", "1–10", "e130140", "S1-S9", "1, 3–5"])),
        publisher=draw(LINE),
        institution=draw(LINE),
        doi=f"10.1234/x{doi_tail}",
        arxiv_id=arxiv,
        arxiv_class=draw(st.sampled_from(["", "cs.LG"])),
        url=draw(st.just("") | ADDRESS),
        code_url=draw(st.just("") | ADDRESS),
        abstract=draw(LINE),
    )


@given(st.lists(records(), max_size=3, unique_by=lambda record: record.key))
def test_records_survive_being_written_and_read(several: list[PaperRecord]) -> None:
    text = format_bibtex(several)
    parsed, refused = read(text, strict=True)
    assert not refused
    assert [entry.record for entry in parsed] == sorted(several, key=lambda record: record.key)
    assert format_bibtex(entry.record for entry in parsed) == text


@given(st.lists(st.sampled_from(["-", "--", "–", "—", " ", "1", "22", "S3", ","]), max_size=8).map("".join))
def test_pages_are_written_the_same_after_one_journey(pages: str) -> None:
    once = format_bibtex([PaperRecord(key="k", title="T", pages=pages)])
    assert format_bibtex([one(once, strict=True)]) == once


@given(st.lists(st.sampled_from([*'@{}",=#\\\n$a1', "@misc{k,", "title", " and "]), max_size=60).map("".join))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    for strict in (True, False):
        parsed, refused = read(text, strict=strict)
        last = text.count("\n") + 1
        assert all(1 <= found.line <= last for found in [*parsed, *refused])


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Adam: A Method for Stochastic Optimization", "Adam: {A Method} for {Stochastic Optimization}"),
        ("Counting with Shapley’s values", "Counting with {Shapley’s} values"),
        ("Q-learning on iPhones, “Atari”, the X-ray", "Q-learning on {iPhones}, “{Atari}”, the {X}-ray"),
        ("mixup: Beyond Risk", "{mixup}: {Beyond Risk}"),
        ("BERT--Again", "{BERT}-{}-{Again}"),
        ("$O(n)$ Bounds", "$O(n)$ {Bounds}"),
    ],
)
def test_every_capital_of_a_title_but_the_first_is_kept_by_braces(title: str, written: str) -> None:
    text = format_bibtex([PaperRecord(key="k", title=title)])
    assert f"  title = {{{written}}},\n" in text
    assert one(text).title == title


def test_an_entry_is_written_with_its_fields_in_one_order() -> None:
    record = PaperRecord(
        key="vaswani2017attention",
        kind="conference",
        title="Attention: a $O(n^2)$ survey of BERT & 3D Q-learning at NeurIPS, A to Z",
        authors=(PersonName(family="de Jong", given="Ana"), PersonName(family="OpenAI")),
        year=2017,
        month=6,
        venue="NeurIPS",
        pages="1–10",
        arxiv_id="1706.03762",
        arxiv_class="cs.CL",
        code_url="https://example.org/a_b",
    )
    assert format_bibtex([record]) == (
        "@inproceedings{vaswani2017attention,\n"
        "  title = {Attention: a $O(n^2)$ survey of {BERT} \\& {3D Q}-learning at {NeurIPS}, {A} to {Z}},\n"
        "  author = {de Jong, Ana and {OpenAI}},\n"
        "  year = {2017},\n"
        "  month = jun,\n"
        "  booktitle = {{NeurIPS}},\n"
        "  pages = {1--10},\n"
        "  eprint = {1706.03762},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.CL},\n"
        "  eprinttype = {arxiv},\n"
        "  code = {https://example.org/a_b},\n"
        "}\n"
    )


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"{\"U}ber \'{e}t\'e", "Über été"),
        (r"\c{c}a \v{s} \H{o} {\'\i} \~n \.z", "ça š ő í ñ ż"),
        (r"Stra{\ss}e, {\O}re, {\aa}, \l{}", "Straße, Øre, å, ł"),
        (r"{BERT}: {P}re-training", "BERT: Pre-training"),
        (r"50\% of R\&D, a\_b, \#1, \$5", "50% of R&D, a_b, #1, $5"),
        (r"an $O(n \log n)$ bound, \(x_{i}\)", r"an $O(n \log n)$ bound, $x_{i}$"),
        (r"\emph{very} {\em good} \textsc{Gpt}", "very good Gpt"),
        (r"``quoted'' 1--2 a---b", "“quoted” 1–2 a—b"),
        (r"tied~words   and" + "\n lines", "tied words and lines"),
        (r"\unheard{of} \alpha", r"\unheard{of} α"),
    ],
)
def test_tex_in_a_title_becomes_text(tex: str, text: str) -> None:
    assert one(f"@misc{{k, title = {{{tex}}}}}").title == text


def test_string_macros_months_and_joined_values_are_put_in() -> None:
    record = one(
        '@string{nips = "Neural " # "Systems"}\n@string(long = nips # { 30})\n'
        '@InProceedings(k, title = "A {"}B{"} C", booktitle = long, year = 2017, month = "12~" # jun)'
    )
    assert (record.title, record.venue) == ('A "B" C', "Neural Systems 30")
    assert (record.year, record.month, record.day) == (2017, 6, 12)


@pytest.mark.parametrize("month", ["6", "06", "jun", "Jun.", "June", "June 12", "{6}"])
def test_a_month_is_read_however_it_is_written(month: str) -> None:
    assert one(f"@misc{{k, title={{T}}, year=2017, month={{{month}}}}}").month == 6


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = "@misc{k,\n title = {A\n long title},\n bad = {x\n}\n@misc{j, title={J}}\n"
    plain = read(text)
    assert read("\ufeff" + text.replace("\n", "\r\n")) == plain
    assert [refusal.line for refusal in plain[1]] == [1]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Vaswani, Ashish and Noam Shazeer", [("Vaswani", "Ashish"), ("Shazeer", "Noam")]),
        ("Ludwig van Beethoven", [("van Beethoven", "Ludwig")]),
        ("de la Cruz, Ana and van der Maaten, L.", [("de la Cruz", "Ana"), ("van der Maaten", "L.")]),
        ("King, Jr., Martin Luther", [("King Jr.", "Martin Luther")]),
        ("{The ATLAS Collaboration} and Plato", [("The ATLAS Collaboration", ""), ("Plato", "")]),
        ("{Barnes and Noble, Inc.}", [("Barnes and Noble, Inc.", "")]),
        ("Mu{\\~n}oz, Jos\\'e and {\\'E}mile Zola", [("Muñoz", "José"), ("Zola", "Émile")]),
        ("Knuth,~Donald~E.", [("Knuth", "Donald E.")]),
        ("Yang Liu 0001 and Wei Li 0012", [("Liu", "Yang"), ("Li", "Wei")]),
        ("A Man AND\n B Woman", [("Man", "A"), ("Woman", "B")]),
    ],
)
def test_names_are_taken_apart(field: str, expected: list[tuple[str, str]]) -> None:
    assert names(field) == expected


def test_and_others_is_told_and_is_not_a_person() -> None:
    for strict in (True, False):
        parsed, _ = read("@misc{k, title={T}, author={Silver, David and others}}", strict=strict)
        assert [name.family for name in parsed[0].record.authors] == ["Silver"]
        assert "not complete" in parsed[0].notes[0]


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ("@article{k, title={T}, journal={J}}", "article"),
        ("@conference{k, title={T}}", "conference"),
        ("@misc{k, title={T}, eprint={1706.03762}}", "preprint"),
        ("@misc{k, title={T}}", "other"),
        ("@techreport{k, title={T}}", "report"),
        ("@mastersthesis{k, title={T}}", "thesis"),
        ("@book{k, title={T}}", "book"),
        ("@incollection{k, title={T}}", "other"),
        ("@article{k, title={T}, journal={arXiv preprint arXiv:1706.03762}}", "preprint"),
        ("@article{k, title={T}, journal={CoRR}, volume={abs/1706.03762}}", "preprint"),
    ],
)
def test_entry_types_become_kinds(entry: str, kind: str) -> None:
    record = one(entry)
    assert record.kind == kind
    assert record.arxiv_id == ("1706.03762" if "1706" in entry else None)


def test_a_broken_entry_is_refused_with_its_line_and_the_rest_is_kept() -> None:
    parsed, refused = read(
        "@misc{a, title={A}}\n"
        "@misc{b, title={B, year = 2017\n}\n"
        "@misc{c, title={C}}\n"
        "@misc{d title={D}}\n"
        "@misc{a, title={again}}\n"
        "@misc{e, title={E}, title={F}}\n"
        "@misc{f, title=undefined}\n"
        "@misc{g, author={X}}\n"
        "junk between entries\n"
        "@misc{i, title={one} two}\n"
        "@misc{h, title={H}"
    )
    assert [entry.record.key for entry in parsed] == ["a", "c", "e"]
    assert (parsed[2].record.title, parsed[2].notes) == ("E", ("title: given twice; the first is kept",))
    assert [(refusal.line, refusal.key) for refusal in refused] == [
        (2, "b"),
        (5, "d"),
        (6, "a"),
        (8, "f"),
        (9, "g"),
        (11, "i"),
        (12, "h"),
    ]
    told = [refusal.sentence for refusal in refused]
    assert "brace" in told[0]
    assert "comma" in told[1]
    assert "second time" in told[2]
    assert "“undefined” is not defined" in told[3]
    assert told[4] == "title is missing"
    assert "may be missing" in told[5]


def test_a_library_refuses_a_field_that_it_would_lose_by_name_and_line() -> None:
    text = "@misc{k,\n title={T},\n isbn={1},\n colour={blue},\n}"
    parsed, _ = read(text)
    assert parsed[0].notes == ("not kept: isbn (line 3), colour (line 4)",)
    _, refused = read(text, strict=True)
    assert [(refusal.line, refusal.sentence) for refusal in refused] == [(4, "unknown field “colour”")]
    _, refused = read("@misc{k,\n title={T}, title={U}}", strict=True)
    assert [(refusal.line, refusal.sentence) for refusal in refused] == [(1, "a field is given twice: title")]


def test_a_wrong_value_refuses_in_a_library_and_is_left_out_of_a_foreign_file_with_a_note() -> None:
    text = "@misc{k,\n title={T},\n doi={nonsense},\n}"
    _, refused = read(text, strict=True)
    assert refused[0].line == 3
    assert "is not a DOI" in refused[0].sentence
    parsed, _ = read(text)
    assert parsed[0].record.doi is None
    assert "left out" in parsed[0].notes[0]


def test_a_foreign_key_is_made_to_fit_and_told() -> None:
    parsed, _ = read("@misc{DBLP:conf/nips/Müller17, title={T}}")
    assert parsed[0].record.key == "DBLP:conf-nips-Muller17"
    assert "became" in parsed[0].notes[0]


def test_macros_that_double_themselves_are_stopped() -> None:
    bomb = '@string{a0 = "xxxxxxxxxx"}\n' + "".join(f"@string{{a{n} = a{n - 1} # a{n - 1}}}\n" for n in range(1, 60))
    parsed, refused = read(bomb + "@misc{k, title=a59}\n@misc{j, title={J}}")
    assert [entry.record.key for entry in parsed] == ["j"]
    assert "a59" in refused[0].sentence


def test_a_text_beyond_the_limit_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.interchange.bibtex_entries.MAX_CHARACTERS", 10)
    with pytest.raises(BadInput, match=r"papers\.bib is too large"):
        read("@misc{k, title={T}}")


def test_more_entries_than_the_limit_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.interchange.bibtex_entries.MAX_ENTRIES", 2)
    with pytest.raises(BadInput, match="more than 2 entries"):
        read("@misc{k," * 3)


def test_addresses_lose_the_escapes_that_some_programs_put_in() -> None:
    record = one(r"@misc{k, title={T}, url={https://a.org/x\_y\%20{\~{}}z}, doi={10.1000/a\_b}}")
    assert record.url == "https://a.org/x_y%20~z"
    assert record.doi == "10.1000/a_b"


def test_names_by_their_parts_are_names() -> None:
    assert names(
        "Zhang, Wei and family=Berg, given=Anna, prefix=van den, useprefix=true and given={X, Y}, family=Z"
    ) == [
        ("Zhang", "Wei"),
        ("van den Berg", "Anna"),
        ("Z", "X, Y"),
    ]
    record = PaperRecord(key="k", title="T", authors=(PersonName(family="family= a", given="B"),))
    assert one(format_bibtex([record])).authors == record.authors
