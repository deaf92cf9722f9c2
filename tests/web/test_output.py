"""Names and texts with markup in them, on every page that one comes to from the start page."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from casework.organisation.models import ServiceArea, Unit, User
from casework.reports import plots
from casework.shared import clock
from deviations.models import Category, Cause
from tests.conftest import Place, make_report
from tests.factories.handling import Registers, equipped, make_registers
from tests.web.pages import page

pytestmark = pytest.mark.django_db

RAW = "<a hx-post='/x/' hx-trigger=load>\""
ESCAPED = "&lt;a hx-post=&#x27;/x/&#x27; hx-trigger=load&gt;&quot;"
MOST_PAGES = 40
_LINKS = re.compile(r'href="(/[^"#]*|\?[^"#]*)"')
# Files, and pages that have no more to say than their list.
_LEFT_OUT = re.compile(r"format=|/static/|/fil/|\.(csv|xlsx|docx|pdf|json)|sort=|/api/|/admin/")


@pytest.fixture
def marked(place: Place) -> Registers:
    """A board where everything that can be named carries markup in its name."""
    registers = make_registers(place)
    for model in (Unit, ServiceArea, Category, Cause):
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(name=f"{RAW} {row.pk}")
    User.objects.update(first_name=RAW, last_name=RAW)
    place.board.refresh_from_db()
    equipped(place, registers, description=f"{RAW} hände", done_at_once=RAW)
    make_report(place, description=RAW)
    return registers


def walked(client: Client) -> dict[str, str]:
    """Return the pages that one comes to from the start page, by address."""
    pages: dict[str, str] = {}
    waiting = ["/"]
    while waiting and len(pages) < MOST_PAGES:
        address = waiting.pop(0)
        response = client.get(address)
        if response.headers["Content-Type"].startswith("text/html"):
            pages[address] = response.content.decode()
            path = address.partition("?")[0]
            for found in _LINKS.findall(pages[address]):
                link = unescape(path + found if found.startswith("?") else found)
                # One of each kind of page: rows of a list lead to the same.
                kinds = {re.sub(r"\d+", "n", one) for one in (*pages, *waiting)}
                if not _LEFT_OUT.search(link) and re.sub(r"\d+", "n", link) not in kinds:
                    waiting.append(link)
    return pages


@pytest.mark.parametrize(
    "name", ["eva", "simon", *(pytest.param(n, marks=pytest.mark.long) for n in ("amina", "vera"))]
)
def test_no_page_takes_a_name_for_markup(
    as_user: Callable[..., Client], marked: Registers, name: str
) -> None:
    pages = walked(as_user(name))
    assert len(pages) > 8
    assert sum(ESCAPED in text for text in pages.values()) > 5
    assert [address for address, text in pages.items() if "<a hx-post" in text] == []


def test_the_report_as_a_page_and_as_a_file_draws_names_as_text(
    as_user: Callable[..., Client], marked: Registers, tmp_path: Path
) -> None:
    file, day = tmp_path / "rapport.html", clock.today()
    period = (f"--from={day - timedelta(days=30)}", f"--to={day}", "--min-count=1")
    call_command("quality_report", *period, "--format=html", f"--output={file}")
    shown = as_user("vera").get("/rapport/", {"min_count": 1}).content.decode()
    for text in (shown, file.read_text(encoding="utf-8")):
        assert "<svg" in text
        assert "<a hx-post" not in text
        assert text.count(ESCAPED) > 3


def test_headers_cells_and_faults_of_a_file_stay_text(
    as_user: Callable[..., Client], place: Place
) -> None:
    header = "id;enhet;rapporterad;inträffad;upptäckt;kategori;underkategori;beskrivning;ärende;"
    header += "status;avslutad;orsaker;åtgärd;effekt"
    cell = RAW.replace('"', '""')
    rows = {
        # A fault told with the cell, and a header nobody knows.
        "fel": f'{header}\n1;"{cell}";2022-01-10;;;A;B;C;;;;;;\n',
        "rubrik": f'{header};"{cell}"\n1;Enheten;;;;A;B;C;;;;;;;"<b>"\n',
    }
    client = as_user("simon")
    for name, text in rows.items():
        file = SimpleUploadedFile(f"{name}.csv", text.encode())
        answer = client.post("/register/avvikelser/", {"file": file}, follow=True).content.decode()
        assert ESCAPED in answer, name
        assert "<a hx-post" not in answer
        assert "<b>" not in answer


def test_what_is_searched_for_and_misspelt_is_shown_as_text(
    as_user: Callable[..., Client], place: Place
) -> None:
    client = as_user("eva")
    assert "<a hx-post" not in page(client, f"/sok/?q={RAW}")
    assert "<a hx-post" not in page(client, f"/avvikelser/?status={RAW}&unit={RAW}&sort={RAW}")


@pytest.mark.parametrize(
    "picture",
    [
        plots.horizontal_bars(RAW, [(RAW, 1)]),
        plots.age_bars(RAW, [(RAW, (1, 2, 3))], [RAW, RAW, RAW]),
        plots.monthly_columns(RAW, [RAW], [1]),
        plots.small_columns(RAW, [RAW], [(RAW, [1])]),
    ],
)
def test_a_picture_is_printed_as_it_is_and_its_words_are_not(picture: str) -> None:
    assert picture.__html__().startswith("<svg ")  # type: ignore[attr-defined]
    assert picture.count(ESCAPED) >= 3
    assert "<a" not in picture
