"""Acts as POST sub-resources: what each does, whom it refuses, and how versions protect edits."""

from datetime import timedelta
from typing import Any

import pytest

from casework.shared import clock
from deviations import states
from deviations.models import Category, Cause, Deviation
from deviations.services import inbox
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db


def url(deviation: Deviation, act: str) -> str:
    return f"/api/v1/deviations/{deviation.pk}/{act}/"


def version(deviation: Deviation) -> dict[str, str]:
    deviation.refresh_from_db()
    return {"HTTP_IF_MATCH": f'"{deviation.version}"'}


def test_an_act_answers_with_the_deviation_as_it_is_now(deviation: Deviation, api: Any) -> None:
    answer = api("eva").post(url(deviation, "receive"))
    assert answer.status_code == 200
    assert answer.json()["status"] == states.RECEIVED
    deviation.refresh_from_db()
    assert answer["ETag"] == f'"{deviation.version}"'


def test_a_deviation_from_report_to_assessed_effect(
    place: Place, deviation: Deviation, category: Category, cause: Cause, api: Any
) -> None:
    eva = api("eva")
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("receive", {}, "received"),
        ("assign", {"to": place.user("nils").pk}, "investigating"),
        ("classify", {"category": category.pk, "severity": 3, "probability": 2}, "investigating"),
        ("investigate", {"causes": [cause.pk], "analysis": "Två tjänster."}, "investigating"),
        (
            "plan-action",
            {
                "text": "Anställ",
                "cause": cause.pk,
                "owner": place.user("nils").pk,
                "due_on": str(clock.today()),
            },
            "actions",
        ),
    ]
    for act, body, status in steps:
        answer = eva.post(url(deviation, act), body, **version(deviation))
        assert (act, answer.status_code) == (act, 200), answer.json()
        assert answer.json()["status"] == status
    early = eva.post(url(deviation, "close"), {"outcome": "Klart"}, **version(deviation))
    assert (early.status_code, early.json()["code"]) == (409, "conflict")

    nils = api("nils")
    (todo,) = nils.get("/api/v1/actions/").json()["results"]
    assert nils.post(f"/api/v1/actions/{todo['id']}/finish/").json()["done_on"]
    assert nils.get("/api/v1/actions/").json()["results"] == []

    body = {"outcome": "Två nya kollegor."}
    closed = eva.post(url(deviation, "close"), body, **version(deviation)).json()
    assert closed["status"] == states.CLOSED_FOLLOW_UP
    assert closed["risk_level"] == "medium"
    later = {"until": str(clock.today() + timedelta(days=40)), "reason": "För tidigt"}
    assert eva.post(url(deviation, "postpone-effect"), later).status_code == 200
    done = eva.post(url(deviation, "assess-effect"), {"effect": "improved"}).json()
    assert (done["status"], done["effect"]) == (states.CLOSED, "improved")
    again = eva.post(url(deviation, "reopen"), {"reason": "Hände igen"}).json()
    assert (again["status"], again["effect"]) == (states.REOPENED, "")


def test_question_and_answer(deviation: Deviation, api: Any) -> None:
    asked = api("eva").post(url(deviation, "ask"), {"text": "Vilken dörr?"}).json()
    assert asked["awaiting_answer"] is True
    body = {"question": asked["questions"][0]["id"], "text": "Den mot gården."}
    answered = api("amina").post(url(deviation, "answer"), body).json()
    assert answered["awaiting_answer"] is False
    assert answered["questions"][0]["answer"] == "Den mot gården."


def test_what_leaves_ones_sight_is_answered_without_content(
    place: Place, deviation: Deviation, api: Any
) -> None:
    Deviation.objects.filter(pk=deviation.pk).update(reporting_unit=place.sister_unit)
    body = {"to": place.far_unit.pk, "reason": "Hör dit"}
    answer = api("eva").post(url(deviation, "move"), body)
    assert (answer.status_code, answer.content) == (204, b"")


def test_enkel_hantering(deviation: Deviation, category: Category, cause: Cause, api: Any) -> None:
    body = {
        "category": category.pk,
        "severity": 1,
        "probability": 2,
        "causes": [cause.pk],
        "done": "Låste dörren.",
    }
    answer = api("eva").post(url(deviation, "close-simply"), body, **version(deviation))
    assert answer.json()["status"] == states.CLOSED_FOLLOW_UP, answer.json()
    assert answer.json()["actions"][0]["text"] == "Låste dörren."


def test_several_alike_at_once(place: Place, category: Category, cause: Cause, api: Any) -> None:
    some = [make_report(place).pk for _ in range(3)]
    body = {
        "ids": some,
        "category": category.pk,
        "severity": 1,
        "probability": 1,
        "causes": [cause.pk],
        "planned": {
            "text": "Ny rutin",
            "cause": cause.pk,
            "owner": place.user("eva").pk,
            "due_on": str(clock.today()),
        },
    }
    answer = api("eva").post("/api/v1/deviations/handle-together/", body)
    assert answer.json() == {"handled": 3}
    assert set(Deviation.objects.values_list("status", flat=True)) == {states.ACTIONS}


