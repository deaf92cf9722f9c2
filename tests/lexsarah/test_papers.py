"""Papers: what they say, whom they do not name, that everybody can read them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader

from casework.models import AuditEvent, User
from casework.shared import clock
from casework.shared.papers.content import Paper, Table, Text, facts
from casework.shared.papers.pdf import UNKNOWN, pdf
from casework.shared.papers.word import word
from deviations.models import Cause
from lexsarah.ivo.fields import fields_of
from lexsarah.models import DocumentPart, Measure, RegistryEntry, Report, StoredDocument
from lexsarah.papers.investigation import investigation_paper
from lexsarah.papers.names import Names
from lexsarah.services.papers import store_decision
from tests.conftest import Place
from tests.lexsarah.factory import EVENT
from tests.lexsarah.paper_factory import (
    CASE_NUMBER,
    REASONS,
    investigated,
    pdf_text,
    storing,
    word_text,
    write_decision,
)

pytestmark = pytest.mark.django_db

PDF = "application/pdf"


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(date(2026, 3, 30))


@pytest.fixture
def decided(place: Place, cause: Cause) -> Report:
    """A decided report whose papers are kept."""
    report = investigated(place, cause)
    with storing(place, report) as this:
        write_decision(this, place)
        store_decision(this)
    return report


def contents(report: Report) -> list[bytes]:
    """The kept files, the PDF first."""
    rows = sorted(StoredDocument.objects.filter(report=report), key=lambda row: row.pk)
    return [base64.b64decode(row.content) for row in rows]


def both_texts(report: Report) -> list[str]:
    first, second = contents(report)
    return [pdf_text(first), word_text(second)]


def test_the_decision_is_kept_as_pdf_and_word_under_one_number(
    place: Place, decided: Report
) -> None:
    rows = list(StoredDocument.objects.filter(report=decided))
    assert {row.number for row in rows} == {1}
    assert rows[0].content_type == PDF
    for row, content in zip(rows, contents(decided), strict=True):
        assert row.sha256 == hashlib.sha256(content).hexdigest()
    entry = RegistryEntry.objects.get(report=decided)
    assert (entry.subject, entry.on) == ("Utredning och beslut, handling 1", date(2026, 3, 30))
    assert AuditEvent.objects.latest("id").action == "lexsarah.document_stored"
    with storing(place, decided) as this:
        store_decision(this)
    assert {row.number for row in StoredDocument.objects.filter(report=decided)} == {1, 2}


def test_nothing_is_kept_where_the_decision_fails(place: Place, cause: Cause) -> None:
    report = investigated(place, cause)

    def decide_and_fail() -> None:
        with storing(place, report) as this:
            write_decision(this, place)
            store_decision(this)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        decide_and_fail()
    assert not StoredDocument.objects.exists()


def test_it_says_what_was_found_and_decided(decided: Report) -> None:
    for text in both_texts(decided):
        for said in (
            decided.number,
            "SN 2026/417",
            "Enheten",
            EVENT,
            "Allvarligt missförhållande",
            REASONS,
            "Punkt 4.2",
            "Birgit Norr",
            "Sara Norr",
            "Kan det hända igen?",
            "Schemat sade inget om natten.",
            "Ny rutin för tillsyn på natten.",
            "Samma schema.",
            CASE_NUMBER,
        ):
            assert said in text


def test_what_was_approved_in_part_says_which_part(place: Place, cause: Cause) -> None:
    report = investigated(place, cause)
    Measure.objects.update(
        verdict=Measure.Verdict.PARTLY, comment="Bara på natten.", decided_at=clock.now()
    )
    with storing(place, report) as this:
        write_decision(this, place)
        store_decision(this)
    for text in both_texts(report):
        assert "Delvis godkänd: Bara på natten." in text
    against = next(one for one in fields_of(report) if one.key == "against")
    assert "Delvis godkänd: Bara på natten." in against.value


def test_nobody_is_named_but_who_investigated_and_who_decided(
    place: Place, cause: Cause, category: object
) -> None:
    text = "Amina Norr såg det. Eva Norrs beslut. Gäller 20160229-2383. Sara Norr utredde."
    report = investigated(place, cause, event=f"{EVENT} {text}")
    DocumentPart.objects.filter(report=report, key="event").update(text=text)
    with storing(place, report) as this:
        write_decision(this, place)
        store_decision(this)
    for shown in both_texts(report):
        for name in set(place.people) - {"sara", "birgit"}:
            assert f"{name.title()} Norr" not in shown
        assert "2383" not in shown
        assert "[namn] såg det. [namn] beslut. Gäller [personnummer]. Sara Norr utredde." in shown
        assert "Namn eller personnummer som stod i texten är ersatta" in shown


def test_what_was_done_since_for_the_person_and_told_the_mas_stands_with_its_day(
    place: Place, cause: Cause, category: object
) -> None:
    report = investigated(place, cause)
    Report.objects.filter(pk=report.pk).update(
        safe_on=date(2026, 3, 1),
        safe_how="Flyttad.",
        mas_on=date(2026, 3, 2),
        mas_note="Läkemedel.",
    )
    report.refresh_from_db()
    shown = list(investigation_paper(report).texts())
    assert "2026-03-01. Flyttad." in shown
    assert "MAS informerad 2026-03-02. Läkemedel." in shown


def test_a_name_turned_round_or_by_the_first_of_several_is_found_too(place: Place) -> None:
    User.objects.filter(pk=place.user("amina").pk).update(first_name="Amina Maria")
    text = "Norr, Amina såg det, och Norr Eva. I Norr, Amina Norrs mejl. Amina Maria Norr. I norr."
    shown = Names(place.board.pk).without(text)
    assert shown == "[namn] såg det, och [namn]. I Norr, [namn] mejl. [namn]. I norr."


def test_the_pdf_is_tagged_has_a_title_and_a_language(decided: Report) -> None:
    reader = PdfReader(BytesIO(contents(decided)[0]))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"].startswith("sv")
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Utredning och beslut enligt lex Sarah"
    assert reader.xmp_metadata is not None
    assert b"pdfuaid:part" in contents(decided)[0]
    kinds = tags(root["/StructTreeRoot"])
    assert kinds.count("/H1") == 1
    assert {"/H2", "/H3", "/Table", "/TH", "/TD", "/L", "/LI"} <= set(kinds)


def tags(node: Any) -> list[str]:
    """The structure elements of a PDF, in order."""
    node = node.get_object()
    if isinstance(node, list):
        return [tag for one in node for tag in tags(one)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/S"])] if "/S" in node else []
    return own + (tags(node["/K"]) if "/K" in node else [])


def test_the_word_file_has_headings_header_rows_and_its_language(decided: Report) -> None:
    document = Document(BytesIO(contents(decided)[1]))
    styles = [line.style.name for line in document.paragraphs if line.style]
    assert styles[0] == "Heading 1"
    assert {"Heading 2", "Heading 3"} <= set(styles)
    assert document.core_properties.title == "Utredning och beslut enligt lex Sarah"
    assert document.core_properties.language == "sv-SE"
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in document.tables)
    # No row is torn apart by the end of a page, and the first column is as wide as it was made.
    assert all("w:cantSplit" in row._tr.xml for table in document.tables for row in table.rows)
    measures = next(one for one in document.tables if one.cell(0, 0).text == "Åtgärd")
    assert measures.columns[0].width == 2 * measures.columns[1].width
    assert 'w:val="sv-SE"' in document.styles.element.xml
    assert "python-docx" not in word_text(contents(decided)[1])


def test_what_users_write_is_never_read_as_markup() -> None:
    sly = '#panic("x") *fet* $a$ `b` @nej <etikett> \\ // kommentar #sys.inputs </w:t>'
    paper = Paper(sly, sly, sly, (Text(sly), facts((sly, sly)), Table(sly, (sly,), ((sly,),))))
    assert pdf_text(pdf(paper)).count("#panic") >= 5
    assert word_text(word(paper)).count("#panic") >= 5


def test_what_is_written_without_a_space_is_not_lost_beyond_the_edge_of_the_sheet() -> None:
    endless = f"Från{'Ä' * 500}slut"
    lines = pdf_text(pdf(Paper("Titel", "Fot", "Vi", (Text(endless),)))).split()
    assert sum(line.count("Ä") for line in lines) == 500
    # A line of A4 holds no more of so wide a letter.
    assert max(map(len, lines)) < 70


def test_characters_without_a_shape_do_not_stop_a_paper() -> None:
    odd = "Glad 🙂 och\x07 漢字 \u200d\u202e\x0b slut\ufffe, a\u030a"
    paper = Paper(odd, odd, odd, (Text(odd),))
    text = pdf_text(pdf(paper))
    assert f"Glad {UNKNOWN} och {UNKNOWN}{UNKNOWN}" in text
    assert "å" in text
    assert "🙂" in word_text(word(paper))
