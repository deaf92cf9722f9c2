"""Taking in the register avvikelser, as the operator and the report see it."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from casework.access.actor import Actor
from casework.models import AuditEvent, Board, ImportBatch, ImportedRow, Unit
from casework.shared import blind_index, clock
from deviations import states
from deviations.models import (
    Action,
    Category,
    Cause,
    Deviation,
    DeviationVersion,
    StatusRow,
    UnitRow,
)
from deviations.services import inbox
from deviations.services.rebuilding import rebuilt_versions

pytestmark = pytest.mark.django_db

PACK = Path(__file__).parent.parent / "data/nordost-2022/barn-och-unga"
PUBLISHED = json.loads((PACK / "published.json").read_text(encoding="utf-8"))
HEADER = (
    "id;enhet;rapporterad;inträffad;upptäckt;kategori;underkategori;beskrivning;ärende;status;"
    "avslutad;orsaker;åtgärd;effekt"
)


class Ran:
    """What a command printed, and how it ended."""

    def __init__(self, *arguments: Any) -> None:
        out, err = StringIO(), StringIO()
        self.code = 0
        try:
            call_command("import_register", *map(str, arguments), stdout=out, stderr=err)
        except SystemExit as ended:
            self.code = int(ended.code or 0)
        self.out, self.err = out.getvalue(), err.getvalue()

    @property
    def last(self) -> str:
        return self.out.splitlines()[-1]


def counted(as_of: date, known_at: datetime | None = None) -> Any:
    """The versions that the report of the published period counts."""
    start, end = (date.fromisoformat(day) for day in PUBLISHED["period"])
    known_at = known_at or clock.now()
    return DeviationVersion.objects.filter(
        registered_on__range=(start, end),
        effective_from__lte=as_of,
        effective_to__gt=as_of,
        recorded_from__lte=known_at,
        recorded_to__gt=known_at,
    )


@pytest.fixture
def pack(db: None) -> Board:
    """The pack's organisation, read in."""
    assert Ran("organisation", PACK / "organisation.csv").code == 0
    return Board.objects.get()


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Write a small file: ``file("A1;Barn och unga 1;2022-01-10;…")``."""

    def write(*rows: str, name: str = "avvikelser.csv", header: str = HEADER) -> Path:
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return path

    return write


def row(
    key: str = "A1",
    unit: str = "Barn och unga 1",
    reported: str = "2022-01-10",
    status: str = "Pågående",
    closed: str = "",
    causes: str = "",
    action: str = "",
    effect: str = "",
    category: str = "Post;Inkommen handling inte hanterats rätt",
    text: str = "Brev öppnades av fel person.",
    occurred: str = "2022-01-08",
    noticed: str = "2022-01-09",
) -> str:
    return (
        f"{key};{unit};{reported};{occurred};{noticed};{category};{text};Ä2022-1;{status};{closed};"
        f"{causes};{action};{effect}"
    )


CLOSED_ROW = {
    "status": "Avslutad",
    "closed": "2022-02-20",
    "causes": "Brist i planering|Yttre orsaker",
    "action": "Genomgång på APT",
    "effect": "Förbättring",
}


def test_the_pack_gives_the_published_figures(pack: Board) -> None:
    ran = Ran("avvikelser", PACK / "avvikelser.csv")
    assert ran.last == "avvikelser: 277 rader, 277 nya, 0 oförändrade, 0 uppdaterade, 0 fel"
    assert (ran.code, ran.err) == (0, "")

    versions = list(counted(date.fromisoformat(PUBLISHED["as_of"])))
    published = PUBLISHED["deviations.by_category"]
    assert len(versions) == published["total"]
    categories = {category.pk: category.label for category in Category.objects.all()}
    by_category = Counter(categories[version.category_id] for version in versions)
    assert [list(pair) for pair in by_category.most_common(len(published["rows"]))] == published[
        "rows"
    ]
    causes = {cause.pk: cause.name for cause in Cause.objects.all()}
    by_cause = Counter(causes[key] for version in versions for key in version.cause_ids)
    assert dict(by_cause) == dict(PUBLISHED["deviations.causes"]["rows"])
    effects = Counter(states.EFFECTS.get(version.effect, "") for version in versions)
    assert {**dict(PUBLISHED["deviations.effects"]["rows"]), "": 136} == dict(effects)
    status = Counter(
        "Avslutad" if version.status == states.CLOSED else "Pågående" for version in versions
    )
    assert dict(status) == PUBLISHED["deviations.status"]


def test_the_pack_again_changes_nothing(pack: Board) -> None:
    Ran("avvikelser", PACK / "avvikelser.csv")
    before = (StatusRow.objects.count(), DeviationVersion.objects.count(), Action.objects.count())
    ran = Ran("avvikelser", PACK / "avvikelser.csv")
    assert ran.last == "avvikelser: 277 rader, 0 nya, 277 oförändrade, 0 uppdaterade, 0 fel"
    after = (StatusRow.objects.count(), DeviationVersion.objects.count(), Action.objects.count())
    assert before == after
    again = Ran("organisation", PACK / "organisation.csv")
    assert again.last == "organisation: 13 rader, 0 nya, 13 oförändrade, 0 uppdaterade, 0 fel"


def test_an_imported_deviation_is_whole(pack: Board, file: Callable[..., Path]) -> None:
    assert Ran("avvikelser", file(row(**CLOSED_ROW))).code == 0
    deviation = Deviation.objects.get()
    assert deviation.external_id == "A1"
    assert deviation.number.startswith("AVV-2022-")
    assert (deviation.status, deviation.closed_on) == (states.CLOSED, date(2022, 2, 20))
    assert deviation.reporter is None
    local = deviation.reported_at.astimezone(clock.STOCKHOLM)
    assert (local.date(), local.hour) == (date(2022, 1, 10), 12)
    assert deviation.description == "Brev öppnades av fel person."
    assert set(blind_index.terms("brevet")) <= set(deviation.search_terms)
    assert not deviation.incomplete
    action = deviation.actions.get()
    assert (action.text, action.done_on) == ("Genomgång på APT", date(2022, 2, 20))
    assert Category.objects.filter(needs_review=True).count() == 2
    event = AuditEvent.objects.get(action="register.imported", subject_kind="deviation")
    assert event.subject_ids == [deviation.pk]
    assert event.data["added"] == 1


def test_what_was_closed_later_was_ongoing_before(pack: Board, file: Callable[..., Path]) -> None:
    Ran("avvikelser", file(row(**CLOSED_ROW)))
    assert counted(date(2022, 2, 19)).get().status not in states.CLOSED_STATES
    assert counted(date(2022, 2, 19)).get().effect == ""
    assert counted(date(2022, 2, 20)).get().status == states.CLOSED
    assert not counted(date(2022, 1, 9)).exists()


def test_closed_without_effect_is_marked_incomplete(pack: Board, file: Callable[..., Path]) -> None:
    Ran(
        "avvikelser",
        file(
            row("A1", **(CLOSED_ROW | {"effect": ""})),
            row("A2", **(CLOSED_ROW | {"effect": "Utan åtgärd", "action": ""})),
            row("A3"),
        ),
    )
    assert list(
        Deviation.objects.filter(incomplete=True).values_list("external_id", flat=True)
    ) == ["A1"]


def test_three_bad_rows_among_three_hundred_are_all_named_and_nothing_is_saved(
    pack: Board, file: Callable[..., Path]
) -> None:
    rows = [row(f"A{number}") for number in range(300)]
    rows[10] = row("A10", reported="2022-13-01")
    rows[150] = row("A150", unit="Barn och unga 99")
    rows[299] = row("A299", status="Avslutad", closed="2021-12-31")
    path = file(*rows)
    ran = Ran("avvikelser", path)
    assert ran.code == 1
    lines = ran.err.splitlines()
    assert [line.split(": ")[:2] for line in lines[:3]] == [
        [f"{path}:12", "rapporterad"],
        [f"{path}:152", "enhet"],
        [f"{path}:301", "avslutad"],
    ]
    assert "Barn och unga 99" in lines[1]
    assert ran.last == "avvikelser: 300 rader, 0 nya, 0 oförändrade, 0 uppdaterade, 3 fel"
    assert not Deviation.objects.exists()
    assert not ImportBatch.objects.filter(kind="avvikelser").exists()
    assert not Category.objects.exists()


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"reported": ""}, "rapporterad"),
        ({"reported": "10/1 2022"}, "rapporterad"),
        ({"reported": "20220110"}, "rapporterad"),
        ({"reported": "2999-01-01"}, "rapporterad"),
        ({"unit": ""}, "enhet"),
        ({"key": ""}, "id"),
        ({"status": ""}, "status"),
        ({"status": "Klar"}, "status"),
        ({"status": "Avslutad"}, "avslutad"),
        ({"closed": "2022-02-01"}, "avslutad"),
        ({"status": "Avslutad", "closed": "2022-01-09"}, "avslutad"),
        ({"occurred": "2022-01-11", "noticed": ""}, "rapporterad"),
        ({"occurred": "2022-01-09", "noticed": "2022-01-08"}, "upptäckt"),
        ({"effect": "Bra"}, "effekt"),
        ({"category": ";Lokalbrist"}, "kategori"),
    ],
)
def test_an_unfit_cell_is_named(
    pack: Board, file: Callable[..., Path], given: dict[str, str], column: str
) -> None:
    path = file(row(**given))
    ran = Ran("avvikelser", path)
    assert ran.code == 1
    assert ran.err.startswith(f"{path}:2: {column}: ")


def test_the_same_id_twice_names_both_lines(pack: Board, file: Callable[..., Path]) -> None:
    ran = Ran("avvikelser", file(row("A1"), row("A2"), row("A1")))
    assert ":4: id: " in ran.err
    assert "rad 2" in ran.err


def test_a_unit_that_ended_before_is_refused_with_its_days(
    pack: Board, file: Callable[..., Path]
) -> None:
    Unit.objects.filter(name="Barn och unga 1").update(valid_to=date(2021, 12, 31))
    ran = Ran("avvikelser", file(row()))
    assert ran.code == 1
    assert "2021-12-31" in ran.err


def test_a_trial_saves_nothing(pack: Board, file: Callable[..., Path]) -> None:
    ran = Ran("avvikelser", file(row()), "--dry-run")
    assert ran.code == 0
    assert ran.last == "avvikelser: 1 rader, 1 nya, 0 oförändrade, 0 uppdaterade, 0 fel"
    assert not Deviation.objects.exists()
    assert not ImportedRow.objects.filter(kind="avvikelser").exists()


def test_names_are_never_merged(pack: Board, file: Callable[..., Path]) -> None:
    Ran(
        "avvikelser",
        file(row("A1", category=" Post ; Försenad"), row("A2", category="post;Försenad")),
    )
    assert sorted(Category.objects.values_list("name", flat=True)) == [
        "Försenad",
        "Försenad",
        "Post",
        "post",
    ]


def test_a_changed_row_corrects_and_the_old_figures_remain(
    pack: Board, file: Callable[..., Path], at: Callable[..., Any]
) -> None:
    at(date(2023, 1, 10))
    Ran("avvikelser", file(row(**CLOSED_ROW), row("A2")))
    known_then = clock.now()
    at(date(2023, 1, 11))
    changed = row(
        **(CLOSED_ROW | {"closed": "2022-03-01", "effect": "", "causes": "Kompetensbrist"})
    )
    ran = Ran("avvikelser", file(changed, row("A2")))
    assert ran.last == "avvikelser: 2 rader, 0 nya, 1 oförändrade, 1 uppdaterade, 0 fel"
    deviation = Deviation.objects.get(external_id="A1")
    assert (deviation.closed_on, deviation.effect) == (date(2022, 3, 1), "")
    assert deviation.incomplete
    as_of = date(2022, 2, 25)
    mine = {"deviation": deviation}
    assert counted(as_of, known_then).get(**mine).status == states.CLOSED
    assert counted(as_of, known_then).get(**mine).effect == states.IMPROVED
    assert counted(as_of).get(**mine).closed_on is None
    assert counted(date(2022, 3, 1)).get(**mine).closed_on == date(2022, 3, 1)
    assert deviation.actions.get().done_on == date(2022, 3, 1)

    def seen(version: DeviationVersion) -> tuple[Any, ...]:
        return (version.effective_from, version.recorded_from, version.recorded_to, version.status)

    saved = sorted(map(seen, DeviationVersion.objects.filter(**mine)))
    assert saved == sorted(map(seen, rebuilt_versions(deviation)))


def test_closed_on_the_day_it_was_reported_after_a_correction_stays_closed(
    pack: Board, file: Callable[..., Path]
) -> None:
    Ran("avvikelser", file(row(**CLOSED_ROW)))
    Ran("avvikelser", file(row(**(CLOSED_ROW | {"reported": "2022-02-20"}))))
    deviation = Deviation.objects.get()
    assert (deviation.status, deviation.registered_on) == (states.CLOSED, date(2022, 2, 20))
    assert not counted(date(2022, 2, 19)).exists()


def test_a_row_handled_here_since_is_refused_by_both_names(
    pack: Board, file: Callable[..., Path]
) -> None:
    Ran("avvikelser", file(row("A1"), row("A2")))
    deviation = Deviation.objects.get(external_id="A1")
    inbox.dismiss(Actor.system(pack), deviation.pk, reason="Dubblett.")
    ran = Ran("avvikelser", file(row("A1", text="Ny text."), row("A2", text="Ny text.")))
    assert ran.code == 1
    assert ":2: id: " in ran.err
    assert "A1" in ran.err
    assert deviation.number in ran.err
    assert Deviation.objects.get(external_id="A2").description == "Brev öppnades av fel person."


def test_a_row_handled_here_but_not_changed_is_no_conflict(
    pack: Board, file: Callable[..., Path]
) -> None:
    Ran("avvikelser", file(row("A1")))
    inbox.dismiss(Actor.system(pack), Deviation.objects.get().pk, reason="Dubblett.")
    ran = Ran("avvikelser", file(row("A1"), row("A2")))
    assert ran.last == "avvikelser: 2 rader, 1 nya, 1 oförändrade, 0 uppdaterade, 0 fel"


def test_protection_comes_with_the_file_and_stays_when_the_column_is_left_out(
    pack: Board, file: Callable[..., Path]
) -> None:
    Ran("avvikelser", file(f"{row()};Ja", header=f"{HEADER};skyddad"))
    assert Deviation.objects.get().protected
    ran = Ran("avvikelser", file(row(text="Rättad text.")))
    assert ran.last.endswith("1 uppdaterade, 0 fel")
    assert Deviation.objects.get().protected


def test_a_unit_that_changes_area_takes_its_deviations_along_from_now_on(
    pack: Board, file: Callable[..., Path], at: Callable[..., Any]
) -> None:
    at(date(2023, 1, 10))
    Ran("avvikelser", file(row(**CLOSED_ROW)))
    known_then = clock.now()
    at(date(2023, 1, 11))
    organisation = (PACK / "organisation.csv").read_text(encoding="utf-8-sig")
    lines = organisation.splitlines()
    lines[1] = lines[1].removesuffix("Barn och unga") + "Ungdom"
    ran = Ran("organisation", file(*lines[1:], name="organisation.csv", header=lines[0]))
    assert ran.last == "organisation: 13 rader, 0 nya, 12 oförändrade, 1 uppdaterade, 0 fel"
    as_of = date(2022, 8, 31)
    assert counted(as_of, known_then).get().area.name == "Barn och unga"
    assert counted(as_of).get().area.name == "Ungdom"
    # And the corrected area is no handling of the case.
    assert Ran("avvikelser", file(row(**(CLOSED_ROW | {"effect": "Ingen effekt"})))).code == 0
    assert counted(as_of).get().area.name == "Ungdom"


def test_open_deviations_follow_a_unit_to_the_one_that_replaces_it(
    pack: Board, file: Callable[..., Path]
) -> None:
    Ran("avvikelser", file(row("A1"), row("A2", **CLOSED_ROW)))
    ran = Ran(
        "organisation",
        file(
            "Barn och unga Norr;Avdelning Barn och unga;Socialförvaltningen Nordost;"
            "Barn och unga;2023-01-01;;Barn och unga 1|Barn och unga 2",
            name="organisation.csv",
            header="enhet;avdelning;förvaltning;verksamhetsområde;gäller_från;gäller_till;ersätter",
        ),
    )
    assert ran.code == 0, ran.err
    assert Unit.objects.get(name="Barn och unga 1").valid_to == date(2022, 12, 31)
    assert Deviation.objects.get(external_id="A1").unit.name == "Barn och unga Norr"
    assert Deviation.objects.get(external_id="A2").unit.name == "Barn och unga 1"
    assert UnitRow.objects.filter(value__name="Barn och unga Norr").get().effective_on == date(
        2023, 1, 1
    )
    # The move is no handling either: the row may still be corrected by the file.
    assert Ran("avvikelser", file(row("A1", text="Rättad."), row("A2", **CLOSED_ROW))).code == 0
    assert Deviation.objects.get(external_id="A1").unit.name == "Barn och unga Norr"


def test_more_rows_than_are_saved_together_are_all_in_in_the_order_of_the_file(
    pack: Board, file: Callable[..., Path]
) -> None:
    count = 501
    ran = Ran("avvikelser", file(*(row(f"A{n}", **CLOSED_ROW) for n in range(count))))
    assert ran.last.startswith(f"avvikelser: {count} rader, {count} nya, ")
    found = Deviation.objects.order_by("pk").values_list("external_id", "number", "pk")
    assert [external_id for external_id, _, _ in found] == [f"A{n}" for n in range(count)]
    assert all(number == f"AVV-2022-{pk:05d}" for _, number, pk in found)