def test_merging_handing_to_sas_and_back(place: Place, api: Any) -> None:
    kept, gone, other = (make_report(place) for _ in range(3))
    merged = api("eva").post(url(gone, "merge"), {"into": kept.pk}, **version(gone)).json()
    assert (merged["status"], merged["merged_into"]) == (states.MERGED, kept.pk)
    sent = api("eva").post(url(kept, "send-to-sas"), {"reason": "Allvarligt"}).json()
    assert sent["status"] == states.WITH_SAS
    back = api("sara").post(url(kept, "return-from-sas"), {"reason": "Ert"}).json()
    assert back["status"] == states.INVESTIGATING
    dismissed = api("eva").post(url(other, "dismiss"), {"reason": "En synpunkt"}).json()
    assert (dismissed["status"], dismissed["outcome"]) == (states.NOT_DEVIATION, "En synpunkt")


def test_samverkan_is_noted_and_added_to(deviation: Deviation, place: Place, api: Any) -> None:
    eva = api("eva")
    noted = eva.post(url(deviation, "record-exchange"), {"authority": "Regionen"}).json()
    (exchange,) = noted["exchanges"]
    body = {"authority": "Regionen", "their_number": "MC-1", "exchange": exchange["id"]}
    added = eva.post(url(deviation, "record-exchange"), body).json()["exchanges"]
    assert [row["their_number"] for row in added] == ["MC-1"]
    other = make_report(place)
    assert eva.post(url(other, "record-exchange"), body).status_code == 404


def test_protection_hides_it_from_the_head_at_once(deviation: Deviation, api: Any) -> None:
    assert api("eva").post(url(deviation, "set-protection"), {"protected": True}).status_code == 200
    assert api("anna").get(url(deviation, "").rstrip("/") + "/").status_code == 404


def test_the_head_settles_a_deviation_moved_twice(
    place: Place, deviation: Deviation, api: Any
) -> None:
    inbox.move(place.actor("eva"), deviation.pk, to=place.sister_unit, reason="Ert")
    inbox.move(place.actor("erik"), deviation.pk, to=place.unit, reason="Nej, ert")
    body = {"to": place.sister_unit.pk, "reason": "Så blir det"}
    refused = api("eva").post(url(deviation, "move"), body)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert api("anna").post(url(deviation, "decide-unit"), body).status_code == 200


def test_a_unit_review_is_noted(place: Place, deviation: Deviation, api: Any) -> None:
    body = {
        "unit": place.unit.pk,
        "held_on": str(clock.today()),
        "deviations": [deviation.pk],
    }
    assert api("eva").post("/api/v1/unit-reviews/", body).status_code == 201
    assert deviation.reviews.get().unit == place.unit
    assert api("amina").post("/api/v1/unit-reviews/", body).status_code == 403


def test_seeing_is_not_doing(deviation: Deviation, api: Any) -> None:
    answer = api("amina").post(url(deviation, "receive"))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_an_edit_must_say_what_it_was_made_from(
    deviation: Deviation, category: Category, api: Any
) -> None:
    body = {"category": category.pk}
    bare = api("eva").post(url(deviation, "classify"), body)
    assert (bare.status_code, bare.json()["code"]) == (428, "version_required")
    stale = version(deviation)
    assert api("eva").post(url(deviation, "classify"), {"severity": 2}, **stale).status_code == 200
    late = api("eva").post(url(deviation, "classify"), body, **stale)
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    deviation.refresh_from_db()
    assert (deviation.severity, deviation.category) == (2, None)


def test_a_version_is_honoured_wherever_it_is_sent(deviation: Deviation, api: Any) -> None:
    answer = api("eva").post(url(deviation, "receive"), HTTP_IF_MATCH='"999"')
    assert answer.status_code == 412
    weak = version(deviation)["HTTP_IF_MATCH"]
    assert api("eva").post(url(deviation, "receive"), HTTP_IF_MATCH=f"W/{weak}").status_code == 200


def test_the_wrong_state_is_a_conflict_with_words(deviation: Deviation, api: Any) -> None:
    api("eva").post(url(deviation, "receive"))
    again = api("eva").post(url(deviation, "receive"))
    assert again.status_code == 409
    assert again.json()["message"]


def test_a_state_is_never_patched(deviation: Deviation, api: Any) -> None:
    for method in ("put", "patch", "delete"):
        answer = getattr(api("eva"), method)(f"/api/v1/deviations/{deviation.pk}/", {})
        assert answer.status_code == 405
