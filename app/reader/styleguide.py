"""Every component in every state on one page: the real templates with real rows, put into each state.

NOT here: the components themselves (`templates/`, `static/`).
"""

from dataclasses import replace
from functools import lru_cache

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app import markup
from app.pagination import PAGE_SIZE, Page, check_page
from app.papers.queries import get_paper
from app.reader.citing import CiteForm, cite_forms
from app.reader.narrowing import Narrowing, narrow
from app.reader.parameters import Numbered
from app.reader.steps import Step
from app.summaries.counting import TRASH
from app.summaries.facets import facets_of
from app.summaries.listing import SummaryFilters, SummaryRow, page_of_summaries
from app.summaries.models import STATUSES
from app.summaries.queries import get_published
from app.summaries.shelves import PaperRow, page_of_papers
from app.web.sessions import Reading
from app.web.templating import render
from app.web.twins import twins_of

router = APIRouter()

SAMPLE_PAGES = 12
STATES = ("current", "contested", "superseded", "retracted")
COLOURS = (
    "paper", "tint", "ink", "quiet", "rule", "edge", "accent", "mark", "stone-1", "stone-2", "stone-3",
    "code-word", "code-text", "code-number", "code-name", "put-in", "taken-out",
)  # fmt: skip
PROSE = r"""
## A heading with $\mathbb{E}_{x \sim p}[f(x)]$ in it

A paragraph with *emphasis*, **weight**, `code`, ~~something withdrawn~~, a [link](/summaries), a [[known|wiki link]],
a [[nowhere-yet|link that leads nowhere yet]], a citation [@sample, p. 3], one that is not on record [@missing2020],
a footnote[^note] and a formula in the line, $\sigma(z)_i = e^{z_i} / \sum_j e^{z_j}$.

### Formulas

One that fits, one that is wider than the text, one with a tag, and one that cannot be read: $\frac{1}{$.

$$ \nabla_\theta J(\theta) = \mathbb{E}_{\tau} \left[ \sum_t \nabla_\theta \log \pi_\theta(a_t \mid s_t) A_t \right] $$

$$
\sum_{i=1}^{n} \left( a_i + b_i + c_i + d_i + e_i + f_i + g_i + h_i \right)^2 = \alpha + \beta + \gamma + \delta
+ \epsilon + \zeta + \eta + \theta + \iota + \kappa + \lambda + \mu + \nu + \xi + \pi + \rho + \sigma + \tau
$$

$$ A = \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix} \tag{1} $$

### Lists

- a point
- another, with more below it
    1. first
    2. second
* [x] done
* [ ] to do

A term
: and what it means.

> Somebody else's words, set apart.

### A table, code, a diagram, a figure

| Method | Steps | $F_1$ |
|--------|------:|:-----:|
| Plain  | 1,000 | 0.91  |
| Better | 250   | 0.93  |

Table 1: Both, in the measure of [$F_1$](/summaries).

```python
def softmax(scores: list[float]) -> list[float]:
    exps = [math.exp(score) for score in scores]  # not stable: "overflow" above 709
    return [each / sum(exps) for each in exps]
```

```
input --> [ encoder ] --> code --> [ decoder ] --> output
               |                       ^
               +------ skip -----------+
```

![Three stones on one another](/static/icon.svg "Figure 1: A caption may hold $n$ formulas.")

#### A small heading

---

The end of the prose.

[^note]: Its text, with the way back.
"""


@router.get("/styleguide")
def styleguide(request: Request, session: Reading, asked: Numbered) -> Response:
    """Show every component in every state; the number of the page is for the sample of a pager."""
    check_page(asked.page, SAMPLE_PAGES * PAGE_SIZE)
    rows = page_of_summaries(session, SummaryFilters(), size=3).items
    papers = page_of_papers(session, 1).items[:1]
    return render(
        request,
        "reader/styleguide.html",
        colours=COLOURS,
        states=STATES,
        statuses=(*STATUSES, TRASH),
        twins=twins_of("/summaries", ""),
        prose=_prose(),
        summary=get_published(session, rows[0].slug) if rows else None,
        rows=_in_every_state(rows[0]) if rows else [],
        steps=[Step(number, "" if number == 2 else "A note.", row) for number, row in enumerate(rows, start=1)],
        papers=_papers(papers[0]) if papers else [],
        cite=_cite(session, papers[0]) if papers else [],
        narrowing=_narrowing(session),
        page=Page((), asked.page, PAGE_SIZE, SAMPLE_PAGES * PAGE_SIZE - 7),
    )


@lru_cache(maxsize=1)
def _prose() -> markup.Rendered:
    reference = markup.Reference("sample", "Author and Other, 2024", 'A. Author. 2024. <a href="/papers">A title</a>.')
    known = markup.Target("/summaries", "the list of summaries")
    return markup.render(PROSE, targets={"known": known}, references={"sample": reference})


def _in_every_state(row: SummaryRow) -> list[tuple[str, SummaryRow]]:
    """Return (what it shows, the row) for each state an entry of a list can be in."""
    states = [(f"Freshness: {state}", replace(row, freshness=state)) for state in STATES]
    bare = replace(row, papers=[], tags=[], tldr_html="", kind="link", freshness="current")
    crowded = replace(row, title=" ".join([row.title] * 3), papers=row.papers * 3, tags=row.tags * 3)
    return [*states, ("A link, without paper, tags and TLDR", bare), ("A long title, many papers", crowded)]


def _papers(paper: PaperRow) -> list[tuple[str, PaperRow]]:
    """Return (what it shows, the paper) for each state an entry of the list of papers can be in."""
    return [("As it is", paper), ("Without a summary and a year", replace(paper, summaries=(), year=None))]


def _cite(session: Session, paper: PaperRow) -> list[CiteForm]:
    return cite_forms([get_paper(session, paper.key)])


def _narrowing(session: Session) -> Narrowing:
    facets = facets_of(session, SummaryFilters())
    counts = {"category": facets.category, "tag": facets.tag, "kind": facets.kind, "year": facets.year}
    return narrow("/summaries", {"kind": ["deep-dive"], "year": ["2017"]}, counts, {})
