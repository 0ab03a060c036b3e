import pytest

from app.search.identifiers import Identifier, identifier


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("1706.03762", "arxiv", "1706.03762"),
        (" arXiv:1706.03762v5 ", "arxiv", "1706.03762"),
        ("https://arxiv.org/abs/1706.03762v2", "arxiv", "1706.03762"),
        ("http://arxiv.org/pdf/1706.03762.pdf", "arxiv", "1706.03762"),
        ("arxiv.org/abs/cs/0701001", "arxiv", "cs/0701001"),
        ("Math.gt/0309136v1", "arxiv", "math.GT/0309136"),
        ("arXiv:1412.6980v9 [cs.LG]", "arxiv", "1412.6980"),
        ("cs/0112017 [cs.lg]", "arxiv", "cs/0112017"),
        ("10.1145/3292500.3330701", "doi", "10.1145/3292500.3330701"),
        ("doi:10.1038/NATURE14539.", "doi", "10.1038/nature14539"),
        ("https://doi.org/10.1038/nature14539", "doi", "10.1038/nature14539"),
        ("10.48550/arXiv.1706.03762", "arxiv", "1706.03762"),
        ("@vaswani2017attention", "key", "vaswani2017attention"),
    ],
)
def test_a_pasted_identifier_is_recognised_in_its_normal_form(text: str, kind: str, value: str) -> None:
    assert identifier(text) == Identifier(kind, value)


@pytest.mark.parametrize(
    "text", ["", "attention", "2017", "1706.03762 attention", "@", "10.1145", "a@b", "10." + "1" * 500]
)
def test_other_texts_are_not_identifiers(text: str) -> None:
    assert identifier(text) is None
