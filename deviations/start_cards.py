"""What deviations show on the start page."""

from collections.abc import Iterator

from django.urls import reverse

from casework.access.actor import Actor
from casework.access.policy import may_keep_registers
from casework.audit.work import record_reading
from casework.kit.start import DUTIES, START_CARDS, Duty, StartCard
from casework.organisation.models import Role
from casework.reports.plots import age_bars, monthly_columns
from deviations import states
from deviations.queries import inbox, start
from deviations.queries.inbox import TITLES, Section
from deviations.queries.limits import Limits

NEWS_SHOWN = 3
_SECTION_KINDS = {
    Section.UNDECIDED: "warn",
    Section.ABOUT_MANAGER: "warn",
    Section.WAITING: "warn",
}
# To SAS they stand beside the lex Sarah reports that they also are.
_SECTION_HINTS = {
    Section.FOR_SAS: "Enheternas öppna avvikelser. De bedöms i sina lex Sarah-rapporter.",
}
MONTH_NAMES = "jan feb mar apr maj jun jul aug sep okt nov dec".split()


def _duties(actor: Actor) -> Iterator[Duty]:
    if inbox.has_inbox(actor):
        url = reverse("inbox")
        for section, count in inbox.summary(actor).by_section.items():
            kind, hint = _SECTION_KINDS.get(section, "info"), _SECTION_HINTS.get(section, "")
            yield Duty(TITLES[section], count, url, kind, hint)
    work = start.own_work(actor)
    yield Duty(
        "Förslag från bevakning",
        work.proposals,
        reverse("proposals"),
        "warn",
        "Lagstadgade tider som har gått ut.",
    )
    mine = reverse("my-reports")
    asked = "Svara, så kan utredningen gå vidare."
    yield Duty("Frågor om det du rapporterat", work.questions, mine, "warn", asked)
    yield Duty("Mina åtgärder", work.actions, reverse("my-actions"), late=work.late_actions)
    yield Duty("Utkast att skicka", work.drafts, mine, "neutral")
    if may_keep_registers(actor):
        hint = "De kom in med en fil."
        yield Duty("Kategorier att granska", work.categories, reverse("category-list"), hint=hint)
        yield Duty("Orsaker att granska", work.causes, reverse("cause-list"), hint=hint)


DUTIES.register("deviations", _duties)


def _everybody(actor: Actor) -> bool:
    return actor.user_id is not None


def _news(actor: Actor) -> object:
    reports = start.news(actor, NEWS_SHOWN)
    if not reports:
        return None
    record_reading(
        actor, "deviation.listed", kind="deviation", ids=[report.pk for report in reports]
    )
    return [
        {
            "report": report,
            "closed": report.status in states.CLOSED_STATES,
            "status": report.get_status_display(),
        }
        for report in reports
    ]


def _standing(actor: Actor) -> object:
    limits = Limits(actor.board_id)
    by_risk, ages = start.open_by_risk_and_age(actor, limits)
    total = sum(ages)
    return {
        "department": _department(actor, limits) if actor.has(Role.HEAD) else None,
        "open": total,
        "slow": ages[1],
        "slow_label": limits.labels[1],
        "late": ages[2],
        "late_label": limits.late_words,
        "late_percent": round(100 * ages[2] / total) if total else 0,
        "risks": [
            (start.PRIORITIES[number], count, start.PRIORITY_KINDS.get(number, "neutral"))
            for number, count in by_risk.items()
            if count
        ],
        "plot": age_bars(
            "Öppna avvikelser efter ålder",
            [("Öppna", (ages[0], ages[1], ages[2]))],
            limits.labels,
        ),
        "columns": ["Ålder", "Antal"],
        "rows": list(zip(limits.labels, ages, strict=True)),
    }


def _months(actor: Actor) -> object:
    months, counts = start.per_month(actor)
    names = [MONTH_NAMES[month.month - 1] for month in months]
    return {
        "plot": monthly_columns("Rapporterade avvikelser per månad", names, counts),
        "columns": ["Månad", "Rapporterade"],
        "rows": [
            (f"{name} {month.year}", count)
            for name, month, count in zip(names, months, counts, strict=True)
        ],
        "total": sum(counts),
    }


def _department(actor: Actor, limits: Limits) -> object:
    figures = start.units_of_head(actor, limits)
    return {
        "late_label": limits.late_words,
        "units": figures,
        "silent": [unit for unit in figures if unit.silent],
        "silent_below": start.SILENT_BELOW,
        "recent_days": start.RECENT_DAYS,
    }


def _year(actor: Actor) -> object:
    figures = start.this_year(actor)
    return {
        "figures": figures,
        "closed": figures.percent(figures.closed),
        "late": figures.percent(figures.late),
        "uncategorised": figures.percent(figures.uncategorised),
    }


def _answers_for_units(actor: Actor) -> bool:
    return bool(actor.inbox_units) or actor.has(Role.HEAD)


def _manages_or_heads(actor: Actor) -> bool:
    return actor.has(Role.MANAGER, Role.HEAD)


START_CARDS.register(
    "deviations.news",
    StartCard("deviations/start/news.html", 10, _everybody, _news),
)
START_CARDS.register(
    "deviations.standing",
    StartCard("deviations/start/standing.html", 30, _answers_for_units, _standing),
)
START_CARDS.register(
    "deviations.months",
    StartCard("deviations/start/months.html", 50, _manages_or_heads, _months, main=False),
)
START_CARDS.register(
    "deviations.year",
    StartCard("deviations/start/year.html", 60, lambda actor: actor.has(Role.DEVELOPER), _year),
)
