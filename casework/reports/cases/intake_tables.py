"""The tables of intakes: by type, sex, age and source, and their preliminary assessments."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from casework.cases.models import IntakeKind, IntakeOutcome, Sex
from casework.organisation.models import ServiceArea
from casework.reports import splits
from casework.reports.cases import intakes
from casework.reports.cases.counting import LATE_NOTE
from casework.reports.cases.intakes import Group
from casework.reports.selection import Selection
from casework.reports.splits import Count
from casework.reports.tables import Content

NOT_SAID = "Uppgift saknas"
_AGE_LABELS = {code: label for code, label, _ in intakes.AGES} | dict([intakes.OLDEST])
_CHILDRENS_SEX = {Sex.FEMALE.value: "Flicka", Sex.MALE.value: "Pojke"}
_ADULTS_SEX = {Sex.FEMALE.value: Sex.FEMALE.label, Sex.MALE.value: Sex.MALE.label}
_AGES_NOTE = "Åldern är året då aktualiseringen kom in minus födelseåret."
_SEX_NOTE = "Registrens Pojke och Man är samma rad, liksom Flicka och Kvinna."


def _groups(selection: Selection, area: ServiceArea) -> list[Group]:
    return selection.once("casework.intakes", intakes.groups).get(area.pk, [])


def _some(label: str, groups: Iterable[splits.Group], find: Mapping[str, Any]) -> Count:
    return Count(label, splits.number(groups), find)


def _by(
    groups: list[Group],
    name: str,
    labels: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
) -> Content:
    """Split by an attribute of the groups; a value that ``labels`` lacks stands for itself."""
    values = {getattr(group, name) for group in groups}
    counts = [
        _some(
            (labels or {}).get(value, value) or NOT_SAID,
            [group for group in groups if getattr(group, name) == value],
            {name: value},
        )
        for value in values
    ]
    return Content(
        splits.rows(splits.largest_first(counts)),
        splits.number(groups) + splits.apart(groups),
        splits.apart(groups),
        {},
        notes,
    )


def by_kind(selection: Selection, area: ServiceArea) -> Content:
    """Count by how it came."""
    labels = {kind.value: str(kind.label) for kind in IntakeKind}
    return _by(_groups(selection, area), "kind", labels)


def by_sex(selection: Selection, area: ServiceArea) -> Content:
    """Count by sex, called as one calls those whom the area is for."""
    labels = _CHILDRENS_SEX if area.for_children else _ADULTS_SEX
    return _by(_groups(selection, area), "sex", labels, [_SEX_NOTE])


def by_age(selection: Selection, area: ServiceArea) -> Content:
    """Count by age, in the bands of ``intakes.AGES``."""
    return _by(_groups(selection, area), "ages", _AGE_LABELS, [_AGES_NOTE])


def by_source(selection: Selection, area: ServiceArea) -> Content:
    """Count by whom the information came from."""
    return _by(_groups(selection, area), "source")


def preliminary_assessments(selection: Selection, area: ServiceArea) -> Content:
    """Count the preliminary assessments of anmälningar by time and outcome (SoL 20:2)."""
    found = selection.once("casework.assessed", intakes.assessed).get(area.pk, [])
    groups = [group for group in found if not group.during]
    left_out = splits.number(group for group in found if group.during)
    base = {"kind": IntakeKind.REPORT.value, "during": False}

    def count(label: str, **find: str) -> Count:
        chosen = [
            group
            for group in groups
            if all(getattr(group, name) == value for name, value in find.items())
        ]
        return _some(label, chosen, base | find)

    counts = [
        count("Totalt"),
        count("Inom 14 dagar", timing=intakes.IN_TIME),
        count("Över 14 dagar", timing=intakes.LATE),
        count("Inledda", outcome=IntakeOutcome.OPENED.value),
        count("Ej inledda", outcome=IntakeOutcome.NOT_OPENED.value),
        count("Ej beslutade", outcome=IntakeOutcome.UNDECIDED.value),
    ]
    apart = splits.apart(groups)
    rows = splits.share_rows(counts, counts[0].value)
    notes = [
        LATE_NOTE,
        f"Anmälningar som rör barn och unga. Det som var utan beslut {selection.as_of} och ännu "
        "inte har gått över 14 dagar är varken inom eller över.",
    ]
    if left_out:
        notes.append(
            f"Anmälningar som kom medan en utredning pågick i ärendet är inte med: {left_out}."
        )
    total = counts[0].value + apart
    return Content(rows, total, apart, {"during_investigation": left_out}, notes)
