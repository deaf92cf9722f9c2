"""Matching a file's headers with the columns of a register."""

from collections.abc import Mapping, Sequence
from typing import Any

from casework.registers.kinds import RegisterKind
from casework.registers.problems import Problem

# What other systems call our columns, where no likeness of letters would tell.
_OTHER_NAMES = {
    "nr": "id",
    "nummer": "id",
    "avvikelsenummer": "id",
    "ärendenummer": "ärende",
    "ärendenr": "ärende",
    "dnr": "ärende",
    "arbetsplats": "enhet",
    "rapporteringsdatum": "rapporterad",
    "registreringsdatum": "rapporterad",
    "händelsedatum": "inträffad",
    "upptäcktsdatum": "upptäckt",
    "avslutsdatum": "avslutad",
    "huvudkategori": "kategori",
    "händelsebeskrivning": "beskrivning",
    "orsak": "orsaker",
    "åtgärder": "åtgärd",
    "förvaltningsnamn": "förvaltning",
    "användare": "användarnamn",
    "epost": "e-post",
    "mejl": "e-post",
}


def _plain(header: str) -> str:
    return header.strip().casefold().replace(" ", "_")


def guess_mapping(kind: type[RegisterKind[Any]], headers: Sequence[str]) -> dict[str, str]:
    """Return header → column for each header, empty where none suggests itself."""
    names = {_plain(column.name): column.name for column in kind.columns}
    taken: set[str] = set()
    mapping = {}
    for header in headers:
        plain = _plain(header)
        column = names.get(plain) or names.get(_OTHER_NAMES.get(plain, ""), "")
        mapping[header] = "" if column in taken else column
        taken.add(column)
    return mapping


def why_refused(kind: type[RegisterKind[Any]], header: str) -> str:
    """Return why no file may have the header; empty where nothing is said against it."""
    return kind.refused_headers.get(_plain(header), "")


def match_headers(
    kind: RegisterKind[Any],
    headers: Sequence[str],
    mapping: Mapping[str, str],
    *,
    ignore_extra: bool,
) -> tuple[dict[int, str], list[Problem]]:
    """Return (place in the row → column, problems); the header is line 1.

    A header is taken as its own name unless ``mapping`` says another; letter case does not matter.
    """
    names = {_plain(column.name): column.name for column in kind.columns}
    listing = ", ".join(
        column.name if column.required else f"[{column.name}]" for column in kind.columns
    )
    places: dict[int, str] = {}
    problems = []
    for place, header in enumerate(headers):
        if mapping.get(header) == "":
            continue
        column = mapping.get(header) or names.get(_plain(header))
        if column in places.values():
            problems.append(
                Problem(1, header, f"Kolumnen {column} finns två gånger. Ta bort den ena.")
            )
        elif column is not None:
            places[place] = column
        elif not ignore_extra:
            why = why_refused(type(kind), header)
            message = (
                f"{why} Ta bort kolumnen"
                if why
                else (
                    f"Kolumnen finns inte i registret {kind.key}, som har: {listing}. Rätta "
                    "rubriken, ta bort kolumnen"
                )
            )
            message += " eller välj att hoppa över den (--ignore-extra)."
            problems.append(Problem(1, header or f"kolumn {place + 1}", message))
    for wanted in kind.columns:
        if wanted.required and wanted.name not in places.values():
            problems.append(
                Problem(1, wanted.name, "Kolumnen saknas. Lägg till den; cellerna får vara tomma.")
            )
    return places, problems
