"""Foreign BibTeX as programs write it, each dialect in a fixture of our own: what is kept, and what is told as lost."""

import pytest

from app.interchange.bibtex import ParsedEntry, parse_bibtex
from app.interchange.foreign_records import find_arxiv_id, find_doi, free_key, make_key
from app.papers.records import PersonName

ZOTERO = """
@misc{lindqvist_quiet_2021,
\ttitle = {A {Quiet} {Study} of {Warm} {Starts}},
\turl = {http://arxiv.org/abs/2103.01234},
\tdoi = {10.48550/arXiv.2103.01234},
\tabstract = {We restart.},
\turldate = {2022-01-05},
\tpublisher = {arXiv},
\tauthor = {Lindqvist, Åsa and {van der Berg}, Jan},
\tmonth = mar,
\tyear = {2021},
\tnote = {arXiv:2103.01234 [cs]},
\tkeywords = {Computer Science - Machine Learning},
\tfile = {Preprint PDF:files/12/2103.01234.pdf:application/pdf},
}
"""
MENDELEY = """
@article{Petrov2019,
abstract = {{Long text.}},
archivePrefix = {arXiv},
arxivId = {1901.04567v2},
author = {Petrov, Ilya and Okafor, Chidi},
eprint = {1901.04567},
mendeley-groups = {reading},
title = {{On Sparse {\\textquotedblleft}Gates{\\textquotedblright}}},
url = {http://arxiv.org/abs/1901.04567},
year = {2019}
}
"""
SCHOLAR = """
@article{garcia2018folding,
  title={Folding the loss: a tale of {\\'E}tudes},
  author={Garc{\\'\\i}a, Mar{\\'\\i}a and Zhou, Wei and others},
  journal={arXiv preprint arXiv:1805.09876},
  year={2018}
}
"""
DBLP = """
@inproceedings{DBLP:conf/nips/ItoK20,
  author       = {Ken Ito and
                  Klara K{\\"{o}}nig},
  editor       = {Someone Else},
  title        = {Lazy Attention},
  booktitle    = {Advances in Neural Information Processing Systems 33: Annual Conference
                  on Neural Information Processing Systems 2020, NeurIPS 2020, December
                  6-12, 2020, virtual},
  year         = {2020},
  url          = {https://proceedings.neurips.cc/paper/2020/hash/abc%20def-Abstract.html},
  timestamp    = {Tue, 19 Jan 2021 15:57:00 +0100},
  biburl       = {https://dblp.org/rec/conf/nips/ItoK20.bib},
  bibsource    = {dblp computer science bibliography, https://dblp.org}
}
"""
ANTHOLOGY = """
@inproceedings{rossi-etal-2020-plain,
    title = "Plain Words {--} Plain Models",
    author = "Rossi, Anna  and
      de Vries, Piet  and
      {The Plain Team}",
    booktitle = "Proceedings of the 58th Annual Meeting",
    month = jul,
    year = "2020",
    address = "Online",
    publisher = "Association for Computational Linguistics",
    url = "https://aclanthology.org/2020.plain-main.12/",
    doi = "https://doi.org/10.18653/v1/2020.plain-main.12",
    pages = "112--124"
}
"""
BIBLATEX = """
@online{mikkelsen2022,
  author = {Mikkelsen, Bo},
  title = {Slow Optimisers},
  subtitle = {A Field Guide},
  date = {2022-04-07/2022-04-09},
  eprint = {2204.00001},
  eprinttype = {arxiv},
  eprintclass = {stat.ML},
  urldate = {2022-05-01},
}
@article{journal2015, author={A. Name}, title={T}, journaltitle={Journal of Things}, date={2015}, eid={042101}}
"""


def read(text: str) -> list[ParsedEntry]:
    parsed, refused = parse_bibtex(text, name="x.bib")
    assert not refused
    return parsed


def lost(entry: ParsedEntry) -> str:
    return " ".join(entry.notes)


def test_zotero() -> None:
    (entry,) = read(ZOTERO)
    record = entry.record
    assert (record.key, record.kind, record.arxiv_id, record.doi) == (
        "lindqvist_quiet_2021",
        "preprint",
        "2103.01234",
        "10.48550/arxiv.2103.01234",
    )
    assert (record.title, record.month, record.abstract) == ("A Quiet Study of Warm Starts", 3, "We restart.")
    assert [(name.family, name.given) for name in record.authors] == [("Lindqvist", "Åsa"), ("van der Berg", "Jan")]
    assert lost(entry) == "not kept: urldate (line 7), note (line 12), keywords (line 13), file (line 14)"


def test_mendeley() -> None:
    (entry,) = read(MENDELEY)
    assert (entry.record.title, entry.record.kind) == ("On Sparse “Gates”", "preprint")
    assert entry.record.arxiv_id == "1901.04567"
    assert lost(entry) == "not kept: mendeley-groups (line 8)"


def test_google_scholar() -> None:
    (entry,) = read(SCHOLAR)
    record = entry.record
    assert (record.kind, record.venue, record.arxiv_id) == ("preprint", "", "1805.09876")
    assert [(name.family, name.given) for name in record.authors] == [("García", "María"), ("Zhou", "Wei")]
    assert "not complete" in lost(entry)


