"""When someone leaves: all open work goes to another at once, and the log-in is closed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from casework.models import AuditEvent, Membership
from casework.organising.handover import hand_over, open_work
from casework.shared import clock
from casework.shared.errors import InvalidInput, NotAllowed, NotVisible
from deviations.models import Cause, Deviation
from deviations.services import inbox, investigating
from deviations.services.investigating import PlannedAction
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db


def handled_by(place: Place, name: str, cause: Cause, **given: object) -> Deviation:
    deviation = make_report(place, **given)
    eva = place.actor("eva")
    inbox.assign(eva, deviation.pk, to=place.user(name))
    investigating.investigate(eva, deviation.pk, causes=[cause], main_cause=None, analysis="")
    planned = PlannedAction(
        "Se över rutinen", cause, place.user(name), clock.today() + timedelta(days=9)
    )
    investigating.plan_action(eva, deviation.pk, planned)
    return deviation


def test_the_preview_says_how_much_moves(place: Place, cause: Cause) -> None:
    handled_by(place, "frida", cause)
    handled_by(place, "frida", cause)
    shares = {
        share.label: share.count for share in open_work(place.actor("eva"), place.user("frida"))
    }
    assert shares["Avvikelser att handlägga"] == 2
    assert shares["Åtgärder att utföra"] == 2


def test_everything_open_moves_and_the_log_in_is_closed(place: Place, cause: Cause) -> None:
    deviation = handled_by(place, "frida", cause)
    frida = place.user("frida")
    client = Client()
    client.force_login(frida)
    moved = hand_over(place.actor("eva"), frida, to=place.user("amina"))
    assert sum(share.count for share in moved) == 2
    deviation.refresh_from_db()
    assert deviation.handler == place.user("amina")
    assert deviation.actions.get().owner == place.user("amina")
    frida.refresh_from_db()
    assert not frida.is_active
    assert client.get("/").status_code == 302
    tomorrow = clock.today() + timedelta(days=1)
    assert not Membership.objects.valid_on(tomorrow).filter(user=frida).exists()
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"organisation.handed_over", "deviation.handed_over"} <= actions


def test_protected_ones_go_back_to_the_unit_where_the_other_is_not_named(
    place: Place, cause: Cause
) -> None:
    deviation = handled_by(place, "nils", cause, protected=True)
    hand_over(place.actor("eva"), place.user("nils"), to=place.user("amina"))
    deviation.refresh_from_db()
    assert deviation.handler is None
    assert deviation.actions.get().owner is None
    assert not Deviation.objects.visible_to(place.actor("amina")).filter(pk=deviation.pk).exists()


def test_protected_ones_move_to_one_who_is_named(place: Place, cause: Cause) -> None:
    deviation = handled_by(place, "nils", cause, protected=True)
    hand_over(place.actor("anna"), place.user("nils"), to=place.user("eva"))
    deviation.refresh_from_db()
    assert deviation.handler == place.user("eva")


def test_the_leader_and_the_systemforvaltare_hand_over_and_nobody_else(place: Place) -> None:
    frida, amina = place.user("frida"), place.user("amina")
    for name in ("amina", "frida", "erik", "arne", "sara", "vera"):
        with pytest.raises(NotAllowed):
            hand_over(place.actor(name), frida, to=amina)
    for name, leaver in (("simon", "nils"), ("anna", "eva"), ("eva", "frida")):
        hand_over(place.actor(name), place.user(leaver), to=amina)


def test_it_goes_to_somebody_else_who_works_here(place: Place, other_place: Place) -> None:
    eva, frida = place.actor("eva"), place.user("frida")
    with pytest.raises(InvalidInput):
        hand_over(eva, frida, to=frida)
    with pytest.raises(NotVisible):
        hand_over(eva, frida, to=other_place.user("amina"))
    Membership.objects.filter(user=place.user("amina")).update(valid_to=date(2020, 1, 1))
    with pytest.raises(InvalidInput) as refused:
        hand_over(eva, frida, to=place.user("amina"))
    assert refused.value.field == "to"
    frida.refresh_from_db()
    assert frida.is_active


def test_one_without_open_work_leaves_without_anybody_taking_over(
    place: Place, as_user: Callable[[str], Client]
) -> None:
    frida = place.user("frida")
    client, address = as_user("simon"), f"/organisation/personer/{frida.pk}/lamna-over/"
    assert "Vem tar över?" not in client.get(address).content.decode()
    assert client.post(address, {}).status_code == 302
    frida.refresh_from_db()
    assert not frida.is_active


def test_work_that_came_in_the_meantime_is_not_left_behind(place: Place, cause: Cause) -> None:
    handled_by(place, "frida", cause)
    with pytest.raises(InvalidInput) as refused:
        hand_over(place.actor("eva"), place.user("frida"), to=None)
    assert refused.value.field == "to"
    assert place.user("frida").is_active
