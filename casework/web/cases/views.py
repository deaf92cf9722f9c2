"""The list of cases, on screen and as a file, and the page of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.cases.clocks import INVESTIGATION
from casework.cases.models import IntakeKind
from casework.cases.queries.events import Event, events_of
from casework.cases.queries.listing import ALL, CLOSED, OPEN, narrowed, number_of, with_states
from casework.cases.queries.page import Records, Sibling, read_case
from casework.cases.queries.time_events import events_of_times
from casework.cases.restarts import is_restart
from casework.cases.rules import RULES
from casework.cases.watched import KIND
from casework.kit.web import ActorRequest, page
from casework.registers.exporting import export_response
from casework.shared import clock
from casework.web.cases import rows
from casework.web.cases.list_form import CaseListForm
from casework.web.cases.rows import Bar, Chip
from casework.web.cases.steps import Button, buttons
from casework.web.cases.time_forms import title

PER_PAGE = 50
_EXTEND = "extend_investigation"
_LEADS = {OPEN: "Pågående", CLOSED: "Avslutade", ALL: "Alla"}


@page
def cases(request: ActorRequest) -> HttpResponse:
    """List the cases that the actor sees; ``?format=csv|xlsx`` gives the file.

    Those under way where the address says nothing else, what ends first on top.
    """
    actor = request.actor
    form = CaseListForm({"state": OPEN, **request.GET.dict()}, actor=actor)
    found = narrowed(actor, form.narrowing, request.GET.get("sort", ""))
    if file_format := request.GET.get("format"):
        every = list(found)
        return export_response(
            actor,
            "arenden",
            rows.COLUMNS,
            rows.file_rows(actor, every),
            file_format,
            kind="case",
            ids=[case.pk for case in every],
            action="case.exported",
        )
    pages = Paginator(found.values_list("pk", flat=True), PER_PAGE)
    pages.count = number_of(actor, form.narrowing, found)
    shown = pages.get_page(request.GET.get("page"))
    listed = [rows.row(actor, case) for case in with_states(actor, list(shown))]
    record_reading(actor, "case.listed", kind="case", ids=[row.case.pk for row in listed])
    return render(
        request,
        "casework/cases/list.html",
        {
            "form": form,
            "page_obj": shown,
            "rows": listed,
            "lead": _LEADS[form.narrowing.state],
            "may_register": may_register(actor),
            "today": clock.today(),
        },
    )


def may_register(actor: Actor) -> bool:
    """Say whether the actor works in any unit, and so registers cases."""
    return bool(actor.own_units)


@dataclass(frozen=True)
class Card:
    """A record on the page of its case.

    ``late_extension``: where an extension that was decided in time is still noted, once the time
    has run out and nobody can decide one any more.
    """

    kind: str
    record: Any
    title: str
    state: Chip
    is_over: bool
    bars: Sequence[Bar]
    events: Sequence[Event]
    buttons: Sequence[Button]
    restarted_after: Any
    siblings: Sequence[tuple[int, str]]
    late_extension: str


@page
def case(request: ActorRequest, case_id: int) -> HttpResponse:
    """Show a case: what came in, what is investigated and decided, each with its times."""
    actor = request.actor
    found = read_case(actor, case_id)
    record_reading(actor, "case.read", kind="case", ids=[case_id])
    today = clock.today()
    cards = _cards(actor, found)
    return render(
        request,
        "casework/cases/case.html",
        {
            "case": found.case,
            "number": policy.shown_case_number(actor, found.case.number),
            "cards": cards,
            "late": any(rows.lateness(card.bars, today) for card in cards),
            "restarted": any(card.restarted_after and not card.is_over for card in cards),
            "may_register": may_register(actor),
            "may_begin_time": policy.may(actor, "begin_time", found.case, RULES),
            "may_protect": policy.may(actor, "protect", found.case, RULES),
            "today": today,
        },
    )


def _cards(actor: Actor, found: Records) -> list[Card]:
    by_kind = found.by_kind()
    bars = rows.bars_of(by_kind)
    events = events_of(by_kind) | events_of_times(found.watched)
    cards = [
        _card(
            actor,
            kind,
            record,
            bars.get((kind, record.pk), ()),
            events.get((kind, record.pk), ()),
            found.siblings.get(record.pk, ()) if kind == "intake" else (),
        )
        for kind in (KIND, "decision", "investigation", "intake")
        for record in by_kind[kind]
    ]
    # What is under way comes before what is over, what ends first on top.
    return sorted(cards, key=lambda card: (card.is_over, rows.next_last_day(card.bars)))


def _card(
    actor: Actor,
    kind: str,
    record: Any,
    bars: Sequence[Bar],
    events: Sequence[Event],
    siblings: Sequence[Sibling],
) -> Card:
    state = rows.state_of(record)
    restarted_after = None
    if kind == "investigation" and is_restart(record.opened_on, record.last_closed_on):
        restarted_after = record.last_closed_on
    shown = buttons(actor, kind, record)
    late_extension = ""
    if any(bar.time.rule == INVESTIGATION and rows.lateness([bar], clock.today()) for bar in bars):
        late_extension = next((one.url for one in shown if one.act == _EXTEND), "")
        shown = [one for one in shown if one.act != _EXTEND]
    return Card(
        kind,
        record,
        _title(kind, record),
        state,
        state.kind in ("done", "ok") and all(bar.time.ended_at for bar in bars),
        bars,
        events,
        shown,
        restarted_after,
        [
            (sibling.case_id, policy.shown_case_number(actor, sibling.number))
            for sibling in siblings
        ],
        late_extension,
    )


def _title(kind: str, record: Any) -> str:
    if kind == "decision":
        return f"Beslut: {record.measure}"
    if kind == KIND:
        return title(record)
    if kind == "investigation":
        return str(record.kind or "Utredning")
    return IntakeKind(record.kind).label