def test_dblp() -> None:
    (entry,) = read(DBLP)
    record = entry.record
    assert (record.key, record.kind) == ("DBLP:conf-nips-ItoK20", "conference")
    assert [(name.family, name.given) for name in record.authors] == [("Ito", "Ken"), ("König", "Klara")]
    assert record.venue.endswith("NeurIPS 2020, December 6-12, 2020, virtual")
    assert record.url.endswith("abc%20def-Abstract.html")
    assert "editor (line 5), timestamp (line 12), biburl (line 13), bibsource (line 14)" in lost(entry)


def test_the_anthology() -> None:
    (entry,) = read(ANTHOLOGY)
    record = entry.record
    assert (record.title, record.doi) == ("Plain Words – Plain Models", "10.18653/v1/2020.plain-main.12")
    assert (record.pages, record.month, record.authors[2].family) == ("112–124", 7, "The Plain Team")


def test_biblatex() -> None:
    online, article = read(BIBLATEX)
    record = online.record
    assert (record.title, record.kind) == ("Slow Optimisers: A Field Guide", "preprint")
    assert (record.year, record.month, record.day, record.arxiv_class) == (2022, 4, 7, "stat.ML")
    assert (article.record.venue, article.record.pages, article.record.year) == ("Journal of Things", "042101", 2015)


def test_cross_references_and_xdata_are_followed_and_their_sources_are_not_papers() -> None:
    asides: list[tuple[int, str]] = []
    parsed, refused = parse_bibtex(
        '@preamble{"\\newcommand{\\x}{y}"}\n'
        "@comment{jabref-meta: databaseType:bibtex;}\n"
        "@inproceedings{child, title={Child}, author={A. B.}, crossref={PROC}, pages={1-2}}\n"
        "@inproceedings{orphan, title={Orphan}, crossref={nowhere}}\n"
        "@proceedings{proc, title={Proceedings of X}, year=2011, publisher={P}, xdata={common}}\n"
        "@xdata{common, month=may}\n"
        "@proceedings{other, title={Proceedings of Y}}\n"
        "@misc{round, title={R}, crossref={square}}\n"
        "@misc{square, title={S}, crossref={round}, year=1999}\n",
        name="x.bib",
        asides=asides,
    )
    assert not refused
    records = {entry.record.key: entry.record for entry in parsed}
    assert sorted(records) == ["child", "orphan", "other", "round", "square"]
    child = records["child"]
    assert (child.title, child.venue, child.year, child.month) == ("Child", "Proceedings of X", 2011, 5)
    assert (child.publisher, child.kind, child.pages) == ("P", "conference", "1–2")
    assert (records["round"].year, records["other"].kind) == (1999, "book")
    assert [line for line, _ in asides] == [1, 4, 5]
    assert "no entry “nowhere”" in asides[1][1]


@pytest.mark.parametrize(
    "fields",
    [
        "url={https://arxiv.org/pdf/1706.03762v5.pdf}",
        "note={arXiv: 1706.03762}",
        "howpublished={\\url{https://arxiv.org/abs/1706.03762}}",
        "number={arXiv:1706.03762}, publisher={arXiv}",
        "doi={10.48550/arXiv.1706.03762}",
        "journal={ArXiv}, volume={abs/1706.03762}",
        "journal={arXiv:1706.03762 [cs]}",
        "arxivid={1706.03762}",
        "eprint={arXiv:1706.03762}",
    ],
)
def test_an_arxiv_id_is_found_wherever_it_is_written(fields: str) -> None:
    (entry,) = read(f"@article{{k, title={{T}}, {fields}}}")
    record = entry.record
    assert (record.arxiv_id, record.kind, record.venue, record.issue) == ("1706.03762", "preprint", "", "")


def test_a_doi_is_found_in_an_address() -> None:
    (entry,) = read("@article{k, title={T}, journal={J}, url={https://dx.doi.org/10.1000/AbC.1}}")
    assert entry.record.doi == "10.1000/abc.1"
    assert find_doi("no https://doi.org/10.48550/arXiv.1706.03762 here") is None
    assert find_arxiv_id("see math.GT/0309136 and arXiv:math.GT/0309136") == "math.GT/0309136"
    assert find_arxiv_id("call 1706.03762 now") is None


def test_what_does_not_fit_is_left_out_with_whatever_needs_it() -> None:
    (entry,) = read("@misc{k, title={T}, year={9999}, month=2, day=31, publisher={" + "x" * 400 + "}}")
    assert (entry.record.year, entry.record.month, entry.record.publisher) == (None, None, "")
    assert "year" in lost(entry)
    assert "publisher: is longer than 300 characters (left out)" in lost(entry)


def test_an_entry_without_a_usable_key_gets_one() -> None:
    (entry,) = read("@misc{数据, title={The Data of {\\'E}tienne}, author={Curie, Marie}, year=1903}")
    assert entry.record.key == "curie1903data"
    assert read("@misc{my.paper.bib, title={T}}")[0].record.key == "my.paper-bib"
    assert make_key("", (), None) == "paper"
    assert make_key("On the Go", (PersonName(family="O’Neil-Ś"),), 2000) == "oneils2000go"
    assert free_key("k", {"k", "ka"}) == "kb"
    assert free_key("k", {"k", *(f"k{chr(97 + n)}" for n in range(26))}) == "kaa"
