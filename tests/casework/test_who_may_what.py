"""Who sees, counts and does what, written out: from the law and the roles, not from the code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Q

from casework.access import circles, leading, policy
from casework.access.actor import Actor
from casework.access.policy import Relation
from casework.models import Membership, Role, Unit
from casework.organising.memberships import add_membership, end_membership, name_for_protected
from casework.shared.errors import NotAllowed
from deviations.models import Deviation
from lexsarah import rules as lexsarah_rules
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db

# What a role gives, whatever the record: "x" it does, "." it does not.
ROLES = """
                  amina frida eva anna sara vera rut birgit gun simon
has_figures         .     .    x   x    x    x    .    .     .    .
reads_numbers       x     x    x   x    x    .    x    x     x    x
configures          .     .    .   .    .    .    .    .     .    x
imports             .     .    .   .    .    x    .    .     .    x
imports_people      .     .    .   .    .    .    .    .     .    x
keeps_registers     .     .    .   .    .    x    .    .     .    x
week                .     x    x   x    x    .    .    .     .    .
forecast            .     x    x   x    .    .    .    .     .    .
standing            .     .    .   x    x    x    .    .     .    .
enters_paper        .     .    .   .    x    .    x    .     .    .
appendix            .     .    .   .    x    .    .    .     .    .
diarium             .     .    .   .    x    .    x    .     .    .
decisions           .     .    .   .    x    .    x    .     .    .
"""


def _asks(require: Callable[..., None], *more: Any, **named: Any) -> Callable[[Actor], bool]:
    def may(actor: Actor) -> bool:
        try:
            require(actor, *more, **named)
        except NotAllowed:
            return False
        return True

    return may


GIVES: dict[str, Callable[[Actor], bool]] = {
    "has_figures": _asks(circles.require_counting),
    "reads_numbers": _asks(policy.require_case_numbers),
    "configures": _asks(policy.require_configurer),
    "imports": _asks(policy.require_import),
    "imports_people": _asks(policy.require_import, administrator_only=True),
    "keeps_registers": _asks(policy.require_register_keeper),
    "week": _asks(circles.WEEK.require),
    "forecast": _asks(circles.FORECAST.require),
    "standing": _asks(circles.STANDING.require),
    "enters_paper": _asks(lexsarah_rules.ENTERING.require),
    "appendix": _asks(lexsarah_rules.APPENDIX.require),
    "diarium": _asks(lexsarah_rules.OFFICIAL_REGISTER.require),
    "decisions": _asks(lexsarah_rules.DECISIONS.require),
}

# What people may say for Enheten, of which Eva is the manager and Anna heads the department.
IN_UNIT = """
                  amina frida eva sven erik anna arne sara vera simon
leads               .     .    x    .    .    x    .    .    .    .
supervises          .     x    x    .    .    x    .    .    .    .
works_or_leads      x     x    x    .    .    x    .    .    .    .
answers             .     .    x    .    .    x    .    .    .    .
manages             .     .    x    .    .    .    .    .    .    .
keeps_people        .     .    x    .    .    x    .    .    .    x
"""
# Where the Förste helps with the Inkorg, she answers for it too; nothing else changes.
WITH_HELP = IN_UNIT.replace("answers             .     .", "answers             .     x")

# Deviations: Amina's ordinary one, Eva's protected one, Amina's about the manager, and one that
# Eva reported in Enheten, protected, and that the sister unit has.
SEES = """
                  amina nils frida eva sven erik farid anna sara vera rut birgit simon
ordinary            x     .    .    x    .    .    .     x    x    x    .    .     .
protected           .     .    .    x    .    .    .     .    x    .    .    .     .
about_manager       x     .    .    .    .    .    .     x    x    x    .    .     .
gone_protected      .     .    .    .    .    .    .     .    x    .    .    .     .
"""
COUNTS = """
                  amina nils frida eva sven erik farid anna sara vera rut birgit simon
