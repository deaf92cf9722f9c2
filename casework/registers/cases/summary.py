"""What changed in a run, in sentences: the difference list after a register of cases is read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casework.registers.kinds import CHANGED, Difference


@dataclass(frozen=True)
class Words:
    """How the rows of a register are spoken of.

    ``told`` gives, by column, what has happened to a row when the column is filled in, and what
    when it is emptied. ``open_ones`` ends the sentence on those that are still open.
    """

    one: str
    many: str
    new_one: str
    told: Mapping[str, tuple[str, str]]
    open_one: str
    open_ones: str


_OTHERWISE, _HIDDEN = "ändrades på annat sätt", "ändrades (hur visas inte här)"
_BOTH = {
    "enhet": ("bytte enhet", "bytte enhet"),
    "ärende": ("bytte ärende", "bytte ärende"),
    "skyddad": ("fick ändrad märkning om skydd", "fick ändrad märkning om skydd"),
}
INTAKES = Words(
    "aktualisering",
    "aktualiseringar",
    "ny",
    {
        "skyddsbedömd": ("skyddsbedömdes", "är inte längre skyddsbedömda"),
        "beslut": ("fick beslut", "fick beslutet borttaget"),
        **_BOTH,
    },
    "saknar beslut",
    "saknar beslut",
)
INVESTIGATIONS = Words(
    "utredning",
    "utredningar",
    "ny",
    {
        "avslutad": ("avslutades", "öppnades igen"),
        "förlängd_till": ("förlängdes", "fick förlängningen borttagen"),
        **_BOTH,
    },
    "saknar avslut",
    "saknar avslut",
)
DECISIONS = Words(
    "beslut",
    "beslut",
    "nytt",
    {
        "verkställd": ("verkställdes", "fick verkställigheten borttagen"),
        "avbrott": ("avbröts", "fick avbrottet borttaget"),
        "återupptagen": ("återupptogs", "fick återupptagandet borttaget"),
        "avslutad_utan_verkställighet": ("avslutades utan verkställighet", "öppnades igen"),
        **_BOTH,
    },
    "är inte verkställt",
    "är inte verkställda",
)


def summarise(
    differences: Iterable[Difference], words: Words, *, adopted: int, still_open: int
) -> list[str]:
    """Return the sentences: new, known here before, what happened to how many, what is open.

    ``adopted`` is how many of the new rows were registered here already, ``still_open`` how many
    of the register are open when the run is over. Kinds of change with nothing are left out.
    """
    added, happened = 0, Counter[str]()
    for difference in differences:
        if difference.state != CHANGED:
            added += 1
            continue
        told = {
            words.told[column][0 if after or not before else 1]
            for column, before, after in difference.changes
            if column in words.told
        }
        happened.update(told or {_HIDDEN if difference.hidden else _OTHERWISE})
    lines = []
    if new := added - adopted:
        lines.append(f"{new} {_new(words, new)}.")
    if adopted:
        verb = "var redan registrerad" if adopted == 1 else "var redan registrerade"
        lines.append(f"{_number(adopted, words)} {verb} här och hör nu ihop med ärendesystemet.")
    order = [text for texts in words.told.values() for text in texts]
    lines += [
        f"{_number(count, words)} {text}."
        for text, count in sorted(
            happened.items(),
            key=lambda one: order.index(one[0]) if one[0] in order else len(order),
        )
    ]
    if still_open:
        text = words.open_one if still_open == 1 else words.open_ones
        lines.append(f"{_number(still_open, words)} {text}.")
    return lines


def _number(count: int, words: Words) -> str:
    return f"{count} {words.one if count == 1 else words.many}"


def _new(words: Words, count: int) -> str:
    return f"{words.new_one} {words.one}" if count == 1 else f"nya {words.many}"
