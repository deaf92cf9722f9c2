"""Papers of lex Sarah in the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from casework.models import AuditEvent
from lexsarah.models import Report
from lexsarah.services import investigating
from tests.conftest import Place
from tests.lexsarah.factory import EVENT, handed_in
from tests.lexsarah.paper_factory import CASE_NUMBER, pdf_text

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
TODAY = date(2026, 3, 30)


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(TODAY)


@pytest.fixture
def report(place: Place) -> Report:
    found = handed_in(place, case_number=CASE_NUMBER, statute="SoL")
    investigating.record_ivo_notification(place.actor("sara"), found.pk, on=TODAY)
    return found


def url(report: Report, rest: str) -> str:
    return f"/api/v1/lexsarah-reports/{report.pk}/{rest}/"


def post(client: Client, address: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(address, body, content_type="application/json", headers=headers)


def test_the_package_is_read_kept_and_fetched(report: Report, as_user: Login) -> None:
    sara = as_user("sara")
    fields = sara.get(url(report, "ivo-package")).json()
    assert [one["key"] for one in fields][:3] == ["ivo_number", "registry_number", "unit"]
    made = sara.post(url(report, "ivo-package"))
    assert made.status_code == 201
    kept = sara.get(url(report, "documents")).json()
    assert [one["number"] for one in kept] == [1, 1]
    file = sara.get(url(report, f"documents/{kept[0]['id']}"))
    assert EVENT in pdf_text(file.content)
    assert AuditEvent.objects.latest("id").action == "lexsarah.document_read"
    assert sara.get(url(report, "documents/999999")).status_code == 404
    assert as_user("eva").get(url(report, "documents")).status_code == 404


def test_a_masked_copy_holds_nothing_of_what_is_masked(report: Report, as_user: Login) -> None:
    sara = as_user("sara")
    body = {"passages": ["elva timmar"], "grounds": "26 kap. 1 § OSL."}
    made = post(sara, url(report, "masked-copy"), body)
    assert made.status_code == 201
    text = pdf_text(sara.get(url(report, f"documents/{made.json()[0]['id']}")).content)
    assert "elva timmar" not in text
    assert CASE_NUMBER not in text
    wrong = post(sara, url(report, "masked-copy"), body | {"passages": ["Finns inte"]})
    assert (wrong.status_code, wrong.json()["field"]) == (400, "passages")


def test_the_list_is_written_and_corrected(report: Report, as_user: Login) -> None:
    sara = as_user("sara")
    body = {"on": "2026-03-30", "direction": "in", "subject": "Journalutdrag"}
    lines = post(sara, url(report, "registry"), body).json()
    (entered,) = [one for one in lines if one["id"]]
    corrected = url(report, f"registry/{entered['id']}/correct")
    assert post(sara, corrected, body | {"subject": "Intyg"}).status_code == 201
    assert post(sara, corrected, body).status_code == 409
    lines = sara.get(url(report, "registry")).json()
    assert [(one["subject"], one["corrected"]) for one in lines if one["id"]] == [
        ("Journalutdrag", True),
        ("Intyg", False),
    ]
    named = post(sara, url(report, "registry"), body | {"subject": "Om Amina Norr"})
    assert (named.status_code, named.json()["code"]) == (400, "telltale")


def test_ivos_letters(report: Report, as_user: Login) -> None:
    sara = as_user("sara")
    body = {"kind": "question", "came_on": "2026-03-30", "text": "Hur ser bemanningen ut?"}
    made = post(sara, url(report, "ivo-letters"), body)
    assert made.status_code == 201
    answer = {"answered_on": "2026-03-30", "answer": "Två på natten."}
    address = url(report, f"ivo-letters/{made.json()['id']}/answer")
    assert post(sara, address, answer).status_code == 428
    assert post(sara, address, answer, **{"If-Match": '"7"'}).status_code == 412
    done = post(sara, address, answer, **{"If-Match": made["ETag"]})
    assert done.json()["answered_on"] == "2026-03-30"
    assert len(sara.get(url(report, "ivo-letters")).json()) == 1