ordinary            .     .    .    x    .    .    .     x    x    x    .    .     .
protected           .     .    .    .    .    .    .     .    x    x    .    .     .
about_manager       .     .    .    .    .    .    .     x    x    x    .    .     .
gone_protected      .     .    .    .    .    .    .     .    x    x    .    .     .
"""


def table(text: str) -> dict[str, dict[str, bool]]:
    """Return a table of crosses as row → person → whether."""
    head, *rows = (line.split() for line in text.strip().splitlines())
    return {
        name: {who: cell == "x" for who, cell in zip(head, cells, strict=True)}
        for name, *cells in rows
    }


def test_what_each_role_gives(place: Place) -> None:
    expected = table(ROLES)
    assert expected.keys() == GIVES.keys()
    people = {who: place.actor(who) for who in next(iter(expected.values()))}
    found = {
        name: {who: may(actor) for who, actor in people.items()} for name, may in GIVES.items()
    }
    assert found == expected


@pytest.mark.parametrize("helps", [False, True])
def test_what_one_says_for_a_unit(place: Place, helps: bool) -> None:
    place.unit.forste_helps_with_inbox = helps
    place.unit.save()
    unit, of_amina = place.unit.pk, Membership.objects.filter(user=place.user("amina"))
    says: dict[str, Callable[[Actor], bool]] = {
        "leads": _asks(leading.require_leader, unit),
        "supervises": _asks(leading.require_supervisor, unit),
        "works_or_leads": _asks(leading.require_workplace, [unit]),
        "answers": lambda actor: leading.answers_for_unit(actor, unit),
        "manages": _asks(leading.require_manager, unit),
        "keeps_people": _asks(leading.require_person_keeper, of_amina),
    }
    expected = table(WITH_HELP if helps else IN_UNIT)
    people = {who: place.actor(who) for who in next(iter(expected.values()))}
    found = {name: {who: may(actor) for who, actor in people.items()} for name, may in says.items()}
    assert found == expected


def _deviations(place: Place) -> dict[str, Deviation]:
    gone = make_report(place, by="eva", protected=True)
    # By a move, which leaves the reporting unit where it was.
    Deviation.objects.filter(pk=gone.pk).update(unit=place.sister_unit)
    return {
        "ordinary": make_report(place, by="amina"),
        "protected": make_report(place, by="eva", protected=True),
        "about_manager": make_report(place, by="amina", about_manager=True),
        "gone_protected": gone,
    }


@pytest.mark.parametrize(("text", "by"), [(SEES, "visible_to"), (COUNTS, "countable_by")])
def test_who_sees_and_who_counts(place: Place, other_place: Place, text: str, by: str) -> None:
    made, expected = _deviations(place), table(text)
    names = {deviation.pk: name for name, deviation in made.items()}
    found: dict[str, dict[str, bool]] = {name: {} for name in made}
    for who in next(iter(expected.values())):
        keys = getattr(Deviation.objects, by)(place.actor(who)).values_list("pk", flat=True)
        seen = {names[key] for key in keys}
        for name in made:
            found[name][who] = name in seen
    assert found == expected
    for who in other_place.people:
        assert not getattr(Deviation.objects, by)(other_place.actor(who)).exists()


def test_figures_are_of_ones_own_board(place: Place, other_place: Place) -> None:
    for who in ("sara", "vera", "anna", "eva"):
        circles.require_counting(place.actor(who), place.board.pk)
        with pytest.raises(NotAllowed):
            circles.require_counting(place.actor(who), other_place.board.pk)


def test_who_is_examined_does_what_is_open_to_the_examined_alone() -> None:
    """Only beside a role that may: to be examined is no leave by itself."""
    opening = frozenset({Relation.SAS, Relation.EXAMINED})
    held = [
        (set(), False),
        ({Relation.EXAMINED}, False),
        ({Relation.SAS}, True),
        ({Relation.SAS, Relation.EXAMINED}, True),
        ({Relation.REPORTER, Relation.EXAMINED}, False),
        ({Relation.SYSTEM}, True),
    ]
    for relations, may in held:
        assert (policy._why_not(frozenset(relations), opening) == "") is may, relations
    without = opening - {Relation.EXAMINED}
    assert policy._why_not(frozenset({Relation.SAS, Relation.EXAMINED}), without)


NAMES = {"eva": True, "anna": True, "simon": False, "erik": False, "frida": False, "sara": False}


@pytest.mark.parametrize(("by", "may"), NAMES.items())
def test_the_unit_s_chef_names_who_sees_the_protected(place: Place, by: str, may: bool) -> None:
    membership = Membership.objects.get(user=place.user("amina"))
    for named in (True, False):
        if may:
            name_for_protected(place.actor(by), membership.pk, named=named)
        else:
            with pytest.raises(NotAllowed):
                name_for_protected(place.actor(by), membership.pk, named=named)


@pytest.mark.parametrize("role", [Role.SAS, Role.DEVELOPER, Role.DECIDER, Role.WORKER, Role.HEAD])
def test_nobody_gives_a_role_to_oneself(place: Place, role: Role) -> None:
    where: dict[str, Any] = {}
    if role == Role.WORKER:
        where = {"unit": place.unit}
    if role == Role.HEAD:
        where = {"department": place.department}
    with pytest.raises(NotAllowed):
        add_membership(place.actor("simon"), place.user("simon"), role=role, **where)


@pytest.mark.parametrize("by", ["eva", "anna", "vera", "sara", "amina"])
def test_roles_are_given_and_ended_by_the_systemforvaltare(place: Place, by: str) -> None:
    membership = Membership.objects.get(user=place.user("frida"))
    with pytest.raises(NotAllowed):
        add_membership(place.actor(by), place.user("frida"), role=Role.MANAGER, unit=place.unit)
    with pytest.raises(NotAllowed):
        end_membership(place.actor(by), membership.pk, last_day=membership.valid_from)  # type: ignore[arg-type]


def test_of_what_is_confidential_one_knows_but_for_the_own_units(place: Place) -> None:
    """Rows of Enheten are confidential here: who is not SAS does not know that there are any."""
    confidential = Q(name="Enheten")

    def known(actor: Actor) -> set[str]:
        found = Unit.objects.filter(policy.known_of_q(actor, confidential, "pk"))
        return set(found.filter(board=place.board).values_list("name", flat=True))

    every, others = {"Enheten", "Systerenheten", "Fjärrenheten"}, {"Systerenheten", "Fjärrenheten"}
    assert known(Actor.system(place.board)) == every
    assert known(place.actor("sara")) == every
    for who in ("eva", "anna", "vera", "simon", "birgit"):
        assert known(place.actor(who)) == others
    Membership.objects.create(
        user=place.user("sara"), board=place.board, role=Role.WORKER, unit=place.unit
    )
    assert known(place.actor("sara")) == others
