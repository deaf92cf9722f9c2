"""A paper as PDF/UA-1: tagged, with its language and title, made by Typst."""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

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

CONTENT_TYPE = "application/pdf"
_TEMPLATE = Path(__file__).with_name("paper.typ").read_bytes()
_PROBE = b'#set document(title: "x")\n#sys.inputs.text'
_PICTURE = b"""#set page(width: 480pt, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)"""
# Stands for a character that no font at hand can show.
UNKNOWN = "□"
# Longer than any word: a line may break within it, or it would run off the sheet and be lost.
_RUN = re.compile(r"\S{41,}")
_PIECE = re.compile(r"\S{10}(?=\S)")
_MAY_BREAK = "\u200b"


def pdf(paper: Paper) -> bytes:
    """Return the paper as the bytes of a PDF/UA-1 file.

    What users wrote is handed over as data. A character without a shape (an emoji, say) is shown
    as an empty square: PDF/UA has no file with it in, and no decision is to fail for its sake.
    """
    shown = paper.changed(_showable)
    data = {
        "title": shown.title,
        "foot": shown.foot,
        "author": shown.author,
        "sheets": _sheets(shown.blocks),
    }
    return _compiled(_TEMPLATE, {"paper": json.dumps(data)})


def picture_png(svg: str) -> bytes:
    """Return a picture as PNG, for what cannot show an SVG; 200 points to the inch."""
    made = typst.compile(
        _PICTURE, ignore_system_fonts=True, sys_inputs={"svg": svg}, format="png", ppi=200
    )
    return bytes(made)


def _compiled(source: bytes, inputs: dict[str, str]) -> bytes:
    # Only the fonts within the wheel, so that every machine makes the same file.
    return typst.compile(
        source, ignore_system_fonts=True, sys_inputs=inputs, pdf_standards=["ua-1"]
    )


def _sheets(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """Return what stands between the breaks, and which way the page is turned."""
    sheets: list[dict[str, Any]] = [{"lying": False, "blocks": []}]
    for block in blocks:
        if isinstance(block, Break):
            sheets.append({"lying": block.lying, "blocks": []})
        else:
            sheets[-1]["blocks"].append(_block(block))
    return sheets


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "text": block.text, "level": block.level}
        case Text():
            return {"kind": "text", "lines": paragraphs(block.text)}
        case Facts():
            rows = [(label, paragraphs(value)) for label, value in block.rows]
            return {"kind": "facts", "rows": rows}
        case Table():
            return {
                "kind": "table",
                "caption": block.caption,
                "header": block.header,
                "rows": block.rows,
                "shares": block.shares,
                "figures": block.figures,
            }
        case Picture():
            return {"kind": "picture", "svg": block.svg, "text": block.text}
    raise TypeError(f"{block} is written on no sheet")


def _showable(text: str) -> str:
    shown = "".join(char if _is_showable(char) else UNKNOWN for char in clean(text))
    return _RUN.sub(lambda run: _PIECE.sub(rf"\g<0>{_MAY_BREAK}", run[0]), shown)


def _is_showable(char: str) -> bool:
    # Latin 1 and Latin Extended-A are in every font that comes along.
    return char in "\n\t" or " " <= char <= "\u017f" or _has_shape(char)


@lru_cache(maxsize=4096)
def _has_shape(char: str) -> bool:
    try:
        _compiled(_PROBE, {"text": f"a{char}"})
    except typst.TypstError:
        return False
    return True
