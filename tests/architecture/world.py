"""The records that the access walk tries to reach: five kinds, each with all that hangs on it."""

from typing import Any

from casework.access.actor import Actor
from casework.models import User
from casework.shared import clock
from deviations.models import Attachment, Deviation
from deviations.services import cooperation, inbox, investigating
from deviations.services.investigating import PlannedAction
from tests.conftest import Place, make_place, make_report

# Whose: one's own unit, the sister unit, another board; with protected personal data in one's own
# unit; and in one's own unit but about its manager.
KINDS = ("own", "sister", "elsewhere", "protected", "about_manager")


def build() -> tuple[Place, dict[str, dict[str, Any]]]:
    """Return the place, and for each kind the ids that its addresses take."""
    place, other = make_place("Norr"), make_place("Söder")
    records = {
        "own": make_report(place),
        "sister": make_report(place, by="sven", unit=place.sister_unit),
        "elsewhere": make_report(other),
        "protected": make_report(place, protected=True),
        "about_manager": make_report(place, about_manager=True),
    }
    return place, {kind: _ids(record) for kind, record in records.items()}


def _ids(deviation: Deviation) -> dict[str, Any]:
    system = Actor.system(deviation.board)
    question = inbox.ask(system, deviation.pk, text="När på dagen?")
    cause = system_cause(deviation)
    investigating.investigate(system, deviation.pk, causes=[cause], main_cause=None, analysis="")
    # Owned by nobody who walks: the owner of an åtgärd may finish it without seeing more.
    owner = User.objects.create(username=f"owner-{deviation.pk}", board=deviation.board)
    planned = PlannedAction("Se över rutinen", cause, owner, clock.today())
    action = investigating.plan_action(system, deviation.pk, planned)
    exchange = cooperation.record_exchange(system, deviation.pk, authority="Regionen")
    attachment = Attachment.objects.create(
        deviation=deviation,
        name="bild.png",
        content_type="image/png",
        size=0,
        file="deviations/none.bin",
        added_at=clock.now(),
    )
    return {
        "deviation_id": deviation.pk,
        "question_id": question.pk,
        "action_id": action.pk,
        "exchange_id": exchange.pk,
        "attachment_id": attachment.pk,
        "unit_id": deviation.unit_id,
        "area_id": deviation.unit.area_id,
        "department_id": deviation.unit.department_id,
        "cause_id": cause.pk,
        "category_id": system_category(deviation),
    }


def system_cause(deviation: Deviation) -> Any:
    from deviations.models import Cause

    return Cause.objects.get_or_create(board=deviation.board, name="Bemanning")[0]


def system_category(deviation: Deviation) -> int:
    from deviations.models import Category

    return Category.objects.get_or_create(board=deviation.board, name="Bemötande")[0].pk
