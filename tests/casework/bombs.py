"""Files made to break a reader, each small; by name, with what they are to be called."""

import io
import zipfile
from collections.abc import Callable, Iterator
from functools import partial

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def relations(**targets: str) -> str:
    given = "".join(
        f'<Relationship Id="{kind}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{given}</Relationships>"
    )


def parts(sheet: str, **others: str) -> dict[str, str]:
    """The parts of a workbook with this sheet; ``others`` takes the place of parts by kind."""
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        '<sheet name="Blad1" sheetId="1" r:id="worksheet"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            worksheet="worksheets/sheet1.xml", styles="styles.xml", sharedStrings="strings.xml"
        ),
        "xl/worksheets/sheet1.xml": sheet,
        "xl/styles.xml": others.get("styles", "<styleSheet/>"),
        "xl/strings.xml": others.get("strings", "<sst/>"),
    }


def zipped(members: dict[str, str] | dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def sheet(rows: str) -> str:
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def text(reference: str, value: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


HEADER = f'<row r="1">{text("A1", "id")}{text("B1", "enhet")}</row>'
ROW = f'<row r="2">{text("A2", "A1")}{text("B2", "Enheten")}</row>'


def workbook(rows: str, **others: str) -> bytes:
    return zipped(parts(sheet(HEADER + rows), **others))


def unfolding(kind: str, megabytes: int) -> bytes:
    """A workbook one of whose parts unfolds to so much, written without holding it."""
    heads = {
        "sheet": sheet(HEADER).removesuffix("</sheetData></worksheet>"),
        "strings": f'<sst xmlns="{_MAIN}">',
        "styles": f'<styleSheet xmlns="{_MAIN}"><cellXfs>',
    }
    units = {"sheet": "<row/>", "strings": "<si><t>a</t></si>", "styles": "<xf/>"}
    names = {"sheet": "worksheets/sheet1.xml", "strings": "strings.xml", "styles": "styles.xml"}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts(sheet(HEADER + ROW)).items():
            if name != f"xl/{names[kind]}":
                archive.writestr(name, content)
        with archive.open(f"xl/{names[kind]}", "w", force_zip64=True) as part:
            part.write(heads[kind].encode())
            piece = units[kind].encode() * (1024 * 1024 // len(units[kind]))
            for _ in range(megabytes):
                part.write(piece)
    return stream.getvalue()


def _doctype(entities: str, use: str) -> bytes:
    rows = HEADER + f'<row r="2">{text("A2", use)}</row>'
    return zipped(parts(f'<?xml version="1.0"?><!DOCTYPE worksheet [{entities}]>{sheet(rows)}'))


def _laughs() -> bytes:
    levels = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "ha">' for n in range(9)
    )
    return _doctype(levels, "&e8;")


def _wrong_directory() -> bytes:
    """The central directory says that the sheet is ten bytes; it unfolds to 20 MB."""
    content = bytearray(unfolding("sheet", 20))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        start = archive.start_dir
    place = content.index(b"PK\x01\x02", start)
    while b"sheet1.xml" not in content[place : place + 80]:
        place = content.index(b"PK\x01\x02", place + 4)
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    return bytes(content)


def _nested() -> bytes:
    inner = zipped({"0": b"\x00" * 10_000_000})
    for _ in range(4):
        inner = zipped({f"{n}.zip": inner for n in range(10)})
    return inner


def _encrypted() -> bytes:
    content = bytearray(workbook(ROW))
    for mark, flag in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = content.find(mark)
        while place >= 0:
            content[place + flag] |= 1
            place = content.find(mark, place + 4)
    return bytes(content)


def _many_members() -> bytes:
    return zipped(parts(sheet(HEADER + ROW)) | {f"x/{n}": "" for n in range(60_000)})


def _wide_text(columns: int) -> bytes:
    return ";".join(f"k{n}" for n in range(columns)).encode() + b"\n"


def _many_cells() -> bytes:
    """Nearly three million cells, no two alike."""
    rows = (";".join(f"{row:x}{cell:x}" for cell in range(1000, 1190)) for row in range(15_000))
    return "\n".join(rows).encode()


# Refused in words.
REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "201 columns": ("f.csv", partial(_wide_text, 201)),
    "1e6 columns": ("f.csv", partial(_wide_text, 1_000_000)),
    "4000 columns of one row": ("f.csv", lambda: b"id;enhet\n" + b"x;" * 4000),
    "line feeds": ("f.csv", lambda: b"\n" * 9_000_000),
    "carriage returns": ("f.csv", lambda: b"\r" * 9_000_000),
    "semicolons": ("f.csv", lambda: b";" * 9_000_000),
    "one line": ("f.csv", lambda: b"x" * 9_000_000),
    "quotes": ("f.csv", lambda: b'"' * 1_000_000),
    "quoted line feeds": ("f.csv", lambda: b'"\n";' * 200_000),
    "unclosed quote": ("f.csv", lambda: b'id;enhet\nA1;"' + b"x\n" * 1_000_000),
    "50001 rows": ("f.csv", lambda: b"id;enhet\n" + b"A;b\n" * 50_001),
    "NULs": ("f.csv", lambda: b"id;enhet\n" + b"\x00" * 1_000_000),
    "UTF-16": ("f.csv", lambda: "id;enhet\nA1;å\n".encode("utf-16")),
    "UTF-16 unmarked": ("f.csv", lambda: "id;enhet\nA1;å\n".encode("utf-16-le")),
    "UTF-32": ("f.csv", lambda: "id;enhet\nA1;å\n".encode("utf-32")),
    "much memory": ("f.csv", _many_cells),
    "a text called xlsx": ("f.xlsx", lambda: b"id;enhet\nA1;Enheten\n"),
    "empty called xlsx": ("f.xlsx", lambda: b""),
    "xls called xlsx": ("f.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4096),
    "ods called xlsx": (
        "f.xlsx",
        lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
    ),
    "docx called xlsx": (
        "f.xlsx",
        lambda: zipped(
            {
                "_rels/.rels": relations(officeDocument="word/document.xml"),
                "word/document.xml": "<document/>",
            }
        ),
    ),
    "any archive": ("f.csv", lambda: zipped({"a.txt": "x"})),
    "half an archive": ("f.xlsx", lambda: workbook(ROW)[:-200]),
    "malformed sheet": ("f.xlsx", lambda: zipped(parts("<worksheet><row>"))),
    "malformed workbook": (
        "f.xlsx",
        lambda: zipped(parts(sheet(ROW)) | {"xl/workbook.xml": "<workbook"}),
    ),
    "malformed styles": ("f.xlsx", lambda: workbook(ROW, styles="<styleSheet")),
    "malformed strings": ("f.xlsx", lambda: workbook(ROW, strings="</sst>")),
    "no sheet": ("f.xlsx", lambda: zipped({"_rels/.rels": relations()})),
    "odd bytes in a sheet": (
        "f.xlsx",
        lambda: zipped(parts(sheet(HEADER)) | {"xl/worksheets/sheet1.xml": "\x00\x01\x02"}),
    ),
    "unknown encoding": (
        "f.xlsx",
        lambda: zipped(parts(f'<?xml version="1.0" encoding="klingon"?>{sheet(HEADER)}')),
    ),
    "document type": ("f.xlsx", lambda: _doctype("", "x")),
    "internal entity": ("f.xlsx", lambda: _doctype('<!ENTITY a "x">', "&amp;a;")),
    "external entity": (
        "f.xlsx",
        lambda: _doctype('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"),
    ),
    "parameter entity": (
        "f.xlsx",
        lambda: _doctype('<!ENTITY % a SYSTEM "http://127.0.0.1:1/a.dtd"> %a;', "x"),
    ),
    "billion laughs": ("f.xlsx", _laughs),
    "sheet of 250 MB": ("f.xlsx", partial(unfolding, "sheet", 250)),
    "strings of 150 MB": ("f.xlsx", partial(unfolding, "strings", 150)),
    "styles of 150 MB": ("f.xlsx", partial(unfolding, "styles", 150)),
    "wrong directory": ("f.xlsx", _wrong_directory),
    "nested archives": ("f.xlsx", _nested),
    "encrypted": ("f.xlsx", _encrypted),
    "bzip2": ("f.xlsx", lambda: zipped(parts(sheet(HEADER + ROW)), zipfile.ZIP_BZIP2)),
    "lzma": ("f.xlsx", lambda: zipped(parts(sheet(HEADER + ROW)), zipfile.ZIP_LZMA)),
    "filled XFD2": ("f.xlsx", lambda: workbook(f'<row r="2">{text("XFD2", "x")}</row>')),
    "no cell": ("f.xlsx", lambda: workbook(f'<row r="2">{text("ÅÄÖ2", "x")}</row>')),
    "column AAAA": ("f.xlsx", lambda: workbook(f'<row r="2">{text("AAAA2", "x")}</row>')),
    "row of no number": ("f.xlsx", lambda: workbook('<row r="två"/>')),
    "row of 9,000 digits": ("f.xlsx", lambda: workbook(f'<row r="{"9" * 9000}"/>')),
    "number of 9,000 digits": (
        "f.xlsx",
        lambda: workbook(f'<row r="2"><c r="A2"><v>{"9" * 9000}</v></c></row>'),
    ),
    "number without end": (
        "f.xlsx",
        lambda: workbook(f'<row r="2"><c r="A2"><v>{"9" * 390}</v></c></row>'),
    ),
    "no such string": (
        "f.xlsx",
        lambda: workbook('<row r="2"><c r="A2" t="s"><v>7</v></c></row>'),
    ),
    "a cell of 10 MB": (
        "f.xlsx",
        lambda: workbook(f'<row r="2">{text("A2", "x" * 10_000_000)}</row>'),
    ),
    "an attribute of 30 MB": (
        "f.xlsx",
        lambda: workbook(f'<row r="2" spans="{"x" * 30_000_000}"/>'),
    ),
    "1e6 cells of one row": (
        "f.xlsx",
        lambda: workbook(f'<row r="2">{"<c><v>1</v></c>" * 1_000_000}</row>'),
    ),
    "one string in every cell": (
        "f.xlsx",
        lambda: workbook(
            "".join(
                f'<row r="{row}">' + '<c t="s"><v>0</v></c>' * 200 + "</row>"
                for row in range(2, 102)
            ),
            strings=f"<sst><si><t>{'x' * 100_000}</t></si></sst>",
        ),
    ),
}

# Read, and cost nothing: (file name, content, rows).
READ: dict[str, tuple[str, Callable[[], bytes], int]] = {
    "space in XFD1": (
        "f.xlsx",
        lambda: zipped(
            parts(sheet(HEADER.replace("</row>", f"{text('XFD1', ' ')}</row>") + ROW))
        ),
        1,
    ),
    "space in ZZ100000": (
        "f.xlsx",
        lambda: workbook(ROW + f'<row r="100000">{text("ZZ100000", " ")}</row>'),
        1,
    ),
    "row 4,000,000": (
        "f.xlsx",
        lambda: workbook(ROW + f'<row r="4000000">{text("A4000000", "A2")}</row>'),
        2,
    ),
    "row 1,000,000,000": (
        "f.xlsx",
        lambda: workbook(ROW + f'<row r="1000000000">{text("B1000000000", "x")}</row>'),
        2,
    ),
    "said to be huge": (
        "f.xlsx",
        lambda: zipped(
            parts(
                sheet(HEADER + ROW).replace(
                    "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'
                )
            )
        ),
        1,
    ),
    "empty fill": (
        "f.xlsx",
        lambda: workbook(ROW, styles="<styleSheet><fills><fill/></fills></styleSheet>"),
        1,
    ),
    "empty rows": ("f.xlsx", lambda: workbook(ROW + "<row/>" * 1_000_000), 1),
    "many members": ("f.xlsx", _many_members, 1),
    "empty quotes": ("f.csv", lambda: b'id;enhet\n"";""' + b';""' * 300_000, 0),
    "ends in empty lines": ("f.csv", lambda: b"id;enhet\nA1;Enheten\n" + b"\n" * 900_000, 1),
    "200 columns": (
        "f.csv",
        lambda: b";".join(b"k%d" % n for n in range(200)) + b"\n" + b"x;" * 199 + b"x\n",
        1,
    ),
    "rows of semicolons": (
        "f.csv",
        lambda: b"id;enhet\nA1;Enheten\n" + (b";" * 900 + b"\n") * 900,
        1,
    ),
    "50000 rows": ("f.csv", lambda: b"id;enhet\n" + b"A;b\n" * 50_000, 50_000),
}  # fmt: skip


def every() -> Iterator[tuple[str, str, Callable[[], bytes]]]:
    """Yield (title, file name, content) of all of them."""
    for title, (name, make) in REFUSED.items():
        yield title, name, make
    for title, (name, make, _) in READ.items():
        yield title, name, make
