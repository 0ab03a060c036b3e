"""Which address of the live site becomes which file."""

import pytest

from app.static_site.addresses import file_of, own_address, relative, site_path


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("/", "/"),
        ("/summaries", "/summaries/"),
        ("/summaries/adam", "/summaries/adam/"),
        ("/summaries/adam.json", "/summaries/adam.json"),
        ("/papers/kingma2015adam.csl.json", "/papers/kingma2015adam.csl.json"),
        ("/summaries?page=1", "/summaries/"),
        ("/summaries?page=3", "/summaries/page/3/"),
        ("/summaries?year=2017", "/summaries/year/2017/"),
        ("/summaries?year=2017&page=2", "/summaries/year/2017/page/2/"),
        ("/summaries?tag=gan", "/tags/gan/"),
        ("/summaries?tag=gan&page=2", "/tags/gan/page/2/"),
        ("/graph?around=adam", "/graph/around/adam/"),
        ("/feed.atom?page=2", "/feed-page-2.atom"),
        ("/tags/gan.atom?page=2", "/tags/gan-page-2.atom"),
        ("/static/app.css?v=123", "/static/app.css"),
        ("/search", "/search/"),
    ],
)
def test_an_address_has_one_place(address: str, site: str) -> None:
    assert site_path(address) == site


@pytest.mark.parametrize(
    "address",
    [
        "/admin", "/login", "/api/v1/summaries", "/search?q=adam", "/search.json?q=adam", "/summaries?tag=a&year=2017",
        "/summaries?tag=a&tag=b", "/summaries?year=../../etc", "/oai?verb=Identify", "/unapi", "//elsewhere/x",
        "/x%00y", "/preview/abc", "/lookup?doi=10.1/x", "/tags/gan?year=2017",
    ],
)  # fmt: skip
def test_what_only_a_server_can_answer_has_no_place(address: str) -> None:
    assert site_path(address) is None


def test_a_list_of_one_shelf_is_asked_for_as_the_page_of_the_shelf() -> None:
    assert own_address("/summaries?series=gans&page=2") == "/series/gans?page=2"
    for own in ("/summaries", "/summaries?year=2017", "/summaries?tag=a&tag=b", "/summaries?tag=a&year=2017"):
        assert own_address(own) == own


def test_links_are_relative_to_the_page_they_stand_on() -> None:
    assert relative("/summaries/adam/", "/") == "summaries/adam/"
    assert relative("/", "/summaries/adam/") == "../../"
    assert relative("/summaries/adam/", "/summaries/adam/") == "./"
    assert relative("/static/app.css", "/summaries/adam/") == "../../static/app.css"
    assert file_of("/summaries/adam/") == "summaries/adam/index.html"
    assert file_of("/summaries/adam.json") == "summaries/adam.json"
