"""Version rows and the history they are made from: written in order, compared, repaired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from casework.shared import clock
from casework.shared.history import NO_END
from deviations import states
from deviations.models import Category, Deviation, DeviationVersion
from deviations.services.investigating import classify
from deviations.services.writing import Changes, Moment, write
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db


def _rebuild(*options: str) -> str:
    out = StringIO()
    call_command("rebuild_versions", *options, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def _handled(place: Place, category: Category) -> Deviation:
    deviation = make_report(place)
    classify(place.actor("eva"), deviation.pk, category=category, severity=1, probability=1)
    return deviation


def test_what_the_services_wrote_agrees_with_the_history(place: Place, category: Category) -> None:
    _handled(place, category)
    assert _rebuild("--check") == "versionsrader: 1 avvikelser, 0 skiljer"


def test_a_row_that_was_tampered_with_is_found_and_made_again(
    place: Place, category: Category
) -> None:
    deviation = _handled(place, category)
    make_report(place)
    deviation.versions.filter(recorded_to=NO_END).update(status=states.CLOSED)
    with pytest.raises(CommandError) as found:
        _rebuild("--check")
    assert found.value.returncode == 1
    assert _rebuild() == "versionsrader: 2 avvikelser, 1 gjordes om"
    assert deviation.versions.get(recorded_to=NO_END).status == states.REPORTED
    assert _rebuild("--check").endswith("0 skiljer")


def test_who_waited_for_the_lock_is_recorded_after_who_held_it(
    place: Place, category: Category, at: Callable[[date], object]
) -> None:
    at(date(2026, 3, 2))
    deviation = make_report(place)
    first = clock.now() + timedelta(seconds=2)
    write(deviation, [(Moment(None, first, clock.today()), Changes(category=category))])
    # Looked at the clock a second before the other one wrote, and got the lock after it.
    waited = Moment(None, first - timedelta(seconds=1), clock.today())
    write(deviation, [(waited, Changes(status=states.RECEIVED))])
    now = deviation.versions.get(recorded_to=NO_END)
    assert (now.status, now.category, now.recorded_from > first) == ("received", category, True)
    # In between, the category was known and the state was not.
    known = DeviationVersion.objects.get(recorded_from__lte=first, recorded_to__gt=first)
    assert (known.status, known.category) == ("reported", category)
    assert _rebuild("--check").endswith("0 skiljer")


def test_two_writes_of_one_act_leave_what_one_would(place: Place, category: Category) -> None:
    deviation = make_report(place)
    instant = datetime.now(UTC) + timedelta(seconds=5)
    moment = Moment(None, instant, clock.today())
    write(deviation, [(moment, Changes(category=category, status=states.RECEIVED))])
    write(deviation, [(moment, Changes(clear_category=True, status=states.REPORTED))])
    # Back where it was at the same instant: nothing was ever known to differ.
    assert deviation.versions.get().recorded_to == NO_END
    assert _rebuild("--check").endswith("0 skiljer")
