"""Which numbers in a text are taken for a person's, as a table."""

import pytest

from casework.shared.personnummer import find


def with_check_digit(nine: str) -> str:
    """Return a made-up number's nine digits YYMMDDNNN with the tenth (Luhn over the nine)."""
    total = 0
    for place, digit in enumerate(nine):
        doubled = int(digit) * (2 - place % 2)
        total += doubled // 10 + doubled % 10
    return f"{nine}{-total % 10}"


def wrong_check_digit(nine: str) -> str:
    """Return the same with a tenth digit that is not the right one."""
    right = with_check_digit(nine)
    return f"{nine}{(int(right[-1]) + 1) % 10}"


CHILD = with_check_digit("170405238")
ADULT = with_check_digit("640823323")
# Samordningsnummer: 60 is added to the day.
COORDINATION = with_check_digit("701063239")
LEAP = with_check_digit("000229238")


def dashed(ten: str, sign: str = "-") -> str:
    return f"{ten[:6]}{sign}{ten[6:]}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ADULT, [ADULT]),
        (dashed(ADULT), [dashed(ADULT)]),
        (f"19{ADULT}", [f"19{ADULT}"]),
        (f"19{dashed(ADULT)}", [f"19{dashed(ADULT)}"]),
        (f"20{dashed(CHILD)}", [f"20{dashed(CHILD)}"]),
        (dashed(ADULT, "+"), [dashed(ADULT, "+")]),
        (dashed(ADULT, "–"), [dashed(ADULT, "–")]),
        (dashed(ADULT, "\u2011"), [dashed(ADULT, "\u2011")]),
        (dashed(COORDINATION), [dashed(COORDINATION)]),
        (f"19{COORDINATION}", [f"19{COORDINATION}"]),
        (f"20{LEAP}", [f"20{LEAP}"]),
        (f"Pnr:{ADULT}.", [ADULT]),
        (f"({dashed(CHILD)}), syskon {ADULT}", [dashed(CHILD), ADULT]),
    ],
)
def test_found(text: str, expected: list[str]) -> None:
    assert [number.text for number in find(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Utredningen öppnades i mars.",
        "210604-211007",
        "20210604-20211007",
        "Perioden 210604–211007 hade vi ingen ersättare",
        wrong_check_digit("640823323"),
        dashed(wrong_check_digit("170405238")),
        # No such day, though the check digit is right.
        dashed(with_check_digit("641323323")),
        dashed(with_check_digit("640832323")),
        f"19{with_check_digit('010229238')}",
        # No such century.
        f"99{ADULT}",
        f"{ADULT}7",
        f"7{ADULT}",
        f"{dashed(ADULT)}12",
        "08-508 250 00",
        "AVV-2026-00123",
        "2026-03-12",
    ],
)
def test_not_found(text: str) -> None:
    assert find(text) == []


def test_place_and_mask() -> None:
    text = f"Barnet {dashed(CHILD)} placerades."
    (number,) = find(text)
    assert text[number.start : number.end] == dashed(CHILD)
    assert number.masked == f"{CHILD[:6]}-••••"
