"""What a row of the access table is made of: people, rules for records, gates for the rest."""

from dataclasses import dataclass, field, replace

EVERYONE = frozenset("amina nils frida eva erik anna sara vera rut birgit gun simon".split())


def who(names: str) -> frozenset[str]:
    """Return the named people; an unknown name is a mistake in the table."""
    people = frozenset(names.split())
    if unknown := people - EVERYONE:
        raise ValueError(f"Unknown in the access table: {unknown}")
    return people


NOBODY = who("")


@dataclass(frozen=True)
class Rule:
    """Who gets in, for each kind of record.

    Who does not is answered ``hidden``; those in ``sees`` are answered 403 instead.
    """

    own: frozenset[str] = NOBODY
    sister: frozenset[str] = NOBODY
    elsewhere: frozenset[str] = NOBODY
    protected: frozenset[str] = NOBODY
    about_manager: frozenset[str] = NOBODY
    sees: "Rule | None" = None
    hidden: int = 404

    def gets_in(self, kind: str, name: str) -> bool:
        """Say whether the person gets in."""
        return name in getattr(self, kind)

    def refusal(self, kind: str, name: str) -> int:
        """Return the status of the refusal."""
        return 403 if self.sees and self.sees.gets_in(kind, name) else self.hidden


@dataclass(frozen=True)
class Gate:
    """Who gets in where no record is named; all others are answered 403."""

    people: frozenset[str] = EVERYONE
    public: bool = False

    def gets_in(self, kind: str, name: str) -> bool:
        """Say whether the person gets in."""
        return self.public or name in self.people

    def refusal(self, kind: str, name: str) -> int:
        """Return the status of the refusal."""
        return 403


@dataclass(frozen=True)
class Row:
    """What an address answers to each method; None: not a method of this address.

    ``ids`` says for each parameter which id of the record (see ``world``) or which text it takes,
    where its own name does not. ``body`` is sent along (by GET as the query), with ids
    filled in. ``anonymous`` is the
    status for those who are not logged in, where it is neither the login page nor 401.
    """

    get: Rule | Gate | None = None
    post: Rule | Gate | None = None
    put: Rule | Gate | None = None
    delete: Rule | Gate | None = None
    ids: dict[str, str] = field(default_factory=dict)
    body: dict[str, str] = field(default_factory=dict)
    anonymous: int | None = None


def both(rule: Rule | Gate, **more: object) -> Row:
    """Return the row of a form: whoever may see it may post it."""
    return Row(get=rule, post=rule, **more)  # type: ignore[arg-type]


def listed(rule: Rule | Gate, **more: object) -> list[Row]:
    """Return the rows of a list: whoever may see it may take it out as a file, and nobody else."""
    as_file = Row(get=rule, body={"format": "csv"}, **more)  # type: ignore[arg-type]
    return [Row(get=rule, **more), as_file]  # type: ignore[arg-type]


PUBLIC = Gate(public=True)
ANYONE = Gate()

# Who may open a deviation.
SEES = Rule(
    own=who("amina eva anna sara vera"),
    sister=who("erik anna sara vera"),
    protected=who("eva sara"),
    about_manager=who("amina anna sara vera"),
)


def may(own: str = "", sister: str = "", protected: str = "", about_manager: str = "") -> Rule:
    """Return the rule of an act: these may, others who see the record are answered 403."""
    return Rule(
        own=who(own),
        sister=who(sister),
        protected=who(protected),
        about_manager=who(about_manager),
        sees=SEES,
    )


_UNIT = {"own": "eva anna", "sister": "erik anna", "protected": "eva", "about_manager": "anna"}
UNIT = may(**_UNIT)
UNIT_AND_SAS = may(**{kind: f"{names} sara" for kind, names in _UNIT.items()})
HEAD = may(own="anna", sister="anna", about_manager="anna")
SAS = may(own="sara", sister="sara", protected="sara", about_manager="sara")
REPORTER = may(own="amina", about_manager="amina")
CLASSIFIES = may(
    own="eva anna sara vera",
    sister="erik anna sara vera",
    protected="eva sara",
    about_manager="anna sara vera",
)
# Of several picked at once those that are hidden are left out: back to the list.
PICKED = replace(UNIT, hidden=302)

# Who may open what the watch proposes: nobody has reported it, and it is about no manager.
SEES_PROPOSAL = Rule(
    own=who("eva anna sara vera"),
    sister=who("erik anna sara vera"),
    protected=who("eva sara"),
    about_manager=who("eva anna sara vera"),
)
DECIDES_PROPOSAL = Rule(
    own=who("eva anna"),
    sister=who("erik anna"),
    protected=who("eva"),
    about_manager=who("eva anna"),
    sees=SEES_PROPOSAL,
)
PICKED_PROPOSAL = replace(DECIDES_PROPOSAL, hidden=302)

# Registers and organisation: the own board's, whatever the unit.
OWN_BOARD = Rule(own=EVERYONE, sister=EVERYONE, protected=EVERYONE, about_manager=EVERYONE)

# Who may open a case: whoever works in the unit, leads it, or sees the whole board.
CASE_SEES = Rule(
    own=who("amina nils frida eva anna sara vera"),
    sister=who("erik anna sara vera"),
    protected=who("nils eva sara"),
    about_manager=who("amina nils frida eva anna sara vera"),
)


def may_in_case(own: str, sister: str, protected: str) -> Rule:
    """Return the rule of a step: these may, others who see the case are answered 403."""
    return Rule(
        own=who(own),
        sister=who(sister),
        protected=who(protected),
        about_manager=who(own),
        sees=CASE_SEES,
    )


CASE_WORKS = may_in_case("amina nils frida eva anna", "erik anna", "nils eva")
CASE_LEADS = may_in_case("frida eva anna", "erik anna", "eva")
CASE_PROTECTS = may_in_case("amina nils frida eva anna sara", "erik anna sara", "nils eva sara")
REGISTERS_CASES = Gate(who("amina nils frida eva erik anna"))


def in_board(own: str, sister: str | None = None, *, role_first: bool = False) -> Rule:
    """Return the rule for what the whole board may see of the organisation, and these may do.

    The unit of one's own is the same whatever the record's kind. ``role_first``: whoever lacks the
    role is told so whatever the address names, another board's things included.
    """
    home, other = who(own), who(own if sister is None else sister)
    sees = replace(OWN_BOARD, elsewhere=EVERYONE - home) if role_first else OWN_BOARD
    return Rule(own=home, sister=other, protected=home, about_manager=home, sees=sees)


CONFIGURES = Gate(who("simon"))
CONFIGURES_IT = in_board("simon")
LEADS_UNIT = in_board("eva anna", "erik anna")
KEEPS_REGISTERS = in_board("simon vera", role_first=True)
IMPORTS = Gate(who("simon vera"))
# A lex Sarah report: the examined unit and those above it are nobody here.
LEX_SARAH = Rule(
    own=who("sara"), sister=who("sara"), protected=who("sara"), about_manager=who("sara")
)
COUNTS = Gate(who("eva erik anna sara vera"))
