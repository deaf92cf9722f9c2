"""Veckolistan: the open investigations of the actor's units by days left, who is away, what next.

``?visa=`` picks a part, ``?enhet=`` a unit, ``?format=csv|xlsx`` gives the list as a file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from casework.access import circles, policy
from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.cases.rules import RULES
from casework.cases.worklists.gone_through import GoneThrough, this_week
from casework.cases.worklists.outlook import Pace, Verdict
from casework.cases.worklists.week import (
    PART_TITLES,
    SOON_DAYS,
    Open,
    Part,
    Week,
    WeekRow,
    rows,
    the_week,
)
from casework.kit.web import ActorRequest, page, row_id
from casework.organisation.models import Role, Unit
from casework.registers.exporting import export_response
from casework.shared.swedish import sort_key
from casework.web.worklists.tabs import tabs

PER_PAGE = 50
FETCHED_AT_ONCE = 500
COLUMNS = (
    "Ärende",
    "Enhet",
    "Handläggare",
    "Borta",
    "Ersättare",
    "Inledd",
    "Dagar kvar",
    "Räkna med",
    "Sista dag",
    "Förlängd från",
    "Senaste steg",
    "Senaste steg dag",
    "Nästa avstämning",
    "Väntas klar",
    "Läge",
)
VERDICTS = {
    Verdict.LATE: "Sen",
    Verdict.AT_RISK: "I riskzonen",
    Verdict.IN_TIME: "Hinner",
    Verdict.UNKNOWN: "Kan inte räknas",
}


@dataclass(frozen=True)
class Shown:
    """A row with its number as the actor may read it, its pages, and how its outlook came about."""

    row: WeekRow
    number: str
    days: str
    days_kind: str
    url: str
    extend_url: str
    close_url: str
    reckoning: str


@page
@require_GET
def week(request: ActorRequest) -> HttpResponse:
    """Show the list, the most pressing first."""
    actor = request.actor
    circles.WEEK.require(actor)
    unit = row_id(request.GET.get("enhet", ""))
    part = _part(request.GET.get("visa", ""))
    found = the_week(actor, unit=unit)
    chosen = found.of(part)
    if file_format := request.GET.get("format"):
        return export_response(
            actor,
            f"utredningar-{part.value}",
            COLUMNS,
            _file_rows(actor, chosen, found),
            file_format,
            kind="deadline",
            ids=[one.time.pk for one in chosen],
            action="deadline.exported",
        )
    shown = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    on_page = rows(list(shown.object_list), found.today)
    record_reading(
        actor, "deadline.listed", kind="deadline", ids=[row.open.time.pk for row in on_page]
    )
    units = _units(actor)
    return render(
        request,
        "casework/worklists/week.html",
        {
            "tabs": tabs(actor, "investigation-week"),
            "parts": _parts(found, part, unit),
            "part": part,
            "title": PART_TITLES[part],
            "rows": [_shown(actor, row, found) for row in on_page],
            "page_obj": shown,
            "unit_form": UnitForm(request.GET, units=units) if len(units) > 1 else None,
            "narrowed": int(unit is not None),
            "several_units": len(units) > 1 and unit is None,
            "may_assign": any(policy.may(actor, "assign", row.record, RULES) for row in on_page),
            "gone_through": _gone_through(actor, found, unit),
            "week_title": f"Veckogenomgången vecka {found.today.isocalendar().week}",
            "today": found.today,
        },
    )


def _gone_through(actor: Actor, found: Week, unit: int | None) -> list[GoneThrough]:
    """Return the mark of each unit in the list; of the whole board only for one that is chosen."""
    if unit is None and not actor.has(*policy.LEADERS):
        return []
    units = {one.time.unit_id: one.time.unit for one in found.everything}
    return this_week(actor, units.values()) if units else []


class UnitForm(forms.Form):
    """Which of several units the list is of."""

    visa = forms.CharField(required=False, widget=forms.HiddenInput)
    enhet = forms.ChoiceField(label="Enhet", required=False)

    def __init__(self, *args: Any, units: Sequence[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["enhet"]
        if isinstance(field, forms.ChoiceField):
            names = [(str(unit.pk), unit.name) for unit in units]
            field.choices = [("", "Alla mina enheter"), *names]


def _part(wanted: str) -> Part:
    return Part(wanted) if wanted in {part.value for part in Part} else Part.ALL


def _parts(found: Week, current: Part, unit: int | None) -> list[dict[str, object]]:
    more = {"enhet": str(unit)} if unit is not None else {}
    counts = found.counts()
    return [
        {
            "label": PART_TITLES[part],
            "url": f"?{urlencode({'visa': part.value} | more)}",
            "count": counts[part],
            "current": part is current,
        }
        for part in Part
        if counts[part] or part in (Part.ALL, current)
    ]


def _units(actor: Actor) -> list[Unit]:
    """Return the units of today that the actor can choose between."""
    units = Unit.objects.filter(board=actor.board_id)
    if not actor.has(Role.SAS):
        units = units.filter(pk__in=actor.supervised_units)
    return sorted(units, key=lambda unit: sort_key(unit.name))


def _shown(actor: Actor, row: WeekRow, found: Week) -> Shown:
    record = row.record
    number = record.case.number if record.case else ""
    acts = {"close": "avsluta", "extend": "forlang"}
    urls = {
        act: reverse("case-step", args=["utredning", record.pk, slug])
        if policy.may(actor, f"{act}_investigation", record, RULES)
        else ""
        for act, slug in acts.items()
    }
    return Shown(
        row=row,
        days=_days(row, found),
        days_kind=_days_kind(row),
        number=policy.shown_case_number(actor, number) or f"Utredning {record.pk}",
        url=reverse("case", args=[record.case_id]) if record.case_id else "",
        # One decided when the time has run out is none.
        extend_url="" if row.open.outlook.verdict is Verdict.LATE else urls["extend"],
        close_url=urls["close"],
        reckoning=reckoning(row.open, found.paces.get(row.open.time.unit_id), found),
    )


def _days(row: WeekRow, found: Week) -> str:
    if row.open.outlook.verdict is Verdict.LATE:
        over = (found.today - row.open.last_day).days
        return f"{over} dag sen" if over == 1 else f"{over} dagar sen"
    if row.days_left <= 0:
        return "Sista dag i dag" if row.open.last_day == found.today else "Går ut nu"
    return f"{row.days_left} dag kvar" if row.days_left == 1 else f"{row.days_left} dagar kvar"


def _days_kind(row: WeekRow) -> str:
    if row.open.outlook.verdict is Verdict.LATE:
        return "danger"
    return "warn" if row.days_left < SOON_DAYS else "neutral"


def reckoning(one: Open, pace: Pace | None, found: Week) -> str:
    """Return in plain Swedish how the outlook of an investigation was reckoned."""
    days = (found.today - one.opened_on).days
    so_far = f"Utredningen har pågått i {days} dagar."
    if one.outlook.verdict is Verdict.LATE:
        return f"{so_far} Tiden gick ut {one.last_day}."
    if pace is None or not pace.says_something:
        return (
            f"{so_far} Enheten har avslutat för få utredningar det senaste halvåret att räkna på."
        )
    basis = (
        f"Av de {pace.number} utredningar som {pace.whose} har avslutat det senaste halvåret tog "
        f"hälften högst {pace.half} dagar och åtta av tio högst {pace.most}."
    )
    if one.outlook.expected_on is None:
        return f"{so_far} {basis} Den här har redan tagit längre tid än så."
    verb = "efter" if one.outlook.at_risk else "i tid till"
    return (
        f"{so_far} {basis} I den takten är den klar {one.outlook.expected_on}, {verb} "
        f"{one.raw_date}."
    )


def _file_rows(actor: Actor, chosen: Sequence[Open], found: Week) -> Iterator[Sequence[Any]]:
    for start in range(0, len(chosen), FETCHED_AT_ONCE):
        for row in rows(chosen[start : start + FETCHED_AT_ONCE], found.today):
            one, record = row.open, row.record
            number = record.case.number if record.case else ""
            yield (
                policy.shown_case_number(actor, number),
                row.unit,
                row.handler,
                one.away.since if one.away else None,
                one.away.substitute if one.away else "",
                one.opened_on,
                row.days_left,
                one.raw_date,
                one.last_day,
                row.extended_from,
                *row.last_step,
                row.checkpoint[1] if row.checkpoint else None,
                one.outlook.expected_on,
                VERDICTS[one.outlook.verdict],
            )
