"""What a register file tells whoever takes it in of records that are closed to them."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from rest_framework.test import APIClient

from casework.access.actor import Actor
from casework.access.querysets import RecordQuerySet
from casework.cases.services.investigations import close_investigation
from casework.models import Decision, ImportBatch, ImportedRow, Intake, Investigation
from casework.organisation.unit_names import UnitNames
from casework.registers.kinds import REGISTER_KINDS, Run
from casework.registers.reading import read_table
from casework.registers.running import Outcome, import_table
from casework.shared import clock
from casework.shared.errors import NotVisible
from deviations.models import Deviation, Question
from deviations.services import cooperation
from lexsarah.models import Report
from tests.conftest import Place

pytestmark = pytest.mark.django_db

LogIn = Callable[..., Client]
# Of each register of records: a row, the cell that a later file has otherwise, and its model.
ROWS: dict[str, tuple[dict[str, str], dict[str, str], type[Model]]] = {
    "avvikelser": (
        {"id": "BOU-1", "rapporterad": "2022-02-16", "kategori": "Handläggning",
         "underkategori": "Beslut saknas", "beskrivning": "Text", "status": "Pågående"},
        {"rapporterad": "2022-02-17"},
        Deviation,
    ),
    "lexsarah": (
        {"id": "LS-1", "rapporterad": "2022-02-16", "händelse": "Text",
         "bedömning": "Missförhållande", "beslutad": "2022-03-16"},
        {"beslutad": "2022-03-17"},
        Report,
    ),
    "aktualiseringar": (
        {"id": "A-1", "ärende": "Ä1", "inkommen": "2022-02-16 10:00", "typ": "Anmälan",
         "uppgiftslämnare": "Skolan i byn"},
        {"uppgiftslämnare": "Polis"},
        Intake,
    ),
    "utredningar": (
        {"id": "U-1", "ärende": "Ä1", "inledd": "2022-02-16", "förlängd_till": "2022-08-16",
         "utredningstyp": "Barnutredning", "förlängning_beslutad": "2022-06-01"},
        {"inledd": "2022-02-17"},
        Investigation,
    ),
    "beslut": (
        {"id": "B-1", "ärende": "Ä1", "lagrum": "SoL", "insats": "Kontaktfamilj",
         "beslutsdatum": "2022-02-16"},
        {"insats": "Stödboende"},
        Decision,
    ),
}  # fmt: skip


def content(kind: str, row: Mapping[str, str], *, leaving_out: str = "") -> bytes:
    """A file with all of the register's columns, or all but one, and one row."""
    names = [column.name for column in REGISTER_KINDS[kind].columns if column.name != leaving_out]
    cells = {"enhet": "Enheten", **row}
    return "\n".join([";".join(names), ";".join(cells.get(name, "") for name in names)]).encode()


def take_in(
    place: Place, by: Actor, kind: str, row: Mapping[str, str], *, leaving_out: str = "",
    **options: Any,
) -> Outcome:  # fmt: skip
    table = read_table(f"{kind}.csv", content(kind, row, leaving_out=leaving_out))
    return import_table(by, kind, table, place.board, **options)


def taken_in(place: Place, kind: str) -> Any:
    """The register's record, taken in as the operator does at night."""
    row, _, model = ROWS[kind]
    outcome = take_in(place, Actor.system(place.board), kind, row)
    assert outcome.problems == []
    return model._default_manager.get()


def close(record: Any) -> None:
    """Let the record be under skyddade personuppgifter by what was said here, not in the file."""
    type(record)._default_manager.filter(pk=record.pk).update(protected=True)


def preview(client: Client, kind: str, row: Mapping[str, str]) -> str:
    file = SimpleUploadedFile(f"{kind}.csv", content(kind, row))
    step = client.post(f"/register/{kind}/", {"file": file}, follow=True)
    assert step.status_code == 200
    # What stands in the file itself is shown; the rest is what the page tells of the record.
    return step.content.decode().partition("Filens första rader")[0]


@pytest.mark.parametrize("name", ["vera", "simon"])
@pytest.mark.parametrize("kind", ROWS)
def test_a_preview_tells_nothing_of_what_is_closed(
    place: Place, as_user: LogIn, kind: str, name: str
) -> None:
    record = taken_in(place, kind)
    close(record)
    row, other, model = ROWS[kind]
    records: Any = model._default_manager
    with pytest.raises(NotVisible):
        records.get_visible(place.actor(name), record.pk)
    page = preview(as_user(name), kind, row | other)
    assert page.count("ändrad (visas inte här)") == 1
    assert "<del>" not in page
    for column in other:
        assert f"{column}:" not in page
        assert row[column] not in page
    assert getattr(record, "number", "no number") not in page


@pytest.mark.parametrize("kind", [kind for kind in ROWS if kind != "lexsarah"])
def test_a_preview_shows_before_and_after_of_what_is_open(
    place: Place, as_user: LogIn, kind: str
) -> None:
    taken_in(place, kind)
    row, other, _ = ROWS[kind]
    page = preview(as_user("vera"), kind, row | other)
    for column, value in other.items():
        assert f"{column}: <del>{row[column]}</del>" in page
        assert f"<ins>{value}</ins>" in page


