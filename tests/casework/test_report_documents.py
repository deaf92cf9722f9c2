"""The report to print and to go on writing in: PDF and Word say what the tables say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from docx import Document
from docx.enum.section import WD_ORIENT
from pypdf import PdfReader

from casework.reports.documents import EMPTY, TOTAL
from deviations.models import Category
from tests.conftest import Place, make_report
from tests.factories.cases import decide

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_autumn(at: Callable[[date], object]) -> None:
    at(date(2026, 10, 5))


def made(tmp_path: Path, kind: str, *asked: str) -> bytes:
    """The report of 2026 as a file."""
    target = tmp_path / f"rapport.{kind}"
    period = ("--from=2026-01-01", "--to=2026-12-31")
    call_command("quality_report", *period, f"--format={kind}", f"--output={target}", *asked)
    return target.read_bytes()


def grids(document: Any) -> dict[str, list[list[str]]]:
    """The tables of a Word file by their captions."""
    found, caption = {}, ""
    for part in document.iter_inner_content():
        if hasattr(part, "rows"):
            found[caption] = [[cell.text for cell in row.cells] for row in part.rows]
        elif part.style.name == "Caption":
            caption = part.text
    return found


def test_word_has_a_chapter_for_each_area_with_its_tables(place: Place, tmp_path: Path) -> None:
    make_report(place)
    document = Document(BytesIO(made(tmp_path, "docx")))
    assert [one.text for one in document.paragraphs if one.style.name == "Heading 2"] == [
        "Barn och unga",
        "Vuxna",
    ]
    found = grids(document)
    assert found["Status, Barn och unga"] == [
        ["Status", "Antal"],
        ["Avslutad", "0"],
        ["Pågående", "1"],
        [TOTAL, "1"],
    ]
    assert found["Status, Vuxna"][-1] == [TOTAL, "0"]
    # What has no rows says so.
    texts = [one.text for one in document.paragraphs]
    assert texts[texts.index("Aktualiseringar") + 1] == EMPTY


def test_a_picture_is_there_and_told_in_words(place: Place, tmp_path: Path) -> None:
    make_report(place)
    document = Document(BytesIO(made(tmp_path, "docx", "--area=Barn och unga")))
    assert document.inline_shapes
    for shape in document.inline_shapes:
        assert shape._inline.docPr.get("descr").startswith("Samma siffror som diagram: ")
    reader = PdfReader(BytesIO(made(tmp_path, "pdf", "--area=Barn och unga")))
    root: Any = reader.trailer["/Root"]
    told = alternatives(root["/StructTreeRoot"])
    assert len(told) == len(document.inline_shapes)
    assert all(text.startswith("Samma siffror som diagram: ") for text in told)


def test_the_pdf_says_the_same_tagged_and_in_swedish(place: Place, tmp_path: Path) -> None:
    make_report(place)
    content = made(tmp_path, "pdf", "--area=Barn och unga")
    reader = PdfReader(BytesIO(content))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"].startswith("sv")
    assert b"pdfuaid:part" in content
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert place.board.name in text
    assert "Pågående 1" in " ".join(text.split())


def test_those_apart_stand_last_and_alone(place: Place, tmp_path: Path) -> None:
    rare = Category.objects.create(board=place.board, name="Ovanlig")
    make_report(place, category=rare, protected=True)
    found = grids(Document(BytesIO(made(tmp_path, "docx", "--min-count=1"))))
    assert found["Kategori/typ av avvikelse, Barn och unga"][1] == ["Visas inte uppdelat", "1"]


def test_a_table_of_many_columns_lies_on_its_side(place: Place, tmp_path: Path) -> None:
    decide(place, decided_on=date(2026, 3, 2))
    document = Document(BytesIO(made(tmp_path, "docx", "--area=Barn och unga")))
    turned = [section.orientation for section in document.sections]
    assert turned.count(WD_ORIENT.LANDSCAPE) == 1
    assert turned[-1] == WD_ORIENT.PORTRAIT
    sizes = [page.mediabox for page in PdfReader(BytesIO(made(tmp_path, "pdf"))).pages]
    assert sum(size.width > size.height for size in sizes) == 1
    listed = grids(document)["Ej verkställda beslut (SoL), Barn och unga"]
    assert "2026-03-02" in listed[1]


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_the_page_of_the_report_gives_it(as_user: Callable[..., Client], kind: str) -> None:
    client = as_user("vera")
    page = client.get("/rapport/", {"from": "2026-01-01", "to": "2026-12-31"}).content.decode()
    assert f"/rapport/fil/{kind}/" in page
    answer = client.get(f"/rapport/fil/{kind}/", {"from": "2026-01-01", "to": "2026-12-31"})
    assert answer.status_code == 200
    assert answer.content[:2] in (b"PK", b"%P")


def alternatives(node: Any) -> list[str]:
    """What a PDF says in words of its pictures."""
    node = node.get_object()
    if isinstance(node, list):
        return [text for one in node for text in alternatives(one)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (alternatives(node["/K"]) if "/K" in node else [])
