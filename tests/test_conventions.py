"""The house rules, kept by a test each: a convention is a test, or it is a wish."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "app"

# Arrows run down only: a part may import what stands below it, and what stands beside it only where named.
LEVELS: list[set[str]] = [
    {"cli"},
    {"commands"},
    {"main", "doctor", "static_site", "backup"},
    {"reader", "desk", "api", "agent", "seeding"},
    {"interchange", "search"},
    {"web", "summaries"},
    {"papers"},
    {"taxonomy"},
    {"accounts"},
    {"schema", "models", "console", "logs", "tombstones", "version_probe", "keysets"},
    {"database"},
    {"settings", "errors", "pagination", "markup", "pictures", "addresses", "outcome", "fields"},
]
BESIDE = {
    ("settings", "errors"),
    ("settings", "fields"),
    ("pagination", "errors"),
    ("markup", "errors"),
    ("models", "*"),
}
# What a part may not import although it stands below.
FORBIDDEN = {
    ("web", name) for name in ("accounts", "taxonomy", "papers", "summaries", "search", "interchange", "markup")
}
FORBIDDEN |= {(name, "web") for name in ("interchange", "search", "summaries")}
FORBIDDEN |= {("search", "interchange"), ("interchange", "search")}

VENDORS = {
    "whoosh": {"search"},
    "jinja2": {"web"},
    "markdown_it": {"markup"},
    "mdit_py_plugins": {"markup"},
    "math_core": {"markup"},
    "nh3": {"markup"},
    "pygments": {"markup"},
    "bibtexparser": {"interchange"},
    "pylatexenc": {"interchange"},
    "yaml": {"interchange"},
    "argon2": {"accounts"},
    "typer": {"cli", "commands"},
    "rich": {"cli", "console"},
    "alembic": {"schema"},
    "pydantic_settings": {"settings"},
    "slugify": {"taxonomy"},
    "PIL": {"summaries"},
    "merge3": {"summaries"},
    "httpx2": {"interchange"},
    "mcp": {"agent"},
    "prometheus_client": {"web"},
    "feedparser": {"interchange"},
    "defusedxml": {"interchange"},
    "markdownify": {"interchange"},
    "bs4": {"interchange"},
}
DOORS = ("reader", "desk", "api", "agent")
LONGEST_FILE = 320
LONGEST_DOOR_FUNCTION = 40


def modules() -> list[Path]:
    found = sorted(APP.rglob("*.py"))
    assert len(found) > 40, "the test looks in the wrong place"
    return found


def part_of(path: Path) -> str:
    return path.relative_to(APP).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Give every module that a file imports, and whether only for type checking."""
    tree = ast.parse(path.read_text())
    typing_only = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.unparse(branch.test)
        for node in ast.walk(branch)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in typing_only
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            base = node.module or ""
            if base == "app":
                for alias in node.names:
                    yield f"app.{alias.name}", id(node) in typing_only
            else:
                yield base, id(node) in typing_only


def level(part: str) -> int:
    found = [number for number, names in enumerate(LEVELS) if part in names]
    assert found, f"app/{part} has no place in the house: put it into LEVELS"
    return found[0]


def test_arrows_run_down_only() -> None:
    wrong = []
    for path in modules():
        part = part_of(path)
        if part == "__init__":
            continue
        for name, typing_only in imports(path):
            if not name.startswith("app.") or typing_only:
                continue
            other = name.split(".")[1]
            if other == part:
                continue
            allowed = level(other) > level(part) or (part, other) in BESIDE or (part, "*") in BESIDE
            if not allowed or (part, other) in FORBIDDEN:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not wrong


def test_nobody_imports_a_door_except_main() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules()
        for name, _ in imports(path)
        if name.startswith("app.") and name.split(".")[1] in DOORS and part_of(path) not in {name.split(".")[1], "main"}
    ]
    assert not wrong


def test_there_is_no_circle_between_modules() -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    known = {"app." + ".".join(path.relative_to(APP).with_suffix("").parts) for path in modules()}
    for path in modules():
        own = "app." + ".".join(path.relative_to(APP).with_suffix("").parts)
        graph[own] |= {name for name, typing_only in imports(path) if name in known and not typing_only}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"a circle: {' -> '.join([*trail, name])}"
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


def test_a_vendor_has_one_owner() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules()
        for name, _ in imports(path)
        if name.split(".")[0] in VENDORS and part_of(path) not in VENDORS[name.split(".")[0]]
    ]
    assert not wrong


