"""Any number of deviations for measuring, made in the database itself.

Each has its history rows and the version rows that follow from them, by the same rules as
``deviations.services.writing``: a test makes the versions again from the history and compares.
What each deviation goes through is planned in a temporary table, one row per act, from which all
the others are inserted. Encrypted texts are few and used over and over: what is measured is not
the cipher.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from casework.deadlines.models import Deadline
from casework.organisation.models import Board
from casework.shared import blind_index, clock
from casework.shared.fields import cipher
from deviations import risk, states
from deviations.demo.events import KINDS
from deviations.demo.registers import fill_registers
from deviations.demo.scale_times import scale_times
from deviations.models import (
    CategoryRow,
    CausesRow,
    Deviation,
    DeviationVersion,
    EffectRow,
    ProtectionRow,
    RegistrationRow,
    StatusRow,
    UnitRow,
)

YEARS = 3
# The ways of a deviation: how many of a hundred go it, and its states one after the other. After
# each colon stands the effect that is assessed with it; causes are known from the last but one.
WAYS = (
    (8, "reported"),
    (10, "reported received"),
    (12, "reported received investigating"),
    (30, "reported received closed:no_action"),
    (22, "reported closed_follow_up"),
    (10, "reported closed_follow_up closed:improved"),
    (5, "reported not_deviation"),
    (3, "reported received closed_follow_up closed:undecidable"),
)


FILLED: tuple[type[models.Model], ...] = (
    Deviation,
    RegistrationRow,
    ProtectionRow,
    UnitRow,
    StatusRow,
    CategoryRow,
    CausesRow,
    EffectRow,
    DeviationVersion,
    Deadline,
)


def scale(board: Board, count: int) -> tuple[type[models.Model], ...]:
    """Add ``count`` deviations of the last three years to a board that has units and people.

    Returns the models whose tables were filled.
    """
    fill_registers(board)
    with connection.cursor() as cursor:
        # The same numbers each time.
        cursor.execute("SELECT setseed(0.25)")
        # Checked after each statement: what waits for the commit is kept in memory until then.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _lists(cursor, board)
        _plan(cursor, board, count)
        _acts(cursor)
        _deviations(cursor, board)
        _history(cursor)
        _versions(cursor, board)
        scale_times(cursor, board)
        cursor.execute(
            "DROP TABLE scale_act, scale_plan, scale_unit, scale_category, scale_cause, scale_way,"
            " scale_text, scale_risk, scale_label"
        )
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return FILLED


def _table(cursor: CursorWrapper, name: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    cursor.execute(f"CREATE TEMP TABLE {name} ({columns})")
    blanks = ", ".join(["%s"] * len(rows[0]))
    cursor.executemany(f"INSERT INTO {name} VALUES ({blanks})", rows)  # noqa: S608


def _lists(cursor: CursorWrapper, board: Board) -> None:
    """Put what is drawn from into numbered lists, each counted from 0."""
    cursor.execute(
        """
        CREATE TEMP TABLE scale_unit AS
        SELECT row_number() OVER (ORDER BY u.id) - 1 AS n, u.id, u.area_id, u.name,
               (SELECT min(m.user_id) FROM casework_membership m
                 WHERE m.unit_id = u.id AND m.role = 'medarbetare') AS worker_id,
               (SELECT min(m.user_id) FROM casework_membership m
                 WHERE m.unit_id = u.id AND m.role = 'enhetschef') AS manager_id
          FROM casework_unit u WHERE u.board_id = %(board)s;
        CREATE TEMP TABLE scale_category AS
        SELECT row_number() OVER (ORDER BY c.id) - 1 AS n, c.id, c.parent_id,
               p.name || ', ' || c.name AS label
          FROM deviations_category c JOIN deviations_category p ON p.id = c.parent_id
         WHERE c.board_id = %(board)s;
        CREATE TEMP TABLE scale_cause AS
        SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, name
          FROM deviations_cause WHERE board_id = %(board)s
        """,
        {"board": board.pk},
    )
    ways = []
    for share, way in WAYS:
        steps = [step.partition(":") for step in way.split()]
        ways += [([s for s, _, _ in steps], [e for _, _, e in steps])] * share
    _table(
        cursor,
        "scale_way",
        "n int, states text[], effects text[]",
        [(number, *way) for number, way in enumerate(ways)],
    )
    texts = [kind.texts[0].format(antal=3, dagar=12, vecka=14) for kind in KINDS]
    _table(
        cursor,
        "scale_text",
        "n int, sealed text, terms bigint[]",
        [
            (number, cipher().encrypt(text.encode()).decode(), blind_index.terms(text))
            for number, text in enumerate(texts)
        ],
    )
    judged = [(s, p) for s in risk.SEVERITIES for p in risk.PROBABILITIES]
    _table(
        cursor,
        "scale_risk",
        "n int, severity int, probability int, priority int",
        [
            (
                number,
                s,
                p,
                risk.priority(safe_now="yes", possible_misconduct=False, severity=s, probability=p),
            )
            for number, (s, p) in enumerate(judged)
        ],
    )
    labels = [*states.LABELS.items(), *states.EFFECTS.items()]
    _table(cursor, "scale_label", "value text, label text", [*labels])


def _plan(cursor: CursorWrapper, board: Board, count: int) -> None:
    """Draw what each deviation is and which way it goes."""
    cursor.execute(
        """
        CREATE TEMP TABLE scale_plan AS
        SELECT drawn.id, drawn.first_day, drawn.known_early, drawn.protected,
               u.id AS unit_id, u.area_id, u.name AS unit_name, u.worker_id, u.manager_id,
               c.id AS category_id, c.parent_id AS main_category_id, c.label AS category_label,
               CASE WHEN drawn.two_causes AND one.id <> two.id
                    THEN ARRAY[one.id, two.id] ELSE ARRAY[one.id] END AS cause_ids,
               CASE WHEN drawn.two_causes AND one.id <> two.id
                    THEN ARRAY[one.name, two.name] ELSE ARRAY[one.name] END AS cause_names,
               t.sealed, t.terms, r.severity, r.probability, r.priority, w.states, w.effects
          FROM (
            SELECT nextval(pg_get_serial_sequence('deviations_deviation', 'id')) AS id,
                   %(today)s::date - 2 - (random() * 365 * %(years)s)::int AS first_day,
                   random() < 0.7 AS known_early, random() < 0.01 AS protected,
                   random() < 0.2 AS two_causes,
                   -- Some units report far more than others, some categories occur far more.
                   floor(power(random(), 1.6) * (SELECT count(*) FROM scale_unit)) AS unit_n,
                   floor(power(random(), 2) * (SELECT count(*) FROM scale_category)) AS category_n,
                   floor(power(random(), 2) * (SELECT count(*) FROM scale_cause)) AS cause_n,
                   floor(random() * (SELECT count(*) FROM scale_cause)) AS second_n,
                   floor(random() * (SELECT count(*) FROM scale_text)) AS text_n,
                   floor(power(random(), 2) * (SELECT count(*) FROM scale_risk)) AS risk_n,
                   floor(random() * 100) AS way_n
              FROM generate_series(1, %(count)s)
          ) drawn
          JOIN scale_unit u ON u.n = drawn.unit_n
          JOIN scale_category c ON c.n = drawn.category_n
          JOIN scale_cause one ON one.n = drawn.cause_n
          JOIN scale_cause two ON two.n = drawn.second_n
          JOIN scale_text t ON t.n = drawn.text_n
          JOIN scale_risk r ON r.n = drawn.risk_n
          JOIN scale_way w ON w.n = drawn.way_n;
        ANALYZE scale_plan
        """,
        {"today": clock.today(), "years": YEARS, "count": count},
    )


def _acts(cursor: CursorWrapper) -> None:
    """Lay out the acts of each, at least a day apart, those before today, and what holds after.

    As in the fold of the history: the first closing counts, and what was said once remains.
    """
    cursor.execute(
        """
        CREATE TEMP TABLE scale_act AS
        WITH dated AS (
            SELECT p.id, step.k, p.states[step.k] AS status, p.effects[step.k] AS effect,
                   (p.first_day + (sum(CASE WHEN step.k = 1 THEN 0 ELSE step.gap END) OVER way)::int
                   ) AS day,
                   cardinality(p.states) AS steps
              FROM scale_plan p
             CROSS JOIN LATERAL (
                SELECT k, 1 + (power(random(), 2) * 70)::int AS gap
                  FROM generate_series(1, cardinality(p.states)) AS k
             ) step
            WINDOW way AS (PARTITION BY p.id ORDER BY step.k)
        ), past AS (
            SELECT d.*, d.status IN ('closed_follow_up', 'closed', 'not_deviation') AS closed,
                   (d.day + time '08:00' + random() * interval '8 hours')
                       AT TIME ZONE 'Europe/Stockholm' AS at
              FROM dated d WHERE d.day < %(today)s
        )
        SELECT a.id, a.k, a.day, a.at, a.status, a.effect,
               lead(a.at) OVER way AS next_at, lead(a.day) OVER way AS next_day,
               min(a.day) FILTER (WHERE a.closed) OVER way AS closed_on,
               p.known_early OR a.k > 1 AS has_category,
               bool_or(a.status IN ('investigating', 'closed_follow_up', 'closed')) OVER way
                   AS has_causes,
               a.k = CASE WHEN p.known_early THEN 1 ELSE 2 END AS sets_category,
               coalesce(max(a.effect) FILTER (WHERE a.effect <> '') OVER way, '') AS effect_now
          FROM past a JOIN scale_plan p USING (id)
        WINDOW way AS (PARTITION BY a.id ORDER BY a.k);
        ALTER TABLE scale_act ADD sets_causes boolean;
        CREATE INDEX ON scale_act (id, k);
        ANALYZE scale_act;
        UPDATE scale_act a SET sets_causes = a.has_causes AND NOT EXISTS (
            SELECT FROM scale_act b WHERE b.id = a.id AND b.k < a.k AND b.has_causes)
        """,
        {"today": clock.today()},
    )


def _insert(
    cursor: CursorWrapper, model: type[models.Model], source: str, values: Mapping[str, str]
) -> None:
    """Insert into a model's table: each column from its SQL in ``values``, else its default."""
    columns: list[str] = []
    expressions: list[str] = []
    parameters: list[Any] = []
    for field in model._meta.concrete_fields:
        if field.attname in values:
            expression = values[field.attname]
        elif field.primary_key:
            continue
        else:
            expression = "%s"
            parameters.append(None if field.null else field.get_default())
        columns.append(str(field.column))
        expressions.append(expression)
    unknown = values.keys() - {field.attname for field in model._meta.concrete_fields}
    if unknown:
        raise ValueError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "
        f"SELECT {', '.join(expressions)} {source}",
        parameters,
    )


