"""A server on loopback in the place of arXiv and Crossref: good, slow, endless, redirecting or broken, as asked for."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from app.interchange.lookups import MAX_BYTES, Services

ENTRY = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>ArXiv Query</title>
<entry><id>http://arxiv.org/abs/{id}v3</id><published>2019-05-09T17:57:39Z</published>
<title>A Paper of
  Two Lines</title><summary>  What it does. </summary>
<author><name>Ada van Test</name></author><author><name>The Example Collaboration</name></author>
<arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.1234/ABC</arxiv:doi>
<arxiv:journal_ref xmlns:arxiv="http://arxiv.org/schemas/atom">J. Tests 1 (2019) 2</arxiv:journal_ref>
<arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="cs.LG"/></entry></feed>"""
# As arXiv writes an old paper by a body and its people (made up): the id without its class, two DOIs, a comment.
OLD = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"
 xmlns="http://www.w3.org/2005/Atom">
<id>https://arxiv.org/api/AAAA</id><title>arXiv Query: search_query=&amp;id_list=math.GT/0309136&amp;start=0</title>
<updated>2026-01-02T00:00:00Z</updated><link href="https://arxiv.org/api/query?id_list=math.GT/0309136"
 type="application/atom+xml"/><opensearch:itemsPerPage>1</opensearch:itemsPerPage>
<opensearch:totalResults>1</opensearch:totalResults><opensearch:startIndex>0</opensearch:startIndex>
<entry><id>http://arxiv.org/abs/math/0309136v2</id><title>Knots &amp; $S^3$</title>
<updated>2004-01-05T09:00:00Z</updated>
<link href="https://arxiv.org/abs/math/0309136v2" rel="alternate" type="text/html"/><summary>Short.</summary>
<category term="math.GT" scheme="http://arxiv.org/schemas/atom"/><published>2003-09-08T23:59:59Z</published>
<arxiv:comment>12 pages. This paper has been withdrawn by the authors</arxiv:comment>
<arxiv:primary_category term="math.GT"/><author><name>ExampleLab</name></author><author><name>:</name></author>
<author><name>Ada Test Jr.</name><arxiv:affiliation>Example</arxiv:affiliation></author>
<author><name>B. van der Test</name></author><arxiv:doi>10.1234/one 10.1234/two</arxiv:doi></entry></feed>"""
NOTHING = (
    """<feed xmlns="http://www.w3.org/2005/Atom"><entry><published>2022-01-01T00:00:00Z</published></entry></feed>"""
)
ERROR = """<feed xmlns="http://www.w3.org/2005/Atom"><entry>
<id>http://arxiv.org/api/errors#incorrect_id_format_for_1</id><title>Error</title></entry></feed>"""
BOMB = """<!DOCTYPE f [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>
<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>&b;</title></entry></feed>"""
WORK = {
    "type": "article-journal", "title": ["A Work of Others"], "container-title": ["Journal of Tests"], "volume": "7",
    "author": [{"family": "Test", "given": "Ada"}, {"name": "A Body"}], "issued": {"date-parts": [[2020, 3, 1]]},
    "page": "1-9", "URL": "http://dx.doi.org/10.5555/good", "publisher": "Tests", "ISSN": ["1234"], "score": 1,
}  # fmt: skip
# What Crossref's records hold besides: markup, entities, a group, a subtitle, a date without a number.
ODD = WORK | {
    "title": 'On <mml:math xmlns:mml="http://example.org/m"><mml:mi>x</mml:mi></mml:math> &amp; <i>y</i>',
    "subtitle": ["A Second Look"], "container-title": "Tests &amp; Trials", "type": "journal-article",
    "author": [{"name": "The Tests, Trials and Proofs Group", "sequence": "first", "affiliation": []},
               {"given": "Ada", "family": "Test", "suffix": "Jr.", "sequence": "additional"}],
    "issued": {"date-parts": [[None]]}, "published-online": {"date-parts": [[2021, 4]]},
    "abstract": "<jats:title>Abstract</jats:title><jats:p>First, n &lt; 3.</jats:p>\n<jats:p>Second.</jats:p>",
}  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.asked.append((self.path, dict(self.headers)))  # type: ignore[attr-defined]
        if parts.path == "/api/query":
            self._arxiv(parse_qs(parts.query)["id_list"][0])
        else:
            self._crossref(unquote(parts.path).removeprefix("/v1/works/").removesuffix("/transform"))

    def _arxiv(self, identifier: str) -> None:
        answers = {
            "1905.00001": (200, ENTRY.format(id=identifier)),
            "1905.00002": (200, ENTRY.format(id="1905.99999")),
            "1905.00003": (200, ERROR),
            "1905.00004": (200, "<feed><entry>"),
            "1905.00005": (200, BOMB),
            "1905.00006": (503, "Busy"),
            "1905.00014": (429, "Rate exceeded."),
            "1905.00015": (400, ERROR),
            "1905.00016": (200, NOTHING),
            "math.GT/0309136": (200, OLD),
            "1905.00007": (200, "x" * (MAX_BYTES + 10)),
            "1905.00011": (200, '<feed xmlns="http://www.w3.org/2005/Atom"></feed>'),
            "1905.00012": (200, ENTRY.format(id=identifier).replace("A Paper of\n  Two Lines", " ")),
        }
        if identifier == "1905.00008":
            self._send(302, "", Location=f"http://127.0.0.1:{self.server.server_address[1]}/elsewhere")
        elif identifier == "1905.00009":
            self.server.patience.wait(100)  # type: ignore[attr-defined]
            self._send(200, ENTRY.format(id=identifier))
        elif identifier == "1905.00010":
            self._drip()
        elif identifier == "1905.00013":
            self._send(200, "\x1f\x8b", **{"Content-Encoding": "gzip"})
        else:
            self._send(*answers.get(identifier, (200, ENTRY.format(id=identifier))))

    def _crossref(self, doi: str) -> None:
        if doi == "10.5555/good":
            self._send(200, json.dumps(WORK | {"DOI": "10.5555/GOOD"}))
        elif doi == "10.5555/odd":
            self._send(200, json.dumps(ODD | {"DOI": "10.5555/ODD"}))
        elif doi == "10.5555/untitled":
            self._send(200, json.dumps(WORK | {"DOI": doi, "title": []}))
        elif doi == "10.5555/other":
            self._send(200, json.dumps(WORK | {"DOI": "10.5555/different"}))
        elif doi == "10.5555/deep":
            self._send(200, "[" * 100_000)
        elif doi == "10.5555/html":
            self._send(200, "<html>no</html>")
        else:
            self._send(404, "Resource not found.")

    def _send(self, status: int, text: str, **headers: str) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # whoever asked has heard enough

    def _drip(self) -> None:
        """Send a byte now and then, each in time and all of them never."""
        self.send_response(200)
        self.end_headers()
        try:
            while not self.server.patience.wait(0.05):  # type: ignore[attr-defined]
                self.wfile.write(b" ")
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


class LoopbackServices:
    """The services of a test: where they are, and what they were asked as (path, headers)."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        base = f"http://127.0.0.1:{server.server_address[1]}"
        self.services = Services(arxiv=base, crossref=base, seconds=0.5)
        self.asked: list[tuple[str, dict[str, str]]] = server.asked  # type: ignore[attr-defined]


@contextmanager
def serving_services() -> Iterator[LoopbackServices]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.asked, server.patience = [], threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield LoopbackServices(server)
    finally:
        server.patience.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()
        thread.join(5)