def test_a_worker_loads_what_few_requests_need_only_when_they_come() -> None:
    """The agents' SDK, the parsers of feeds, PostgreSQL's driver: some 60 MB that a small host has not to spare."""
    late = ("mcp", "feedparser", "lxml", "bs4", "psycopg")
    script = f"import sys, app.main; print(*sorted(set(sys.modules) & set({late!r})))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_doors_hold_no_sql() -> None:
    wrong = []
    for door in DOORS:
        for path in (APP / door).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
                    names = {alias.name for alias in node.names} - {"Session"}
                    wrong += [f"{path.relative_to(ROOT)}: {name}" for name in names]
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and ast.unparse(node.func.value) == "session"
                ):
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: session.{node.func.attr}()")
    assert not wrong


def test_door_functions_are_thin() -> None:
    wrong = []
    for door in DOORS:
        for path in (APP / door).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    length = (node.end_lineno or 0) - node.lineno + 1
                    if length > LONGEST_DOOR_FUNCTION:
                        wrong.append(f"{path.relative_to(ROOT)}: {node.name} has {length} lines")
    assert not wrong


def test_only_the_database_commits() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in modules()
        if path.name != "database.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"\bsession\.(commit|rollback)\(", line)
    ]
    assert not wrong


def test_inside_a_domain_models_know_no_reads_and_reads_no_writes() -> None:
    wrong = []
    for domain in ("accounts", "papers", "taxonomy", "summaries"):
        for path in (APP / domain).glob("*.py"):
            names = {name for name, _ in imports(path)}
            if path.name.endswith("models.py"):
                wrong += [
                    f"{path.name}: {n}" for n in names if n.startswith("app.") and n.endswith((".queries", ".service"))
                ]
            if path.name == "queries.py":
                wrong += [f"{domain}/queries.py: {n}" for n in names if n == f"app.{domain}.service"]
    assert not wrong


def test_every_file_can_be_read_in_one_sitting() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules()
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert not long


def test_every_module_says_what_it_is() -> None:
    silent = [str(path.relative_to(ROOT)) for path in modules() if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not silent


def test_every_relationship_raises_when_it_was_not_loaded() -> None:
    import app.models  # noqa: F401
    from app.database import Base

    relationships = [relation for mapper in Base.registry.mappers for relation in mapper.relationships]
    assert relationships
    assert not [str(relation) for relation in relationships if relation.lazy != "raise"]


@pytest.mark.parametrize("folder", ["templates"])
def test_templates_hold_no_inline_style_script_or_unescaped_surprise(folder: str) -> None:
    templates = sorted((ROOT / folder).rglob("*.html"))
    assert templates
    wrong = []
    for path in templates:
        text = path.read_text()
        for pattern in (
            r"\sstyle=",
            r"\son[a-z]+=\"",
            r"<style",
            r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/ld)",
        ):
            wrong += [f"{path.relative_to(ROOT)}: {match[0]}" for match in re.finditer(pattern, text)]
    assert not wrong


def test_the_settings_file_lists_every_setting() -> None:
    from app.settings import example

    assert (ROOT / ".env.example").read_text() == example()


def test_no_file_names_a_machine_or_a_registry() -> None:
    pattern = re.compile(r"(?<![\w.])/(?:root|home|work)/\w|--(?:extra-)?index-url")
    wrong = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for folder in ("app", "benchmarks", "docs", "migrations", "static", "templates", "tests")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix in {".py", ".md", ".html", ".css", ".js", ".toml", ".yml", ".txt"}
        and path.name != Path(__file__).name
        for match in pattern.finditer(path.read_text())
    ]  # fmt: skip
    assert not wrong


@pytest.mark.parametrize(
    ("hasty", "why"),
    [
        (r"wait_until=.networkidle", "the network may rest before the page's scripts ran: go there, then wait for it"),
        (
            r"wait_for_function\(\s*\"(?!\(|\w+ =>)",
            "a page's own policy keeps it from asking a text twice: give a function",
        ),
        (r"wait_for_url\(\"\*\*\" \+", "the end of an address may be the end of another one's query"),
    ],
)
def test_no_test_in_the_browser_counts_on_its_luck(hasty: str, why: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}: {why}"
        for path in (ROOT / "tests").rglob("*.py")
        if path.name != Path(__file__).name
        for match in re.finditer(hasty, path.read_text())
    ]
    assert not found