def _deviations(cursor: CursorWrapper, board: Board) -> None:
    source = """
        FROM scale_plan p
        JOIN scale_act first ON first.id = p.id AND first.k = 1
        JOIN scale_act last ON last.id = p.id AND last.next_at IS NULL
        ORDER BY p.id
    """
    closed = "last.closed_on IS NOT NULL"
    judged = f"({closed} OR last.has_causes)"
    values = {
        "id": "p.id",
        "board_id": str(board.pk),
        "number": "'AVV-' || extract(year FROM first.day) || '-' || "
        "lpad(p.id::text, greatest(5, length(p.id::text)), '0')",
        "reporter_id": "p.worker_id",
        "reporting_unit_id": "p.unit_id",
        "reported_at": "first.at",
        "occurred_on": "first.day - 1",
        "description": "p.sealed",
        "safe_now": "'yes'",
        "search_terms": "p.terms",
        "registered_on": "first.day",
        "unit_id": "p.unit_id",
        "status": "last.status",
        "closed_on": "last.closed_on",
        "category_id": "CASE WHEN last.has_category THEN p.category_id END",
        "cause_ids": "CASE WHEN last.has_causes THEN p.cause_ids ELSE '{}' END",
        "main_cause_id": "CASE WHEN last.has_causes THEN p.cause_ids[1] END",
        "effect": "last.effect_now",
        "protected": "p.protected",
        "handler_id": "CASE WHEN last.k > 1 AND p.id %% 3 = 0 THEN p.worker_id END",
        "severity": f"CASE WHEN {judged} THEN p.severity END",
        "probability": f"CASE WHEN {judged} THEN p.probability END",
        "priority": f"CASE WHEN {judged} THEN p.priority ELSE {risk.ORDINARY} END",
        "analysis": "CASE WHEN last.has_causes THEN p.sealed ELSE '' END",
        "outcome": f"CASE WHEN {closed} THEN p.sealed ELSE '' END",
        "effect_due_on": "CASE WHEN last.status = 'closed_follow_up' THEN last.day + 91 END",
        "version": "last.k + 1",
    }
    _insert(cursor, Deviation, source, values)


