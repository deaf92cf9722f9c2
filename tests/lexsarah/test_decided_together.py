"""Measures decided with the report: all of it or nothing, on screen and through the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.models import AuditEvent, Deadline
from casework.shared.errors import ConflictError, InvalidInput
from lexsarah.models import Decision, Measure, Report, StoredDocument
from lexsarah.services import deciding, handing_over, measures
from lexsarah.services.verdicts import Verdict
from tests.conftest import Place
from tests.lexsarah.deciding import REASONS, delegate, investigated, measure
from tests.lexsarah.test_import import agree_with_the_history
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
TODAY = date(2026, 3, 2)
TEXTS = ("Ny rutin för tillsyn på natten.", "Utbilda vikarierna.", "Byt larmen.")


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(TODAY)


@pytest.fixture
def put(place: Place) -> tuple[Report, list[Measure]]:
    """A report with three proposed measures, put before Birgit."""
    delegate(place)
    report = investigated(place)
    found = [measure(place, report, text=text) for text in TEXTS]
    report = deciding.propose(
        place.actor("sara"),
        report.pk,
        outcome="misconduct",
        reasons=REASONS,
        decider=place.user("birgit"),
    )
    return report, found


Put = tuple[Report, list[Measure]]


def decide(place: Place, report: Report, *given: Verdict, **more: Any) -> Report:
    fields: dict[str, Any] = {"outcome": "misconduct", "reasons": REASONS} | more
    return deciding.decide(place.actor("birgit"), report.pk, measures=given, **fields)


def sent(report: Report, found: list[Measure], *verdicts: str, **more: str) -> dict[str, Any]:
    """What the page of the decision sends."""
    given: dict[str, Any] = {
        "version": report.version,
        "outcome": "misconduct",
        "reasons": "Mina egna skäl.",
    }
    for one, verdict in zip(found, verdicts, strict=True):
        given |= {f"verdict-{one.pk}": verdict, f"version-{one.pk}": one.version}
    return given | more


def nothing_is_saved() -> None:
    assert not Decision.objects.exists()
    assert not StoredDocument.objects.exists()
    assert not Measure.objects.exclude(verdict="").exists()
    assert Report.objects.get().status == "proposed"
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert not actions & {"lexsarah.decided", "lexsarah.measure_decided"}


def test_the_decision_and_its_measures_are_one(place: Place, put: Put) -> None:
    report, (first, second, third) = put
    decide(
        place,
        report,
        Verdict(first.pk, "approved", version=1),
        Verdict(second.pk, "partly", "I två grupper."),
        Verdict(third.pk, "rejected", "De byts redan."),
    )
    report.refresh_from_db()
    assert report.status == "decided"
    assert report.actions == (
        "Ny rutin för tillsyn på natten.\nUtbilda vikarierna. Delvis godkänd: I två grupper."
    )
    stages = [one.stage for one in Measure.objects.order_by("pk")]
    assert stages == ["approved", "approved", "rejected"]
    due = Deadline.objects.filter(rule="action_due").values_list("subject_id", flat=True)
    assert set(due) == {first.pk, second.pk}
    events = AuditEvent.objects.order_by("-id").values_list("action", flat=True)
    assert events[0] == "lexsarah.decided"
    assert list(events).count("lexsarah.measure_decided") == 3
    agree_with_the_history()


def test_what_is_left_is_decided_afterwards(place: Place, put: Put) -> None:
    report, (first, *_) = put
    with pytest.raises(ConflictError):
        measures.decide_measure(place.actor("birgit"), first.pk, verdict="approved")
    decide(place, report)
    done = measures.decide_measure(place.actor("birgit"), first.pk, verdict="approved")
    assert done.stage == "approved"


@pytest.mark.parametrize(
    ("verdict", "comment", "why"),
    [("partly", " ", "Skriv vad som godkänns"), ("rejected", "", "Skriv"), ("later", "", "Välj")],
)
def test_one_that_is_not_right_stops_all_and_is_named(
    place: Place, put: Put, verdict: str, comment: str, why: str
) -> None:
    report, (first, second, _) = put
    with pytest.raises(InvalidInput, match=f"”Utbilda vikarierna.”: {why}") as error:
        decide(
            place,
            report,
            Verdict(first.pk, "approved"),
            Verdict(second.pk, verdict, comment),
        )
    assert error.value.field == "measures"
    nothing_is_saved()


def test_one_withdrawn_meanwhile_stops_all_and_is_named(place: Place, put: Put) -> None:
    report, (first, second, _) = put
    sara = place.actor("sara")
    deciding.take_back_proposal(sara, report.pk)
    measures.withdraw_measure(sara, second.pk)
    birgit = place.user("birgit")
    deciding.propose(sara, report.pk, outcome="misconduct", reasons=REASONS, decider=birgit)
    with pytest.raises(ConflictError, match="Utbilda vikarierna") as error:
        decide(place, report, Verdict(first.pk, "approved"), Verdict(second.pk, "approved"))
    assert "Ny rutin" not in error.value.message
    nothing_is_saved()


def test_another_reports_measure_and_the_same_twice_are_refused(place: Place, put: Put) -> None:
    report, (first, *_) = put
    other = measure(place, investigated(place))
    for given in ([first.pk, other.pk], [first.pk, first.pk]):
        with pytest.raises(InvalidInput) as error:
            decide(place, report, *(Verdict(key, "approved") for key in given))
        assert error.value.field == "measures"
    assert not Measure.objects.exclude(verdict="").exists()


def test_on_one_page(place: Place, put: Put, as_user: Login) -> None:
    report, found = put
    birgit = as_user("birgit")
    form = page(birgit, f"/lex-sarah/{report.pk}/besluta/")
    for text in (*TEXTS, "Brist i rutin", str(place.user("eva").display_name), "1 april 2026"):
        assert text in form
    tab = page(birgit, f"/lex-sarah/{report.pk}/beslut/")
    assert f"/atgarder/{found[0].pk}/besluta/" not in tab
    comment = {f"comment-{found[1].pk}": "I två grupper."}
    given = sent(report, found, "approved", "partly", "later", **comment)
    answer = birgit.post(f"/lex-sarah/{report.pk}/besluta/", given, follow=True)
    text = answer.content.decode()
    assert "Beslutet är fattat." in text
    assert "Delvis godkänd av Birgit Norr 2 mars 2026: I två grupper." in text
    assert f"/atgarder/{found[2].pk}/besluta/" in text
    assert [one.stage for one in Measure.objects.order_by("pk")] == [
        "approved",
        "approved",
        "proposed",
    ]


def test_each_is_asked_for_and_what_is_wrong_is_named(
    place: Place, put: Put, as_user: Login
) -> None:
    report, found = put
    address = f"/lex-sarah/{report.pk}/besluta/"
    answer = as_user("birgit").post(address, sent(report, found, "approved", "partly", ""))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "”Utbilda vikarierna.”: Skriv vad som godkänns, eller varför inte." in text
    assert "Välj beslut om ”Byt larmen.”" in text
    assert "Mina egna skäl." in text
    nothing_is_saved()


def test_one_changed_meanwhile_is_named_and_all_that_was_typed_is_kept(
    place: Place, put: Put, as_user: Login
) -> None:
    report, found = put
    birgit = as_user("birgit")
    address = f"/lex-sarah/{report.pk}/besluta/"
    comments = {f"comment-{found[1].pk}": "I två grupper."}
    given = sent(report, found, "approved", "partly", "approved", **comments)
    # Eva leaves: her measures are Erik's, and the report itself is as it was.
    handing_over.hand_over_measures(place.actor("simon"), place.user("eva"), place.user("erik"))
    answer = birgit.post(address, given)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Har ändrats sedan du öppnade sidan: ”Ny rutin för tillsyn på natten.”" in text
    assert place.user("erik").display_name in text
    assert "Mina egna skäl." in text
    assert "I två grupper." in text
    nothing_is_saved()
    # Seen, it is sent again with the versions that the page carries now.
    again = {one.pk: one.version for one in Measure.objects.all()}
    for key, version in again.items():
        assert f'name="version-{key}" value="{version}"' in text
    given |= {f"version-{key}": version for key, version in again.items()}
    assert birgit.post(address, given).status_code == 302
    assert Report.objects.get().status == "decided"


def test_one_withdrawn_and_a_new_one_are_shown_with_what_was_typed(
    place: Place, put: Put, as_user: Login
) -> None:
    report, found = put
    comments = {f"comment-{found[1].pk}": "I två grupper."}
    given = sent(report, found, "approved", "partly", "approved", **comments)
    sara = place.actor("sara")
    deciding.take_back_proposal(sara, report.pk)
    measures.withdraw_measure(sara, found[1].pk)
    measure(place, report, text="Utbilda alla.")
    birgit = place.user("birgit")
    deciding.propose(sara, report.pk, outcome="misconduct", reasons=REASONS, decider=birgit)
    answer = as_user("birgit").post(f"/lex-sarah/{report.pk}/besluta/", given)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Åtgärder som har ändrats under tiden" in text
    assert "Återtagen 2 mars 2026." in text
    assert "Du valde: Delvis godkänd." in text
    assert "Du skrev: I två grupper." in text
    assert "Utbilda alla." in text
    assert "Välj beslut om" not in text
    nothing_is_saved()


def test_the_page_costs_few_queries(place: Place, put: Put, as_user: Login) -> None:
    report, _ = put
    birgit = as_user("birgit")
    page(birgit, "/")
    with CaptureQueriesContext(connection) as ran:
        page(birgit, f"/lex-sarah/{report.pk}/besluta/")
    assert len(ran) <= 15, "\n".join(q["sql"][-150:] for q in ran)


def test_through_the_api(place: Place, put: Put, as_user: Login) -> None:
    report, found = put
    birgit = as_user("birgit")
    address = f"/api/v1/lexsarah-reports/{report.pk}/decide/"

    def post(*given: dict[str, Any]) -> Any:
        body = {"outcome": "misconduct", "reasons": "Det blev så.", "measures": list(given)}
        headers = {"If-Match": f'"{report.version}"'}
        return birgit.post(address, body, content_type="application/json", headers=headers)

    one, two = {"measure": found[0].pk, "verdict": "approved"}, {"measure": found[1].pk}
    wrong = post(one, two | {"verdict": "partly"})
    assert (wrong.status_code, wrong.json()["field"]) == (400, "measures")
    assert "Utbilda vikarierna." in wrong.json()["message"]
    stale = post(one | {"version": 7})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert post({"measure": 1, "verdict": "maybe"}).status_code == 400
    nothing_is_saved()
    done = post(one, two | {"verdict": "rejected", "comment": "Det är redan gjort."})
    assert (done.status_code, done.json()["status"]) == (200, "decided")
    stages = [one.stage for one in Measure.objects.order_by("pk")]
    assert stages == ["approved", "rejected", "proposed"]
