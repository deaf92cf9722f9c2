"""Each act of lex Sarah and its event are there, or neither: a report from its arrival to its end.

Whoever adds an event to ``lexsarah.audit_actions`` adds the act that says it here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from casework.models import Membership, Role
from deviations.models import Cause
from deviations.services import reporting
from lexsarah import states
from lexsarah.models import DelegationRule, DocumentPart, IvoLetter, Lesson, Report
from lexsarah.papers.masking import Masking
from lexsarah.services import (
    causes,
    closing,
    deciding,
    delegation,
    delivering,
    documenting,
    duty,
    earlier,
    examining,
    following,
    handing_over,
    investigating,
    lessons,
    letters,
    measures,
    notes,
    official_register,
    outside,
    papers,
    providers,
    registry,
    requests,
)
from lexsarah.services.delegation import Wish
from lexsarah.services.letters import Letter
from lexsarah.services.notes import NewNote
from lexsarah.services.providers import Information
from lexsarah.services.registry import Entry
from lexsarah.services.reporting import NewReport, submit
from lexsarah.services.requests import Asked
from lexsarah.services.verdicts import Verdict
from tests.conftest import Place
from tests.factories.events import Walk
from tests.lexsarah.deciding import REASONS, delegate, document, proposed
from tests.lexsarah.factory import EVENT, handed_in

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)
SOON = DAY + timedelta(days=10)


class Course:
    """Reports of one place, and the acts upon them in an order that their states allow."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.walk = Walk(place)
        for name, role in (("farid", Role.SAS), ("arne", Role.DECIDER)):
            Membership.objects.create(user=place.user(name), board=place.board, role=role)
        delegate(place)

    def do(self, says: str, who: str, act: Callable[..., Any], *keys: Any, **given: Any) -> Any:
        """Do one act of the walk."""
        return self.walk.do(f"lexsarah.{says}", who, lambda actor: act(actor, *keys, **given))

    def reports(self) -> Report:
        """Two come in; the one from a deviation is decided shortly, the other is returned."""
        unit, eve = self.place.unit, DAY - timedelta(days=1)
        marked = reporting.Report(EVENT, eve, unit, "yes", possible_misconduct=True)
        self.do("received", "amina", reporting.report, marked)
        short = Report.objects.get()
        given = {"reasons": REASONS, "statute": "SoL"}
        DelegationRule.objects.filter(outcome=states.NO_MISCONDUCT).update(role=Role.SAS)
        self.do("decided", "sara", deciding.close_short, short.pk, **given)
        report: Report = self.do("reported", "amina", submit, NewReport(EVENT, eve, unit, "no"))
        return report

    def investigates(self, report: Report) -> None:
        """What SAS does beside the document."""
        place, pk, do = self.place, report.pk, self.do
        do("investigation_started", "sara", investigating.start_investigation, pk)
        for name in ("farid", "sara"):
            to = place.user(name)
            do("investigator_assigned", "sara", investigating.assign_investigator, pk, to=to)
        do("registry_number_set", "sara", investigating.set_registry_number, pk, number="SN 1")
        do("registry_number_set", "rut", official_register.set_registry_number, pk, number="SN 2")
        do("classified", "sara", examining.classify, pk, event_kind="treatment")
        do("pointed_to_mas", "sara", examining.point_to_mas, pk, on=DAY, note="Ringde.")
        do("made_safe", "sara", investigating.record_safe, pk, on=DAY, how="Flyttad.")
        for protected in (True, False):
            act = investigating.set_protection
            do("protection_changed", "sara", act, pk, protected=protected)
        for unit in (place.sister_unit, place.unit):
            do("unit_changed", "sara", investigating.change_unit, pk, to=unit)
        do("examined_named", "sara", examining.name_examined, pk, user=place.user("nils"))
        do("examined_unnamed", "sara", examining.unname_examined, pk, user=place.user("nils"))

    def goes_to_ivo(self, report: Report) -> None:
        """What is serious is told IVO, who writes back."""
        pk, do = report.pk, self.do
        do("assessed_serious", "sara", investigating.assess_serious, pk, on=DAY, reason="Fara.")
        do("ivo_notified", "sara", investigating.record_ivo_notification, pk, on=DAY)
        question = Letter(IvoLetter.Kind.QUESTION, DAY, "Hur gick det?", SOON)
        letter = do("ivo_letter_recorded", "sara", letters.record_letter, pk, letter=question)
        answer = {"answered_on": DAY, "answer": "Så här."}
        do("ivo_letter_answered", "sara", letters.answer_letter, pk, letter.pk, **answer)
        do("document_stored", "sara", papers.store_ivo, pk)

    def writes(self, report: Report, cause: Cause) -> None:
        """The document, notes, earlier events and what is asked of managers."""
        place, pk, do = self.place, report.pk, self.do
        other = handed_in(place)
        document(report)
        part = DocumentPart.objects.filter(report=report).first()
        assert part is not None
        given = {"text": "Så var det.", "choice": part.choice, "expected_version": part.version}
        do("document_saved", "sara", documenting.save_part, pk, part.key, **given)
        chosen = do("cause_added", "sara", causes.add_cause, pk, cause=cause)
        do("cause_removed", "sara", causes.remove_cause, pk, chosen.pk)
        note = NewNote(DAY, "Samtal", "fact", "Hon såg det.")
        first = do("note_added", "sara", notes.add_note, pk, note)
        better = NewNote(DAY, "Samtal", "fact", "Hon hörde det.")
        do("note_corrected", "sara", notes.add_note, pk, better, corrects=first.pk)
        like = {"kind": "report", "record_id": other.pk}
        accepted = {"accepted": True, "reason": "Samma schema."}
        do("earlier_accepted", "sara", earlier.judge, pk, **like, **accepted)
        do("earlier_dismissed", "sara", earlier.judge, pk, **like, accepted=False)
        asked = Asked(place.user("eva"), "Hur var bemanningen?", SOON)
        for ask in (requests.request_statement, requests.request_safety):
            request = do("requested", "sara", ask, pk, asked)
            do("request_withdrawn", "sara", requests.withdraw_request, pk, request.pk)
        request = do("requested", "sara", requests.request_statement, pk, asked)
        leaving = (place.user("eva"), place.user("erik"))
        do("requests_handed_over", "simon", following.hand_over_requests, *leaving)
        do("request_answered", "erik", requests.answer, request.pk, text="Två var sjuka.")

    def is_decided(self, report: Report) -> Any:
        """Measures and a decision, with all that may become of a proposal; the measure."""
        place, pk, do = self.place, report.pk, self.do
        given = {"cause": report.causes.first(), "due_on": SOON, "owner": place.user("eva")}
        planned = [
            do("measure_proposed", "sara", measures.propose_measure, pk, text=text, **given)
            for text in ("Ny rutin.", "Nytt larm.")
        ]
        do("measure_withdrawn", "sara", measures.withdraw_measure, planned[1].pk)
        to = place.user("erik")
        do("measure_reassigned", "sara", measures.reassign_measure, planned[0].pk, owner=to)
        put = {"outcome": states.MISCONDUCT, "reasons": REASONS}
        birgit, arne = place.user("birgit"), place.user("arne")
        do("proposed", "sara", deciding.propose, pk, **put, decider=birgit)
        do("proposal_taken_back", "sara", deciding.take_back_proposal, pk)
        do("proposed", "sara", deciding.propose, pk, **put, decider=birgit)
        do("proposal_returned", "birgit", deciding.return_proposal, pk, because="Fråga fler.")
        do("proposed", "sara", deciding.propose, pk, **put, decider=birgit)
        do("decider_assigned", "sara", deciding.assign_decider, pk, decider=arne)
        do("decider_assigned", "simon", handing_over.hand_over_decisions, arne, birgit)
        verdicts = [Verdict(planned[0].pk, "approved")]
        do("decided", "birgit", deciding.decide, pk, **put, measures=verdicts)
        later = do("measure_proposed", "sara", measures.propose_measure, pk, text="Larm.", **given)
        rejected = {"verdict": "rejected", "comment": "För dyrt."}
        do("measure_decided", "birgit", measures.decide_measure, later.pk, **rejected)
        do("measures_handed_over", "simon", handing_over.hand_over_measures, to, place.user("eva"))
        return planned[0]

    def is_known(self, report: Report) -> None:
        """Papers, delgivning, words for the outside, lessons and the list of documents."""
        place, pk, do = self.place, report.pk, self.do
        masked = {"chosen": Masking(), "grounds": "26 kap. 1 § OSL"}
        do("masked_copy_made", "sara", papers.make_masked_copy, pk, **masked)
        do("delivered", "sara", delivering.deliver, pk, to=[place.user("eva")], on=DAY)
        text = do("outside_text_written", "sara", outside.write, pk, event="Tillsyn uteblev.")
        do("outside_text_approved", "farid", outside.approve, pk, text_id=text.pk)
        lesson = {"title": "Tillsyn", "text": "Bestäm vem som har tillsyn."}
        do("lesson_published", "sara", lessons.publish, pk, **lesson)
        (published,) = Lesson.objects.all()
        held = {"unit": place.unit, "held_on": DAY}
        do("lesson_reviewed", "eva", lessons.review, published.pk, **held)
        entry = Entry(DAY, "in", "Journalutdrag", "Regionen")
        line = do("document_registered", "sara", registry.register_document, pk, entry=entry)
        mended = Entry(DAY, "in", "Journal", "Regionen")
        given = {"entry": mended}
        do("document_registered", "sara", registry.correct_entry, pk, line.pk, **given)

    def ends(self, report: Report, measure: Any, at: Callable[[date], object]) -> None:
        """The measure is done and its effect assessed; closed, taken up again."""
        pk, do = report.pk, self.do
        do("measures_followed", "sara", closing.follow_measures, pk)
        effect = {"effect_due_on": SOON}
        given = {"on": DAY, "how": "Klar."}
        do("measure_finished", "sara", measures.finish_measure, measure.pk, **given, **effect)
        do("ivo_supplemented", "sara", investigating.record_ivo_supplement, pk, on=DAY)
        at(SOON)
        better = {"effect": "better", "text": "Larmet hörs."}
        do("measure_assessed", "sara", measures.assess_measure, measure.pk, **better)
        do("closed", "sara", closing.close, pk)
        do("reopened", "sara", closing.reopen, pk, reason="Nytt vittne.")


