"""Taking in a register on screen."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from kombu.exceptions import OperationalError

from casework.models import AuditEvent, ImportBatch, Unit
from casework.registers import working
from casework.registers.exporting import export_response
from casework.web.registers import handing
from config.celery import app as celery
from deviations.models import Deviation
from tests.casework.bombs import REFUSED
from tests.conftest import Place

pytestmark = pytest.mark.django_db

HEADER = (
    "id;enhet;rapporterad;inträffad;upptäckt;kategori;underkategori;beskrivning;ärende;status;"
    "avslutad;orsaker;åtgärd;effekt"
)
ROW = "{id};Enheten;{day};;;Post;;{text};Ä1;Pågående;;;;"
LogIn = Callable[..., Client]


def rows(*given: dict[str, str], header: str = HEADER) -> SimpleUploadedFile:
    default = {"id": "A1", "day": "2022-01-10", "text": "Brevet öppnades."}
    lines = [header, *(ROW.format(**(default | one)) for one in given)]
    return SimpleUploadedFile("avvikelser.csv", "\n".join(lines).encode())


def uploaded(client: Client, file: SimpleUploadedFile, kind: str = "avvikelser") -> Any:
    """Choose a file and follow to the next step."""
    return client.post(f"/register/{kind}/", {"file": file}, follow=True)


def address(response: Any) -> str:
    return str(response.redirect_chain[-1][0])


def text(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


def test_a_file_is_reviewed_and_then_taken_in(as_user: LogIn) -> None:
    client = as_user("vera")
    step = uploaded(client, rows({"id": "A1"}, {"id": "A2"}))
    assert address(step).endswith("/granska/")
    assert "Granska innan du läser in" in text(step)
    assert not Deviation.objects.exists()
    done = client.post(address(step), follow=True)
    assert "Inläst: 2 nya, 0 uppdaterade och 0 oförändrade rader." in text(done)
    assert Deviation.objects.count() == 2
    batch = ImportBatch.objects.get()
    assert batch.actor is not None
    assert address(done) == f"/register/inlasning/{batch.pk}/"
    assert "avvikelser.csv" in text(client.get("/register/"))
    # The file is gone: nobody takes it in twice by going back.
    assert "Välj den igen" in text(client.get(address(step), follow=True))


def test_all_faults_are_shown_with_their_lines_and_nothing_can_be_taken_in(as_user: LogIn) -> None:
    client = as_user("vera")
    step = uploaded(client, rows({"id": "A1", "day": "2022-02-30"}, {"id": "A1", "day": "igår"}))
    shown = text(step)
    assert "Filen kan inte läsas in än" in shown
    assert "2022-02-30" in shown
    assert "står också på rad 2" in shown
    client.post(address(step))
    assert not Deviation.objects.exists()


def test_what_differs_is_shown_without_the_text_of_the_case(as_user: LogIn) -> None:
    client = as_user("vera")
    client.post(address(uploaded(client, rows({}))))
    step = uploaded(client, rows({"day": "2022-01-11", "text": "Ny lydelse."}, {"id": "A2"}))
    shown = text(step)
    assert "<del>2022-01-10</del>" in shown
    assert "<ins>2022-01-11</ins>" in shown
    assert "beskrivning: ändrad (visas inte här)" in shown
    assert shown.count("Brevet öppnades.") == 1  # the new row's own, among the file's first rows
    event = AuditEvent.objects.filter(action="register.previewed").latest("pk")
    assert event.subject_ids == [Deviation.objects.get().pk]


def test_a_file_with_other_headers_is_matched_by_hand(as_user: LogIn) -> None:
    client = as_user("vera")
    header = HEADER.replace("id;", "Nummer;").replace("enhet;", "Var det hände;") + ";Extra"
    file = SimpleUploadedFile(
        "export.csv", f"{header}\n{ROW.format(id='A1', day='2022-01-10', text='x')};y\n".encode()
    )
    step = uploaded(client, file)
    assert address(step).endswith("/kolumner/")
    form = step.context["form"]
    choices = {name: field.initial for name, field in form.fields.items()}
    assert choices["column_0"] == "id"
    assert choices["column_1"] == ""
    refused = client.post(address(step), choices)
    assert refused.status_code == 422
    assert "Det saknas en kolumn för: enhet." in text(refused)
    done = client.post(address(step), choices | {"column_1": "enhet"}, follow=True)
    assert address(done).endswith("/granska/")
    client.post(address(done))
    assert Deviation.objects.get().external_id == "A1"


def test_what_is_no_table_is_refused_at_once(as_user: LogIn) -> None:
    client = as_user("vera")
    answer = client.post("/register/avvikelser/", {"file": SimpleUploadedFile("bild.xlsx", b"nej")})
    assert answer.status_code == 422
    assert "går inte att läsa som .xlsx" in text(answer)
    assert client.post("/register/avvikelser/").status_code == 422


def test_a_file_can_be_thrown_away(as_user: LogIn) -> None:
    client = as_user("vera")
    step = address(uploaded(client, rows({})))
    client.post(step.replace("granska", "avbryt"))
    assert client.get(step).status_code == 302


def test_the_waiting_file_is_encrypted_and_its_owners_alone(
    as_user: LogIn, place: Place, settings: Any
) -> None:
    from django.core.cache import cache

    client = as_user("vera")
    step = address(uploaded(client, rows({"text": "hemlig lydelse"})))
    token = step.split("/")[3]
    key = f"register-file:{place.board.pk}:{place.user('vera').pk}:{token}"
    assert b"hemlig" not in cache.get(key)
    assert as_user("simon").get(step).status_code == 302


@pytest.mark.parametrize("name", ["amina", "frida", "eva", "anna", "sara", "rut", "birgit", "gun"])
def test_others_take_nothing_in(as_user: LogIn, name: str) -> None:
    client = as_user(name)
    for path in ("/register/", "/register/avvikelser/", "/register/avvikelser/mall/"):
        assert client.get(path).status_code == 403
    assert client.post("/register/avvikelser/", {"file": rows({})}).status_code == 403
    assert client.get("/register/avvikelser/x/granska/").status_code == 403


def test_who_works_where_is_for_the_administrator(as_user: LogIn) -> None:
    vera, simon = as_user("vera"), as_user("simon")
    assert "/register/personal/" not in text(vera.get("/register/"))
    assert vera.get("/register/personal/").status_code == 403
    assert "/register/personal/" in text(simon.get("/register/"))
    assert simon.get("/register/personal/").status_code == 200
    assert simon.get("/register/okänt/").status_code == 404


def test_another_boards_imports_are_not_there(
    as_user: LogIn, place: Place, other_place: Place
) -> None:
    client = as_user("vera")
    client.post(address(uploaded(client, rows({}))))
    batch = ImportBatch.objects.get()
    assert as_user("vera", other_place).get(f"/register/inlasning/{batch.pk}/").status_code == 404
    assert Unit.objects.filter(board=other_place.board, name="Enheten").exists()


def test_pages_ask_little_of_the_database(
    as_user: LogIn, django_assert_max_num_queries: Any
) -> None:
    client = as_user("vera")
    for number in range(3):
        client.post(address(uploaded(client, rows({"id": f"A{number}"}))))
    with django_assert_max_num_queries(15):
        client.get("/register/")
    step = address(uploaded(client, rows({"id": "A9"}, {"id": "A1", "text": "Ny."})))
    with django_assert_max_num_queries(30):
        client.get(step)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_list_taken_out_is_audited_with_what_it_held(
    place: Place, file_format: str, db: None
) -> None:
    response = export_response(
        place.actor("vera"), "avvikelser", ["nummer"], [["=1"]], file_format,
        kind="deviation", ids=[7, 5],
    )  # fmt: skip
    assert f'filename="avvikelser.{file_format}"' in response["Content-Disposition"]
    event = AuditEvent.objects.get(action="register.exported")
    assert event.subject_ids == [5, 7]
    assert b"\n=1" not in response.content


def test_the_template_has_the_registers_headers(as_user: LogIn) -> None:
    content = as_user("vera").get("/register/avvikelser/mall/").content.decode("utf-8-sig")
    assert content.strip() == f"{HEADER};skyddad"


@pytest.fixture
def idle_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave what is handed over with the broker, where nobody takes it."""
    monkeypatch.setattr(celery.conf, "task_always_eager", False)
    monkeypatch.setattr(handing, "_MOMENT", 0.0)


