"""A paper as Word: headings, tables with repeated header rows, Swedish as its language."""

from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Pt, RGBColor

from casework.shared.papers.content import (
    Block,
    Break,
    Facts,
    Heading,
    Paper,
    Picture,
    Table,
    Text,
    clean,
    paragraphs,
)
from casework.shared.papers.pdf import picture_png

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FONT = "Calibri"
_INK = RGBColor(0x14, 0x32, 0x4A)
_SIZES = {"Heading 1": 20, "Heading 2": 14, "Heading 3": 12, "Caption": 10}
_LABEL = Cm(6)
# What is left of the page between its margins, in centimetres.
_ROOM, _ROOM_LYING = 16, 24.7
# Small enough for a long Swedish word to stand in one of five columns.
_IN_TABLES, _IN_WIDE_TABLES = Pt(9.5), Pt(8)


def word(paper: Paper) -> bytes:
    """Return the paper as the bytes of a .docx file."""
    shown = paper.changed(clean)
    document = Document()
    _describe(document, shown)
    _style(document)
    _foot(document.sections[0], shown.foot, _ROOM)
    document.add_heading(shown.title, level=1)
    for block in shown.blocks:
        if isinstance(block, Break):
            _break(document, shown.foot, lying=block.lying)
        else:
            _write(document, block)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _describe(document: WordDocument, paper: Paper) -> None:
    about = document.core_properties
    about.title, about.author, about.language = paper.title, paper.author, "sv-SE"
    about.last_modified_by, about.comments = paper.author, ""


def _style(document: WordDocument) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    page.top_margin, page.bottom_margin = Cm(2.3), Cm(2.4)
    for name, size in {"Normal": 11, **_SIZES}.items():
        style: Any = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        # Theme fonts win over the name where both are given.
        fonts = style.element.rPr.rFonts
        for key in list(fonts.attrib):
            del fonts.attrib[key]
        for key in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{key}"), _FONT)
        if name in _SIZES:
            style.font.color.rgb = _INK
            style.paragraph_format.space_after = Pt(size / 2)
        else:
            _speak_swedish(style.element.get_or_add_rPr())
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}")
    if defaults is not None:
        _speak_swedish(defaults.find(qn("w:rPr")))


def _speak_swedish(properties: Any) -> None:
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), "sv-SE")


def _foot(section: Section, text: str, room: float) -> None:
    section.footer.is_linked_to_previous = False
    line = section.footer.paragraphs[0]
    line.paragraph_format.tab_stops.add_tab_stop(Cm(room), WD_TAB_ALIGNMENT.RIGHT)
    for inherited in line.style.paragraph_format.tab_stops:
        line.paragraph_format.tab_stops.add_tab_stop(inherited.position, WD_TAB_ALIGNMENT.CLEAR)
    line.add_run(f"{text}\tSida ")
    _field(line, "PAGE")
    line.add_run(" av ")
    _field(line, "NUMPAGES")
    line.style.font.size = Pt(9)


def _field(line: Any, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = OxmlElement("w:r")
    shown = OxmlElement("w:t")
    shown.text = "1"
    run.append(shown)
    field.append(run)
    line._p.append(field)


def _write(document: WordDocument, block: Block) -> None:
    match block:
        case Heading():
            document.add_heading(block.text, level=block.level)
        case Text():
            for line in paragraphs(block.text):
                document.add_paragraph(line)
        case Facts():
            _facts(document, block)
        case Table():
            _table(document, block)
        case Picture():
            _picture(document, block)


def _facts(document: WordDocument, block: Facts) -> None:
    """Write label and value side by side with an indent: read aloud they follow each other."""
    for label, value in block.rows:
        line = document.add_paragraph()
        form = line.paragraph_format
        form.left_indent, form.first_line_indent = _LABEL, -_LABEL
        form.space_after = Pt(4)
        form.tab_stops.add_tab_stop(_LABEL)
        line.add_run(label).bold = True
        run = line.add_run("\t")
        for place, part in enumerate(paragraphs(value)):
            if place:
                run.add_break()
            run.add_text(part)


def _picture(document: WordDocument, block: Picture) -> None:
    """Put in the picture with what it shows in words, for those who hear it."""
    document.add_picture(BytesIO(picture_png(block.svg)), width=Cm(11))
    about = document.paragraphs[-1]._p.find(f".//{qn('wp:docPr')}")
    about.set("descr", block.text)


def _break(document: WordDocument, foot: str, *, lying: bool) -> None:
    """Begin a page; one that is turned otherwise than the last is a section of its own."""
    if _is_lying(document) == lying:
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        return
    before = document.sections[-1]
    width, height = before.page_height, before.page_width
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.page_width, section.page_height = width, height
    section.orientation = WD_ORIENT.LANDSCAPE if lying else WD_ORIENT.PORTRAIT
    _foot(section, foot, _ROOM_LYING if lying else _ROOM)


def _is_lying(document: WordDocument) -> bool:
    return bool(document.sections[-1].orientation == WD_ORIENT.LANDSCAPE)


def _figures(table: Any) -> None:
    for run in (run for cell in table.rows[-1].cells for run in cell.paragraphs[0].runs):
        run.bold = True
    for column in list(table.columns)[1:]:
        for cell in column.cells:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _table(document: WordDocument, block: Table) -> None:
    caption = document.add_paragraph(block.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=len(block.header), style="Table Grid")
    table.autofit = False
    room = _ROOM_LYING if _is_lying(document) else _ROOM
    for cell, text in zip(table.rows[0].cells, block.header, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    if block.figures:
        _figures(table)
    for row in table.rows:
        # A row is read as a whole: it goes to the next page rather than in two.
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for column, share in zip(table.columns, block.shares, strict=True):
        # Said of the column as well: some programs go by that and not by the cells.
        column.width = Cm(room * share)
        for cell in column.cells:
            cell.width = column.width
            line = cell.paragraphs[0]
            line.paragraph_format.space_after = line.paragraph_format.space_before = Pt(4)
            for run in line.runs:
                run.font.size = _IN_WIDE_TABLES if _is_lying(document) else _IN_TABLES
    document.add_paragraph()
