"""Throw bytes at every reader, led by coverage: `python -m benchmarks.fuzz TARGET --seconds N`.

Needs atheris (wheels for few platforms, hence not locked): in an environment of its own that also sees the project.
A reader may raise a CairnError, or Pydantic's ValidationError where a door turns that into an answer; anything else,
more than ten seconds for one input or more than 1 GB is a finding, kept in `--folder`. The tests use the same targets.
"""

import argparse
import io
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path

try:
    import atheris
except ImportError:
    atheris = None

LARGEST = 20_000

with atheris.instrument_imports(include=["app.interchange", "bibtexparser"]) if atheris else nullcontext():
    from pydantic import ValidationError

    from app.errors import CairnError
    from app.interchange import library_folder
    from app.interchange.archives import unpacked
    from app.interchange.bibtex import parse_bibtex
    from app.interchange.csl_reading import parse_csl_json
    from app.interchange.feed_reading import read_feed
    from app.interchange.folder_files import as_text
    from app.interchange.foreign_text import foreign_text
    from app.interchange.html_to_markdown import html_to_markdown
    from app.interchange.post_front import read_front
    from app.interchange.posts import Places, make_post
    from app.interchange.reading_list import is_reading_list
    from app.interchange.ris_reading import parse_ris
    from app.papers.records import PaperRecord
    from app.summaries.documents import SummaryDocument
    from app.taxonomy.records import CategoryRecord


def bibtex(data: bytes) -> None:
    text, _ = foreign_text(data)
    for strict in (True, False):
        parse_bibtex(text, name="x.bib", strict=strict)


def ris(data: bytes) -> None:
    parse_ris(foreign_text(data)[0], name="x.ris")


def csl(data: bytes) -> None:
    parse_csl_json(foreign_text(data)[0], name="x.json")


def front_matter(data: bytes) -> None:
    text = as_text(data)
    with suppress(CairnError):
        library_folder.read_summary(text, "x")
    with suppress(CairnError):
        library_folder.read_shelves(text, CategoryRecord)
    library_folder.read_path(text, "x")


def post(data: bytes) -> None:
    text, _ = foreign_text(data)
    folder = Path("/nonexistent")
    make_post(read_front(text), "_posts/x.md", "x", Places(folder, "_posts/x.md", "x", {"x": "x"}, {}))


def feed(data: bytes) -> None:
    read_feed(data, "x.atom")


def html(data: bytes) -> None:
    html_to_markdown(data.decode("utf-8", "replace"))


def reading_list(data: bytes) -> None:
    is_reading_list(foreign_text(data)[0])


