"""What SAS has written of an investigation in the demo: half the document, notes, a cause."""

from datetime import timedelta

from casework.access.actor import Actor
from casework.shared import clock
from deviations.models import Cause
from lexsarah.demo_turns import turn_of
from lexsarah.models import EventKind, Report
from lexsarah.services import causes, documenting, earlier, examining, notes
from lexsarah.services.notes import NewNote

PARTS = (
    ("event", "", "Händelsen stämmer med rapporten. Den upprepades två gånger samma vecka."),
    ("noticed", "", "Det upptäcktes av en kollega vid överlämningen dagen efter."),
    ("consequences_actual", "", "Den enskilde fick vänta och var orolig. Ingen kroppslig skada."),
    (
        "done_at_once",
        "",
        "Arbetsledaren besökte den enskilde samma dag och ordnade det som saknades.",
    ),
    ("informed", "yes", "Den enskilde fick veta det dagen efter, av arbetsledaren."),
    ("police", "no", ""),
)
NOTES = (
    ("Samtal med arbetsledaren", "fact", "Schemat hade en lucka på kvällen. Ingen var utsedd."),
    (
        "Genomgång av journalen",
        "assessment",
        "Överlämningen brast. Det är troligt att det händer igen.",
    ),
)
KINDS = (EventKind.INTERVENTION, EventKind.LEGAL_SECURITY, EventKind.TREATMENT)
WHY_AGAIN = "Rutinen för överlämning fanns, men användes inte av vikarier."


def write(sas: Actor, report: Report) -> None:
    """Write what is known so far of a report that ``sas`` investigates."""
    kind = KINDS[turn_of(report) % len(KINDS)]
    examining.classify(sas, report.pk, event_kind=kind)
    for key, choice, text in PARTS:
        documenting.save_part(sas, report.pk, key, text=text, choice=choice, expected_version=0)
    for source, nature, text in NOTES:
        given = NewNote(clock.today() - timedelta(days=1), source, nature, text)
        notes.add_note(sas, report.pk, given)
    register = list(Cause.objects.valid_on(clock.today()).filter(board=report.board_id))
    if register:
        causes.add_cause(sas, report.pk, cause=register[turn_of(report) % len(register)])
    for one in earlier.proposals(sas, report)[:1]:
        earlier.judge(
            sas,
            report.pk,
            kind=one.kind,
            record_id=one.record.pk,
            accepted=True,
            reason=WHY_AGAIN,
        )
