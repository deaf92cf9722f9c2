"""The tables of deviations in the quality report: N.1.2.2 Avvikelser."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from casework.organisation.models import ServiceArea
from casework.reports import splits
from casework.reports.selection import Selection
from casework.reports.splits import Count
from casework.reports.tables import Cases, Content, QualityTable, Row, register
from casework.shared.swedish import percent
from deviations import counting, states
from deviations.counting import ByCategory, ByCourse, Names, names_of_register
from deviations.figure_cases import find, line

AGES = {
    counting.WITHIN_30: "≤ 30 dagar",
    counting.WITHIN_90: "31–90 dagar",
    counting.OVER_90: "> 90 dagar",
}
CASES = Cases("deviation", find, line)


def _gathered(counts: Iterable[tuple[str, str, int | None, int]]) -> list[Count]:
    """Join the counts of register values with the same label: (label, what, id, n).

    A label stands once in a table, even where the register has had two values of that name. A value
    that nothing shown has is in no row, nor in what finds the cases of one.
    """
    joined: dict[str, Count] = {}
    for label, what, key, value in counts:
        if not value:
            continue
        before = joined.get(label, Count(label, 0, {what: []}))
        joined[label] = Count(label, before.value + value, {what: [*before.find[what], key]})
    return splits.largest_first(joined.values())


def _names(selection: Selection) -> Names:
    return selection.once("deviations.names", names_of_register)


def _categories(selection: Selection, area: ServiceArea) -> list[ByCategory]:
    scanned = selection.once("deviations.by_category", counting.by_category)
    return scanned.get(area.pk, [])


def _category_counts(selection: Selection, area: ServiceArea, what: str) -> list[Count]:
    names = _names(selection).categories
    found = []
    for count in _categories(selection, area):
        key = count.category_id if what == "category" else count.main_category_id
        found.append((names[key], what, key, count.value))
    return _gathered(found)


def _course(selection: Selection, area: ServiceArea) -> list[ByCourse]:
    scanned = selection.once("deviations.by_course", counting.by_course)
    return scanned.get(area.pk, [])


def _some(label: str, groups: Iterable[splits.Group], **find: str | bool) -> Count:
    return Count(label, splits.number(groups), find)


def _content(
    rows: Sequence[Row],
    groups: Sequence[splits.Group],
    facts: Mapping[str, int],
    notes: Sequence[str],
) -> Content:
    """Return the table of what ``groups`` hold together."""
    apart = splits.apart(groups)
    return Content(rows, splits.number(groups) + apart, apart, facts, notes)


def _from_watch(found: Iterable[ByCategory] | Iterable[ByCourse]) -> int:
    """Count those born of a missed date."""
    return sum(count.from_watch for count in found)


def _told_apart(found: Iterable[ByCategory] | Iterable[ByCourse]) -> list[str]:
    """Return the note that tells those born of a missed date apart from what somebody reported."""
    born = _from_watch(found)
    return [f"Rapporterade ur bevakningen, efter en missad dag: {born}."] if born else []


def by_category(selection: Selection, area: ServiceArea) -> Content:
    """Count by category; those with fewer than ``min_count`` are ``left_out`` together."""
    found = _categories(selection, area)
    counts = _category_counts(selection, area, "category")
    shown = [count for count in counts if count.value >= selection.min_count]
    left_out = sum(count.value for count in counts[len(shown) :])
    notes = []
    if left_out:
        together = "en avvikelse" if left_out == 1 else f"{left_out} avvikelser"
        notes.append(
            f"Kategorier med färre än {selection.min_count} avvikelser visas inte; de är "
            f"tillsammans {together}."
        )
    notes += _told_apart(found)
    return _content(splits.rows(shown), found, {"left_out": left_out}, notes)


def by_main_category(selection: Selection, area: ServiceArea) -> Content:
    """Count by main category, all of them."""
    found = _categories(selection, area)
    counts = _category_counts(selection, area, "main_category")
    return _content(splits.rows(counts), found, {}, _told_apart(found))


def causes(selection: Selection, area: ServiceArea) -> Content:
    """Count by cause; a deviation is in as many rows as it has causes."""
    scanned = selection.once("deviations.by_cause", counting.by_cause).get(area.pk, [])
    names = _names(selection).causes
    counts = _gathered(
        (names[count.cause_id], "cause", count.cause_id, count.value)
        for count in scanned
        if count.cause_id is not None
    )
    everything = [count for count in scanned if count.cause_id is None]
    notes = ["En avvikelse kan ha flera orsaker eller ännu ingen: raderna ger inte summan."]
    return _content(splits.rows(counts), everything, {}, notes)


def effects(selection: Selection, area: ServiceArea) -> Content:
    """Count by assessed effect; what is not assessed, ongoing ones too, is a row of its own."""
    found = _course(selection, area)
    counts = [
        _some(label, [c for c in found if c.effect == effect], effect=effect)
        for effect, label in [*states.EFFECTS.items(), ("", "Ej bedömd")]
    ]
    waiting = splits.number(c for c in found if c.closed and not c.effect)
    notes = ["Pågående avvikelser räknas som ej bedömda."]
    if waiting:
        notes.append(f"Avslutade men ej bedömda: {waiting}.")
    return _content(splits.rows(counts), found, {"closed_not_assessed": waiting}, notes)


def handling_time(selection: Selection, area: ServiceArea) -> Content:
    """Count by days from report to closing, or to ``as_of``: three groups, with their shares."""
    found = _course(selection, area)
    counts = [
        _some(label, [c for c in found if c.age == age], age=age) for age, label in AGES.items()
    ]
    number = splits.number(found)
    over_90 = counts[2].value
    facts = {
        "gt30_percent": percent(counts[1].value + over_90, number),
        "gt90_percent": percent(over_90, number),
    }
    notes = []
    if number:
        notes.append(
            f"{facts['gt30_percent']} procent har tagit mer än 30 dagar, "
            f"{facts['gt90_percent']} procent mer än 90 dagar."
        )
    notes.append(f"Pågående avvikelser är räknade till och med {selection.as_of}.")
    notes += _told_apart(found)
    return _content(splits.share_rows(counts, number), found, facts, notes)


def status(selection: Selection, area: ServiceArea) -> Content:
    """Count closed and ongoing; ``from_watch`` were born of a missed date."""
    found = _course(selection, area)
    counts = [
        _some("Avslutad", [c for c in found if c.closed], closed=True),
        _some("Pågående", [c for c in found if not c.closed], closed=False),
    ]
    notes = [
        "”Ej avvikelse” och ”Avslutad, effekt följs upp” räknas som avslutade. Överlämnade till "
        "SAS och återöppnade räknas som pågående."
    ]
    notes += _told_apart(found)
    return _content(splits.rows(counts), found, {"from_watch": _from_watch(found)}, notes)


def _table(
    name: str,
    title: str,
    columns: Sequence[str],
    build: Callable[[Selection, ServiceArea], Content],
    plot: str = "",
) -> QualityTable:
    return QualityTable(f"deviations.{name}", title, columns, build, CASES, plot)


register(
    _table(
        "by_category",
        "Kategori/typ av avvikelse",
        ["Kategori/typ av avvikelse", "Antal"],
        by_category,
        "bars",
    ),
    _table(
        "by_main_category", "Huvudkategori", ["Huvudkategori", "Antal"], by_main_category, "bars"
    ),
    _table("causes", "Orsaker", ["Orsak", "Antal"], causes, "bars"),
    _table("effects", "Effekt av åtgärder", ["Effekt", "Antal"], effects, "bars"),
    _table(
        "handling_time",
        "Handläggningstid",
        ["Handläggningstid", "Antal", "Andel (%)"],
        handling_time,
        "ages",
    ),
    _table("status", "Status", ["Status", "Antal"], status),
)