def archive(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.zip"
        path.write_bytes(data)
        with unpacked(path) as inside:
            assert Path(folder).parent in inside.parents
            assert not any(found.is_symlink() for found in inside.rglob("*"))


def documents(data: bytes) -> None:
    for model in (SummaryDocument, PaperRecord):
        try:
            record = model.model_validate_json(data)
        except ValidationError:
            continue
        assert model.model_validate_json(record.model_dump_json()).digest() == record.digest()


TARGETS: dict[str, Callable[[bytes], None]] = {
    "bibtex": bibtex, "ris": ris, "csl": csl, "front-matter": front_matter, "post": post, "feed": feed, "html": html,
    "reading-list": reading_list, "archive": archive, "documents": documents,
}  # fmt: skip


def small_archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("summaries/x.md", "---\ntitle: X\n---\n")
        packed.writestr("media/", "")
    return file.getvalue()


# Where the search begins: one input that has much of what the format knows.
SEEDS: dict[str, list[bytes]] = {
    "bibtex": [
        b'@string{a = "B" # {c}}\n@preamble{"x"}\n@comment{y}\n@article(k, author={L, F and {C} and others}, title="T '
        b'{\\"u} $x$", year=2017, month=1 # "~" # jan, crossref={p}, pages={1--2}, url={https://doi.org/10.1/x})\n'
        b"@proceedings{p, title={P}, xdata={z}}\n@xdata{z, date={2017-01-02/..}}\n@misc{e, eprint={1706.03762}"
    ],
    "ris": [
        b"TY  - JOUR\nAU  - L, F, Jr.\nA1  - J. Doe\nTI  - T\n more\nPY  - 2017/06/12/\nDA  - Jun 2017\nSP  - 1\n"
        b"EP  - 2\nAN  - arXiv:1706.03762\nUR  - https://doi.org/10.1000/x;http://a\nER  - \nTY - CONF\nT1 - T"
    ],
    "csl": [
        b'[{"id":1,"title":["T"],"author":[{"family":"F","given":"G","suffix":"Jr"},"A, B",{"literal":"L"}],"issued":'
        b'{"date-parts":[["2017",6]]},"page":"1-2","number":"arXiv:1706.03762"},{"title":"U","issued":"2017"}]'
    ],
    "front-matter": [
        b"---\ntitle: T\npapers: [a]\ntags: [x, 'y']\nupdates:\n  - {date: 2024-01-01, text: x}\n---\n\n## TLDR\n\nx",
        b"- slug: a\n  name: A\n  position: 1\n",
        b"---\ntitle: P\nsteps:\n  - summary: a\n  - b\n---\n",
    ],
    "post": [
        b"---\ntitle: T\ndate: 2017-08-09 10:00 +0200\ntags: a b\n---\n# T\n\n## 1. TL;DR\n\nx\n{% highlight p %}\n"
        b'`\n{% endhighlight %}\n[]({% post_url x %}) ![b](c.png "d") <img src="e">{{< ref "x" >}} $$f$$ \\\\(h\\\\)\n',
        b'+++\ntitle = "T"\ndate = 2017-01-02\n[taxonomies]\ntags = ["x"]\n+++\n<!-- c\n--> <b>x</b> {: .y}',
        b'{"title": "T", "draft": true}\n[x](https://arxiv.org/abs/1706.03762)',
    ],
    "feed": [
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title type="html">a &lt;b></title><link '
        b'href="http://a"/><updated>2017-01-02T00:00:00Z</updated><category term="x" label="X"/><content type="xhtml">'
        b'<div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div></content></entry></feed>',
        b"<rss version='2.0'><channel><title>R</title><item><title>T</title><link>http://b</link><description>&lt;p&gt;x"
        b"</description><pubDate>Wed, 09 Aug 2017 10:00:00 GMT</pubDate><enclosure url='u'/></item></channel></rss>",
    ],
    "html": [
        b'<h2>a</h2><p>b <em>c</em> <a href="d">e</a></p><pre><code>f</code></pre><table><tr><th>g</th></tr></table>'
        b'<ul><li>h</li></ul><span data-tex="x_1"><math><mi>x</mi></math></span><script type="math/tex">y</script>'
        b'<math alttext="z"><semantics><annotation encoding="application/x-tex">w</annotation></semantics></math><img>'
    ],
    "reading-list": [
        b"# R\n- 2017-08-09 [T](https://arxiv.org/abs/1706.03762) n\n## Sep 2017\n1. https://doi.org/10.1000/x\n"
        b"| d | t |\n|---|---|\n| 2018-01-02 | [x](http://y_(z)) |\n"
    ],
    "archive": [small_archive()],
    "documents": [
        b'{"slug":"a","title":"T","tags":["x"],"published":"2017-01-02T00:00:00Z","updates":[{"date":"2017-01-02",'
        b'"text":"x"}],"series":"s","part":1,"provenance":{"written_by":"ai"},"body":"b"}',
        b'{"key":"k","title":"T","authors":[{"family":"F","given":"G"}],"year":2017,"month":1,"doi":"10.1000/x",'
        b'"arxiv_id":"1706.03762","url":"https://a.org"}',
    ],
}


def try_one(target: str, data: bytes) -> None:
    """Give one input to a target; what is raised on purpose is swallowed."""
    with suppress(CairnError):
        TARGETS[target](data)


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.fuzz", description="Fuzz one reader.")
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--folder", type=Path, default=Path("var/fuzz"), help="where corpus and findings are kept")
    chosen = parser.parse_args()
    if atheris is None:
        print("atheris is not installed in this environment; benchmarks/fuzz.py says how")
        return 2
    corpus = chosen.folder / chosen.target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[chosen.target]):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={chosen.seconds}", f"-max_len={LARGEST}", "-timeout=10", "-rss_limit_mb=1024"]
    prefix = f"-artifact_prefix={chosen.folder}/finding-{chosen.target}-"
    atheris.Setup(
        [sys.argv[0], str(corpus), *options, prefix, "-print_final_stats=1"],
        lambda data: try_one(chosen.target, data),
    )
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
