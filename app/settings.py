"""Settings: read from `CAIRN_*` variables and `.env`, typed, listed once, checked at start.

`.env.example` is written from `Settings` by `python -m app.settings`, and a test keeps the two together.
"""

import re
import secrets
import sys
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.errors import SetupError
from app.fields import complaint

ROOT = Path(__file__).resolve().parent.parent

CommaList = Annotated[list[str], NoDecode]

# How Creative Commons makes addresses: of licences, with a country or IGO at the end where they are ported, and of CC0.
COMMONS = re.compile(
    r"(?:www\.)?creativecommons\.org/(?:licenses/((?:by|nc|nd|sa)(?:-(?:nc|nd|sa))*)|publicdomain/zero)/([0-9.]+)"
    r"(?:/(?!deed|legalcode)([a-z]{2,8}))?(?:/(?:deed|legalcode)(?:\.[\w-]+)?)?/?"
)


class Settings(BaseSettings):
    """Everything a host can set; `CAIRN_DATA_DIR` is `data_dir`, and so on."""

    model_config = SettingsConfigDict(
        env_prefix="CAIRN_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    env: Literal["development", "production"] = Field(
        "development", description="`production` requires a secret key and a base URL."
    )
    data_dir: Path = Field(Path("var"), description="Folder of the database, the search index and uploaded media.")
    database_url: str = Field(
        "",
        description="Empty: SQLite inside the data folder. For many nodes: postgresql+psycopg://user:password@host/db",
    )
    search_engine: Literal["whoosh"] = Field("whoosh", description="The search engine.")
    base_url: AnyHttpUrl = Field(
        AnyHttpUrl("http://127.0.0.1:8000"),
        description="Where readers reach this server; absolute URLs are made from it.",
    )
    title: str = Field("Cairn", min_length=1, max_length=60, description="The name of this library.")
    contact: str = Field(
        "",
        pattern=r"^$|^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$",
        description="E-mail address told to harvesters (OAI-PMH). Empty: webmaster at the base URL's host.",
    )
    license_url: str = Field(
        "",
        description="URL of the licence of the summaries' texts (https://creativecommons.org/licenses/by/4.0/, say). "
        "Empty: none is told.",
    )
    secret_key: SecretStr | None = Field(
        None, description="Signs cursors and tokens. Generated into the data folder in development."
    )
    lookups: Literal["on", "off"] = Field(
        "on", description="Ask arXiv and Crossref about an identifier that a curator pastes: `on` or `off`."
    )
    trusted_hosts: CommaList = Field(
        default_factory=list, description="Host names answered, comma separated. Empty: the base URL's and loopback."
    )
    trusted_proxies: CommaList = Field(
        default_factory=list, description="Proxies whose X-Forwarded-* headers are believed, comma separated addresses."
    )

    @field_validator("trusted_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:/// or postgresql+psycopg://")
        return value

    @field_validator("license_url")
    @classmethod
    def _fit_for_a_header(cls, value: str) -> str:
        try:
            return str(AnyHttpUrl(value)) if value else ""  # which leaves nothing in it that would end a link
        except ValidationError:
            raise ValueError("must be a web address that starts with https:// or http://") from None

    @model_validator(mode="after")
    def _production_is_explicit(self) -> "Settings":
        if self.env == "production":
            if self.secret_key is None or len(self.secret_key.get_secret_value()) < 32:
                raise ValueError("CAIRN_SECRET_KEY of at least 32 characters is required when CAIRN_ENV is production")
            if "base_url" not in self.model_fields_set:
                raise ValueError("CAIRN_BASE_URL is required when CAIRN_ENV is production")
        return self

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'cairn.db').resolve()}"

    @property
    def base(self) -> str:
        """The base URL without a trailing slash."""
        return str(self.base_url).rstrip("/")

    @property
    def license_name(self) -> str:
        """What the licence is called in a line of text: CC BY 4.0, or the host and path of any other."""
        parts = urlsplit(self.license_url)
        found = COMMONS.fullmatch(f"{parts.hostname}{parts.path}")
        if found is None:
            return (parts.netloc.rpartition("@")[2] + parts.path).rstrip("/")
        code, version, country = found.groups()
        return " ".join(filter(None, (f"CC {code}" if code else "CC0", version, country))).upper()

    @property
    def search_dir(self) -> Path:
        return self.data_dir / "search"

    @property
    def media_dir(self) -> Path:
        return self.data_dir / "media"

    @property
    def hosts(self) -> list[str]:
        """Host names this server answers for."""
        return self.trusted_hosts or sorted({self.base_url.host or "localhost", "127.0.0.1", "localhost", "[::1]"})

    def signing_key(self) -> bytes:
        """Return the secret; in development it is made once and kept in the data folder, readable by its owner only."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        path = self.data_dir / "secret-key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            staged = path.with_suffix(f".{secrets.token_hex(4)}")
            staged.touch(mode=0o600)
            staged.write_text(secrets.token_urlsafe(48))
            try:
                path.hardlink_to(staged)  # fails where another process was first: then its key is the key
            except FileExistsError:
                pass
            finally:
                staged.unlink()
        return path.read_text().encode()


def load_settings(**overrides: object) -> Settings:
    """Read the settings; raises SetupError with one sentence that names each wrong variable."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        sentences = []
        for problem in error.errors():
            name = "CAIRN_" + str(problem["loc"][0]).upper() if problem["loc"] else ""
            sentences.append(f"{name}: {complaint(problem)}".removeprefix(": "))
        raise SetupError("; ".join(sentences)) from None


def example() -> str:
    """The text of `.env.example`: every setting, its help and its default."""
    lines = ["# Every setting of Cairn with its default. Copy to .env and change what you need."]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True, validated_data={})
        shown = ",".join(default) if isinstance(default, list) else "" if default is None else str(default)
        lines += ["", f"# {field.description}", f"#CAIRN_{name.upper()}={shown.rstrip('/')}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(example())
