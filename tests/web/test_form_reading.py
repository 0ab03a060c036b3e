"""What a form says is read as the standard library reads it, in little memory."""

import tracemalloc
from urllib.parse import quote_plus
from urllib.parse import unquote_plus as plain

from fastapi import FastAPI, Form
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from app.web import form_reading
from app.web.form_reading import PIECE, unquote_plus

AWKWARD = (
    "",
    "%",
    "%4",
    "%zz",
    "a+b",
    "%2B",
    "%e4%b8%ad",
    "%E4%B8",
    "é",
    "%41é%42",
    "%%41",
    "+%20",
    "\x00%00",
    "%u1234",
)


def test_it_reads_what_the_standard_library_reads() -> None:
    for text in AWKWARD:
        assert unquote_plus(text) == plain(text), text
    for before in (PIECE - 3, PIECE - 2, PIECE - 1, PIECE):  # an escape over the edge of a piece
        text = "x" * before + "%E4%B8%AD+y%"
        assert unquote_plus(text) == plain(text)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_what_was_written_is_read(text: str) -> None:
    assert unquote_plus(quote_plus(text)) == text


def test_it_takes_little_room() -> None:
    text = "%E4%B8%AD" * 500_000
    tracemalloc.start()
    assert unquote_plus(text) == "中" * 500_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * len(text)


def test_forms_are_read_so() -> None:
    app = FastAPI()
    app.add_api_route("/", lambda text=Form(): text, methods=["POST"])
    form_reading.install()
    from starlette import formparsers

    assert formparsers.unquote_plus is unquote_plus  # type: ignore[attr-defined]
    with TestClient(app) as client:
        assert client.post("/", data={"text": "a b+c 中 %"}).json() == "a b+c 中 %"
