"""Read the corpus of formulas; used by the tests and by the sheet to look at."""

from pathlib import Path

CORPUS = Path(__file__).with_name("formulas.txt")


def read_corpus() -> list[tuple[str, list[str]]]:
    """Give the sections of the corpus, each with its formulas."""
    sections: list[tuple[str, list[str]]] = []
    for line in CORPUS.read_text("utf-8").splitlines():
        if not sections and not line.startswith("=="):
            continue
        if line.startswith("=="):
            sections.append((line[2:].strip(), []))
        elif line.startswith("  "):
            sections[-1][1][-1] += "\n" + line
        elif line.strip():
            sections[-1][1].append(line)
    return sections
