"""Utredning och beslut: what the investigation found and what was decided (SoL 27:5)."""

from collections.abc import Iterable, Iterator
from datetime import date

from casework.organisation.models import Role, User
from casework.shared.papers.content import Block, Facts, Heading, Paper, Text, facts, section, table
from lexsarah import parts
from lexsarah.models import Decision, Measure, Report, ReportCause, Statute
from lexsarah.papers.names import Names, without_names

TITLE = "Utredning och beslut enligt lex Sarah"
LSS = "24 a–g §§ LSS (1993:387)"
SOL = "27 kap. socialtjänstlagen (2025:400)"
OLD_SOL = "14 kap. 2–7 §§ socialtjänstlagen (2001:453)"
NEW_LAW = date(2025, 7, 1)
REMOVED = (
    "Namn eller personnummer som stod i texten är ersatta med [namn] och [personnummer]. Antal: {}."
)


def investigation_paper(report: Report) -> Paper:
    """Return the paper of a report with what is decided, or as far as it has come.

    It names who investigated and who decided, and nobody else.
    """
    decisions = list(report.decisions.select_related("decided_by"))
    blocks = [
        _about(report),
        *_decided(decisions),
        Heading("Rapporten"),
        Text(report.event or "Ingen text följde med rapporten."),
        *section("Det som gjordes genast enligt rapporten", report.done_at_once, 3),
        *section("Så blev den enskilde trygg", _dated(report.safe_on, report.safe_how), 3),
        *_investigated(report),
        *_found_causes(report),
        *_earlier(report),
        *_measures(report),
        *section(
            "Om hälso- och sjukvården", _dated(report.mas_on, report.mas_note, "MAS informerad")
        ),
        *_notified(report),
    ]
    paper = Paper(TITLE, foot(report), report.board.name, tuple(blocks))
    allowed = {report.investigator_id, *(one.decided_by_id for one in decisions)}
    return finished(paper, Names(report.board_id, reports=[report], allowed=allowed))


def finished(paper: Paper, names: Names) -> Paper:
    """Return the paper without names that may not stand in it, saying so where there were any."""
    shown, removed = without_names(paper, names)
    if not removed:
        return shown
    note = Text(REMOVED.format(removed))
    return Paper(shown.title, shown.foot, shown.author, (*shown.blocks, Heading("Om texten"), note))


def foot(report: Report) -> str:
    """Return what stands at the foot of every page: the numbers."""
    return " · ".join(part for part in (report.number, report.registry_number) if part)


def statute_text(report: Report) -> str:
    """Return the act that the report falls under, as it stood on its day."""
    if report.statute == Statute.SOL:
        return SOL if report.registered_on >= NEW_LAW else OLD_SOL
    return LSS if report.statute == Statute.LSS else ""


def _about(report: Report) -> Facts:
    return facts(
        ("Nämnd", report.board.name),
        ("Nummer", report.number),
        ("Diarienummer", report.registry_number),
        ("Granskad enhet", report.unit.name),
        ("Lagrum", statute_text(report)),
        ("Rapporten lämnades", report.registered_on),
        ("Händelsen inträffade", report.occurred_on),
        ("Händelsen upptäcktes", report.noticed_on),
        ("Typ av händelse", report.get_event_kind_display()),
        ("Ärende", report.case_number),
        ("Utredare", _named(report.investigator)),
    )


def _dated(on: date | None, text: str, what: str = "") -> str:
    """Return ``text`` with the day of what it says before it."""
    return f"{f'{what} ' if what else ''}{on}. {text}" if on else text


def _named(user: User | None) -> str:
    if user is None:
        return ""
    return f"{user.display_name}, {user.title}" if user.title else user.display_name


def _decided(decisions: list[Decision]) -> Iterator[Block]:
    """Yield the latest decision, and before which others it was made."""
    if not decisions:
        return
    last = decisions[-1]
    yield Heading("Beslut")
    yield facts(
        ("Bedömning", last.label),
        ("Beslutsdag", last.decided_on),
        ("Beslutat av", _named(last.decided_by)),
        ("Beslutat som", Role(last.decider_role).label),
        ("Enligt delegation", last.delegation_name),
        ("Handläggning", "Avslutad utan utredning" if last.short else ""),
    )
    yield from section("Skäl för beslutet", last.reasons, 3)
    yield from table(
        "Tidigare beslut, som ärendet har återöppnats efter",
        ("Beslutsdag", "Bedömning", "Enligt delegation"),
        [(one.decided_on, one.label, one.delegation_name) for one in decisions[:-1]],
    )


def _investigated(report: Report) -> Iterator[Block]:
    written = {part.key: part for part in report.parts.all()}
    found: list[Block] = []
    for part in parts.PARTS:
        row = written.get(part.key)
        if row is None or not (row.text.strip() or row.choice):
            continue
        answer = (part.choices or {}).get(row.choice, "")
        text = "\n".join(one for one in (answer and f"{answer}.", row.text) if one)
        found += section(part.label, text, 3)
    if found:
        yield Heading("Utredningen")
        yield from found


def _found_causes(report: Report) -> Iterable[Block]:
    causes = ReportCause.objects.filter(report=report, removed_at=None).select_related("cause")
    rows = [(one.cause.name, one.text) for one in causes]
    heading = [Heading("Orsaker")] if rows else []
    return [*heading, *table("Orsaker som utredningen fann", ("Orsak", "Beskrivning"), rows)]


def _earlier(report: Report) -> Iterable[Block]:
    found = report.earlier_events.filter(accepted=True)
    rows = [
        (
            earlier.earlier_report.number
            if earlier.earlier_report
            else (earlier.deviation.number if earlier.deviation else ""),
            earlier.reason,
        )
        for earlier in found.select_related("earlier_report", "deviation")
    ]
    heading = [Heading("Liknande händelser tidigare")] if rows else []
    header = ("Händelse", "Varför det hände igen")
    return [*heading, *table("Händelser som utredningen bedömt som liknande", header, rows)]


def _measures(report: Report) -> Iterable[Block]:
    found = Measure.objects.filter(report=report, withdrawn_at=None).select_related("cause__cause")
    rows = [
        (
            one.decided_text,
            one.cause.cause.name,
            one.due_on,
            one.get_verdict_display() or "Föreslagen",
            _done(one),
        )
        for one in found
    ]
    heading = [Heading("Åtgärder")] if rows else []
    header = ("Åtgärd", "Mot orsaken", "Klar senast", "Beslut", "Utförd")
    return [*heading, *table("Åtgärder mot att det händer igen", header, rows, 2)]


def _done(measure: Measure) -> str:
    if measure.done_on is None:
        return "–"
    effect = f". Effekt: {measure.get_effect_display()}" if measure.effect else ""
    return f"{measure.done_on}{effect}"


def _notified(report: Report) -> Iterable[Block]:
    if report.notified_on is None:
        return []
    found = facts(
        ("Anmält", report.notified_on),
        ("IVO:s diarienummer", report.ivo_number),
        ("Utredningen lämnad", report.supplemented_on),
    )
    return [Heading("Anmälan till IVO"), found]
