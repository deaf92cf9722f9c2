"""The page Drift: what the Systemförvaltare sees of the service's own work."""

import re
import shutil
from collections import namedtuple
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client

from casework.models import OutgoingMail, Pulse
from casework.operation import pulse
from casework.shared import clock
from tests.conftest import Place

pytestmark = pytest.mark.django_db
Login = Callable[..., Client]
URL = "/drift/"


def shown(client: Client) -> dict[str, str]:
    """Return each line's words by its label."""
    html = client.get(URL).content.decode()
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", html, re.S)
    texts = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]
    labels = (
        "E-post|Utskick av brev|Brev som väntar|Brev som inte går fram|Brev som har gett upp|"
        "Senaste brevet|Bakgrundsarbetet|Bevakningen av tider|Tider som står på tur|"
        "Rader som har fastnat|Förankring av händelseloggen|Senaste ankaret|Disk för filer"
    ).split("|")
    assert len(texts) == len(labels)
    return {
        label: text.removeprefix(label).strip() for label, text in zip(labels, texts, strict=True)
    }


def letter(place: Place | None = None, **given: Any) -> OutgoingMail:
    now = clock.now()
    usual = {"content": "Hemligt", "made_at": now, "send_after": now}
    board = place.board if place else None
    return OutgoingMail.objects.create(board=board, **usual | given)


def test_all_is_well(as_user: Login) -> None:
    for name in (pulse.BEAT, pulse.SWEEP, pulse.MAIL, pulse.ANCHOR):
        pulse.note(name)
    lines = shown(as_user("simon"))
    assert not [label for label, text in lines.items() if "Se efter" in text]
    assert re.search(r"GB ledigt, \d+ %", lines["Disk för filer"])


def test_nothing_has_run_yet(as_user: Login) -> None:
    lines = shown(as_user("simon"))
    for label in ("Bakgrundsarbetet", "Bevakningen av tider", "Utskick av brev"):
        assert "Har inte gått än" in lines[label]


@pytest.mark.parametrize(
    ("name", "label", "seconds"),
    [
        (pulse.BEAT, "Bakgrundsarbetet", 40),
        (pulse.MAIL, "Utskick av brev", 180),
        (pulse.SWEEP, "Bevakningen av tider", 300),
        (pulse.ANCHOR, "Förankring av händelseloggen", 900),
    ],
)
def test_what_has_stopped_is_said_with_its_time(
    as_user: Login, at: Callable[..., object], name: str, label: str, seconds: int
) -> None:
    now = clock.now()
    at(now)
    client = as_user("simon")
    pulse.note(name)
    Pulse.objects.update(at=now - timedelta(seconds=seconds - 1))
    assert "Går" in shown(client)[label]
    Pulse.objects.update(at=now - timedelta(seconds=seconds))
    assert "Har stannat" in shown(client)[label]


def test_letters_by_how_they_fare_and_not_a_word_of_them(
    as_user: Login, place: Place, other_place: Place
) -> None:
    now = clock.now()
    letter(place)
    letter(made_at=now - timedelta(hours=2))
    letter(place, failed_since=now - timedelta(hours=1), error="SMTPRecipientsRefused")
    letter(place, state="given_up", done_at=now, kind="watch", row_id=1)
    letter(place, state="sent", done_at=now, content="")
    letter(other_place, failed_since=now, error="TimeoutError")
    client = as_user("simon")
    lines = shown(client)
    assert re.search(r"Se efter 3 ", lines["Brev som väntar"])
    assert "SMTPRecipientsRefused" in lines["Brev som inte går fram"]
    assert "TimeoutError" not in lines["Brev som inte går fram"]  # another board's
    assert re.search(r"Se efter 1 ", lines["Brev som inte går fram"])
    assert "Se efter 1" in lines["Brev som har gett upp"]
    assert "Hemligt" not in client.get(URL).content.decode()
    start = client.get("/").content.decode()
    assert "Brev som inte går fram" in start
    assert client.post("/drift/brev/").status_code == 302
    assert set(OutgoingMail.objects.filter(board=place.board).values_list("state", flat=True)) == {
        "waiting",
        "sent",
    }
    assert OutgoingMail.objects.get(board=other_place.board).failed_since is not None


def test_e_mail_that_is_not_set_up_is_said_on_both_pages_and_stops_a_deployment(
    as_user: Login, settings: Any
) -> None:
    def found() -> list[str]:
        return [str(one.id) for one in run_checks(include_deployment_checks=True)]

    client = as_user("simon")
    assert "Brev når ingen" not in client.get("/").content.decode()
    assert "config.E001" not in found()
    settings.MAIL_TRANSPORT = ""
    assert "Brev når ingen" in client.get("/").content.decode()
    assert "Inte inställd: brev når ingen" in shown(client)["E-post"]
    assert "config.E001" in found()
    assert "Brev når ingen" not in as_user("eva").get("/").content.decode()


def test_a_disk_that_fills_up_is_said_before_it_is_full(
    as_user: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    for free, said in ((5, "Bra"), (4, "Se efter")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, n=free: usage(100, 100 - n, n))
        assert said in shown(as_user("simon"))["Disk för filer"]


def test_in_the_menu_of_the_systemforvaltare_alone(as_user: Login) -> None:
    assert f'href="{URL}"' in as_user("simon").get("/").content.decode()
    assert f'href="{URL}"' not in as_user("eva").get("/").content.decode()
    assert as_user("eva").get(URL).status_code == 403
