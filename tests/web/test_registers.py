"""Taking in a register in a browser, with and without script."""

from pathlib import Path

import pytest

from deviations.models import Deviation
from tests.conftest import Place
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEADER = (
    "id;enhet;rapporterad;inträffad;upptäckt;kategori;underkategori;beskrivning;ärende;status;"
    "avslutad;orsaker;åtgärd;effekt"
)


def write(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return path


def row(key: str, day: str, unit: str = "Enheten") -> str:
    return f"{key};{unit};{day};;;Post;Försenad;Brevet kom inte fram.;Ä1;Pågående;;;;"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_whole_way_from_a_file_to_its_rows(
    browser_page: BrowserPage, place: Place, tmp_path: Path, width: int
) -> None:
    page = browser_page("simon", width)
    page.goto("/register/")
    assert_accessible(page)
    picture(page, f"register-list-{width}")
    page.get_by_role("link", name="Läs in avvikelser").click()
    assert_accessible(page)
    picture(page, f"register-upload-{width}")
    path = write(tmp_path / "uttag.csv", row("A1", "2022-01-10"), row("A2", "2022-01-11"))
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Fortsätt").click()
    page.get_by_role("button", name="Läs in").click()
    page.get_by_text("Inläst: 2 nya").wait_for()
    assert_accessible(page)
    picture(page, f"register-done-{width}")

    page.goto("/register/avvikelser/")
    other = HEADER.replace("id;", "Nummer;").replace("enhet;", "Plats;")
    path = write(
        tmp_path / "export.csv",
        row("A1", "2022-02-10"),
        row("A2", "2022-01-11"),
        row("A3", "2022-01-12"),
        header=other,
    )
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Fortsätt").click()
    assert_accessible(page)
    picture(page, f"register-columns-{width}")
    page.get_by_label("Plats").select_option("enhet")
    page.get_by_role("button", name="Granska").click()
    page.get_by_role("heading", name="Ändrade rader").wait_for()
    assert_accessible(page)
    picture(page, f"register-review-{width}")
    page.get_by_role("button", name="Läs in").click()
    page.get_by_text("Inläst: 1 nya, 1 uppdaterade").wait_for()
    assert Deviation.objects.count() == 3


def test_faults_are_listed_and_nothing_is_taken_in_without_script(
    browser_page: BrowserPage, place: Place, tmp_path: Path
) -> None:
    page = browser_page("vera", script=False)
    page.goto("/register/avvikelser/")
    path = write(
        tmp_path / "uttag.csv", row("A1", "2022-02-30"), row("A2", "2022-01-11", unit="Okänd")
    )
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Fortsätt").click()
    page.get_by_text("Filen kan inte läsas in än").wait_for()
    assert page.get_by_role("row").filter(has_text="Okänd").count() >= 1
    assert page.get_by_role("button", name="Läs in", exact=True).count() == 0
    picture(page, "register-faults")
    assert not Deviation.objects.exists()
