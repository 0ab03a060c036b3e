"""A paper as one self-contained record: what a BibTeX entry, a form or a request says."""

import hashlib
import re
from calendar import month_name, monthrange
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from app.fields import on_one_line, shown, web_address

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:.+-]*")
ARXIV_ID = re.compile(r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})")
OTHER_FORMS = (".json", ".csl", ".md", ".bib", ".ris", ".atom")
DOI = re.compile(r"10\.\d{4,9}/[^\s\x00-\x1f\x7f\ud800-\udfff]+")

PaperKind = Literal["article", "conference", "preprint", "report", "thesis", "book", "other"]


Line = Annotated[str, StringConstraints(max_length=1000), BeforeValidator(on_one_line)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=1000), BeforeValidator(on_one_line)]
WebAddress = Annotated[
    str, StringConstraints(strip_whitespace=True), AfterValidator(lambda text: text and web_address(text))
]


class PersonName(BaseModel):
    """An author's name; a body such as a collaboration has a family name only."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    family: Annotated[str, StringConstraints(min_length=1, max_length=200), BeforeValidator(on_one_line)]
    given: Annotated[str, StringConstraints(max_length=200), BeforeValidator(on_one_line)] = ""


class PaperRecord(BaseModel):
    """A bibliographic record. Facts only: what is not known is left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    kind: PaperKind = "other"
    title: Title
    authors: Annotated[tuple[PersonName, ...], Field(max_length=5000)] = ()
    year: int | None = Field(None, ge=1000, le=2200)
    month: int | None = Field(None, ge=1, le=12)
    day: int | None = Field(None, ge=1, le=31)
    venue: Line = ""
    volume: Annotated[str, StringConstraints(max_length=60), BeforeValidator(on_one_line)] = ""
    issue: Annotated[str, StringConstraints(max_length=60), BeforeValidator(on_one_line)] = ""
    pages: Annotated[str, StringConstraints(max_length=60), BeforeValidator(on_one_line)] = ""
    publisher: Annotated[str, StringConstraints(max_length=300), BeforeValidator(on_one_line)] = ""
    institution: Annotated[str, StringConstraints(max_length=300), BeforeValidator(on_one_line)] = ""
    doi: str | None = None
    arxiv_id: str | None = None
    arxiv_class: Annotated[str, StringConstraints(max_length=40), BeforeValidator(on_one_line)] = ""
    url: WebAddress = ""
    code_url: WebAddress = ""
    abstract: Annotated[str, StringConstraints(max_length=20_000), BeforeValidator(on_one_line)] = ""

    @field_validator("key")
    @classmethod
    def _is_a_key(cls, value: str) -> str:
        if len(value) > 120 or not KEY.fullmatch(value):
            raise ValueError("a key is made of letters, digits and _ : . + - and starts with a letter or digit")
        if value.endswith(OTHER_FORMS):
            form = value[value.rindex(".") :]
            raise ValueError(f"a key does not end in {form}: that asks for another form of its page")
        return value

    @field_validator("doi")
    @classmethod
    def _bare_doi(cls, value: str | None) -> str | None:
        return None if value is None else normal_doi(value)

    @field_validator("arxiv_id")
    @classmethod
    def _bare_arxiv_id(cls, value: str | None) -> str | None:
        return None if value is None else normal_arxiv_id(value)

    # What is wrong by itself is not in `info.data`, and no rule is held against it.
    @field_validator("month")
    @classmethod
    def _month_of_a_year(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value and "year" in info.data and not info.data["year"]:
            raise ValueError("a month needs a year")
        return value

    @field_validator("day")
    @classmethod
    def _day_of_a_month(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value and "month" in info.data and not info.data["month"]:
            raise ValueError("a day needs a month")
        year, month = info.data.get("year"), info.data.get("month")
        if value and year and month and value > monthrange(year, month)[1]:
            raise ValueError(f"{month_name[month]} {year} has no day {value}")
        return value

    def digest(self) -> str:
        """Return the sha256 (hex) of this record's canonical JSON."""
        return hashlib.sha256(self.model_dump_json(exclude_defaults=True).encode()).hexdigest()


def normal_doi(text: str) -> str:
    """Return a DOI as `10.x/...`, lower case, without any resolver or prefix; raises ValueError."""
    bare = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)\s*", "", text.strip(), flags=re.IGNORECASE).lower()
    if len(bare) > 300 or not DOI.fullmatch(bare):
        raise ValueError(f"“{shown(text)}” is not a DOI (10.1234/...)")
    return bare


def arxiv_case(text: str) -> str:
    """Return an arXiv id as arXiv writes it: archives in lower case, their classes in capitals (math.GT/0309136)."""
    archive, slash, number = text.rpartition("/")
    name, dot, subject = archive.partition(".")
    return f"{name.lower()}{dot}{subject.upper()}{slash}{number}"


def normal_arxiv_id(text: str) -> str:
    """Return an arXiv id without prefix, address or version; raises ValueError."""
    bare = re.sub(r"^(?:https?://(?:www\.)?arxiv\.org/(?:abs|pdf|html)/|arxiv:)\s*", "", text.strip(), flags=re.I)
    bare = arxiv_case(re.sub(r"(?:v\d+)?(?:\.pdf)?$", "", bare))
    if not ARXIV_ID.fullmatch(bare):
        raise ValueError(f"“{shown(text)}” is not an arXiv id (1706.03762 or cs/0112017)")
    return bare