def work_on(place: Place, step: str) -> None:
    _, _, kind, token, _, _ = step.split("/")
    working.work_on(place.user("vera").pk, kind, token)


@pytest.mark.usefixtures("idle_worker")
def test_while_the_worker_has_the_file_the_page_says_how_far_it_is(
    as_user: LogIn, place: Place
) -> None:
    client = as_user("vera")
    step = uploaded(client, rows({"id": "A1"}, {"id": "A2"}))
    assert "Filen läses: 0 rader hittills." in text(step)
    assert step["Refresh"] == "2"
    columns = address(step).replace("granska", "kolumner")
    assert client.get(columns).status_code == 302
    client.post(address(step))
    work_on(place, address(step))
    assert not Deviation.objects.exists()
    assert "Granska innan du läser in" in text(client.get(address(step)))
    waiting = text(client.post(address(step), follow=True))
    assert "Raderna läses in: 0 av 2." in waiting
    # Asked for twice, done once.
    client.post(address(step))
    work_on(place, address(step))
    work_on(place, address(step))
    assert "Inläst: 2 nya" in text(client.get(address(step), follow=True))
    assert ImportBatch.objects.count() == 1


@pytest.mark.usefixtures("idle_worker")
def test_a_file_is_read_once_and_its_steps_take_what_was_read(
    as_user: LogIn, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_user("vera")
    step = address(uploaded(client, rows({"id": "A1"})))
    work_on(place, step)
    monkeypatch.setattr(working, "read_table", None)
    client.post(step)
    work_on(place, step)
    assert "Inläst: 1 nya" in text(client.get(step, follow=True))


@pytest.mark.usefixtures("idle_worker")
def test_a_fault_of_ours_is_told_and_nothing_is_kept(
    as_user: LogIn, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_user("vera")
    step = address(uploaded(client, rows({"id": "A1"})))

    def broken(*given: object, **named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(working, "read_table", broken)
    with pytest.raises(RuntimeError):
        work_on(place, step)
    assert "Något gick fel hos oss, och inget har sparats." in text(client.get(step, follow=True))
    assert "Välj den igen" in text(client.get(step, follow=True))


@pytest.mark.usefixtures("idle_worker")
def test_one_file_at_a_time(as_user: LogIn, place: Place) -> None:
    step = address(uploaded(as_user("vera"), rows({"id": "A1"})))
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [working._LOCK])
            with pytest.raises(working.Occupied):
                work_on(place, step)
    finally:
        other.close()
    work_on(place, step)


def test_without_a_broker_the_form_says_so(as_user: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*given: object, **named: object) -> None:
        raise OperationalError

    monkeypatch.setattr(celery.tasks["casework.tasks.work_on_register_file"], "apply_async", away)
    answer = as_user("vera").post("/register/avvikelser/", {"file": rows({})})
    assert answer.status_code == 422
    assert "Just nu går det inte att läsa in filer." in text(answer)


@pytest.mark.parametrize("title", ["XFD1", "1e6 columns", "malformed sheet", "line feeds"])
def test_a_file_made_to_break_the_reader_is_refused_on_screen(as_user: LogIn, title: str) -> None:
    name, make = REFUSED["filled XFD2" if title == "XFD1" else title]
    file = SimpleUploadedFile(name, make())
    answer = as_user("vera").post("/register/avvikelser/", {"file": file})
    assert answer.status_code == 422
    assert "Rad " in text(answer)
