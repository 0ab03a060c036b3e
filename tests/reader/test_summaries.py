import json
import re

import pytest
from fastapi.testclient import TestClient

from app.database import Database
from tests import factories
from tests.reader.pages import Page, get


def titles(page: Page) -> list[str]:
    return page.words("article//*[@class='entry-title']")


def test_the_newest_summary_comes_first(shown: TestClient) -> None:
    page = get(shown, "/summaries")
    assert titles(page) == ["Schedules", "Warm-up", "A reading list elsewhere", "Dropout", "Adam"]
    assert page.words("p[@class='list-count']") == ["5 summaries"]


@pytest.mark.parametrize(
    ("sort", "first"), [("newest", "Schedules"), ("oldest", "Adam"), ("title", "A reading list elsewhere")]
)
def test_the_order_can_be_chosen(shown: TestClient, sort: str, first: str) -> None:
    page = get(shown, f"/summaries?sort={sort}")
    assert titles(page)[0] == first
    current = [a for a in page.all("nav[@aria-label='Order']//a") if a.get("aria-current")]
    assert len(current) == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("category=regularisation", ["Dropout"]),
        ("category=regularisation&category=optimization", ["Dropout"]),
        ("tag=optimiser", ["Schedules", "Adam"]),
        ("tag=optimiser&tag=schedule", ["Schedules"]),
        ("kind=deep-dive", ["Schedules", "Warm-up"]),
        ("kind=deep-dive&tag=optimiser", ["Schedules"]),
        ("year=2014", ["Dropout"]),
        ("year=2015&kind=paper-summary", ["Adam"]),
        ("author=jimmy-ba", ["Schedules", "Adam"]),
        ("author=jimmy-ba&year=2018", ["Schedules"]),
        ("series=in-two-parts&sort=oldest", ["Warm-up", "Schedules"]),
        ("category=regularisation&kind=link", []),
        ("tag=no-such-tag", []),
    ],
)
def test_filters_combine(shown: TestClient, query: str, found: list[str]) -> None:
    page = get(shown, f"/summaries?{query}")
    assert page.status == 200
    assert titles(page) == found


def test_the_count_beside_a_facet_is_what_its_link_leads_to(shown: TestClient) -> None:
    page = get(shown, "/summaries")
    links = page.all("aside//a")
    assert len(links) > 10
    for a in links:
        count = next(span.text for span in a.iter("span") if span.get("class") == "count")
        found = get(shown, a.get("href", ""))
        assert len(titles(found)) == int(count or 0)
        assert len(found.all("ul[@class='chips']/li")) == 1


def test_facets_narrow_what_is_narrowed_already(shown: TestClient) -> None:
    page = get(shown, "/summaries?tag=schedule&sort=title")
    optimiser = page.links("aside")["optimiser 1"]
    assert optimiser == "/summaries?sort=title&tag=optimiser&tag=schedule"
    assert titles(get(shown, optimiser)) == ["Schedules"]


def test_each_filter_can_be_taken_away_alone_and_all_at_once(shown: TestClient) -> None:
    page = get(shown, "/summaries?category=optimization&tag=schedule&author=jimmy-ba&sort=title")
    chips = page.links("ul[@class='chips']")
    assert chips == {
        "Category Optimization × (remove this filter)": "/summaries?sort=title&tag=schedule&author=jimmy-ba",
        "Tag schedule × (remove this filter)": "/summaries?sort=title&category=optimization&author=jimmy-ba",
        "Author Jimmy Ba × (remove this filter)": "/summaries?sort=title&category=optimization&tag=schedule",
        "Remove all": "/summaries?sort=title",
    }


