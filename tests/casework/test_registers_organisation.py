"""The registers organisation and personal, and how a command finds its board."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from casework.access.actor import Actor
from casework.models import Administration, Board, Department, Membership, ServiceArea, Unit, User
from casework.organisation.boards import find_board
from casework.registers.reading import read_table
from casework.registers.running import import_table
from casework.shared.errors import InvalidInput, NotAllowed
from tests.conftest import Place

pytestmark = pytest.mark.django_db

PACK = Path(__file__).parent.parent / "data/nordost-2022/barn-och-unga"
UNITS = "enhet;avdelning;förvaltning;verksamhetsområde;gäller_från;gäller_till;ersätter"
STAFF = "användarnamn;förnamn;efternamn;e-post;titel;roll;enhet;avdelning"


@pytest.fixture
def take_in(tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """Run the command on rows: exit code, last line of stdout, stderr."""

    def run(kind: str, header: str, *rows: str, **options: Any) -> tuple[int, str, str]:
        path = tmp_path / f"{kind}.csv"
        path.write_text("\n".join([header, *rows]), encoding="utf-8")
        out, err = StringIO(), StringIO()
        try:
            call_command("import_register", kind, str(path), stdout=out, stderr=err, **options)
        except SystemExit as ended:
            return int(ended.code or 0), out.getvalue().splitlines()[-1], err.getvalue()
        return 0, out.getvalue().splitlines()[-1], err.getvalue()

    return run


def unit_row(name: str, *, area: str = "Barn och unga", dates: str = ";", old: str = "") -> str:
    return f"{name};Avdelning Barn;Förvaltningen;{area};{dates};{old}"


def test_the_pack_makes_the_board_and_all_below_it(db: None) -> None:
    call_command("import_register", "organisation", str(PACK / "organisation.csv"))
    board = Board.objects.get()
    assert board.name == Administration.objects.get().name == "Socialförvaltningen Nordost"
    assert not board.is_demo
    assert Department.objects.get().name == "Avdelning Barn och unga"
    assert ServiceArea.objects.get().for_children
    assert Unit.objects.count() == 13
    assert Unit.objects.filter(valid_from=None, valid_to=None).count() == 13


def test_a_board_may_be_given_its_own_name(take_in: Any) -> None:
    assert take_in("organisation", UNITS, unit_row("A"), board="Socialnämnden")[0] == 0
    assert find_board("Socialnämnden") == find_board("Förvaltningen") == find_board(None)
    assert take_in("organisation", UNITS, unit_row("A"), unit_row("B"))[1].endswith(
        "2 rader, 1 nya, 1 oförändrade, 0 uppdaterade, 0 fel"
    )
    assert Board.objects.count() == 1


def test_a_file_with_faults_leaves_no_board_behind(take_in: Any) -> None:
    code, _, err = take_in("organisation", UNITS, unit_row("A", dates="2022-01-32;"))
    assert code == 1
    assert ":2: gäller_från: " in err
    assert not Board.objects.exists()


def test_a_unit_that_replaces_others_ends_them_the_day_before(take_in: Any) -> None:
    code, _, err = take_in(
        "organisation",
        UNITS,
        unit_row("Ny", dates="2022-03-01;", old="Norr|Söder"),
        unit_row("Norr"),
        unit_row("Söder", dates=";2021-12-31"),
    )
    assert code == 0, err
    assert Unit.objects.get(name="Norr").valid_to == date(2022, 2, 28)
    assert Unit.objects.get(name="Söder").valid_to == date(2021, 12, 31)
    replaced = Unit.objects.get(name="Ny").replaces.values_list("name", flat=True)
    assert set(replaced) == {"Norr", "Söder"}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (unit_row("Ny", dates="2022-03-01;", old="Okänd"), "ersätter"),
        (unit_row("Ny", old="Norr"), "gäller_från"),
        (unit_row("Ny", dates="2022-03-01;2022-02-01"), "gäller_till"),
        (unit_row("Norr", dates="2022-03-01;"), "gäller_från"),
        (unit_row(""), "enhet"),
        ("Ny;;Förvaltningen;Barn och unga;;;", "avdelning"),
    ],
)
def test_an_unfit_unit_is_named(take_in: Any, row: str, column: str) -> None:
    code, last, err = take_in("organisation", UNITS, unit_row("Norr"), row)
    assert code == 1
    assert f":3: {column}: " in err
    assert last.endswith("1 fel")


@pytest.mark.parametrize(
    ("dates", "column"),
    [
        ("2023-06-01;", "gäller_till"),
        ("2023-06-01;2024-01-01", "gäller_till"),
        ("2024-06-01;", "gäller_från"),
        ("2023-06-01;2023-12-31", None),
    ],
)
def test_a_name_means_one_unit_a_day(take_in: Any, dates: str, column: str | None) -> None:
    assert take_in("organisation", UNITS, unit_row("A", dates="2024-01-01;"))[0] == 0
    code, last, err = take_in("organisation", UNITS, unit_row("A", dates=dates))
    if column is None:
        assert (code, Unit.objects.count()) == (0, 2)
    else:
        assert (code, Unit.objects.count()) == (1, 1)
        assert f"organisation.csv:2: {column}: " in err
        assert last.endswith(" 1 fel")


def test_a_unit_whose_row_is_refused_is_not_missed_by_its_successor(take_in: Any) -> None:
    rows = [unit_row("A", dates="2022-02-30;"), unit_row("B", dates="2023-01-01;", old="A")]
    code, last, err = take_in("organisation", UNITS, *rows)
    assert code == 1
    assert "organisation.csv:2: gäller_från: " in err
    assert "organisation.csv:3:" not in err
    assert last == "organisation: 2 rader, 0 nya, 0 oförändrade, 0 uppdaterade, 1 fel"


def test_faults_that_show_only_between_rows_are_told_beside_the_others(take_in: Any) -> None:
    assert take_in("organisation", UNITS, unit_row("A"), unit_row("C", dates="2024-01-01;"))[0] == 0
    rows = [
        unit_row("B", dates="2022-02-30;"),
        unit_row("A", dates="2023-01-01;"),
        unit_row("D", dates="2023-01-01;", old="C"),
        unit_row("E", dates="2023-01-01;", old="Okänd"),
    ]
    code, last, err = take_in("organisation", UNITS, *rows)
    faults = [line.rpartition("organisation.csv:")[2] for line in err.splitlines()[:-1]]
    assert [": ".join(fault.split(": ")[:2]) for fault in faults] == [
        "2: gäller_från", "3: gäller_från", "4: ersätter", "5: ersätter",
    ]  # fmt: skip
    assert (code, Unit.objects.count()) == (1, 2)
    assert last == "organisation: 4 rader, 0 nya, 0 oförändrade, 0 uppdaterade, 4 fel"


def test_people_follow_a_renamed_unit(take_in: Any) -> None:
    take_in("organisation", UNITS, unit_row("Norr"))
    take_in("personal", STAFF, "eva;Eva;Ek;eva@x.se;;Enhetschef;Norr;")
    take_in("organisation", UNITS, unit_row("Norra", dates="2022-03-01;", old="Norr"))
    actor = Actor.of(User.objects.get())
    assert actor.units("enhetschef") == frozenset(Unit.objects.values_list("pk", flat=True))
    assert Membership.objects.get(valid_to=None).unit.name == "Norra"


def test_two_boards_must_be_told_apart(take_in: Any) -> None:
    take_in("organisation", UNITS, unit_row("A"))
    take_in("organisation", UNITS, "B;Avd;Andra förvaltningen;Vuxna;;;")
    assert Board.objects.count() == 2
    with pytest.raises(CommandError) as refused:
        call_command("import_register", "avvikelser", str(PACK / "avvikelser.csv"))
    assert refused.value.returncode == 2
    assert "Andra förvaltningen; Förvaltningen" in str(refused.value)
    with pytest.raises(InvalidInput):
        find_board("Tredje")


def test_the_demo_is_never_meant_unless_named(db: None) -> None:
    demo = Board.objects.create(name="Demo", is_demo=True)
    with pytest.raises(InvalidInput):
        find_board(None)
    assert find_board(" Demo ") == demo


def test_unknown_columns_are_refused_unless_left_out(take_in: Any) -> None:
    header, row = f"{UNITS};telefon", f"{unit_row('A')};08"
    code, _, err = take_in("organisation", header, row)
    assert code == 1
    assert ":1: telefon: " in err
    assert take_in("organisation", header, row, ignore_extra=True)[0] == 0


def test_a_missing_column_is_named(take_in: Any) -> None:
    code, _, err = take_in("organisation", "enhet;avdelning;förvaltning", "A;B;C")
    assert code == 1
    assert ":1: verksamhetsområde: " in err


def test_a_person_with_two_roles_logs_in_as_one(take_in: Any) -> None:
    take_in("organisation", UNITS, unit_row("Norr"), unit_row("Söder"))
    rows = [
        "eva;Eva;Ek;eva@x.se;Chef;Enhetschef;Norr;",
        "eva;Eva;Ek;eva@x.se;Chef;Medarbetare;Söder;",
        "anna;Anna;Al;;;Avdelningschef;;Avdelning Barn",
        "vera;Vera;Vik;;;Verksamhetsutvecklare;;",
    ]
    assert take_in("personal", STAFF, *rows)[1].startswith("personal: 4 rader, 4 nya")
    eva = User.objects.get(username="eva")
    assert not eva.has_usable_password()
    actor = Actor.of(eva)
    assert actor.roles == {"enhetschef", "medarbetare"}
    assert actor.protected_units == frozenset()
    assert take_in("personal", STAFF, *rows)[1].startswith("personal: 4 rader, 0 nya, 4 oför")
    ended = [f"{row};2023-01-31" for row in rows]
    ran = take_in("personal", f"{STAFF};gäller_till", *ended)
    assert ran[1].startswith("personal: 4 rader, 0 nya, 0 oförändrade, 4 uppdaterade")
    assert Actor.of(eva).roles == frozenset()


@pytest.mark.parametrize("header", ["namngiven_skydd", "Namngiven skydd"])
def test_no_file_names_anybody_for_skyddade_personuppgifter(take_in: Any, header: str) -> None:
    take_in("organisation", UNITS, unit_row("Norr"))
    row = "eva;Eva;Ek;;;Enhetschef;Norr;;Ja"
    code, _, err = take_in("personal", f"{STAFF};{header}", row)
    assert code == 1
    assert f":1: {header}: Vem som ser skyddade personuppgifter bestämmer enhetschefen" in err
    assert take_in("personal", f"{STAFF};{header}", row, ignore_extra=True)[0] == 0
    assert not Membership.objects.get(user__username="eva").sees_protected


def test_a_file_leaves_whom_the_manager_has_named(place: Place) -> None:
    eva = place.user("eva")
    lines = [f"{eva.username};Eva;Norr;;;Enhetschef;Enheten;;{end}" for end in ("", "2040-01-01")]
    for line in lines:
        table = read_table("personal.csv", f"{STAFF};gäller_till\n{line}\n".encode())
        outcome = import_table(place.actor("simon"), "personal", table, place.board)
        assert outcome.problems == []
    membership = Membership.objects.get(user=eva)
    assert (membership.sees_protected, str(membership.valid_to)) == (True, "2040-01-01")


def test_a_role_given_by_hand_is_known_again(place: Place) -> None:
    eva = place.user("eva")
    line = f"{eva.username};Eva;Norr;eva@x.se;;Enhetschef;Enheten;Avdelning Barn"
    table = read_table("personal.csv", f"{STAFF}\n{line}\n".encode())
    outcome = import_table(place.actor("simon"), "personal", table, place.board)
    assert (outcome.problems, outcome.added, outcome.updated) == ([], 0, 1)
    assert Membership.objects.filter(user=eva).count() == 1
    eva.refresh_from_db()
    assert eva.email == "eva@x.se"
    ended = (*table.headers, "gäller_till")
    Membership.objects.filter(user=eva).update(valid_to=date(2030, 1, 1))
    content = f"{';'.join(ended)}\n{line};2029-01-01\n"
    again = read_table("personal.csv", content.encode())
    outcome = import_table(place.actor("simon"), "personal", again, place.board)
    assert "har handlagts" in outcome.problems[0].message


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("eva;Eva;Ek;;;Chef;Norr;", "roll"),
        ("eva;Eva;Ek;;;Enhetschef;;", "enhet"),
        ("eva;Eva;Ek;;;Enhetschef;Okänd;", "enhet"),
        ("eva;Eva;Ek;;;SAS (lex Sarah-utredare);Norr;", "enhet"),
        ("eva;Eva;Ek;;;Avdelningschef;;Okänd", "avdelning"),
        ("eva;Eva;Ek;utan-snabel-a;;Medarbetare;Norr;", "e-post"),
    ],
)
def test_an_unfit_person_is_named(take_in: Any, row: str, column: str) -> None:
    take_in("organisation", UNITS, unit_row("Norr"))
    code, _, err = take_in("personal", STAFF, row)
    assert code == 1
    assert f":2: {column}: " in err


def test_nobody_gives_a_role_to_themselves_or_takes_in_what_is_not_theirs(place: Place) -> None:
    simon = place.user("simon").username
    content = f"{STAFF}\n{simon};Simon;Norr;;;SAS (lex Sarah-utredare);;\n"
    table = read_table("personal.csv", content.encode())
    outcome = import_table(place.actor("simon"), "personal", table, place.board)
    assert outcome.problems[0].column == "användarnamn"
    assert Membership.objects.filter(user=place.user("simon")).count() == 1
    for name in ("vera", "eva", "sara", "amina"):
        with pytest.raises(NotAllowed):
            import_table(place.actor(name), "personal", table, place.board)


def test_another_boards_administration_and_people_are_out_of_reach(
    place: Place, other_place: Place
) -> None:
    content = f"{UNITS}\nNy;Avd;{other_place.administration.name};Vuxna;;;\n"
    table = read_table("organisation.csv", content.encode())
    outcome = import_table(place.actor("simon"), "organisation", table, place.board)
    assert outcome.problems[0].column == "förvaltning"
    name = other_place.user("eva").username
    content = f"{STAFF}\n{name};Eva;X;;;Medarbetare;Enheten;\n"
    table = read_table("personal.csv", content.encode())
    outcome = import_table(place.actor("simon"), "personal", table, place.board)
    assert outcome.problems[0].column == "användarnamn"
