"""Uploaded pictures: written anew from their pixels, upright, without what a camera notes."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms, PngImagePlugin
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.database import Database
from app.errors import BadInput
from app.summaries.assets import get_media, save_media
from app.summaries.changes import changes_since
from app.summaries.uploads import Upload, save_upload
from tests import factories

Cast = dict[str, Person]
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"></svg>'


def encoded(form: str, size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 100 if mode in ("L", "P") else "orange").save(out, form, **options)
    return out.getvalue()


def upload(database: Database, person: Person, filename: str, data: bytes) -> Upload:
    with database.writing() as session:
        return save_upload(session, filename, data, person)


def picture(database: Database, name: str) -> Image.Image:
    with database.reading() as session:
        return Image.open(io.BytesIO(get_media(session, name).data))


KINDS = (
    ("PNG", "RGBA", "png"), ("PNG", "P", "png"), ("PNG", "L", "png"), ("JPEG", "RGB", "jpg"), ("JPEG", "CMYK", "jpg"),
    ("WEBP", "RGBA", "webp"), ("GIF", "P", "png"),
)  # fmt: skip


def test_a_picture_of_each_kind_is_kept_under_a_name_of_its_own(library: Database, people: Cast) -> None:
    for width, (form, mode, ending) in enumerate(KINDS, 40):
        data = encoded(form, (width, 20), mode)
        done = upload(library, people["carl"], "C:\\fakepath\\My Figure (1).bin", data)
        assert done.name.startswith("my-figure-1-")
        assert done.name.endswith(f".{ending}")
        assert done.address == f"../media/{done.name}"
        assert picture(library, done.name).size == done.size == (width, 20)
        assert upload(library, people["cora"], "other.png", data).name == done.name


def test_what_a_camera_notes_is_gone_and_the_picture_stands_upright(library: Database, people: Cast) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SecretCamera"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded("JPEG", exif=exif, comment=b"SecretComment", icc_profile=profile)
    assert b"SecretCamera" in data
    done = upload(library, people["carl"], "photo.jpg", data)
    assert done.size == (20, 40)
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "SecretAuthor")
    other = upload(library, people["carl"], "plot.png", encoded("PNG", pnginfo=notes, icc_profile=profile))
    for name in (done.name, other.name):
        with library.reading() as session:
            assert b"Secret" not in get_media(session, name).data
        assert not picture(library, name).info.keys() & {"exif", "comment", "icc_profile", "Author"}


def test_an_svg_is_kept_as_it_is(library: Database, people: Cast) -> None:
    done = upload(library, people["carl"], "graph.svg", SVG)
    assert (done.size, done.name[-4:]) == (None, ".svg")
    with library.reading() as session:
        assert get_media(session, done.name).data == SVG


def bomb() -> bytes:
    """Return a PNG of 50,000 by 50,000 pixels in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def moving() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"x" * 20_000_001, "larger than 20 MB"),
        (b"not a picture", "not a picture that can be read"),
        (encoded("PNG")[:60], "not a picture that can be read"),
        (encoded("JPEG", (400, 400))[:700], "not a picture that can be read"),
        (b"\x89PNG\r\n\x1a\n<svg></svg>", "not a picture that can be read"),
        (b"<html><p>hello</p></html>", "not a picture that can be read"),
        (encoded("BMP"), "not a picture that can be read"),
        (encoded("PNG", (6000, 5001), "L"), "more than 30 million pixels"),
        (bomb(), "more than 30 million pixels"),
        (moving(), "Moving pictures"),
        (SVG + b" " * 5_000_000, "more than 5 MB"),
    ],
    ids=["empty", "large", "text", "cut", "cut-jpeg", "mixed", "html", "other", "wide", "bomb", "moving", "large-svg"],
)
def test_what_is_not_a_fitting_picture_is_refused_with_a_sentence(data: bytes, message: str) -> None:
    carl = Person(1, "carl@example.org", "Carl", "curator")
    with Session() as session, pytest.raises(BadInput, match=message) as error:  # the store is not asked
        save_upload(session, "x.png", data, carl)
    assert [problem.field for problem in error.value.problems] == ["file"]


def test_a_picture_is_told_of_when_readers_first_see_it(store: Database) -> None:
    def told() -> list[str]:
        with store.reading() as session:
            return [item.name for item in changes_since(session, 0, 100, kinds=["picture"]).items]

    svg = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    with store.writing() as session:
        factories.add_category(session)
        save_media(session, "plan-b.svg", svg)
        factories.add_summary(session, status="draft", published=None, body="![A plan](../media/plan-b.svg)")
    assert told() == []
    with store.writing() as session:
        factories.add_summary(session, body="![A plan](../media/plan-b.svg)")
    assert told() == ["plan-b.svg"]
    with store.writing() as session:
        factories.add_summary(session, slug="later", title="Later", body="![Missing yet](../media/late.svg)")
        save_media(session, "late.svg", svg)
    assert told() == ["plan-b.svg", "late.svg"]