def test_a_tag_of_drafts_is_named_by_nobody(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        factories.add_summary(session, slug="hidden", title="Hidden", status="draft", tags=("Plan Nine",))
    page = get(still, "/summaries?tag=plan-nine")
    assert "Plan Nine" not in page.html


def test_an_empty_list_says_what_to_do_next(shown: TestClient) -> None:
    page = get(shown, "/summaries?year=1900")
    assert "Take a filter away" in page.html
    assert page.words("p[@class='list-count']") == ["0 summaries"]


def test_lists_have_numbered_pages(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        for at in range(45):
            factories.add_summary(session, slug=f"more-{at}", title=f"More {at}", tags=("more",))
    seen: list[str] = []
    for number in (1, 2, 3):
        page = get(still, f"/summaries?tag=more&page={number}")
        seen += titles(page)
    assert len(seen) == len(set(seen)) == 45
    second = get(still, "/summaries?tag=more&page=2")
    assert second.rel("prev") == "http://127.0.0.1:8000/summaries?tag=more"
    assert second.rel("next") == "http://127.0.0.1:8000/summaries?tag=more&page=3"
    assert second.rel("canonical") == "http://127.0.0.1:8000/summaries?tag=more&page=2"
    assert second.words("title") == ["Summaries: more, page 2 · Cairn"]
    assert second.words("p[@class='list-count']") == ["21 to 40 of 45 summaries"]
    assert list(second.links("nav[@class='pager']")) == ["Previous", "1", "2", "3", "Next"]
    assert second.links("nav[@class='pager']")["Previous"] == "/summaries?tag=more"
    past = get(still, "/summaries?tag=more&page=4")
    assert past.status == 404
    assert "this list has 3" in past.html


def test_a_wrong_parameter_is_named(shown: TestClient) -> None:
    page = get(shown, "/summaries?colour=red")
    assert page.status == 422
    assert page.words("dl/dt") == ["colour"]
    assert get(shown, "/summaries?year=soon").words("dl/dt") == ["year"]


def test_a_summary_shows_everything_around_it(shown: TestClient) -> None:
    page = get(shown, "/summaries/adam")
    assert page.words("h1") == ["Adam"]
    assert page.words("section[@class='tldr']//h2") == ["TLDR"]
    assert page.all("section[@class='tldr']//{*}math")
    links = page.links()
    assert links["Diederik P. Kingma"] == "/authors/diederik-p-kingma"
    assert links["Adam: A Method for Stochastic Optimization"] == "/papers/kingma2015adam"
    assert links["arXiv:1412.6980"] == "https://arxiv.org/abs/1412.6980"
    assert links["Optimization"] == "/categories/optimization"
    assert links["optimiser"] == "/tags/optimiser"
    assert links["A path"] == "/paths/a-path"
    around = page.words("div[@class='around']//li")
    assert "Warm-up (builds on)" in around
    assert "Dropout (compares)" in around
    assert "Warm-up" in around  # read next: it requires this one


def test_a_part_of_a_series_leads_to_its_neighbours(shown: TestClient) -> None:
    page = get(shown, "/summaries/warmup")
    assert page.links("nav[@class='series-nav']") == {"Next part Schedules": "/summaries/scheduler"}
    assert page.rel("next") == "http://127.0.0.1:8000/summaries/scheduler"
    assert page.links("p[@class='read-first']") == {"Adam": "/summaries/adam"}
    assert "In two parts, part 1" in page.links("nav[@class='crumbs']")
    last = get(shown, "/summaries/scheduler")
    assert last.links("nav[@class='series-nav']") == {"Previous part Warm-up": "/summaries/warmup"}


def test_formulas_in_titles_are_set_where_html_shows_them_and_words_elsewhere(
    still: TestClient, library: Database
) -> None:
    with library.writing() as session:
        factories.add_series(session, slug="on-n", title="On $n$", description="How $n$ grows.")
        factories.add_category(session, slug="sizes", name="Sizes", description="All about $n$.")
        factories.add_paper(session, key="knuth1973sorting", arxiv_id=None, abstract=r"Sorts in $\Theta(n^2)$, for $5.")
        norm = factories.add_summary(
            session,
            slug="norm",
            title="The $p$-norm",
            series="on-n",
            part=1,
            freshness={"state": "contested", "by": "adam"},
        )
        factories.add_summary(
            session, slug="sort", title=r"Sort in $O(n \log n)$", series="on-n", part=2, requires=("norm",),
            papers=("kingma2015adam",), body="See [[norm]].",
            freshness={"state": "superseded", "by": "norm", "reason": "It took $n^2$."},
        )  # fmt: skip
        factories.add_path(session, "norm", "sort", slug="to-n", title="To $n$", description="To $n$.")
        assert norm.title == "The $p$-norm"
    places = (
        "/summaries/norm /summaries/sort /summaries/sort/history /summaries /papers /papers/kingma2015adam / /paths "
        "/paths/to-n /series/on-n /categories /categories/sizes /graph /graph?around=sort /timeline /authors/jimmy-ba"
    )
    for place in places.split():
        page = get(still, place)
        assert not re.search(r"\$(?!\{)", page.html), place
    page = get(still, "/papers/knuth1973sorting")
    assert page.words("section[@class='abstract']/p")[0].endswith("for $5.")
    assert 'property="og:description" content="Sorts in Θ(n²), for $5."' in page.html
    page = get(still, "/summaries/sort")
    assert len(page.all("h1/span[@class='math inline']")) == 1
    assert page.words("title") == ["Sort in O(n log n) · Cairn"]
    assert 'property="og:title" content="Sort in O(n log n)"' in page.html
    assert page.links("div[@class='freshness freshness-superseded']") == {"The p-norm": "/summaries/norm"}
    for twin in ("/summaries.atom", "/feed.atom", "/oai?verb=ListRecords&metadataPrefix=oai_dc", "/papers.md"):
        assert ">Sort in O(n log n)<" in (shown := still.get(twin).text) or "[Sort in O(n log n)]" in shown, twin
    assert still.get("/api/v1/summaries/sort").json()["title"] == r"Sort in $O(n \log n)$"


def test_what_to_read_first_is_told_with_the_whole_way(shown: TestClient) -> None:
    page = get(shown, "/summaries/scheduler")
    assert page.links("p[@class='read-first']") == {"Warm-up": "/summaries/warmup"}
    assert page.words("details[@class='whole-way']//li") == ["Adam", "Warm-up"]
    assert not get(shown, "/summaries/warmup").all("details[@class='whole-way']")


def test_related_summaries_say_why_and_repeat_nothing_named_beside_them(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        factories.add_summary(session, slug="again", title="Adam again", papers=("kingma2015adam",), tags=())
    page = get(still, "/summaries/adam")
    related = page.words("section[@aria-labelledby='page-related']//li")
    assert any(words.startswith("Adam again (about the same paper") for words in related)
    named = [*page.words("section[@aria-labelledby='page-backlinks']//a"), "Warm-up"]
    assert not [words for words in related if words.partition(" (")[0] in named]


def test_a_paper_can_be_cited_from_its_summary_and_its_record(shown: TestClient) -> None:
    for path in ("/summaries/adam", "/papers/kingma2015adam"):
        page = get(shown, path)
        names = page.words("section[@class='cite']//summary")
        texts = page.words("section[@class='cite']//pre")
        assert names == ["BibTeX", "RIS", "CSL-JSON", "APA", "Plain"]
        assert texts[0].startswith("@inproceedings{kingma2015adam, title =")
        assert texts[1].startswith("TY - CONF")
        assert json.loads(texts[2])[0]["author"][1] == {"family": "Ba", "given": "Jimmy"}
        assert texts[3].startswith("Kingma, D. P., & Ba, J. (2015).")
        assert "Diederik P. Kingma, Jimmy Ba. “Adam" in texts[4]
        assert all(button.get("hidden") is not None for button in page.all("section[@class='cite']//button"))
    both = get(shown, "/summaries/scheduler").words("section[@class='cite']//pre")
    assert [item["id"] for item in json.loads(both[2])] == ["kingma2015adam", "reddi2018convergence"]
    assert not get(shown, "/summaries/warmup").all("section[@class='cite']")


def test_a_doubtful_result_cannot_be_missed(shown: TestClient) -> None:
    page = get(shown, "/summaries/scheduler")
    (notice,) = page.words("div[@role='note']")
    assert notice == "Contested. Later work disagrees. See On the Convergence of Adam and Beyond."
    assert page.links("div[@role='note']") == {"On the Convergence of Adam and Beyond": "/papers/reddi2018convergence"}
    assert "Contested" in get(shown, "/summaries").words("article[1]//strong")
    assert not get(shown, "/summaries/adam").words("div[@role='note']")


def test_provenance_is_told_in_one_line_with_the_rest_on_demand(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        factories.add_summary(
            session, slug="told", title="Told", authors=("Ada",),
            provenance={"written_by": "ai-assisted", "model": "m-1", "read": "full", "paper_version": "v3",
                        "reviewed_by": "Bo", "reviewed_on": "2024-02-03"},
            updates=({"date": "2024-05-06", "text": "Corrected $x^2$."},),
        )  # fmt: skip
    page = get(still, "/summaries/told")
    assert page.words("details[@class='provenance']/summary") == [
        "Written by a person with AI assistance, after reading the whole paper; reviewed by Bo. "
        "Current; published 5 March 2024."
    ]
    inside = "details[@class='provenance']//"
    details = dict(zip(page.words(f"{inside}dt"), page.words(f"{inside}dd"), strict=True))
    assert details["Curator"] == "Ada"
    assert details["Model"] == "m-1"
    assert details["Version read"] == "v3"
    assert details["Review"] == "Bo, 3 February 2024"
    assert details["Updates"] == "1, the last on 6 May 2024"
    assert page.links("details[@class='provenance']")["1, the last on 6 May 2024"] == "#page-updates"
    assert page.words("section[@class='updates']//dt") == ["6 May 2024"]
    assert page.all("section[@class='updates']//{*}math")


def test_a_moved_summary_redirects_for_good(still: TestClient, library: Database) -> None:
    from app.summaries.models import FormerSlug
    from app.summaries.queries import get_published

    with library.writing() as session:
        session.add(FormerSlug(slug="adam-old", summary_id=get_published(session, "adam").id))
    answer = still.get("/summaries/adam-old")
    assert answer.status_code == 301
    assert answer.headers["location"] == "/summaries/adam"


def test_an_archived_summary_says_so(shown: TestClient) -> None:
    page = get(shown, "/summaries/archived-one")
    assert page.status == 410
    assert "“archived-one” was archived" in page.html
    assert "Archived one" not in page.html


def test_a_link_leads_where_it_points(shown: TestClient) -> None:
    assert get(shown, "/summaries/reading-list").links("p[@class='go-there']") == {
        "https://example.org/list": "https://example.org/list"
    }


def test_a_long_tldr_is_cut_in_lists_and_in_the_description_but_not_on_its_page(
    still: TestClient, library: Database
) -> None:
    with library.writing() as session:
        factories.add_summary(
            session, slug="long-one", title="Long", tldr="One more word and $x^2$ again. " * 40 + "Last."
        )
    listed, page = get(still, "/summaries"), get(still, "/summaries/long-one")
    short = next(words for words in listed.words("div[@class='entry-tldr']") if words.startswith("One more"))
    assert short.endswith("…")
    assert "Last." not in short
    assert page.words("section[@class='tldr']")[0].endswith("Last.")
    description = page.meta("description")
    assert description is not None
    assert description.startswith("One more word and x² again.")
    assert description.endswith("…")
    assert len(description) < 400
