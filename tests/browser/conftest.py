"""A real server on loopback and a real Chromium before it.

Where there is no Chromium, these tests fail in CI and are deselected elsewhere, with a sentence.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page

from app.accounts.rights import ROLES
from app.database import Database
from app.main import create_app
from app.schema import migrate
from app.search.following import bring_up_to_date
from tests import factories
from tests.chromium import PATIENCE
from tests.conftest import make_settings
from tests.processes import free_port, in_a_thread

HARD_TO_FIT = r"""
## Wide things, and a heading with $\mathbb{E}_{x \sim p}[f(x)]$ and a_very_long_name_without_any_place_to_break_it

$$
\sum_{i=1}^{n} \left( a_i + b_i + c_i + d_i + e_i + f_i + g_i + h_i \right)^2 = \alpha + \beta + \gamma + \delta
+ \epsilon + \zeta + \eta + \theta + \iota + \kappa + \lambda + \mu + \nu + \xi
$$

Inline $a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + a_{10} + a_{11} + a_{12} + a_{13} + a_{14} + a_{15}$ too.

| one | two | three | four | five | six | seven | eight | nine | ten |
|-----|-----|-------|------|------|-----|-------|-------|------|-----|
| a long cell | a long cell | a long cell | a long cell | a long cell | b | c | d | e | f |

```python
def a_function(with_an_argument, and_another_argument, and_a_third_argument, and_a_fourth_argument):  # a comment
    return "text", 12345, with_an_argument
```

### Deeper

https://example.org/a/very/long/address/that/goes/on/and/on/and/on/without/any/space/in/it/at/all/index.html

- [x] done
- [ ] to do

A footnote.[^1] A citation [@kingma2015adam]. A bad formula: $\frac{1}{$.

[^1]: Its text.
"""

FORTY_FORMULAS = "\n\n".join(
    rf"Inline $\alpha_{{{at}}} \le \sqrt{{{at}}}$, alone $$\sum_{{i=1}}^{{{at}}} \frac{{x_i}}{{1 + \beta^i}}$$"
    for at in range(20)
)


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a real server over the small library and one summary that is hard to fit."""
    port = free_port()
    settings = make_settings(tmp_path_factory.mktemp("browser"), base_url=f"http://127.0.0.1:{port}")
    database = Database(settings)
    migrate(database)
    with database.writing() as session:
        factories.fill(session)
        factories.add_summary(
            session, slug="hard-to-fit", title="Hard to fit: pneumonoultramicroscopicsilicovolcanoconiosis_in_one_word",
            body=HARD_TO_FIT, papers=("srivastava2014dropout", "kingma2015adam"), tags=tuple("abcdefghij"),
            freshness={"state": "superseded", "reason": "See elsewhere."}, requires=("adam",),
        )  # fmt: skip
        factories.add_summary(session, slug="forty-formulas", title="Forty formulas", body=FORTY_FORMULAS)
        for at in range(25):
            factories.add_summary(session, slug=f"more-{at}", title=f"More, number {at}", tags=("more",))
        for role in ROLES:
            factories.add_user(session, role=role)
    bring_up_to_date(settings, database)
    database.close()
    with in_a_thread(uvicorn.Config(create_app(settings), host="127.0.0.1", port=port, log_level="warning")):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def timeless(page: Page) -> Iterator[None]:
    """Let no time pass on a page with a clock of ours but what is asked for.

    For what is said for a moment only, and for what waits until somebody stops typing: a machine may take seconds
    between two keys.
    """
    page.clock.pause_at(page.evaluate("Date.now() / 1000") + 3600)
    yield
    page.clock.resume()


NewContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(chromium: Browser, base: str) -> Iterator[NewContext]:
    """Give a maker of browser contexts for the server: `new_context(java_script_enabled=False)`."""
    made: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        made.append(chromium.new_context(base_url=base, **options))  # type: ignore[arg-type]
        made[-1].set_default_timeout(PATIENCE)
        return made[-1]

    yield make
    for context in made:
        context.close()
