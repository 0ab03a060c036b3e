"""Settings: typed, with a sentence that names the variable when one is wrong."""

import pytest

from app.errors import SetupError
from app.settings import load_settings
from tests.conftest import make_settings


def test_the_defaults_serve_on_loopback_from_a_folder(tmp_path) -> None:
    settings = make_settings(tmp_path)
    assert settings.database == f"sqlite:///{tmp_path / 'cairn.db'}"
    assert settings.base == "http://127.0.0.1:8000"
    assert "127.0.0.1" in settings.hosts


def test_variables_are_read_from_the_environment_and_env_file(tmp_path, monkeypatch) -> None:
    (tmp_path / ".env").write_text("CAIRN_TITLE=From the file\nCAIRN_TRUSTED_HOSTS=a.example, b.example\n")
    assert load_settings().title == "From the file"
    assert load_settings().hosts == ["a.example", "b.example"]
    monkeypatch.setenv("CAIRN_TITLE", "From outside")
    assert load_settings().title == "From outside"


def test_an_empty_variable_is_one_that_was_not_set(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    default = load_settings()
    for name in ("DATA_DIR", "TITLE", "ENV", "LOOKUPS"):
        monkeypatch.setenv(f"CAIRN_{name}", "")
    assert load_settings() == default


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"env": "staging"}, "CAIRN_ENV"),
        ({"database_url": "mysql://x"}, "CAIRN_DATABASE_URL"),
        ({"base_url": "not a url"}, "CAIRN_BASE_URL"),
        ({"search_engine": "solr"}, "CAIRN_SEARCH_ENGINE"),
        ({"contact": "nobody"}, "CAIRN_CONTACT"),
        ({"license_url": "CC BY 4.0"}, "CAIRN_LICENSE_URL: must be a web address"),
        ({"license_url": "ftp://x.example/"}, "CAIRN_LICENSE_URL"),
        ({"env": "production"}, "CAIRN_SECRET_KEY"),
        ({"env": "production", "secret_key": "short"}, "CAIRN_SECRET_KEY"),
        ({"env": "production", "secret_key": "x" * 40}, "CAIRN_BASE_URL"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, values: dict, named: str) -> None:
    with pytest.raises(SetupError, match=named):
        make_settings(tmp_path, **values)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"),
        ("http://www.creativecommons.org/licenses/by-nc-sa/3.0/de/deed.de", "CC BY-NC-SA 3.0 DE"),
        ("https://creativecommons.org/licenses/by-nd/4.0/legalcode", "CC BY-ND 4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/deed.en", "CC0 1.0"),
        ("https://creativecommons.org/licenses/", "creativecommons.org/licenses"),
        ("https://x.example:8443/our-terms/?q=1#top", "x.example:8443/our-terms"),
    ],
)
def test_a_licence_has_a_short_name(tmp_path, url: str, name: str) -> None:
    settings = make_settings(tmp_path, license_url=url)
    assert (settings.license_url, settings.license_name) == (url, name)


def test_no_address_of_a_licence_ends_a_link_early(tmp_path) -> None:
    url = make_settings(tmp_path, license_url='https://x.example/é> b"?c=>\r\nX: y').license_url
    assert url.isascii()
    assert not set(url) & set('<>" \r\n')


def test_the_secret_is_made_once_and_never_shown(tmp_path) -> None:
    settings = make_settings(tmp_path / "data")
    key = settings.signing_key()
    assert len(key) >= 32
    assert make_settings(tmp_path / "data").signing_key() == key
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o077 == 0
    assert "hunter2" * 6 not in repr(make_settings(tmp_path, secret_key="hunter2" * 6))
