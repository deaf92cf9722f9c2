"""The tables of cases in the quality report and the board report beside it."""

from collections.abc import Callable

from casework.cases.models import Statute
from casework.organisation.models import ServiceArea
from casework.reports.cases import decisions, intake_tables, intakes, investigations
from casework.reports.selection import Selection
from casework.reports.tables import BOARD_REPORT, Content, QualityTable, register


def _intakes(
    name: str, title: str, what: str, build: Callable[[Selection, ServiceArea], Content]
) -> QualityTable:
    return QualityTable(
        f"casework.intakes{name}",
        title,
        [what, "Antal"],
        build,
        intakes.CASES,
        "bars",
        place=BOARD_REPORT,
    )


register(
    _intakes("", "Aktualiseringar", "Typ", intake_tables.by_kind),
    _intakes("_by_sex", "Aktualiseringar efter kön", "Kön", intake_tables.by_sex),
    _intakes("_by_age", "Aktualiseringar efter ålder", "Ålder", intake_tables.by_age),
    _intakes(
        "_by_source",
        "Aktualiseringar efter uppgiftslämnare",
        "Uppgiftslämnare",
        intake_tables.by_source,
    ),
    QualityTable(
        "casework.preliminary_assessments",
        "Förhandsbedömningar",
        ["Förhandsbedömningar", "Antal", "Andel (%)"],
        intake_tables.preliminary_assessments,
        intakes.CASES,
        place=BOARD_REPORT,
    ),
    QualityTable(
        "casework.late_investigations",
        "Utredningar över fyra månader",
        ["Barnutredningar", "Antal", "Andel (%)"],
        investigations.late_investigations,
        investigations.CASES,
        place=BOARD_REPORT,
    ),
    *(
        QualityTable(
            "casework.unexecuted_decisions",
            f"Ej verkställda beslut ({statute.label})",
            decisions.COLUMNS,
            decisions.unexecuted(statute),
            decisions.CASES,
            variant={"lagrum": statute.value},
            place=BOARD_REPORT,
        )
        for statute in Statute
    ),
)