def test_each_act_upon_a_report(place: Place, cause: Cause, at: Callable[[date], object]) -> None:
    at(DAY)
    course = Course(place)
    report = course.reports()
    course.investigates(report)
    course.goes_to_ivo(report)
    course.writes(report, cause)
    measure = course.is_decided(report)
    course.is_known(report)
    course.ends(report, measure, at)
    beside = "provider_information_taken_in provider_information_corrected"
    beside += " provider_information_followed provider_information_closed duty_confirmed"
    beside += " delegation_changed units_merged handed_over"
    elsewhere = " ".join(f"lexsarah.{name}" for name in beside.split())
    assert not course.walk.unsaid("lexsarah.", elsewhere=elsewhere)


def test_each_act_beside_a_report(place: Place, at: Callable[[date], object]) -> None:
    at(DAY)
    course = Course(place)
    do, report = course.do, proposed(place)
    told = Information("Omsorg AB", "En dörr var låst.", DAY)
    row = do("provider_information_taken_in", "sara", providers.take_in, told)
    mended = Information("Omsorg AB", "Dörren var låst.", DAY)
    reason = {"reason": "Fel ord."}
    do("provider_information_corrected", "sara", providers.correct, row.pk, mended, **reason)
    do("provider_information_followed", "sara", providers.follow_up, row.pk, text="Ringde.")
    do("provider_information_closed", "sara", providers.finish, row.pk, on=DAY)
    do("duty_confirmed", "amina", duty.confirm)
    wish = Wish("Punkt 9", states.MISCONDUCT, Role.HEAD, False, SOON)
    row = do("delegation_changed", "simon", delegation.add, wish)
    wish = Wish("Punkt 9 a", states.MISCONDUCT, Role.HEAD, False, SOON)
    row = do("delegation_changed", "simon", delegation.change, row.pk, wish)
    do("delegation_changed", "simon", delegation.end, row.pk, last_day=DAY)
    to = place.user("farid")
    do("handed_over", "simon", following.hand_over, place.user("sara"), to)
    follow = following.follow_unit
    do("units_merged", "simon", follow, [report.unit], place.sister_unit, DAY)
