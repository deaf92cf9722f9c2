"""What IVO and the board are given, what is handed out masked, and the list of documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from casework.models import Deadline
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from casework.shared.papers.content import Break
from casework.shared.papers.pdf import pdf
from casework.shared.papers.word import word
from deviations.models import Cause
from lexsarah import states
from lexsarah.ivo.fields import fields_of
from lexsarah.models import IvoLetter, RegistryEntry, Report, StoredDocument
from lexsarah.papers.appendix import appendix_paper, notified
from lexsarah.papers.investigation import investigation_paper
from lexsarah.papers.masking import MASK, Masking, fingerprint
from lexsarah.services import investigating, papers, registry
from lexsarah.services.letters import Letter, answer_letter, record_letter
from lexsarah.services.registry import Entry
from tests.conftest import Place
from tests.lexsarah.factory import EVENT, handed_in, running
from tests.lexsarah.paper_factory import (
    CASE_NUMBER,
    investigated,
    pdf_text,
    storing,
    word_text,
    write_decision,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 30)
GROUNDS = "26 kap. 1 § offentlighets- och sekretesslagen (2009:400)."
ORDER = [
    "IVO:s diarienummer",
    "Avsändarens diarienummer",
    "Verksamhet",
    "Egen eller annan utförare",
    "Missförhållande eller risk",
    "Rapporterande",
    "Typ av händelse",
    "Händelsen",
    "Åtgärder för att skydda den enskilde",
    "Åtgärder för att händelsen inte ska upprepas",
]


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(TODAY)


def notify(place: Place, report: Report) -> None:
    investigating.record_ivo_notification(
        place.actor("sara"), report.pk, on=TODAY, ivo_number="3.2.1-77/2026"
    )
    report.refresh_from_db()


def test_at_receipt_ivo_gets_what_is_known_in_the_order_of_the_form(place: Place) -> None:
    report = handed_in(place, done_at_once="Ringde jouren.")
    fields = fields_of(report)
    assert [one.label for one in fields] == ORDER
    known = {one.key: one.value for one in fields}
    assert EVENT in known["event"]
    assert known["protecting"] == "Ringde jouren."
    assert (known["unit"], known["provider"]) == ("Enheten", "Egen utförare")
    assert known["kind"] == ""
    assert all(one.value or one.lacking for one in fields)


def test_every_field_is_filled_when_it_is_decided(place: Place, cause: Cause) -> None:
    report = investigated(place, cause, event=f"{EVENT} Det såg Amina Norr.")
    report.event_kind, report.outcome = "treatment", states.SERIOUS_RISK
    report.ivo_number = "3.2.1-77/2026"
    report.measures.update(verdict="approved", decided_at=timezone.now())
    fields = fields_of(report)
    assert all(one.value for one in fields)
    known = {one.key: one.value for one in fields}
    assert known["kind"] == "Påtaglig risk för allvarligt missförhållande"
    assert "Ny rutin för tillsyn på natten." in known["against"]


def test_the_notification_is_kept_and_names_nobody(place: Place, cause: Cause) -> None:
    report = handed_in(place, event=f"{EVENT} Det såg Amina Norr.", case_number=CASE_NUMBER)
    papers.store_ivo(place.actor("sara"), report.pk)
    first, second = (papers.content_of(row) for row in StoredDocument.objects.order_by("pk"))
    for text in (pdf_text(first), word_text(second)):
        assert all(label in text for label in ORDER)
        assert "Det såg [namn]." in text
        assert not any(f"{name.title()} Norr" in text for name in place.people)
        assert CASE_NUMBER not in text
    assert StoredDocument.objects.first().title == "Anmälan till IVO"  # type: ignore[union-attr]


def test_the_appendix_has_a_sheet_for_each_event_of_the_period(place: Place, cause: Cause) -> None:
    first, second = investigated(place, cause), handed_in(place)
    outside, hidden = handed_in(place), handed_in(place, protected=True)
    for report in (first, second, hidden):
        notify(place, report)
    assert outside.notified_on is None
    sara = place.actor("sara")
    found = notified(sara, date(2026, 3, 1), TODAY)
    assert {one.pk for one in found} == {first.pk, second.pk}
    assert notified(sara, date(2026, 4, 1), date(2026, 4, 30)) == []
    paper = appendix_paper(found, date(2026, 3, 1), TODAY, place.board.name)
    assert sum(isinstance(block, Break) for block in paper.blocks) == 2
    for text in (pdf_text(pdf(paper)), word_text(word(paper))):
        assert "Händelse 1" in text
        assert "Händelse 2" in text
        for label in (*ORDER[:1], *ORDER[2:4], ORDER[6], *ORDER[8:]):
            assert text.count(label) == 2
        assert not any(f"{name.title()} Norr" in text for name in place.people)
        assert CASE_NUMBER not in text
    assert notified(place.actor("eva"), date(2026, 3, 1), TODAY) == []


@pytest.fixture
def decided(place: Place, cause: Cause) -> Report:
    text = "Frida var ensam. Per dag kom en. Pojkens mormor bor i Vänsjö."
    report = investigated(place, cause, event=f"{EVENT} {text} Ärende {CASE_NUMBER}.")
    with storing(place, report) as this:
        write_decision(this, place)
    return report


def masked_texts(place: Place, report: Report, chosen: Masking, **given: Any) -> list[str]:
    rows = papers.make_masked_copy(
        place.actor("sara"), report.pk, chosen=chosen, grounds=GROUNDS, **given
    )
    contents = [papers.content_of(row) for row in rows]
    return [pdf_text(contents[0]), word_text(contents[1])]


def test_what_is_masked_is_nowhere_in_the_files(place: Place, decided: Report) -> None:
    passages = ("pojkens  mormor bor i vänsjö",)
    for text in masked_texts(place, decided, Masking(passages)):
        for hidden in ("mormor", "Vänsjö", "Frida", "Sara Norr", "Birgit", CASE_NUMBER, "0417"):
            assert hidden not in text
        assert f"{EVENT} {MASK} var ensam. Per dag kom en. {MASK}. Ärende {MASK}." in text
        assert GROUNDS in text
        assert "Nämnden Norr" in text
    assert StoredDocument.objects.first().title == "Maskad kopia"  # type: ignore[union-attr]


def test_whole_texts_are_masked_by_their_place(place: Place, decided: Report) -> None:
    paper = investigation_paper(decided)
    place_of_event = next(n for n, text in enumerate(paper.texts()) if text.startswith(EVENT))
    chosen = Masking(places=frozenset({place_of_event}), names=False, case_number=False)
    for text in masked_texts(place, decided, chosen, fingerprint=fingerprint(paper)):
        assert "elva timmar" not in text
        assert CASE_NUMBER in text
        assert "Birgit Norr" in text
    decided.parts.filter(key="event").update(text="Nu står det annat.")
    with pytest.raises(ConflictError):
        masked_texts(place, decided, chosen, fingerprint=fingerprint(paper))


def test_a_passage_that_is_not_there_is_said_and_nothing_is_kept(
    place: Place, decided: Report
) -> None:
    with pytest.raises(InvalidInput, match="farfar"):
        masked_texts(place, decided, Masking(("Pojkens farfar",)))
    assert not StoredDocument.objects.exists()


def test_the_list_tells_what_came_and_went(place: Place) -> None:
    report = handed_in(place)
    sara = place.actor("sara")
    notify(place, report)
    entry = Entry(TODAY, "in", "Journalutdrag", "Regionen")
    wrong = registry.register_document(sara, report.pk, entry=entry)
    registry.correct_entry(sara, report.pk, wrong.pk, entry=Entry(TODAY, "in", "Intyg", "Regionen"))
    lines = registry.lines_of(report)
    assert [(line.subject, line.corrected) for line in lines] == [
        ("Lex Sarah-rapport", False),
        ("Anmälan till IVO", False),
        ("Journalutdrag", True),
        ("Intyg", False),
    ]
    with pytest.raises(ConflictError):
        registry.correct_entry(sara, report.pk, wrong.pk, entry=entry)


def test_a_subject_that_names_somebody_is_refused_or_asked_about(place: Place) -> None:
    report = handed_in(place, case_number=CASE_NUMBER)
    sara = place.actor("sara")

    def enter(subject: str, **given: Any) -> RegistryEntry:
        entry = Entry(TODAY, "in", subject, **given)
        return registry.register_document(sara, report.pk, entry=entry)

    for never in ("Intyg om 20160229-2383", f"Om {CASE_NUMBER}"):
        with pytest.raises(InvalidInput):
            enter(never, anyway=True)
    with pytest.raises(InvalidInput, match="Amina"):
        enter("Samtal med Amina Norr")
    assert enter("Samtal med Amina Norr", anyway=True).pk
    assert enter("Yttrande", party="Enheten").pk


def test_ivos_questions_are_answered_once(place: Place) -> None:
    report = handed_in(place)
    sara = place.actor("sara")
    asked = Letter("question", TODAY, "Hur ser bemanningen ut?", date(2026, 4, 10))
    with pytest.raises(ConflictError, match="inte anmält"):
        record_letter(sara, report.pk, letter=asked)
    notify(place, report)
    made = record_letter(sara, report.pk, letter=asked)
    time = Deadline.objects.open().get(rule="lex_sarah_ivo_question")
    assert (time.last_day, time.subject_id) == (date(2026, 4, 10), made.pk)
    given = {"answered_on": TODAY, "answer": "Två på natten."}
    answer_letter(sara, report.pk, made.pk, expected_version=1, **given)  # type: ignore[arg-type]
    time.refresh_from_db()
    assert time.met_on == TODAY
    with pytest.raises(ConflictError):
        answer_letter(sara, report.pk, made.pk, **given)  # type: ignore[arg-type]
    assert [line.subject for line in registry.lines_of(report)][-2:] == [
        "Fråga från IVO",
        "Svar på fråga från IVO",
    ]


def test_more_time_from_ivo_moves_the_last_day(place: Place) -> None:
    report = handed_in(place)
    notify(place, report)
    assert running(report)["lex_sarah_ivo_supplement"].last_day == date(2026, 6, 1)
    sara = place.actor("sara")
    with pytest.raises(InvalidInput, match="redan till"):
        record_letter(
            sara, report.pk, letter=Letter("extension", TODAY, "Ni får tid.", date(2026, 5, 1))
        )
    letter = Letter("extension", TODAY, "Ni får tid.", date(2026, 7, 31))
    record_letter(sara, report.pk, letter=letter)
    assert running(report)["lex_sarah_ivo_supplement"].last_day == date(2026, 7, 31)
    assert IvoLetter.objects.count() == 1


def test_more_time_holds_when_the_day_of_the_notification_is_corrected(
    place: Place, at: Callable[[Any], Any]
) -> None:
    report = handed_in(place)
    at(date(2026, 4, 2))
    sara = place.actor("sara")
    investigating.record_ivo_notification(sara, report.pk, on=date(2026, 4, 2))
    letter = Letter("extension", date(2026, 4, 2), "Ni får tid.", date(2026, 7, 31))
    record_letter(sara, report.pk, letter=letter)
    investigating.record_ivo_notification(sara, report.pk, on=date(2026, 3, 31))
    time = running(report)["lex_sarah_ivo_supplement"]
    assert (time.trigger_date, time.last_day) == (date(2026, 3, 31), date(2026, 7, 31))


def test_nobody_else_makes_papers(place: Place) -> None:
    report = handed_in(place)
    for name in "amina eva anna vera rut birgit simon".split():
        with pytest.raises(NotVisible):
            papers.store_ivo(place.actor(name), report.pk)
    report.examined.create(user=place.user("sara"), added_at=report.reported_at)
    with pytest.raises(NotAllowed):
        papers.store_ivo(place.actor("sara"), report.pk)
