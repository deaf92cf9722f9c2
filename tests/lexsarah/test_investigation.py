"""The investigation: its document, notes, causes, similar events, who is examined."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import Error, transaction

from casework.models import AuditEvent, Membership, Role
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from casework.shared.stale import ChangedMeanwhile
from deviations.models import Cause
from lexsarah import parts
from lexsarah.models import DocumentPart, Examined, Measure, Note, Proposal, Report, ReportCause
from lexsarah.services import causes, documenting, earlier, examining, investigating, notes
from lexsarah.services.door import act
from lexsarah.services.notes import NewNote
from tests.conftest import Place, make_report
from tests.lexsarah.factory import handed_in
from tests.lexsarah.test_import import agree_with_the_history

pytestmark = pytest.mark.django_db

SARA = "sara"
DAY = date(2026, 3, 2)
CHOICES = {"informed": "yes", "police": "no", "recurrence": "unknown"}


@pytest.fixture(autouse=True)
def _spring(at: Callable[[date], object]) -> None:
    at(DAY)


@pytest.fixture
def report(place: Place) -> Report:
    """One that Sara investigates."""
    handed = handed_in(place, safe_now="yes")
    return investigating.start_investigation(place.actor(SARA), handed.pk)


def save(place: Place, report: Report, key: str, text: str = "Så var det.", **more: Any) -> int:
    """Save a part as Sara; return its version."""
    given = {"expected_version": 0} | more
    return documenting.save_part(place.actor(SARA), report.pk, key, text=text, **given).version


def lock(place: Place, report: Report) -> None:
    """Put the report before a decider, as a proposal does."""
    with act(place.actor(SARA), "propose", report.pk) as this:
        this.report.decider = place.user("birgit")
        this.report.save(update_fields=["decider"])
        Proposal.objects.create(
            report=this.report,
            outcome="none",
            reasons="Inget hände.",
            decider=place.user("birgit"),
            proposed_at=this.work.at,
        )
        this.move_on()


def note(**given: Any) -> NewNote:
    fields: dict[str, Any] = {
        "on": DAY,
        "source": "Samtal med Eva",
        "nature": "fact",
        "text": "Larmet gick.",
    }
    return NewNote(**(fields | given))


# The document


def test_a_part_is_saved_and_its_version_follows(place: Place, report: Report) -> None:
    assert save(place, report, "event") == 1
    assert save(place, report, "event", "Så var det.\r\nOch så.", expected_version=1) == 2
    row = DocumentPart.objects.get(report=report)
    assert (row.text, row.saved_by) == ("Så var det.\nOch så.", place.user(SARA))
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.data) == (
        "lexsarah.document_saved",
        {"part": "event", "from": 1, "version": 1},
    )
    # An open page of the report does not grow stale by what is written in the document.
    version = report.version
    report.refresh_from_db()
    assert report.version == version


def test_what_somebody_else_saved_is_not_overwritten(place: Place, report: Report) -> None:
    save(place, report, "event", "Saras text.")
    with pytest.raises(ChangedMeanwhile) as error:
        save(place, report, "event", "En annans text.")
    assert (error.value.stands.text, error.value.stands.version) == ("Saras text.", 1)
    assert DocumentPart.objects.get().text == "Saras text."
    # An answer that was lost, and the same sent again, is no conflict and no event.
    before = AuditEvent.objects.count()
    assert save(place, report, "event", "Saras text.") == 1
    assert AuditEvent.objects.count() == before


def test_nothing_is_demanded_while_one_writes_and_nonsense_is_refused(
    place: Place, report: Report
) -> None:
    assert save(place, report, "police", "", choice="yes") == 1
    with pytest.raises(InvalidInput, match="svaren"):
        save(place, report, "police", choice="kanske")
    with pytest.raises(InvalidInput, match="svaren"):
        save(place, report, "event", choice="yes")
    with pytest.raises(InvalidInput):
        save(place, report, "nonsens")
    with pytest.raises(InvalidInput, match="Korta"):
        save(place, report, "event", "x" * (documenting.LONGEST + 1))


def write_all(place: Place, report: Report, cause: Cause) -> None:
    for part in parts.PARTS:
        save(place, report, part.key, choice=CHOICES.get(part.key, ""))
    causes.add_cause(place.actor(SARA), report.pk, cause=cause)


def test_whole_it_lacks_nothing(place: Place, report: Report, cause: Cause) -> None:
    assert list(documenting.missing(report)) == [part.key for part in parts.PARTS]
    write_all(place, report, cause)
    assert documenting.missing(report) == {}


@pytest.mark.parametrize("part", parts.PARTS, ids=lambda part: part.key)
def test_completion_wants_every_part(
    place: Place, report: Report, cause: Cause, part: parts.Part
) -> None:
    write_all(place, report, cause)
    row = DocumentPart.objects.get(report=report, key=part.key)
    row.text = "  "
    if not part.text_required:
        row.choice = "yes"
    row.save()
    assert documenting.missing(report) == {part.key: part.missing}
    if part.choices:
        row.text, row.choice = "Så var det.", ""
        row.save()
        assert documenting.missing(report) == {part.key: part.missing}


def test_completion_wants_a_cause_of_the_register(
    place: Place, report: Report, cause: Cause
) -> None:
    write_all(place, report, cause)
    causes.remove_cause(place.actor(SARA), report.pk, ReportCause.objects.get().pk)
    assert documenting.missing(report) == {"causes": documenting.NO_CAUSE}


def test_it_is_locked_before_it_is_begun_and_once_it_is_put_forward(
    place: Place, report: Report, cause: Cause
) -> None:
    save(place, report, "event")
    lock(place, report)
    sara = place.actor(SARA)
    refused: list[Callable[[], object]] = [
        lambda: save(place, report, "event", "Annat.", expected_version=1),
        lambda: causes.add_cause(sara, report.pk, cause=cause),
        lambda: earlier.judge(
            sara, report.pk, kind="report", record_id=handed_in(place).pk, accepted=False
        ),
        lambda: save(place, handed_in(place), "event"),
    ]
    for attempt in refused:
        with pytest.raises(ConflictError):
            attempt()
    assert DocumentPart.objects.get().text == "Så var det."
    # What comes to light after that is noted all the same.
    assert notes.add_note(sara, report.pk, note()).pk


WRITES: dict[str, Callable[[Any, Report, Cause], object]] = {
    "part": lambda actor, report, cause: documenting.save_part(
        actor, report.pk, "event", text="Så.", expected_version=0
    ),
    "note": lambda actor, report, cause: notes.add_note(actor, report.pk, note()),
    "cause": lambda actor, report, cause: causes.add_cause(actor, report.pk, cause=cause),
    "earlier": lambda actor, report, cause: earlier.judge(
        actor,
        report.pk,
        kind="report",
        record_id=Report.objects.exclude(pk=report.pk).get().pk,
        accepted=True,
        reason="Inget ändrades.",
    ),
    "kind": lambda actor, report, cause: examining.classify(
        actor, report.pk, event_kind="treatment"
    ),
    "mas": lambda actor, report, cause: examining.point_to_mas(
        actor, report.pk, on=DAY, note="Läkemedlet."
    ),
    "examined": lambda actor, report, cause: examining.name_examined(
        actor, report.pk, user=Membership.objects.filter(role=Role.SENIOR)[0].user
    ),
}


@pytest.mark.parametrize("what", WRITES)
def test_sas_does_it_others_find_nothing_and_who_is_examined_is_refused(
    place: Place, report: Report, cause: Cause, what: str
) -> None:
    handed_in(place)
    for name in "amina frida eva anna vera rut birgit gun simon".split():
        with pytest.raises(NotVisible):
            WRITES[what](place.actor(name), report, cause)
    Examined.objects.create(report=report, user=place.user("sara"), added_at=clock.now())
    with pytest.raises(NotAllowed, match="granskas"):
        WRITES[what](place.actor(SARA), report, cause)
    Examined.objects.all().delete()
    before = AuditEvent.objects.count()
    WRITES[what](place.actor(SARA), report, cause)
    assert AuditEvent.objects.count() == before + 1
    agree_with_the_history()


# Causes


def test_a_cause_is_chosen_once_and_stays_while_a_measure_is_tied_to_it(
    place: Place, other_place: Place, report: Report, cause: Cause
) -> None:
    sara = place.actor(SARA)
    found = causes.add_cause(sara, report.pk, cause=cause, text=" För få. ")
    assert found.text == "För få."
    with pytest.raises(ConflictError):
        causes.add_cause(sara, report.pk, cause=cause)
    foreign = Cause.objects.create(board=other_place.board, name="Annat")
    old = Cause.objects.create(board=place.board, name="Förr", valid_to=date(2025, 1, 1))
    for wrong in (foreign, old):
        with pytest.raises(InvalidInput):
            causes.add_cause(sara, report.pk, cause=wrong)
    measure = Measure.objects.create(
        report=report,
        cause=found,
        text="Rutin",
        owner=place.user("eva"),
        due_on=DAY,
        proposed_at=clock.now(),
    )
    with pytest.raises(ConflictError, match="åtgärd"):
        causes.remove_cause(sara, report.pk, found.pk)
    Measure.objects.filter(pk=measure.pk).update(withdrawn_at=clock.now())
    causes.remove_cause(sara, report.pk, found.pk)
    with pytest.raises(ConflictError):
        causes.remove_cause(sara, report.pk, found.pk)
    assert causes.add_cause(sara, report.pk, cause=cause)


# Notes


def test_a_note_keeps_source_nature_and_who_wrote_it_as_what(place: Place, report: Report) -> None:
    sara = place.user(SARA)
    sara.title = "Socialt ansvarig samordnare"
    sara.save()
    written = notes.add_note(place.actor(SARA), report.pk, note(nature="assessment"))
    sara.title, sara.last_name = "Annat", "Nytt"
    sara.save()
    kept = Note.objects.get(pk=written.pk)
    assert (kept.source, kept.nature, kept.text) == (
        "Samtal med Eva",
        "assessment",
        "Larmet gick.",
    )
    assert kept.author_title == "Socialt ansvarig samordnare"
    assert "Nytt" not in kept.author_name
    sara.title = ""
    sara.save()
    untitled = notes.add_note(place.actor(SARA), report.pk, note(text="Mer."))
    assert untitled.author_title == Role.SAS.label


def test_a_note_is_never_changed_only_corrected_and_once(place: Place, report: Report) -> None:
    sara = place.actor(SARA)
    first = notes.add_note(sara, report.pk, note())
    with pytest.raises(ConflictError, match="redan sparad"):
        notes.add_note(sara, report.pk, note())
    second = notes.add_note(sara, report.pk, note(text="Larmet var av."), corrects=first.pk)
    assert second.corrects == first
    with pytest.raises(ConflictError, match="redan rättad"):
        notes.add_note(sara, report.pk, note(text="Nej."), corrects=first.pk)
    other = investigating.start_investigation(sara, handed_in(place).pk)
    with pytest.raises(NotVisible):
        notes.add_note(sara, other.pk, note(), corrects=second.pk)
    with pytest.raises(Error), transaction.atomic():
        Note.objects.filter(pk=first.pk).update(author_title="Annan")
    with pytest.raises(Error), transaction.atomic():
        Note.objects.filter(pk=first.pk).delete()


@pytest.mark.parametrize(
    ("field", "value"),
    [("on", date(2026, 3, 3)), ("source", " "), ("nature", "rykte"), ("text", "")],
)
def test_a_note_lacks_nothing(place: Place, report: Report, field: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as error:
        notes.add_note(place.actor(SARA), report.pk, note(**{field: value}))
    assert error.value.field == field


def test_the_decider_reads_the_notes_and_writes_none(place: Place, report: Report) -> None:
    notes.add_note(place.actor(SARA), report.pk, note())
    lock(place, report)
    report.refresh_from_db()
    birgit = place.actor("birgit")
    assert [one.text for one in notes.notes_of(birgit, report)] == ["Larmet gick."]
    with pytest.raises(NotAllowed):
        notes.add_note(birgit, report.pk, note(text="Beslutsfattaren."))
    Examined.objects.create(report=report, user=place.user("birgit"), added_at=clock.now())
    with pytest.raises(NotAllowed, match="granskas"):
        notes.notes_of(birgit, report)


# Who is examined


def test_who_is_examined_is_taken_off_and_cannot_be_put_back(place: Place, report: Report) -> None:
    sara = place.user(SARA)
    second = place.user("vera")
    Membership.objects.create(user=second, board=place.board, role=Role.SAS)
    named = examining.name_examined(place.actor("vera"), report.pk, user=sara)
    assert named.investigator is None
    assert examining.examined_in(report) == [sara]
    with pytest.raises(ConflictError):
        examining.name_examined(place.actor("vera"), report.pk, user=sara)
    elsewhere = handed_in(place, unit=place.far_unit)
    examining.name_examined(place.actor(SARA), elsewhere.pk, user=second)
    with pytest.raises(InvalidInput, match="granskas"):
        investigating.assign_investigator(place.actor(SARA), elsewhere.pk, to=second)
    # Nobody undoes it for themselves.
    with pytest.raises(NotAllowed):
        examining.unname_examined(place.actor("vera"), elsewhere.pk, user=second)
    examining.unname_examined(place.actor(SARA), elsewhere.pk, user=second)
    assert examining.examined_in(elsewhere) == []
    assert investigating.assign_investigator(place.actor(SARA), elsewhere.pk, to=second)


def test_a_proposal_before_somebody_who_is_examined_goes_back(place: Place, report: Report) -> None:
    lock(place, report)
    birgit = place.user("birgit")
    examining.name_examined(place.actor(SARA), report.pk, user=birgit)
    report.refresh_from_db()
    assert (report.status, report.decider) == ("investigating", None)
    proposal = Proposal.objects.get()
    assert proposal.ended_at is not None
    assert "granskas" in proposal.returned_because
    assert report.status_rows.filter(status="investigating").count() == 2
    agree_with_the_history()


def test_only_colleagues_of_the_board_are_examined(
    place: Place, other_place: Place, report: Report
) -> None:
    with pytest.raises(InvalidInput):
        examining.name_examined(place.actor(SARA), report.pk, user=other_place.user("eva"))


# Kind of event, MAS


def test_kind_and_mas_are_noted_and_may_be_corrected(place: Place, report: Report) -> None:
    sara = place.actor(SARA)
    assert examining.classify(sara, report.pk, event_kind="legal").event_kind == "legal"
    assert examining.classify(sara, report.pk, event_kind="other").event_kind == "other"
    with pytest.raises(InvalidInput):
        examining.classify(sara, report.pk, event_kind="nonsens")
    examining.point_to_mas(sara, report.pk, on=DAY, note="Läkemedel.")
    noted = examining.point_to_mas(sara, report.pk, on=DAY, note="Läkemedel och sår.")
    assert (noted.mas_on, noted.mas_note) == (DAY, "Läkemedel och sår.")
    wrongs: list[dict[str, Any]] = [{"on": date(2026, 3, 3)}, {"note": " "}]
    for wrong in wrongs:
        given: dict[str, Any] = {"on": DAY, "note": "Sår."} | wrong
        with pytest.raises(InvalidInput):
            examining.point_to_mas(sara, report.pk, **given)
    with pytest.raises(ConflictError):
        examining.classify(sara, report.pk, event_kind="legal", expected_version=1)


# Similar events


def test_similar_events_are_proposed_with_why(place: Place, cause: Cause) -> None:
    words = "Pojken fick vänta i elva timmar utan tillsyn i väntrummet."
    old = handed_in(place, event=words, case_number="Ä-1")
    deviation = make_report(place, description="Flickan fick vänta utan tillsyn i väntrummet.")
    unlike = handed_in(place, event="Medicinen gavs för sent på morgonen.")
    hidden = handed_in(place, event=words, protected=True)
    report = handed_in(place, event=words, case_number="Ä-1")
    sara = place.actor(SARA)
    investigating.start_investigation(sara, report.pk)
    first, second = earlier.proposals(sara, report)
    assert (first.record, second.record) == (old, deviation)
    assert "Samma ärende." in first.why
    assert "100 procent av orden är desamma." in first.why
    assert second.why[0] == "Samma enhet."
    # By unit alone nothing is proposed; the same kind of event is reason enough.
    examining.classify(sara, unlike.pk, event_kind="intervention")
    report = examining.classify(sara, report.pk, event_kind="intervention")
    third = next(one for one in earlier.proposals(sara, report) if one.record == unlike)
    assert third.why == ["Samma typ av händelse: Brister i utförande av insats.", "Samma enhet."]
    # What is protected is named in no other report, unless it is protected itself.
    assert hidden not in [one.record for one in earlier.proposals(sara, report)]
    investigating.set_protection(sara, report.pk, protected=True)
    report.refresh_from_db()
    assert hidden in [one.record for one in earlier.proposals(sara, report)]


def test_one_takes_a_stand_and_may_take_another(place: Place, report: Report) -> None:
    old = handed_in(place)
    sara = place.actor(SARA)
    assert [one.record for one in earlier.proposals(sara, report)] == [old]
    with pytest.raises(InvalidInput, match="varför det hände igen"):
        earlier.judge(sara, report.pk, kind="report", record_id=old.pk, accepted=True)
    earlier.judge(sara, report.pk, kind="report", record_id=old.pk, accepted=False)
    assert earlier.proposals(sara, report) == []
    earlier.judge(
        sara, report.pk, kind="report", record_id=old.pk, accepted=True, reason="Ingen rutin."
    )
    (event,) = earlier.judged(report)
    assert (event.accepted, event.reason, event.judged_by) == (
        True,
        "Ingen rutin.",
        place.user(SARA),
    )
    assert "Samma enhet." in event.likeness


def test_one_may_add_what_was_not_proposed_but_not_the_event_itself(
    place: Place, other_place: Place
) -> None:
    make_report(place, possible_misconduct=True)
    report = Report.objects.get()
    sara = place.actor(SARA)
    investigating.start_investigation(sara, report.pk, statute="SoL")
    odd = make_report(place, by="sven", unit=place.far_unit, description="Något annat.")
    assert earlier.find(sara, report, odd.number.lower()).record == odd
    assert report.deviation is not None
    for number in (report.number, report.deviation.number):
        with pytest.raises(InvalidInput, match="samma händelse"):
            earlier.find(sara, report, number)
    foreign = handed_in(other_place)
    with pytest.raises(InvalidInput, match="finns inte"):
        earlier.find(sara, report, foreign.number)
    with pytest.raises(NotVisible):
        earlier.judge(sara, report.pk, kind="report", record_id=foreign.pk, accepted=False)
    with pytest.raises(NotVisible):
        earlier.judge(sara, report.pk, kind="case", record_id=odd.pk, accepted=False)