def _history(cursor: CursorWrapper) -> None:
    common = {
        "deviation_id": "a.id",
        "effective_on": "a.day",
        "recorded_at": "a.at",
        "actor_id": "CASE WHEN a.k = 1 THEN p.worker_id ELSE p.manager_id END",
    }
    acts = "FROM scale_act a JOIN scale_plan p USING (id)"
    first = f"{acts} WHERE a.k = 1 ORDER BY a.id"
    _insert(cursor, RegistrationRow, first, common | {"value": "a.day"})
    _insert(cursor, ProtectionRow, first, common | {"value": "p.protected"})
    unit = {"value_id": "p.unit_id", "area_id": "p.area_id", "label": "p.unit_name"}
    _insert(cursor, UnitRow, first, common | unit)
    labelled = f"{acts} JOIN scale_label l ON l.value ="
    status = {"value": "a.status", "label": "l.label"}
    _insert(cursor, StatusRow, f"{labelled} a.status ORDER BY a.id, a.k", common | status)
    category = {"value_id": "p.category_id", "label": "p.category_label"}
    _insert(cursor, CategoryRow, f"{acts} WHERE a.sets_category ORDER BY a.id", common | category)
    causes = {"value": "p.cause_ids", "labels": "p.cause_names", "main_id": "p.cause_ids[1]"}
    _insert(cursor, CausesRow, f"{acts} WHERE a.sets_causes ORDER BY a.id", common | causes)
    effect = {"value": "a.effect", "label": "l.label"}
    _insert(cursor, EffectRow, f"{labelled} a.effect ORDER BY a.id", common | effect)


