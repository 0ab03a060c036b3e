from fastapi.testclient import TestClient

from app.database import Database
from tests import factories
from tests.reader.pages import get


def test_papers_stand_newest_first_each_with_its_summaries(shown: TestClient) -> None:
    page = get(shown, "/papers")
    assert page.words("article//*[@class='entry-title']") == [
        "On the Convergence of Adam and Beyond",
        "Adam: A Method for Stochastic Optimization",
        "Dropout: A Simple Way to Prevent Neural Networks from Overfitting",
    ]
    assert page.links("article[2]")["Adam"] == "/summaries/adam"
    assert page.links("article[2]")["Jimmy Ba"] == "/authors/jimmy-ba"


def test_a_paper_shows_its_record_and_everything_about_it(shown: TestClient) -> None:
    page = get(shown, "/papers/srivastava2014dropout")
    record = dict(zip(page.words("dl[@class='record']//dt"), page.words("dl[@class='record']//dd"), strict=True))
    assert record == {
        "Appeared in": "Journal of Machine Learning Research, volume 15, pages 1929–1958",
        "Year": "2014",
        "Citation key": "srivastava2014dropout",
    }
    assert page.words("p[@class='paper-authors']") == [
        "Nitish Srivastava, Geoffrey Hinton, Alex Krizhevsky, Ilya Sutskever, Ruslan Salakhutdinov"
    ]
    assert "Dropout" in page.links("section")


def test_a_paper_without_a_summary_says_who_cites_it(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        factories.add_paper(session, key="cited2020", title="Only cited", arxiv_id="2001.00001")
        factories.add_summary(
            session, slug="citing", title="Citing", body="See [@cited2020] and [[compares: arxiv:2001.00001]]."
        )
        factories.add_summary(session, slug="only-citing", title="Only citing", body="See [@cited2020].")
    page = get(still, "/papers/cited2020")
    assert "Nobody has summarised this paper" in page.html
    assert page.words("ul[@class='plain-list']/li") == ["Citing (compares)", "Only citing"]


def test_papers_that_nobody_summarised_stand_by_how_often_they_are_named(still: TestClient, library: Database) -> None:
    assert "has a summary of its own" in get(still, "/papers?summarised=no").html
    with library.writing() as session:
        for key in ("once2020", "twice2020"):
            factories.add_paper(session, key=key, title=f"Named {key[:-4]}", arxiv_id=None)
        factories.add_summary(session, slug="one", title="One", body="[@once2020] and [@twice2020]")
        factories.add_summary(session, slug="two", title="Two", body="[[@twice2020]]")
        factories.add_summary(session, slug="three", title="A secret", status="draft", body="[@once2020]")
    page = get(still, "/papers?summarised=no")
    assert page.words("article//h2") == ["Named twice", "Named once"]
    assert page.words("p[@class='named-by']") == ["Named in One; Two.", "Named in One."]
    assert page.links("p[@class='named-by']")["Two"] == "/summaries/two"
    for path, accept in (("/papers.bib?summarised=no", "*/*"), ("/papers?summarised=no", "application/x-bibtex")):
        cited = still.get(path, headers={"Accept": accept}).text
        assert cited.count("@inproceedings{") == cited.count("{twice2020,") + cited.count("{once2020,") == 2
    assert [one["key"] for one in still.get("/papers.json?summarised=no").json()["items"]] == ["once2020", "twice2020"]
    listed = still.get("/papers.md?summarised=no").text
    assert 0 < listed.index("Named twice") < listed.index("Named once")
    assert still.get("/papers.md?summarised=no&page=2").status_code == 404
    assert "/papers.ris?summarised=no" in page.links("main").values()
    assert "/papers?summarised=no" in get(still, "/papers").links("main").values()
    assert "/papers?summarised=no" in get(still, "/about").links("main").values()


def test_a_key_with_unusual_characters_has_its_page(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        factories.add_paper(session, key="DBLP:conf/x".replace("/", "+"), title="Odd key", arxiv_id=None)
    address = next(a for a in get(still, "/papers").links().values() if "DBLP" in a)
    assert get(still, address).words("h1") == ["Odd key"]


def test_authors_stand_by_family_name_with_their_counts(shown: TestClient) -> None:
    page = get(shown, "/authors")
    assert page.words("ul[@class='index-columns leaders']/li")[:3] == [
        "Ba, Jimmy 1",
        "Hinton, Geoffrey 1",
        "Kingma, Diederik P. 1",
    ]


def test_an_author_has_a_page_of_papers(shown: TestClient) -> None:
    page = get(shown, "/authors/jimmy-ba")
    assert page.words("h1") == ["Jimmy Ba"]
    assert page.links()["2 summaries"] == "/summaries?author=jimmy-ba"
    assert page.links("article")["Schedules"] == "/summaries/scheduler"


def test_formulas_in_a_papers_title_and_venue_are_set_where_html_shows_them_and_words_elsewhere(
    still: TestClient, library: Database
) -> None:
    with library.writing() as session:
        factories.add_paper(
            session, key="duan2016rl2", title="RL$^2$: Fast Learning", venue="Games of $n$ Persons", arxiv_id=None,
            authors=(),
        )  # fmt: skip
        body = "As [[@duan2016rl2]] says [@duan2016rl2]."
        factories.add_summary(session, slug="about", title="About it", papers=("duan2016rl2",), body=body)
    paper, summary = get(still, "/papers/duan2016rl2"), get(still, "/summaries/about")
    for page in (paper, summary, get(still, "/papers"), get(still, "/summaries")):
        shown = page.html.partition("<main")[2].partition('class="cite"')[0]
        assert "RL$" not in shown
        assert 'RL<span class="math inline" data-tex="^2" role="math" aria-label="²"><math><msup>' in shown
        assert 'data-tex="n" role="math" aria-label="n"><math><mi>n</mi></math></span> Persons</cite>' in shown
    assert "<title>RL²: Fast Learning ·" in paper.html
    assert 'property="og:title" content="RL²: Fast Learning"' in paper.html
    assert 'name="citation_title" content="RL²: Fast Learning"' in paper.html
    assert '"headline":"RL²: Fast Learning"' in paper.html
    assert "RL²: Fast Learning. (2015). Games of n Persons." in paper.html
    assert 'aria-label="Summaries of RL²: Fast Learning"' in get(still, "/papers").html
    assert "(RL²: Fast Learning, 2015)" in summary.words("div[@class='prose']/p")[0]
    assert len(summary.all("section[@class='references']//a//span[@class='math inline']")) == 1
    assert still.get("/api/v1/papers/duan2016rl2").json()["title"] == "RL$^2$: Fast Learning"
    assert "$^2$" in still.get("/papers/duan2016rl2.bib").text
