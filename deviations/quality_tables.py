"""The tables of deviations in the quality report: N.1.2.2 Avvikelser."""

from collections.abc import Callable, Iterable, Sequence

from casework.organisation.models import ServiceArea
from casework.reports.selection import Selection
from casework.reports.suppression import Count, hidden
from casework.reports.tables import Cases, Content, QualityTable, Row, register
from casework.shared.swedish import percent, sort_key
from deviations import counting, states
from deviations.counting import ByCategory, ByCourse, Names, names_of_register
from deviations.figure_cases import find, line

AGES = {
    counting.WITHIN_30: "≤ 30 dagar",
    counting.WITHIN_90: "31–90 dagar",
    counting.OVER_90: "> 90 dagar",
}
CASES = Cases("deviation", find, line)


def _rows(counts: Sequence[Count], left_out: set[int]) -> list[Row]:
    """Return one row for each count, those in ``left_out`` without their number."""
    return [
        Row([count.label, None])
        if place in left_out
        else Row([count.label, count.value], count.find)
        for place, count in enumerate(counts)
    ]


def _largest_first(counts: Iterable[Count]) -> list[Count]:
    return sorted(counts, key=lambda count: (-count.value, sort_key(count.label)))


def _gathered(counts: Iterable[tuple[str, str, int | None, int, int]]) -> list[Count]:
    """Join the counts of register values with the same label: (label, what, id, n, protected).

    A label stands once in a table, even where the register has had two values of that name.
    """
    joined: dict[str, Count] = {}
    for label, what, key, value, protected in counts:
        before = joined.get(label, Count(label, 0, 0, {what: []}))
        keys = [*before.find[what], key]
        joined[label] = Count(
            label, before.value + value, before.protected + protected, {what: keys}
        )
    return _largest_first(joined.values())


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
        found.append((names[key], what, key, count.value, count.protected))
    return _gathered(found)


def _course(selection: Selection, area: ServiceArea) -> list[ByCourse]:
    scanned = selection.once("deviations.by_course", counting.by_course)
    return scanned.get(area.pk, [])


def _total(counts: Iterable[ByCourse]) -> int:
    return sum(count.value for count in counts)


def _some(label: str, counts: Iterable[ByCourse], **find: str | bool) -> Count:
    chosen = list(counts)
    return Count(label, _total(chosen), sum(count.protected for count in chosen), find)


def _fact(count: Count) -> int | None:
    return None if count.must_hide else count.value


def _from_watch(found: Sequence[ByCategory] | Sequence[ByCourse]) -> int | None:
    """Count those born of a missed date; None where the number must not be shown."""
    return _fact(
        Count("", sum(c.from_watch for c in found), sum(c.protected_from_watch for c in found))
    )


def _told_apart(found: Sequence[ByCategory] | Sequence[ByCourse]) -> list[str]:
    """Return the note that tells those born of a missed date apart from what somebody reported."""
    born = _from_watch(found)
    return [f"Rapporterade ur bevakningen, efter en missad dag: {born}."] if born else []


def by_category(selection: Selection, area: ServiceArea) -> Content:
    """Count by category; those with fewer than ``min_count`` are ``left_out`` together."""
    counts = _category_counts(selection, area, "category")
    shown = [count for count in counts if count.value >= selection.min_count]
    few = counts[len(shown) :]
    left_out = Count("", sum(c.value for c in few), sum(c.protected for c in few))
    not_shown = hidden([*shown, left_out])
    fact = None if len(shown) in not_shown else left_out.value
    notes = []
    if left_out.value:
        together = "färre än fem avvikelser" if fact is None else f"{fact} avvikelser"
        if fact == 1:
            together = "en avvikelse"
        notes.append(
            f"Kategorier med färre än {selection.min_count} avvikelser visas inte; de är "
            f"tillsammans {together}."
        )
    notes += _told_apart(_categories(selection, area))
    total = sum(count.value for count in counts)
    return Content(_rows(shown, not_shown), total, {"left_out": fact}, notes)


def by_main_category(selection: Selection, area: ServiceArea) -> Content:
    """Count by main category, all of them."""
    counts = _category_counts(selection, area, "main_category")
    notes = _told_apart(_categories(selection, area))
    return Content(_rows(counts, hidden(counts)), sum(count.value for count in counts), {}, notes)


def causes(selection: Selection, area: ServiceArea) -> Content:
    """Count by cause; a deviation is in as many rows as it has causes."""
    scanned = selection.once("deviations.by_cause", counting.by_cause).get(area.pk, [])
    names = _names(selection).causes
    counts = _gathered(
        (names[count.cause_id], "cause", count.cause_id, count.value, count.protected)
        for count in scanned
        if count.cause_id is not None
    )
    total = sum(count.value for count in scanned if count.cause_id is None)
    notes = ["En avvikelse kan ha flera orsaker eller ännu ingen: raderna ger inte summan."]
    return Content(_rows(counts, hidden(counts, sum_is_known=False)), total, {}, notes)


def effects(selection: Selection, area: ServiceArea) -> Content:
    """Count by assessed effect; what is not assessed, ongoing ones too, is a row of its own."""
    found = _course(selection, area)
    counts = [
        _some(label, (c for c in found if c.effect == effect), effect=effect)
        for effect, label in [*states.EFFECTS.items(), ("", "Ej bedömd")]
    ]
    waiting = _fact(_some("", (c for c in found if c.closed and not c.effect)))
    notes = ["Pågående avvikelser räknas som ej bedömda."]
    if waiting:
        notes.append(f"Avslutade men ej bedömda: {waiting}.")
    facts = {"closed_not_assessed": waiting}
    return Content(_rows(counts, hidden(counts)), _total(found), facts, notes)


def handling_time(selection: Selection, area: ServiceArea) -> Content:
    """Count by days from report to closing, or to ``as_of``: three groups, with their shares."""
    found = _course(selection, area)
    total = _total(found)
    counts = [
        _some(label, (c for c in found if c.age == age), age=age) for age, label in AGES.items()
    ]
    not_shown = hidden(counts)
    rows = []
    for place, row in enumerate(_rows(counts, not_shown)):
        share = None if place in not_shown else percent(counts[place].value, total)
        rows.append(Row([*row.cells, share], row.find))
    notes = [f"Pågående avvikelser är räknade till och med {selection.as_of}."]
    facts: dict[str, int | None] = {"gt30_percent": None, "gt90_percent": None}
    # A share tells the number that a hidden cell does not.
    if not not_shown:
        over_90 = counts[2].value
        over_30 = percent(counts[1].value + over_90, total)
        facts = {"gt30_percent": over_30, "gt90_percent": percent(over_90, total)}
        if total:
            notes.insert(
                0,
                f"{over_30} procent har tagit mer än 30 dagar, {facts['gt90_percent']} procent "
                "mer än 90 dagar.",
            )
    notes += _told_apart(_course(selection, area))
    return Content(rows, total, facts, notes)


def status(selection: Selection, area: ServiceArea) -> Content:
    """Count closed and ongoing; ``from_watch`` were born of a missed date."""
    found = _course(selection, area)
    counts = [
        _some("Avslutad", (c for c in found if c.closed), closed=True),
        _some("Pågående", (c for c in found if not c.closed), closed=False),
    ]
    notes = [
        "”Ej avvikelse” och ”Avslutad, effekt följs upp” räknas som avslutade. Överlämnade till "
        "SAS och återöppnade räknas som pågående."
    ]
    notes += _told_apart(_course(selection, area))
    facts = {"from_watch": _from_watch(found)}
    return Content(_rows(counts, hidden(counts)), _total(found), facts, notes)


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
