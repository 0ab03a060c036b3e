"""Pictures that people upload: opened, turned upright, freed of what a camera notes, and written anew.

What is kept was written by us from pixels, so no hidden data and no broken file gets in. An SVG is kept as it is: it is
served under a policy that lets it do nothing. NOT here: serving (`app/reader/media.py`), pictures of an import.
"""

import hashlib
import io
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.errors import BadInput, FieldProblem
from app.summaries.asset_models import Media
from app.summaries.assets import MAX_MEDIA_BYTES, save_media
from app.taxonomy.slugs import make_slug

MAX_UPLOAD_BYTES = 20_000_000
MAX_PIXELS = 30_000_000
FORMATS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "png"}  # a GIF that stands still is a PNG to us
QUALITY = 90


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that was kept: its name, how a body shows it, and its size in pixels (None for an SVG)."""

    name: str
    size: tuple[int, int] | None

    @property
    def address(self) -> str:
        """How a body names it."""
        return f"../media/{self.name}"


def save_upload(session: Session, filename: str, data: bytes, person: Person) -> Upload:
    """Keep a picture under a name made of the file's and of what it shows; the same picture again is the one there is.

    Raises BadInput, naming `file`, with a sentence on what is wrong with it.
    """
    if not data:
        raise _refused("The file is empty.")
    if len(data) > MAX_UPLOAD_BYTES:
        raise _refused(f"The file is larger than {MAX_UPLOAD_BYTES // 1_000_000} MB.")
    if _is_svg(data):
        kept, ending, size = data, "svg", None
    else:
        kept, ending, size = _written_anew(data)
    if len(kept) > MAX_MEDIA_BYTES:
        raise _refused(f"The picture takes more than {MAX_MEDIA_BYTES // 1_000_000} MB; make it smaller.")
    digest = hashlib.sha256(kept).hexdigest()
    known = session.scalars(select(Media.name).where(Media.sha256 == digest).order_by(Media.id).limit(1)).first()
    if known is not None:
        return Upload(known, size)
    stem = make_slug(filename.rpartition("/")[2].rpartition("\\")[2].rpartition(".")[0][:200], 60) or "picture"
    name = f"{stem}-{digest[:12]}.{ending}"
    save_media(session, name, kept, actor=person.actor)
    return Upload(name, size)


def _refused(sentence: str) -> BadInput:
    return BadInput(sentence, [FieldProblem("file", sentence)])


def _is_svg(data: bytes) -> bool:
    if not data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<") or b"<svg" not in data[:5000]:
        return False
    try:
        return "\x00" not in data.decode()
    except UnicodeDecodeError:
        return False


def _written_anew(data: bytes) -> tuple[bytes, str, tuple[int, int]]:
    try:
        with Image.open(io.BytesIO(data), formats=tuple(FORMATS)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _refused(f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels; make it smaller.")
            if getattr(image, "is_animated", False):
                raise _refused("Moving pictures are not taken; upload one frame of it.")
            form = image.format or ""
            upright = _in_common_colours(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _refused(
            f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels; make it smaller."
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise _refused("This is not a picture that can be read: take PNG, JPEG, WebP, GIF or SVG.") from error
    ending = FORMATS[form]
    upright.info = {name: value for name, value in upright.info.items() if name == "transparency"}
    out = io.BytesIO()
    if ending == "jpg":
        upright.convert("L" if upright.mode == "L" else "RGB").save(out, "JPEG", quality=QUALITY, progressive=True)
    elif ending == "webp":
        upright.save(out, "WEBP", quality=QUALITY)
    else:
        upright.save(out, "PNG")
    return out.getvalue(), ending, upright.size


def _in_common_colours(image: Image.Image) -> Image.Image:
    """Return the pixels in sRGB, so that the camera's own colour profile need not be kept."""
    profile = image.info.get("icc_profile")
    image.load()
    if not profile or image.mode not in ("RGB", "CMYK"):
        return image
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return turned or image
