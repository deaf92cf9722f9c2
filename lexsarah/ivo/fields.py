"""The fields of IVO's form and e-tjänst, in their order, filled with what is known (SoL 27:6).

They can be filled at receipt already: what is not known yet says so, and what it hangs on.
"""

from dataclasses import dataclass

from lexsarah import states
from lexsarah.models import Measure, Report
from lexsarah.papers.names import Names


@dataclass(frozen=True)
class Field:
    """A field: its key, what the form calls it, its value; ``lacking`` says what is not known."""

    key: str
    label: str
    value: str
    lacking: str = ""
    long: bool = False


_DECIDED = (Measure.Verdict.APPROVED, Measure.Verdict.PARTLY)
OWN_PROVIDER = "Egen utförare"
_KINDS = {
    states.MISCONDUCT: "Missförhållande",
    states.RISK: "Påtaglig risk för missförhållande",
    states.SERIOUS: "Allvarligt missförhållande",
    states.SERIOUS_RISK: "Påtaglig risk för allvarligt missförhållande",
    states.NO_MISCONDUCT: "Ej missförhållande",
}


def fields_of(report: Report, names: Names | None = None) -> list[Field]:
    """Return every field in the order of the form; no name or personnummer stands in any.

    ``names`` of the board and the reports, for who asks for many.
    """
    written = {part.key: part.text.strip() for part in report.parts.all()}
    measures = [one for one in report.measures.all() if one.verdict in _DECIDED]
    against = [written.get("against_recurrence", ""), *(one.decided_text for one in measures)]
    safe = [written.get("done_at_once") or report.done_at_once, report.safe_how]
    found = [
        Field(
            "ivo_number",
            "IVO:s diarienummer",
            report.ivo_number,
            "Lämnas tomt vid en ny anmälan. IVO svarar med numret.",
        ),
        Field(
            "registry_number",
            "Avsändarens diarienummer",
            report.registry_number,
            "Det är inte antecknat än.",
        ),
        Field("unit", "Verksamhet", report.unit.name),
        Field("provider", "Egen eller annan utförare", OWN_PROVIDER),
        Field(
            "kind",
            "Missförhållande eller risk",
            _KINDS.get(report.outcome, ""),
            "Det är inte beslutat än. Välj i e-tjänsten det som gäller så långt ni vet.",
        ),
        Field("reporting", "Rapporterande", report.board.name),
        Field(
            "event_kind",
            "Typ av händelse",
            report.get_event_kind_display(),
            "Den är inte angiven än.",
        ),
        Field("event", "Händelsen", _event(report, written), "Inget är beskrivet.", long=True),
        Field(
            "protecting",
            "Åtgärder för att skydda den enskilde",
            _lines(safe),
            "Inget är antecknat än.",
            long=True,
        ),
        Field(
            "against",
            "Åtgärder för att händelsen inte ska upprepas",
            _lines(against) or report.actions,
            "Inget är beslutat än.",
            long=True,
        ),
    ]
    names = names or Names(report.board_id, reports=[report])
    return [
        Field(one.key, one.label, names.without(one.value), one.lacking, one.long) for one in found
    ]


def _event(report: Report, written: dict[str, str]) -> str:
    days = [
        f"Inträffade {report.occurred_on}." if report.occurred_on else "",
        f"Upptäcktes {report.noticed_on}." if report.noticed_on else "",
        f"Rapporterades {report.registered_on}.",
    ]
    consequences = [
        written.get(key, "") for key in ("consequences_actual", "consequences_possible")
    ]
    text = written.get("event") or report.event
    return _lines([text, *consequences, " ".join(day for day in days if day)]) if text else ""


def _lines(texts: list[str]) -> str:
    return "\n".join(text for text in texts if text)
