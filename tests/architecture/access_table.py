"""Who gets in where: one row for each address of the service.

A route without a row fails the walk, and so does a row without a route. Who is not named is
answered 404 where the record is hidden from them, 403 where they see it and may not do this, and
is sent to log in where nobody is logged in.
"""

from dataclasses import dataclass, field

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
    """Who gets in, for each kind of record; ``sees`` are answered 403 instead of 404."""

    own: frozenset[str] = NOBODY
    sister: frozenset[str] = NOBODY
    elsewhere: frozenset[str] = NOBODY
    protected: frozenset[str] = NOBODY
    about_manager: frozenset[str] = NOBODY
    sees: "Rule | None" = None

    def expected(self, kind: str, name: str) -> str:
        """Return "in", "forbidden" (403) or "hidden" (404)."""
        if name in getattr(self, kind):
            return "in"
        return "forbidden" if self.sees and name in getattr(self.sees, kind) else "hidden"


@dataclass(frozen=True)
class Gate:
    """Who gets in where no record is named; all others are answered 403."""

    people: frozenset[str] = EVERYONE
    public: bool = False

    def expected(self, kind: str, name: str) -> str:
        """Return "in" or "forbidden"."""
        return "in" if name in self.people or self.public else "forbidden"


@dataclass(frozen=True)
class Row:
    """What an address answers to GET and to POST; None: not a method of this address (405).

    ``ids`` says which id of the record (see ``world``) each parameter stands for, where the
    parameter's own name does not. ``body`` is posted, with ids filled in.
    """

    get: Rule | Gate | None = None
    post: Rule | Gate | None = None
    delete: Rule | Gate | None = None
    ids: dict[str, str] = field(default_factory=dict)
    body: dict[str, object] = field(default_factory=dict)


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


UNIT = {"own": "eva anna", "sister": "erik anna", "protected": "eva", "about_manager": "anna"}
INBOX = may(**UNIT)
HEAD = may(own="anna", sister="anna", about_manager="anna")
SAS = may(own="sara", sister="sara", protected="sara", about_manager="sara")
REPORTER = may(own="amina", about_manager="amina")
UNIT_AND_SAS = may(**{kind: f"{names} sara" for kind, names in UNIT.items()})
CLASSIFIES = may(
    own="eva anna sara vera",
    sister="erik anna sara vera",
    protected="eva sara",
    about_manager="anna sara vera",
)

# Registers and organisation: the own board's, whatever the unit.
OWN_BOARD = Rule(own=EVERYONE, sister=EVERYONE, protected=EVERYONE, about_manager=EVERYONE)
DEVIATION = {"pk": "deviation_id"}

API: dict[str, Row] = {
    "token/": Row(post=PUBLIC, delete=ANYONE),
    "units/": Row(get=ANYONE),
    "units/<int:pk>/": Row(get=OWN_BOARD, ids={"pk": "unit_id"}),
    "areas/": Row(get=ANYONE),
    "areas/<int:pk>/": Row(get=OWN_BOARD, ids={"pk": "area_id"}),
    "departments/": Row(get=ANYONE),
    "departments/<int:pk>/": Row(get=OWN_BOARD, ids={"pk": "department_id"}),
    "categories/": Row(get=ANYONE),
    "categories/<int:pk>/": Row(get=OWN_BOARD, ids={"pk": "category_id"}),
    "causes/": Row(get=ANYONE),
    "causes/<int:pk>/": Row(get=OWN_BOARD, ids={"pk": "cause_id"}),
    "actions/": Row(get=ANYONE),
    "actions/<int:pk>/finish/": Row(post=INBOX, ids={"pk": "action_id"}),
    "unit-reviews/": Row(post=ANYONE),
    "deviations/": Row(get=ANYONE, post=ANYONE),
    "deviations/handle-together/": Row(post=ANYONE),
    "deviations/<int:pk>/": Row(get=SEES, ids=DEVIATION),
    "deviations/<int:pk>/history/": Row(get=SEES, ids=DEVIATION),
} | {
    f"deviations/<int:pk>/{act}/": Row(post=rule, ids=DEVIATION)
    for act, rule in {
        "receive": INBOX,
        "assign": INBOX,
        "move": INBOX,
        "decide-unit": HEAD,
        "ask": UNIT_AND_SAS,
        "answer": REPORTER,
        "dismiss": INBOX,
        "merge": INBOX,
        "send-to-sas": INBOX,
        "return-from-sas": SAS,
        "classify": CLASSIFIES,
        "investigate": INBOX,
        "plan-action": INBOX,
        "close": INBOX,
        "close-without-action": INBOX,
        "close-simply": INBOX,
        "assess-effect": INBOX,
        "postpone-effect": INBOX,
        "reopen": UNIT_AND_SAS,
        "record-exchange": UNIT_AND_SAS,
        "set-protection": UNIT_AND_SAS,
    }.items()
}

PAGES: dict[str, Row] = {
    "healthz": Row(get=PUBLIC),
    "readyz": Row(get=PUBLIC),
    "metrics": Row(get=PUBLIC),
    "api/schema/": Row(get=PUBLIC),
    "api/docs/": Row(get=PUBLIC),
    "stil/": Row(get=PUBLIC),
    "sok/": Row(get=ANYONE),
}

TABLE: dict[str, Row] = PAGES | {f"api/v1/{route}": row for route, row in API.items()}

# Addresses of others' making, each with one rule for all that stands under it: the login pages
# show nothing but one's own account, and the administration is for staff.
LOGIN = "accounts/"
ADMIN = "admin/"
