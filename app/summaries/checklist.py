"""What a summary should have before readers see it: the checklist of the review, and what publishing insists on."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.errors import BadInput, FieldProblem
from app.markup import find_citations, find_links
from app.summaries.connections import resolve_references, resolve_targets
from app.summaries.merging import marker_lines
from app.summaries.models import Summary

TLDR_WORDS = (30, 70)


@dataclass(frozen=True, slots=True)
class Check:
    """One point of the list: its name, what it asks for, whether it holds, and what is missing where it does not.

    `essential` ones are needed for publishing; the others are advice. `line` counts in the body from 1.
    """

    name: str
    label: str
    field: str
    passed: bool
    essential: bool
    detail: str = ""
    line: int | None = None


def checklist(session: Session, summary: Summary) -> list[Check]:
    """Return every point of the list for a whole summary, essential ones first."""
    problems = summary.rendering.problems if summary.rendering else []
    formulas = [problem for problem in problems if problem["severity"] == "error"]
    checks = [
        _check("tldr", "A TLDR is there", "tldr", bool(summary.tldr.strip()), "write the TLDR"),
        _check("shelf", "It stands in a category", "categories", bool(summary.shelved), "choose at least one category"),
        _check(
            "formulas",
            "Every formula compiles",
            "body",
            not formulas,
            _sentence(formulas),
            line=formulas[0]["line"] if formulas else None,
        ),
        _markers(summary),
        *_for_kind(summary),
        *_names(session, summary),
        *_advice(summary),
    ]
    return sorted(checks, key=lambda check: not check.essential)


def require_ready(session: Session, summary: Summary) -> None:
    """Raise BadInput that names every essential point which fails."""
    failed = [check for check in checklist(session, summary) if check.essential and not check.passed]
    if failed:
        sentence = "It cannot be published yet: " + "; ".join(check.detail for check in failed) + "."
        raise BadInput(sentence, [FieldProblem(check.field, check.detail, check.line) for check in failed])


def _check(
    name: str, label: str, field: str, passed: bool, detail: str, *, essential: bool = True, line: int | None = None
) -> Check:
    return Check(name, label, field, passed, essential, "" if passed else detail, None if passed else line)


def _for_kind(summary: Summary) -> list[Check]:
    if summary.kind == "paper-summary":
        return [_check("papers", "It names the paper it is about", "papers", bool(summary.about), "name its paper")]
    if summary.kind == "link":
        return [_check("link", "It has the address it points to", "link", bool(summary.link), "give its address")]
    return []


def _markers(summary: Summary) -> Check:
    lines = marker_lines(summary.body) + marker_lines(summary.tldr)
    detail = "solve what a merge left open (the lines <<<<<<<, ======= and >>>>>>>)"
    return _check("merged", "No merge is left open", "body", not lines, detail, line=lines[0] if lines else None)


def _names(session: Session, summary: Summary) -> list[Check]:
    """Whether all that the text links to and cites is there; not essential, for it may lead to what is yet to come."""
    sources = (summary.tldr, summary.body)
    links = [link for source in sources for link in find_links(source)]
    targets = resolve_targets(session, links)
    dead = [link for link in links if link.target not in targets]
    cited = list(dict.fromkeys(key for source in sources for key in find_citations(source)))
    known = resolve_references(session, cited)
    unknown = [key for key in cited if key not in known]
    dead_names = ", ".join(dict.fromkeys(f"[[{link.target}]]" for link in dead[:5]))
    return [
        _check(
            "links",
            "Every link leads somewhere",
            "body",
            not dead,
            f"{dead_names} lead{'s' * (len(dead) == 1)} nowhere yet",
            essential=False,
            line=dead[0].line if dead else None,
        ),
        _check(
            "citations",
            "Every citation is on record",
            "body",
            not unknown,
            "no paper on record for " + ", ".join(f"[@{key}]" for key in unknown[:5]),
            essential=False,
        ),
    ]


def _advice(summary: Summary) -> list[Check]:
    least, most = TLDR_WORDS
    words = len(summary.tldr.split())
    read = summary.read is not None or summary.kind != "paper-summary"
    written = summary.written_by == "human" or bool(summary.model)
    return [
        _check(
            "tldr-length",
            f"The TLDR has {least} to {most} words",
            "tldr",
            least <= words <= most,
            f"it has {words}",
            essential=False,
        ),
        _check(
            "provenance",
            "It says how it was written and what was read",
            "provenance",
            read and written,
            "say how far the paper was read" if not read else "name the model that helped",
            essential=False,
        ),
    ]


def _sentence(problems: Sequence[dict[str, object]]) -> str:
    shown = [f"line {problem['line']} of the {problem['part']}: {problem['message']}" for problem in problems[:3]]
    more = f", and {len(problems) - 3} more" if len(problems) > 3 else ""
    return "; ".join(shown) + more
