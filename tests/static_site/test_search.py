"""The static site's search knows which words only ask, as the live one does."""

import re

from app.search.analysis import stem
from app.search.asking import ASKING, ENOUGH, OPENERS
from app.search.query import EASED
from app.settings import ROOT

SCRIPT = (ROOT / "static" / "static-search.js").read_text()


def words_of(name: str) -> set[str]:
    found = re.search(rf"const {name} = new Set\((.*?)\.split", SCRIPT, re.DOTALL)
    assert found is not None
    return set(" ".join(re.findall('"(.*?)"', found[1])).split())


def test_its_lists_are_those_of_the_live_search() -> None:
    assert words_of("OPENERS") == OPENERS
    assert {stem(word) for word in words_of("ASKING")} == ASKING
    assert f"ENOUGH = {ENOUGH};" in SCRIPT
    assert EASED in SCRIPT
