"""What a summary should have before readers see it: the checklist of the review, and what publishing insists on."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.errors import BadInput, FieldProblem, with_full_stop
from app.markup import find_citations, find_links
from app.summaries.connections import resolve_references, resolve_targets
from app.summaries.documents import SummaryDocument
from app.summaries.merging import marker_lines
from app.summaries.models import Summary

TLDR_WORDS = (30, 70)
MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One point of the list: its name, what it asks for, and what is missing, place by place; nothing where it holds.

    `essential` ones are needed for publishing; the others are advice. A line counts in the text of its field from 1.
    """

    name: str
    label: str
    missing: Sequence[FieldProblem]
    essential: bool = True

    @property
    def passed(self) -> bool:
        return not self.missing


def checklist(session: Session, summary: Summary) -> list[Check]:
    """Return every point of the list for a whole summary, essential ones first."""
    checks = [
        Check("tldr", "A TLDR is there", _unless(summary.tldr.strip(), "tldr", "write the TLDR")),
        Check(
            "shelf",
            "It stands in a category",
            _unless(summary.shelved, "categories", "choose at least one category"),
        ),
        Check("formulas", "Every formula compiles", _formulas(summary)),
        Check("merged", "No merge is left open", unmerged(summary)),
        *_for_kind(summary),
        *_names(session, summary),
        *_advice(summary),
    ]
    return sorted(checks, key=lambda check: not check.essential)


def require_ready(session: Session, summary: Summary) -> None:
    """Raise BadInput that names every essential point which fails, with its line where it has one."""
    missing = [each for check in checklist(session, summary) if check.essential for each in check.missing]
    if missing:
        sentence = "It cannot be published yet: " + "; ".join(_with_place(problem) for problem in missing)
        raise BadInput(with_full_stop(sentence), missing)


def unmerged(text: SummaryDocument | Summary) -> list[FieldProblem]:
    """Return where a merge is still left open in the TLDR and in the body, the first line of each."""
    sentence = "solve what a merge left open (the lines <<<<<<<, ======= and >>>>>>>)"
    found = {field: marker_lines(getattr(text, field)) for field in ("tldr", "body")}
    return [FieldProblem(field, sentence, lines[0]) for field, lines in found.items() if lines]


def _unless(holds: object, field: str, sentence: str) -> list[FieldProblem]:
    return [] if holds else [FieldProblem(field, sentence)]


def _with_place(problem: FieldProblem) -> str:
    where = f"line {problem.line} of the {problem.field}: " if problem.line else ""
    return where + problem.message


def _first(problems: Sequence[FieldProblem]) -> list[FieldProblem]:
    """Return the first few, and in the place of the others how many they are."""
    left = len(problems) - MOST_TOLD
    shown = list(problems[:MOST_TOLD])
    return [*shown, FieldProblem(problems[MOST_TOLD].field, f"and {left} more like this")] if left > 0 else shown


def _formulas(summary: Summary) -> list[FieldProblem]:
    problems = summary.rendering.problems if summary.rendering else []
    wrong = [FieldProblem(one["part"], one["message"], one["line"]) for one in problems if one["severity"] == "error"]
    return _first(wrong)


def _for_kind(summary: Summary) -> list[Check]:
    if summary.kind == "paper-summary":
        return [
            Check("papers", "It names the paper it is about", _unless(summary.about, "papers", "name its paper")),
        ]
    if summary.kind == "link":
        return [Check("link", "It has the address it points to", _unless(summary.link, "link", "give its address"))]
    return []


def _names(session: Session, summary: Summary) -> list[Check]:
    """Whether all that the text links to and cites is there; not essential, for it may lead to what is yet to come."""
    sources = [("tldr", summary.tldr), ("body", summary.body)]
    sources += [("updates", update.text) for update in summary.updates]
    links = [(field, link) for field, source in sources for link in find_links(source)]
    targets = resolve_targets(session, [link for _, link in links])
    dead: dict[str, FieldProblem] = {}
    for field, link in links:
        if link.target not in targets:
            dead.setdefault(link.target, FieldProblem(field, f"[[{link.target}]] leads nowhere yet", link.line))
    cited: dict[str, str] = {}
    for field, source in sources:
        for key in find_citations(source):
            cited.setdefault(key, field)
    known = resolve_references(session, list(cited))
    unknown = [FieldProblem(cited[key], f"no paper on record for [@{key}]") for key in cited if key not in known]
    return [
        Check("links", "Every link leads somewhere", _first(list(dead.values())), essential=False),
        Check("citations", "Every citation is on record", _first(unknown), essential=False),
    ]


def _advice(summary: Summary) -> list[Check]:
    least, most = TLDR_WORDS
    words = len(summary.tldr.split())
    length = _unless(least <= words <= most, "tldr", f"it has {words}")
    said = _unless(summary.read is not None or summary.kind != "paper-summary", "provenance.read",
                   "say how far the paper was read")  # fmt: skip
    said += _unless(summary.written_by == "human" or summary.model, "provenance.model", "name the model that helped")
    return [
        Check("tldr-length", f"The TLDR has {least} to {most} words", length, essential=False),
        Check("provenance", "It says how it was written and what was read", said, essential=False),
    ]