def test_an_open_record_marked_only_in_an_earlier_file_is_shown(
    place: Place, as_user: LogIn
) -> None:
    row, other, _ = ROWS["avvikelser"]
    take_in(place, Actor.system(place.board), "avvikelser", row | {"skyddad": "Ja"})
    sara = place.actor("sara")
    cooperation.set_protection(sara, Deviation.objects.get().pk, protected=False)
    # Worked with here, so that it is refused; what we call it is told to whoever may open it.
    page = preview(as_user("vera"), "avvikelser", row | other)
    assert Deviation.objects.get().number in page
    assert "<del>2022-02-16</del>" in page


@pytest.mark.parametrize("kind", ["avvikelser", "lexsarah", "utredningar"])
def test_what_was_handled_here_is_not_called_by_its_name(place: Place, kind: str) -> None:
    record = taken_in(place, kind)
    row, other, _ = ROWS[kind]
    if kind == "avvikelser":
        Question.objects.create(deviation=record, text="När?", asked_at=clock.now())
    elif kind == "lexsarah":
        Report.objects.filter(pk=record.pk).update(investigator=place.user("sara"))
    else:
        close_investigation(place.actor("amina"), record.pk, on=clock.today(), outcome="measure")
        other = {"avslutad": "2022-07-01"}
    close(record)
    hidden = take_in(place, place.actor("simon"), kind, row | other, preview=True)
    told = take_in(place, Actor.system(place.board), kind, row | other, preview=True)
    assert [(problem.line, problem.column) for problem in hidden.problems] == [(2, "id")]
    assert "men det raden gäller har handlagts här" in hidden.problems[0].message
    name = "utredning U-1 (avslutad)" if kind == "utredningar" else record.number
    assert name in told.problems[0].message
    assert name not in hidden.problems[0].message


def test_a_fault_tells_nothing_of_what_came_in_earlier(place: Place) -> None:
    """A column that the file lacks is as before: what it does not agree with is not told."""
    taken_in(place, "utredningar")
    row, _, _ = ROWS["utredningar"]
    later = row | {"inledd": "2022-06-02"}
    ways = {"by": place.actor("simon"), "kind": "utredningar", "row": later, "preview": True}
    outcome = take_in(place, leaving_out="förlängning_beslutad", **ways)
    (problem,) = outcome.problems
    assert (problem.line, problem.column) == (2, "förlängning_beslutad")
    assert "2022-06-01" not in problem.message
    assert "Ta med kolumnen" in problem.message
    ways["by"] = place.actor("vera")
    assert (
        "2022-06-01"
        in take_in(place, leaving_out="förlängning_beslutad", **ways).problems[0].message
    )


def test_no_column_of_a_closed_record_can_be_guessed_by_itself(place: Place) -> None:
    """One cell right among others that are wrong looks as all of them wrong do."""
    close(taken_in(place, "avvikelser"))
    row, other, _ = ROWS["avvikelser"]
    wrong = row | other | {"kategori": "Bemötande"}
    told = [
        take_in(place, place.actor("vera"), "avvikelser", guess, preview=True).differences
        for guess in (wrong, wrong | {"kategori": row["kategori"]})
    ]
    assert told[0] == told[1]


def test_that_a_closed_record_was_here_before_the_file_is_not_told(place: Place) -> None:
    taken_in(place, "utredningar")
    Investigation.objects.update(external_id="", protected=True)
    ImportedRow.objects.all().delete()
    row, _, _ = ROWS["utredningar"]
    outcome = take_in(place, place.actor("vera"), "utredningar", row)
    assert Investigation.objects.get().external_id == "U-1"
    assert outcome.summary[0] == "1 ny utredning."


def test_what_changed_in_closed_records_is_told_as_a_number_alone(place: Place) -> None:
    close(taken_in(place, "utredningar"))
    row, _, _ = ROWS["utredningar"]
    outcome = take_in(place, place.actor("vera"), "utredningar", row | {"avslutad": "2022-07-01"})
    assert outcome.summary == ["1 utredning ändrades (hur visas inte här)."]
    assert ImportBatch.objects.latest("pk").summary == outcome.summary


def test_the_api_names_no_changed_field_of_a_closed_record(place: Place) -> None:
    taken_in(place, "utredningar")
    answers = {}
    for name, day in (("vera", "2022-07-01"), ("simon", "2022-07-02")):
        client = APIClient()
        client.force_login(place.user(name))
        body = {"unit": "Enheten", "opened_on": "2022-02-16", "case_number": "Ä1"}
        body |= {"extended_to": "2022-08-16", "closed_on": day}
        answer = client.put("/api/v1/investigations/U-1/", body, format="json")
        answers[name] = answer.json()
    assert answers["vera"]["result"] == answers["simon"]["result"] == "changed"
    assert "closed_on" in answers["vera"]["changed_fields"]
    assert answers["simon"]["changed_fields"] == []


def test_every_register_says_what_its_rows_are_about(place: Place) -> None:
    for key, kind in REGISTER_KINDS.items():
        run = Run(place.board, place.actor("simon"), clock.now(), UnitNames(place.board))
        records = kind(run).records
        assert isinstance(records, RecordQuerySet) != kind.administrator_only, key
