"""APT: the unit goes through its deviations together."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.formats import date_format

from casework.access.policy import require_role
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, attempt, page
from casework.organisation.models import UNIT_ROLES, Role, Unit
from casework.registers.exporting import export_response
from casework.reports.plots import horizontal_bars
from casework.shared import clock
from deviations import states
from deviations.queries.review import Line, commonest, held, lines, may_record, units_of
from deviations.services.cooperation import record_unit_review
from deviations.web.listing.forms import HeldForm, ReviewPeriodForm
from deviations.web.listing.rows import status_chip

COLUMNS = (
    "Nummer",
    "Rapporterad",
    "Läge",
    "Effekt",
    "Kategori",
    "Orsaker",
    "Åtgärder",
    "Utförda åtgärder",
    "Genomgången på APT",
)


@page
def unit_review(request: ActorRequest) -> HttpResponseBase:
    """Show a unit's deviations of some months without text and reporter; note the review.

    ``?format=csv|xlsx`` gives the same lines as a file.
    """
    actor = request.actor
    units = units_of(actor)
    if not units:
        require_role(actor, *UNIT_ROLES, Role.HEAD)
        return render(request, "deviations/listing/review.html", {})
    form = ReviewPeriodForm(request.GET or None, units=units)
    unit, from_day, to_day = _asked_for(form, units)
    found = lines(actor, unit, from_day, to_day)
    file_format = request.GET.get("format")
    if file_format and request.method != "POST":
        return export_response(
            actor,
            "apt",
            COLUMNS,
            map(_file_row, found),
            file_format,
            kind="deviation",
            ids=[line.pk for line in found],
            action="deviation.exported",
            data={"unit": unit.pk},
        )
    held_form = HeldForm(request.POST or None, initial={"held_on": clock.today()})
    if request.method == "POST" and held_form.is_valid():
        review = attempt(
            held_form,
            lambda: record_unit_review(
                actor,
                unit,
                held_on=held_form.cleaned_data["held_on"],
                deviation_ids=[line.pk for line in found],
            ),
        )
        if review is not None:
            held_on = date_format(review.held_on, "j F Y")
            messages.success(request, f"Genomgången på APT {held_on} är antecknad.")
            return redirect(request.get_full_path())
    if request.method != "POST":
        ids = [line.pk for line in found]
        record_reading(actor, "deviation.listed", kind="deviation", ids=ids, data={"unit": unit.pk})
    initial = {"unit": unit.pk, "from_day": from_day, "to_day": to_day}
    return render(
        request,
        "deviations/listing/review.html",
        {
            "unit": unit,
            "from_day": from_day,
            "to_day": to_day,
            "lines": [(line, status_chip(line.status)) for line in found],
            "form": form if form.errors else _preset(units, initial),
            "held_form": held_form if may_record(actor, unit) else None,
            "held": held(unit),
            **_figures(found),
        },
        status=422 if held_form.is_bound else 200,
    )


def _file_row(line: Line) -> Sequence[Any]:
    return (
        line.number,
        line.registered_on,
        states.LABELS[line.status],
        line.effect,
        line.category,
        ", ".join(line.causes),
        line.actions,
        line.actions_done,
        line.reviewed_on,
    )


def _preset(units: list[Unit], initial: dict[str, Any]) -> ReviewPeriodForm:
    form = ReviewPeriodForm(None, units=units)
    form.initial = initial
    return form


def _asked_for(form: ReviewPeriodForm, units: list[Unit]) -> tuple[Unit, date, date]:
    """Return unit and days; what was left out is the first unit and the last three months."""
    given = form.cleaned_data if form.is_valid() else {}
    by_key = {str(unit.pk): unit for unit in units}
    to_day = given.get("to_day") or clock.today()
    from_day = given.get("from_day") or to_day - relativedelta(months=3)
    return by_key.get(given.get("unit", ""), units[0]), from_day, to_day


def _figures(found: list[Line]) -> dict[str, Any]:
    categories = commonest([line.category for line in found])
    causes = commonest([cause for line in found for cause in line.causes])
    closed = sum(line.status in states.CLOSED_STATES for line in found)
    return {
        "total": len(found),
        "closed": closed,
        "assessed": sum(bool(line.effect) for line in found),
        "categories": categories,
        "category_columns": ("Kategori", "Antal"),
        "category_plot": horizontal_bars("Vanligaste kategorier", categories),
        "causes": causes,
        "cause_columns": ("Orsak", "Antal"),
        "cause_plot": horizontal_bars("Vanligaste orsaker", causes),
    }
