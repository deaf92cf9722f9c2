"""Headers that a client made up, straight at the service and through a real nginx."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from casework.models import User
from tests.attack.serving import NAME, Caller, proxy, web
from tests.conftest import Place, make_place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.today]
PASSWORD, EVIL = "ett långt lösenord", "evil.example"

FORGED = [
    {"X-Forwarded-For": "1.2.3.4"},
    {"X-Forwarded-For": f"{EVIL}, 1.2.3.4, ::1, garbage"},
    {"X-Forwarded-For": ","},
    {"X-Forwarded-For": "9" * 4000},
    {"X-Forwarded-Host": EVIL},
    {"X-Forwarded-Host": EVIL, "X-Forwarded-Proto": "https", "X-Forwarded-Port": "1"},
    {"X-Forwarded-Proto": "javascript"},
    {"X-Forwarded-Proto": "http"},
    {"X-Forwarded-Ssl": "off"},
    {"X-Forwarded-Protocol": "ssl"},
    {"X-Forwarded-Prefix": f"//{EVIL}"},
    {"X-Real-IP": "1.2.3.4"},
    {"Forwarded": f"for=1.2.3.4;host={EVIL};proto=https"},
    {"SCRIPT_NAME": "/x"},
    {"SCRIPT_NAME": f"//{EVIL}"},
    {"Script-Name": "/x"},
    {"PATH_INFO": "/metrics"},
    {"REMOTE_USER": "sara-norr"},
    {"Remote-User": "sara-norr"},
    {"X-Script-Name": "/x"},
    {"X-Original-URL": "/metrics"},
    {"X-Rewrite-URL": "/metrics"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"X-Method-Override": "POST"},
    {"X-Host": EVIL},
    {"True-Client-IP": "1.2.3.4", "CF-Connecting-IP": "1.2.3.4"},
]
INSIDE = ["/metrics", "/readyz", "//metrics", "/./metrics", "/x/../metrics", "/%6detrics"]
PATHS = ["/", "/accounts/login/", "/api/v1/units/", "/avvikelser/", "/healthz", "/finns-inte/"]


@pytest.fixture
def place() -> Place:
    place = make_place("Norr")
    for user in place.people.values():
        user.set_password(PASSWORD)
        user.save()
    return place


Serve = Callable[[], Caller]


@pytest.fixture(params=["straight", "nginx"])
def served(request: Any, place: Place, tmp_path: Path) -> Iterator[Callable[..., Caller]]:
    """Return a maker of clients: ``served("127.0.0.7")`` calls from that address."""
    tls = request.param == "nginx"
    given = {"HTTPS": "on", "TRUSTED_PROXIES": "1"} if tls else {}
    with web(tmp_path, **given) as port:
        if not tls:
            yield lambda address="127.0.0.1": Caller(port, address)
            return
        with proxy(tmp_path, port) as front:
            yield lambda address="127.0.0.1": Caller(front, address, tls=True)


def test_what_a_client_made_up_changes_nothing(
    served: Callable[..., Caller], record_property: Callable[[str, object], None]
) -> None:
    asked = 0
    for path in PATHS:
        plain = served().ask("GET", path)
        for headers in FORGED:
            answer = served().ask("GET", path, headers)
            asked += 1
            case = (path, headers, answer.status)
            assert answer.status == plain.status, case
            assert answer.headers.get("Location") == plain.headers.get("Location"), case
            assert EVIL not in answer.text, case
        for host in (EVIL, f"{NAME}.{EVIL}", f"{EVIL}:443", f"{NAME}@{EVIL}"):
            answer = served().ask("GET", path, {"Host": host})
            asked += 1
            assert answer.status in (400, 421), (path, host, answer.status)
            assert EVIL not in answer.headers.get("Location", ""), (path, host)
    record_property("counts", f"{asked} requests, 0 with another answer than a plain one")


def test_a_made_up_address_is_no_way_round_the_limit_and_each_client_has_its_own(
    served: Callable[..., Caller], place: Place, record_property: Callable[[str, object], None]
) -> None:
    eva, tried = place.user("eva").username, 0
    attacker, statuses = served("127.0.0.5"), []
    for number in range(12):
        forged = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"}
        statuses.append(attacker.log_in(eva, "fel", forged).status)
        tried += 1
    assert statuses[:6] == [200] * 6
    assert 429 in statuses[6:]
    last = attacker.log_in(eva, PASSWORD)
    assert last.status == 429
    assert int(last.headers["Retry-After"]) >= 1
    assert "Försök igen om" in last.text
    # Her own way in is open: she comes from elsewhere.
    assert served("127.0.0.6").log_in(eva, PASSWORD).status == 302
    record_property("counts", f"{tried} guesses, {statuses.count(429)} refused, owner let in")


def test_a_municipality_logs_in_at_once(
    served: Callable[..., Caller], place: Place, record_property: Callable[[str, object], None]
) -> None:
    names = [user.username for user in place.people.values()]
    for number in range(10):
        served().log_in(f"ingen-{number}", "fel")
    same = [served().log_in(names[turn % len(names)], PASSWORD).status for turn in range(35)]
    own = [
        served(f"127.0.1.{turn + 1}").log_in(names[turn % len(names)], PASSWORD).status
        for turn in range(35)
    ]
    tokens = [
        served().ask("POST", "/api/v1/token/", data={"username": name, "password": PASSWORD}).status
        for name in names
    ]
    assert set(same) == set(own) == {302}
    assert set(tokens) == {201}
    record_property("counts", f"{len(same) + len(own) + len(tokens)} right log-ins, 0 refused")


def test_only_the_inside_asks_for_figures(place: Place, tmp_path: Path) -> None:
    assert User.objects.exists()
    with (
        web(tmp_path, HTTPS="on", TRUSTED_PROXIES="1") as port,
        proxy(tmp_path, port) as front,
    ):
        outside = Caller(front, "127.0.0.9", tls=True)
        for path in (
            "/metrics",
            "/readyz",
            "//metrics",
            "/./metrics",
            "/x/../metrics",
            "/%6detrics",
        ):
            for headers in ({}, {"SCRIPT_NAME": "/x"}, {"X-Forwarded-For": "127.0.0.1"}):
                assert outside.ask("GET", path, headers).status in (403, 404), (path, headers)
        assert Caller(front, tls=True).ask("GET", "/metrics").status == 200
