"""What was done to a report, from the audit trail, as lines of the Händelselogg.

Only what is listed here is shown: never a reading, nor who reported. The words are neutral, and
say no more than the tabs of the report say to whoever may open them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.audit.models import AuditEvent
from casework.organisation.models import User
from casework.shared import clock
from casework.shared.swedish import listed
from lexsarah import states
from lexsarah.events.line import Event
from lexsarah.models import EventKind, IvoLetter, Measure, Report, Request, StoredDocument
from lexsarah.services.remaining import named

# What each says, with blanks for what ``_blanks`` knows; the second is the kind of the line.
_WORDS: dict[str, tuple[str, str]] = {
    "investigation_started": ("Utredningen inleddes", ""),
    "investigator_assigned": ("Utredare: {to}", ""),
    "handed_over": ("Utredningen lämnades över till {to}", ""),
    "made_safe": ("Den enskilde är trygg", "ok"),
    "registry_number_set": ("Diarienumret antecknades", ""),
    "classified": ("Typ av händelse: {event_kind}", ""),
    "pointed_to_mas": ("MAS informerades", ""),
    "examined_named": ("{user} angavs som granskad", ""),
    "examined_unnamed": ("{user} står inte längre som granskad", ""),
    "cause_added": ("Orsak valdes", ""),
    "cause_removed": ("Orsak togs bort", ""),
    "note_added": ("Tjänsteanteckning skrevs", ""),
    "note_corrected": ("Tjänsteanteckning rättades", ""),
    "earlier_accepted": ("Liknande händelse antecknades", ""),
    "requested": ("{asked} begärdes av {of}", ""),
    "request_answered": ("{answered}", "ok"),
    "request_withdrawn": ("Begäran togs tillbaka: {withdrawn}", ""),
    "proposed": ("Förslag lades fram för {decider}: {outcome}", ""),
    "proposal_taken_back": ("Förslaget togs tillbaka", ""),
    "proposal_returned": ("Förslaget återlämnades", "warn"),
    "decider_assigned": ("Beslutsfattare: {decider}", ""),
    "reopened": ("Utredningen togs upp igen", "warn"),
    "delivered": ("Beslutet delgavs {to}", ""),
    "measure_proposed": ("Åtgärd föreslogs", ""),
    "measure_withdrawn": ("Föreslagen åtgärd togs tillbaka", ""),
    "measure_reassigned": ("Åtgärd: {to} ansvarar, i stället för {from}", ""),
    "measure_decided": ("Åtgärd: {verdict}", ""),
    "measure_finished": ("Åtgärd utfördes", "ok"),
    "measure_assessed": ("Effekt av åtgärd: {effect}", ""),
    "measures_handed_over": ("Ansvaret för åtgärder lämnades över till {to}", ""),
    "document_stored": ("Handling sparades: {document}", ""),
    "document_registered": ("Handling fördes in i förteckningen", ""),
    "ivo_letter_recorded": ("{letter} antecknades", ""),
    "ivo_letter_answered": ("Svar till IVO antecknades", ""),
    "outside_text_written": ("Text till kvalitetsrapporten skrevs", ""),
    "outside_text_approved": ("Text till kvalitetsrapporten godkändes", ""),
    "lesson_published": ("Lärdom skickades ut", ""),
}
_PREFIX = "lexsarah."
# Data that hold a person's id, or several.
_PEOPLE = ("to", "from", "of", "decider", "user")
# The act says more than the state that it led to, which then needs no line of its own.
SAY_STATE = {
    states.LABELS[states.INVESTIGATING]: {
        "Utredningen inleddes",
        "Utredningen togs upp igen",
        "Förslaget togs tillbaka",
        "Förslaget återlämnades",
    },
    states.LABELS[states.STATEMENTS]: {
        "Yttrande begärdes",
        "Förslaget togs tillbaka",
        "Förslaget återlämnades",
    },
    states.LABELS[states.PROPOSED]: {"Förslag lades fram"},
}


@dataclass(frozen=True)
class _Row:
    at: datetime
    actor: int | None
    name: str
    data: dict[str, Any]


@dataclass(frozen=True)
class _Known:
    """What the lines name: people, what was asked and of whom, the measures of the report."""

    people: Mapping[int, str]
    requests: Mapping[int, tuple[str, int]]
    measures: Mapping[int, Measure]


def of_acts(report: Report) -> list[Event]:
    """Return what was done in two queries, oldest first; the report's measures are fetched."""
    rows = [
        _Row(at, actor, action.removeprefix(_PREFIX), data)
        for at, actor, action, data in AuditEvent.objects.filter(
            subject_kind="report",
            subject_ids__contains=[report.pk],
            action__in=[f"{_PREFIX}{name}" for name in _WORDS],
        )
        .order_by("at", "id")
        .values_list("at", "actor_id", "action", "data")
    ]
    known = _Known(
        _names(rows),
        {one.data["request"]: _asked(one.data) for one in rows if one.name == "requested"},
        {one.pk: one for one in report.measures.all()},
    )
    return [_event(row, known) for row in rows]


def _names(rows: Iterable[_Row]) -> dict[int, str]:
    wanted = {row.actor for row in rows if row.actor is not None}
    for row in rows:
        wanted |= {key for field in _PEOPLE for key in _ids(row.data.get(field))}
    return {key: one.display_name for key, one in User.objects.in_bulk(wanted).items()}


def _ids(value: Any) -> list[int]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _asked(data: Mapping[str, Any]) -> tuple[str, int]:
    return str(data["kind"]), int(data["of"])


def _event(row: _Row, known: _Known) -> Event:
    words, kind = _WORDS[row.name]
    if row.name == "measure_decided" and row.data.get("verdict") == Measure.Verdict.APPROVED:
        kind = "ok"
    measure = known.measures.get(row.data.get("measure", 0))
    return Event(
        clock.local_day(row.at),
        row.at,
        known.people.get(row.actor or 0, ""),
        words.format_map(_blanks(row, known)),
        named(measure) if measure else "",
        kind,
    )


def _blanks(row: _Row, known: _Known) -> dict[str, str]:
    data = row.data
    found = {
        field: listed([known.people.get(key, "") for key in _ids(data.get(field))]) or "ingen"
        for field in _PEOPLE
    }
    found["outcome"] = states.OUTCOMES.get(data.get("outcome", ""), "").lower()
    found["verdict"] = _word(Measure.Verdict, data.get("verdict")).lower()
    found["effect"] = _word(Measure.Effect, data.get("effect")).lower()
    found["event_kind"] = _word(EventKind, data.get("event_kind"))
    found["document"] = _word(StoredDocument.Kind, data.get("kind"))
    found["letter"] = _word(IvoLetter.Kind, data.get("kind"))
    kind, of = known.requests.get(data.get("request", 0), (Request.Kind.SAFETY.value, 0))
    statement = kind == Request.Kind.STATEMENT
    asked = _word(Request.Kind, kind)
    whose = known.people.get(of, "")
    found["asked"] = asked
    found["answered"] = "Yttrande kom in" if statement else f"Svar om {asked.lower()} kom in"
    found["withdrawn"] = f"{asked.lower()}, {whose}" if whose else asked.lower()
    return found


def _word(choices: Any, value: str | None) -> str:
    return str(choices(value).label) if value in choices.values else ""
