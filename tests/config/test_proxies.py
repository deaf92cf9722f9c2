"""What stands in front: one number says how many, and what a client made up is not believed."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from gunicorn.config import Config
from gunicorn.http import wsgi
from gunicorn.http.parser import RequestParser

from config.env import BASE_DIR, trusted_proxies


@pytest.mark.parametrize(
    ("given", "https", "found"),
    [
        (None, False, 0),
        (None, True, 1),
        ("0", False, 0),
        ("1", False, 1),
        ("2", True, 2),
        ("0", True, None),  # then who ends https?
        ("-1", False, None),
        ("ja", False, None),
        ("", False, None),
        ("10", False, None),
    ],
)
def test_how_many_proxies(
    monkeypatch: pytest.MonkeyPatch, given: str | None, https: bool, found: int | None
) -> None:
    monkeypatch.delenv("TRUSTED_PROXIES", raising=False)
    if given is not None:
        monkeypatch.setenv("TRUSTED_PROXIES", given)
    if found is None:
        with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES"):
            trusted_proxies(https=https)
    else:
        assert trusted_proxies(https=https) == found


@pytest.fixture
def environ_of(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., dict[str, Any]]:
    """Return what Django gets of a request that gunicorn was sent, as it is shipped."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))

    def parse(proxies: int, **headers: str) -> dict[str, Any]:
        settings.TRUSTED_PROXIES = proxies
        shipped = runpy.run_path(str(BASE_DIR / "deploy" / "gunicorn.conf.py"))
        config = Config()
        for name in ("forwarded_allow_ips", "secure_scheme_headers", "forwarder_headers"):
            config.set(name, shipped[name])
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        raw = f"GET /avvikelser/ HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n".encode()
        client = ("127.0.0.1", 50000)
        request = next(RequestParser(config, iter([raw]), client))
        _, environ = wsgi.create(request, object(), client, ("127.0.0.1", 8000), config)
        return dict(environ)

    return parse


@pytest.mark.parametrize("proxies", [0, 1])
@pytest.mark.parametrize("name", ["SCRIPT_NAME", "Script-Name", "PATH_INFO", "X-Script-Name"])
def test_no_header_says_where_the_service_lies(
    environ_of: Callable[..., dict[str, Any]], proxies: int, name: str
) -> None:
    environ = environ_of(proxies, **{name: "/x"})
    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == ("", "/avvikelser/")


@pytest.mark.parametrize(
    ("proxies", "headers", "scheme"),
    [
        (0, {"X-Forwarded-Proto": "https"}, "http"),
        (1, {"X-Forwarded-Proto": "https"}, "https"),
        (1, {"X-Forwarded-Proto": "http"}, "http"),
        # A proxy passes on what it does not know: these are the client's own words.
        (1, {"X-Forwarded-Ssl": "on"}, "http"),
        (1, {"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "off"}, "https"),
        (1, {"X-Forwarded-Proto": "https", "X-Forwarded-Protocol": "http"}, "https"),
    ],
)
def test_the_scheme_is_the_proxys_to_say(
    environ_of: Callable[..., dict[str, Any]], proxies: int, headers: dict[str, str], scheme: str
) -> None:
    assert environ_of(proxies, **headers)["wsgi.url_scheme"] == scheme
