from fastapi.testclient import TestClient

from app.database import Database
from app.summaries.assets import save_media

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def test_a_picture_is_served_as_a_picture_and_kept(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        save_media(session, "a.png", PNG)
    answer = still.get("/media/a.png")
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "max-age=86400" in answer.headers["cache-control"]
    again = still.get("/media/a.png", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_an_svg_opened_by_its_own_address_can_do_nothing(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        save_media(session, "x.svg", SVG)
    answer = still.get("/media/x.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
