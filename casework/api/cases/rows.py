"""A record as the case system tells of it: a row of its register, with the API's names.

It is taken in as a file of one row is, so that file and API are one act: the same rows are new,
changed and unchanged, the same cells are refused.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.access.actor import Actor
from casework.api.filters import MAX_ID
from casework.cases.models import IntakeKind, IntakeOutcome, Sex, Statute
from casework.kit.api import actor_of
from casework.organisation.models import Board, Unit
from casework.registers import kinds
from casework.registers.kinds import REGISTER_KINDS
from casework.registers.models import ImportedRow
from casework.registers.reading import Table, TableRow
from casework.registers.running import Outcome, import_table
from casework.shared.clock import STOCKHOLM
from casework.shared.errors import ConflictError

# Stands in the list of what has been read in where a file has its name.
SOURCE = "API"
_ID, _MARK, _SEX = "id", "skyddad", "kön"
# What the words of a file mean, where one meaning has several: kept as the file had it.
_SAME: Mapping[str, Mapping[str, Any]] = {
    _SEX: {
        "Flicka": Sex.FEMALE,
        "Kvinna": Sex.FEMALE,
        "Pojke": Sex.MALE,
        "Man": Sex.MALE,
        "": Sex.UNKNOWN,
    },
    _MARK: {"Ja": True, "ja": True, "Nej": False, "nej": False, "": False},
}
_SEX_WORDS = {Sex.FEMALE: "Kvinna", Sex.MALE: "Man"}


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "integer", "format": "int64"}]})
class UnitNameField(serializers.Field):
    """A unit by its name on the day, as registers have it, or by its id."""

    default_error_messages: ClassVar = {
        "invalid": "Ange enhetens namn eller id.",
        "unknown": "Enheten finns inte.",
    }

    def to_internal_value(self, data: Any) -> str:
        """Return the unit's name; whether it was called so that day is for the register to say."""
        if isinstance(data, str):
            return str(serializers.CharField(max_length=200).run_validation(data))
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        board = actor_of(self.context["request"]).board_id
        key = data if 0 < data <= MAX_ID else 0
        name = Unit.objects.filter(board=board, pk=key).values_list("name", flat=True).first()
        if name is None:
            self.fail("unknown")
        return name


def _day() -> serializers.DateField:
    return serializers.DateField(required=False, allow_null=True, default=None)


def _instant() -> serializers.DateTimeField:
    return serializers.DateTimeField(required=False, allow_null=True, default=None)


def _text(longest: int = 20_000) -> serializers.CharField:
    return serializers.CharField(max_length=longest, required=False, allow_blank=True, default="")


def _sex() -> serializers.ChoiceField:
    return serializers.ChoiceField(
        choices=Sex.choices, required=False, allow_blank=True, default=Sex.UNKNOWN
    )


def _birth_year() -> serializers.IntegerField:
    return serializers.IntegerField(
        min_value=0, max_value=9999, required=False, allow_null=True, default=None
    )


def _mark() -> serializers.BooleanField:
    return serializers.BooleanField(
        required=False, help_text="Skyddade personuppgifter. Utelämnat: som förut."
    )


class RowSerializer(serializers.Serializer):
    """Base: ``columns`` says in which column of the register each field stands."""

    columns: ClassVar[Mapping[str, str]]
    words: ClassVar[Mapping[str, Mapping[Any, str]]] = {}

    def cells(self, before: Mapping[str, str]) -> dict[str, str]:
        """Return the row by column; ``before`` is the row as it was taken in last."""
        found = {}
        for name, value in self.validated_data.items():
            column = self.columns[name]
            meanings = _SAME.get(column)
            kept = before.get(column, "")
            if meanings and kept in meanings and meanings[kept] == value:
                found[column] = kept
            else:
                found[column] = self.words.get(name, {}).get(value) or _written(value)
        return found


def _written(value: Any) -> str:
    """Return a value as the cell of a file has it."""
    match value:
        case None | False:
            return ""
        case True:
            return "Ja"
        case datetime():
            local = value.astimezone(STOCKHOLM).replace(tzinfo=None)
            return local.isoformat(" ", "seconds" if local.second else "minutes")
        case date():
            return value.isoformat()
    return str(value)


_COMMON = {"unit": "enhet", "case_number": "ärende", "sex": _SEX, "protected": _MARK}


class IntakeRowSerializer(RowSerializer):
    """An intake as ``aktualiseringar.csv`` has it; what is left out is empty."""

    columns: ClassVar = {
        **_COMMON,
        "received_at": "inkommen",
        "kind": "typ",
        "source": "uppgiftslämnare",
        "birth_year": "födelseår",
        "assessed_at": "skyddsbedömd",
        "outcome": "beslut",
        "decided_on": "beslutsdatum",
        "reason": "skäl",
    }
    words: ClassVar = {
        "sex": _SEX_WORDS,
        "kind": {kind.value: str(kind.label) for kind in IntakeKind},
        "outcome": {one.value: str(one.label) for one in IntakeOutcome if one.value},
    }

    unit = UnitNameField()
    case_number = _text(60)
    received_at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=IntakeKind.choices)
    source = _text(200)  # type: ignore[assignment]
    sex = _sex()
    birth_year = _birth_year()
    assessed_at = _instant()
    outcome = serializers.ChoiceField(
        choices=IntakeOutcome.choices, required=False, allow_blank=True, default=""
    )
    decided_on = _day()
    reason = _text()
    protected = _mark()


