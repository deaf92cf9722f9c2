"""The tables of intakes: by type, sex, age and source, and their preliminary assessments."""

from collections.abc import Iterable, Mapping
from typing import Any

from casework.cases.models import IntakeKind, IntakeOutcome, Sex
from casework.organisation.models import ServiceArea
from casework.reports.cases import intakes
from casework.reports.cases.counting import LATE_NOTE, fact, share_rows
from casework.reports.cases.intakes import Assessed, Group
from casework.reports.selection import Selection
from casework.reports.suppression import Count, hidden
from casework.reports.tables import Content, Row
from casework.shared.swedish import sort_key

NOT_SAID = "Uppgift saknas"
_AGE_LABELS = {code: label for code, label, _ in intakes.AGES} | dict([intakes.OLDEST])
_CHILDRENS_SEX = {Sex.FEMALE.value: "Flicka", Sex.MALE.value: "Pojke"}
_ADULTS_SEX = {Sex.FEMALE.value: Sex.FEMALE.label, Sex.MALE.value: Sex.MALE.label}
_PROTECTED_NOTE = "Ärenden med skyddade personuppgifter ingår i summan men inte i raderna."
_AGES_NOTE = "Åldern är året då aktualiseringen kom in minus födelseåret."
_SEX_NOTE = "Registrens Pojke och Man är samma rad, liksom Flicka och Kvinna."


def _groups(selection: Selection, area: ServiceArea) -> list[Group]:
    return selection.once("casework.intakes", intakes.groups).get(area.pk, [])


def _total(groups: Iterable[Group | Assessed]) -> int:
    return sum(group.value for group in groups)


def _some(label: str, groups: Iterable[Group | Assessed], find: Mapping[str, Any]) -> Count:
    chosen = list(groups)
    return Count(label, _total(chosen), sum(group.protected for group in chosen), find)


def _largest_first(counts: Iterable[Count]) -> list[Count]:
    found = [count for count in counts if count.value]
    return sorted(found, key=lambda count: (-count.value, sort_key(count.label)))


def _rows(counts: list[Count]) -> list[Row]:
    not_shown = hidden(counts)
    return [
        Row([count.label, None])
        if place in not_shown
        else Row([count.label, count.value], count.find)
        for place, count in enumerate(counts)
    ]


def _by(groups: list[Group], name: str, labels: Mapping[str, str] | None = None) -> list[Count]:
    """Count by an attribute of the groups; a value that ``labels`` lacks stands for itself."""
    values = {getattr(group, name) for group in groups}
    return _largest_first(
        _some(
            (labels or {}).get(value, value) or NOT_SAID,
            (group for group in groups if getattr(group, name) == value),
            {name: value},
        )
        for value in values
    )


def _split(groups: list[Group], name: str, labels: Mapping[str, str], note: str) -> Content:
    """Split by something of the person: protected ones are in no row."""
    counts = [
        Count(count.label, count.value - count.protected, 0, count.find)
        for count in _by(groups, name, labels)
    ]
    notes = [note]
    if any(group.protected for group in groups):
        notes.append(_PROTECTED_NOTE)
    return Content(_rows(_largest_first(counts)), _total(groups), {}, notes)


def by_kind(selection: Selection, area: ServiceArea) -> Content:
    """Count by how it came."""
    groups = _groups(selection, area)
    labels = {kind.value: str(kind.label) for kind in IntakeKind}
    return Content(_rows(_by(groups, "kind", labels)), _total(groups))


def by_sex(selection: Selection, area: ServiceArea) -> Content:
    """Count by sex, called as one calls those whom the area is for."""
    labels = _CHILDRENS_SEX if area.for_children else _ADULTS_SEX
    return _split(_groups(selection, area), "sex", labels, _SEX_NOTE)


def by_age(selection: Selection, area: ServiceArea) -> Content:
    """Count by age, in the bands of ``intakes.AGES``."""
    return _split(_groups(selection, area), "ages", _AGE_LABELS, _AGES_NOTE)


def by_source(selection: Selection, area: ServiceArea) -> Content:
    """Count by whom the information came from."""
    groups = _groups(selection, area)
    return Content(_rows(_by(groups, "source")), _total(groups))


def preliminary_assessments(selection: Selection, area: ServiceArea) -> Content:
    """Count the preliminary assessments of anmälningar by time and outcome (SoL 20:2)."""
    found = selection.once("casework.assessed", intakes.assessed).get(area.pk, [])
    groups = [group for group in found if not group.during]
    left_out = fact(_some("", (group for group in found if group.during), {}))
    base = {"kind": IntakeKind.REPORT.value, "during": False}

    def count(label: str, **find: str) -> Count:
        chosen = (
            group
            for group in groups
            if all(getattr(group, name) == value for name, value in find.items())
        )
        return _some(label, chosen, base | find)

    total = count("Totalt")
    by_time = [
        count("Inom 14 dagar", timing=intakes.IN_TIME),
        count("Över 14 dagar", timing=intakes.LATE),
        count("", timing=intakes.WAITING),
    ]
    by_outcome = [
        count("Inledda", outcome=IntakeOutcome.OPENED.value),
        count("Ej inledda", outcome=IntakeOutcome.NOT_OPENED.value),
        count("Ej beslutade", outcome=IntakeOutcome.UNDECIDED.value),
    ]
    not_shown = {0} if total.must_hide else set()
    # Those that still wait have no row, but what the others leave over tells their number.
    not_shown |= {1 + place for place in hidden(by_time) if place < 2}
    not_shown |= {3 + place for place in hidden(by_outcome)}
    rows = share_rows([total, *by_time[:2], *by_outcome], not_shown, total.value)
    notes = [
        LATE_NOTE,
        f"Anmälningar som rör barn och unga. Det som var utan beslut {selection.as_of} och ännu "
        "inte har gått över 14 dagar är varken inom eller över.",
    ]
    if left_out:
        notes.append(
            f"Anmälningar som kom medan en utredning pågick i ärendet är inte med: {left_out}."
        )
    return Content(rows, total.value, {"during_investigation": left_out}, notes)
