"""Citations in the formats that people and their tools take."""

import json

from hypothesis import given
from hypothesis import strategies as st

from app.interchange.citation_text import apa, plain
from app.interchange.csl_json import format_csl_json
from app.interchange.ris import format_ris
from app.papers.records import PersonName
from tests.factories import make_paper

ADAM = make_paper()
DROPOUT = make_paper(
    key="srivastava2014dropout", kind="article", title="Dropout: a way", year=2014, venue="JMLR", volume="15",
    pages="1929--1958", arxiv_id=None, authors=(PersonName(family="Srivastava", given="Nitish"),),
)  # fmt: skip
PREPRINT = make_paper(key="p", kind="preprint", venue="", month=6, arxiv_id="1706.03762", doi=None)


def test_ris_begins_with_the_type_ends_with_er_and_breaks_lines_as_the_format_says() -> None:
    text = format_ris([ADAM, DROPOUT])
    records = text.removesuffix("\r\n\r\n").split("\r\n\r\n")
    assert len(records) == 2
    for record in records:
        lines = record.split("\r\n")
        assert lines[0].startswith("TY  - ")
        assert lines[-1] == "ER  - "
    assert "AU  - Kingma, Diederik P." in records[0]
    assert "SP  - 1929" in records[1]
    assert "EP  - 1958" in records[1]
    assert "DA  - 2014///" in records[1]
    assert "DA  - 2015/06//" in format_ris([PREPRINT])
    assert "UR  - https://arxiv.org/abs/1706.03762" in format_ris([PREPRINT])


def test_csl_json_has_the_types_and_dates_that_processors_read() -> None:
    adam, dropout, preprint = json.loads(format_csl_json([ADAM, DROPOUT, PREPRINT]))
    assert [adam["type"], dropout["type"], preprint["type"]] == ["paper-conference", "article-journal", "article"]
    assert adam["issued"] == {"date-parts": [[2015]]}
    assert preprint["issued"] == {"date-parts": [[2015, 6]]}
    assert adam["author"][0] == {"family": "Kingma", "given": "Diederik P."}
    assert dropout["page"] == "1929-1958"


def test_a_body_of_authors_is_literal() -> None:
    (item,) = json.loads(format_csl_json([make_paper(authors=(PersonName(family="OpenAI"),))]))
    assert item["author"] == [{"literal": "OpenAI"}]


def test_apa_reads_as_people_write_it() -> None:
    assert apa(ADAM) == (
        "Kingma, D. P., & Ba, J. (2015). Adam: A Method for Stochastic Optimization. "
        "International Conference on Learning Representations. https://arxiv.org/abs/1412.6980"
    )
    assert apa(DROPOUT) == "Srivastava, N. (2014). Dropout: a way. JMLR, 15, 1929–1958."
    assert apa(make_paper(authors=(), year=None)).startswith("Adam: A Method for Stochastic Optimization. (n.d.).")
    assert "Bengio, Y.-L." in apa(make_paper(authors=(PersonName(family="Bengio", given="Yoshua-Louis"),)))


def test_twenty_one_authors_are_nineteen_and_the_last() -> None:
    authors = tuple(PersonName(family=f"Family{number}", given="A") for number in range(25))
    assert "Family18, A., … Family24, A. (2015)" in apa(make_paper(authors=authors))


def test_the_plain_line_names_everything_once() -> None:
    assert plain(DROPOUT) == "Nitish Srivastava. “Dropout: a way”. JMLR, 2014."


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), min_size=1).filter(str.strip))
def test_no_title_breaks_out_of_its_line(title: str) -> None:
    record = make_paper(title=title)
    assert len(format_ris([record]).splitlines()) == len(format_ris([ADAM]).splitlines())
    assert json.loads(format_csl_json([record]))[0]["title"] == record.title