class InvestigationRowSerializer(RowSerializer):
    """An investigation as ``utredningar.csv`` has it; what is left out is empty."""

    columns: ClassVar = {
        **_COMMON,
        "intake_on": "aktualiserad",
        "intake_kind": "aktualiseringstyp",
        "opened_on": "inledd",
        "extended_to": "förlängd_till",
        "extension_decided_on": "förlängning_beslutad",
        "closed_on": "avslutad",
        "birth_year": "födelseår",
        "kind": "utredningstyp",
    }
    words: ClassVar = {
        "sex": _SEX_WORDS,
        "intake_kind": {kind.value: str(kind.label) for kind in IntakeKind},
    }

    unit = UnitNameField()
    case_number = _text(60)
    intake_on = _day()
    intake_kind = serializers.ChoiceField(
        choices=IntakeKind.choices, required=False, allow_blank=True, default=""
    )
    opened_on = serializers.DateField()
    extended_to = _day()
    extension_decided_on = serializers.DateField(
        required=False, allow_null=True, help_text="Null: i tid. Utelämnat: som förut."
    )
    closed_on = _day()
    sex = _sex()
    birth_year = _birth_year()
    kind = serializers.CharField(
        max_length=100,
        required=False,
        allow_blank=True,
        help_text="Utredningstyp; tom: som verksamhetsområdet. Utelämnat: som förut.",
    )
    protected = _mark()


class DecisionRowSerializer(RowSerializer):
    """A decision as ``beslut.csv`` has it; what is left out is empty."""

    columns: ClassVar = {
        **_COMMON,
        "statute": "lagrum",
        "measure": "insats",
        "decided_on": "beslutsdatum",
        "interrupted_on": "avbrott",
        "resumed_on": "återupptagen",
        "executed_on": "verkställd",
        "ended_on": "avslutad_utan_verkställighet",
        "reason": "skäl",
    }
    words: ClassVar = {"sex": _SEX_WORDS}

    unit = UnitNameField()
    case_number = serializers.CharField(
        max_length=60, required=False, allow_blank=True, help_text="Utelämnat: som förut."
    )
    statute = serializers.ChoiceField(choices=Statute.choices)
    sex = _sex()
    measure = serializers.CharField(max_length=200)
    decided_on = serializers.DateField()
    interrupted_on = _day()
    resumed_on = _day()
    executed_on = _day()
    ended_on = _day()
    reason = _text()
    protected = _mark()


CREATED, CHANGED, UNCHANGED = "created", "changed", "unchanged"
RESULTS = [(CREATED, "ny"), (CHANGED, "ändrad"), (UNCHANGED, "oförändrad")]
_RESULT = {kinds.NEW: CREATED, kinds.CHANGED: CHANGED}


class TakenInSerializer(serializers.Serializer):
    """What a PUT came to. The record itself is for those who may open it."""

    id = serializers.IntegerField()
    external_id = serializers.CharField()
    result = serializers.ChoiceField(choices=RESULTS)
    changed_fields = serializers.ListField(
        child=serializers.CharField(),
        help_text="Tom om raden är ny eller oförändrad, och där kontot inte får öppna posten.",
    )


def take_in(actor: Actor, register: str, external_id: str, row: RowSerializer) -> dict[str, Any]:
    """Take in the validated ``row`` as the register's row ``external_id``; say what it came to.

    A row that says what it said last writes nothing. Raises ``NotAllowed``, ``ConflictError``
    where the record was worked with here since, and 400 with each field that is refused.
    """
    board = Board.objects.get(pk=actor.board_id)
    imported = ImportedRow.objects.filter(board=board, kind=register, external_id=external_id)
    before = imported.values_list("cells", flat=True).first()
    cells = {_ID: external_id, **row.cells(json.loads(before) if before else {})}
    table = Table(SOURCE, tuple(cells), (TableRow(1, tuple(cells.values())),))
    outcome = import_table(actor, register, table, board, preview=True)
    _refuse(outcome, row, external_id)
    if outcome.differences:
        outcome = import_table(actor, register, table, board, daily=True)
        _refuse(outcome, row, external_id)
    record = REGISTER_KINDS[register].chronicle.record  # type: ignore[attr-defined]
    found = record._default_manager.get(board=board, external_id=external_id)
    fields = {column: name for name, column in row.columns.items()}
    difference = outcome.differences[0] if outcome.differences else None
    return {
        "id": found.pk,
        "external_id": external_id,
        "result": _RESULT[difference.state] if difference else UNCHANGED,
        "changed_fields": [fields[column] for column, _, _ in difference.changes]
        if difference
        else [],
    }


def _refuse(outcome: Outcome, row: RowSerializer, external_id: str) -> None:
    """Raise what is wrong with the row, if anything is."""
    fields = {column: name for name, column in row.columns.items()}
    faults: dict[str, list[str]] = {}
    for problem in outcome.problems:
        if problem.column == _ID:
            raise ConflictError(
                f"{external_id} har handlagts här sedan det togs emot senast, och säger nu något "
                "annat. Ändra det här i stället."
            )
        faults.setdefault(fields[problem.column], []).append(problem.message)
    if faults:
        raise serializers.ValidationError(faults)