def _versions(cursor: CursorWrapper, board: Board) -> None:
    """Each act begins an open-ended version; the next act replaces it by one that ends."""
    source = """
        FROM scale_act a JOIN scale_plan p USING (id)
        CROSS JOIN LATERAL (
            SELECT date '9999-12-31' AS until, a.at AS known_from, a.next_at AS known_to
            UNION ALL
            SELECT a.next_day, a.next_at, NULL WHERE a.next_at IS NOT NULL
        ) span
        ORDER BY p.area_id, p.first_day
    """
    values = {
        "deviation_id": "a.id",
        "board_id": str(board.pk),
        "registered_on": "p.first_day",
        "unit_id": "p.unit_id",
        "area_id": "p.area_id",
        "category_id": "CASE WHEN a.has_category THEN p.category_id END",
        "main_category_id": "CASE WHEN a.has_category THEN p.main_category_id END",
        "status": "a.status",
        "closed_on": "a.closed_on",
        "cause_ids": "CASE WHEN a.has_causes THEN p.cause_ids ELSE '{}' END",
        "effect": "a.effect_now",
        "protected": "p.protected",
        "about_manager": "false",
        "from_watch": "false",
        "effective_from": "a.day",
        "effective_to": "span.until",
        "recorded_from": "span.known_from",
        "recorded_to": "coalesce(span.known_to, timestamptz '9999-12-31 00:00:00+00')",
    }
    _insert(cursor, DeviationVersion, source, values)
