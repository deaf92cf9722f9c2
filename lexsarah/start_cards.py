"""What lex Sarah adds to the start page: to SAS what is open, to others what is before them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.start import DUTIES, START_CARDS, Duty, StartCard
from casework.organisation.models import Role
from casework.shared import clock
from lexsarah import asked, queries, states
from lexsarah.models import Report, Reporter, ReportOutcomeRow
from lexsarah.services import duty, lessons
from lexsarah.web import rows

SHOWN = 8
# How long a decision that one has been given is news.
NEWS = timedelta(days=14)


def _duties(actor: Actor) -> Iterator[Duty]:
    if actor.has(Role.SAS):
        url = reverse("lex-sarah-list")
        hint = "Rapporter som ingen har börjat utreda."
        yield Duty("Nya lex Sarah-rapporter", queries.new_ones(actor), url, "danger", hint)
    if actor.user_id is not None:
        url = f"{reverse('lex-sarah-list')}?state=decide"
        or_whom = " eller den du ersätter" if actor.stands_in_for else ""
        hint = f"Framlagt för dig{or_whom}."
        yield Duty("Lex Sarah att besluta", queries.to_decide(actor), url, "warn", hint)
        if actor.has(Role.SAS, Role.DECIDER):
            url = f"{reverse('lex-sarah-list')}?state=approve"
            yield Duty("Text till kvalitetsrapporten att godkänna", queries.to_approve(actor), url)
        undone = asked.own_measures(actor).filter(done_on=None)
        yield Duty("Åtgärder efter lex Sarah", undone, reverse("my-actions"))


DUTIES.register("lexsarah", _duties)


def _diarium(actor: Actor) -> Iterator[Duty]:
    """What the Registrator has to give a number of the board's diarium."""
    if actor.has(Role.REGISTRAR):
        open_ones = Report.objects.in_official_register(actor).filter(status__in=states.OPEN_STATES)
        without = open_ones.filter(registry_number="")
        url = f"{reverse('lex-sarah-register')}?unnumbered=on"
        yield Duty("Lex Sarah-rapporter utan diarienummer", without, url, "warn")


DUTIES.register("lexsarah.diarium", _diarium)


def _round(actor: Actor) -> Iterator[Duty]:
    """What goes round: a lesson to go through, the duty to confirm, one's own report decided."""
    today = clock.today()
    if actor.managed_units:
        waiting = lessons.unreviewed(actor, today)
        yield Duty("Lärdomar att gå igenom", waiting, reverse("lex-sarah-lessons"), "warn")
    if actor.user_id is not None:
        since = ReportOutcomeRow.objects.filter(
            record=OuterRef("report"), recorded_at__gt=OuterRef("seen_at")
        )
        news = Reporter.objects.own(actor).filter(
            Q(seen_at=None) | Exists(since), report__decided_on__isnull=False
        )
        yield Duty("Svar på din lex Sarah-rapport", news, reverse("lex-sarah-own"))
        label = f"Bekräfta för {today.year}: skyldigheten att rapportera"
        yield Duty(label, duty.still_to_confirm(actor, today), reverse("lex-sarah-duty"))


DUTIES.register("lexsarah.round", _round)


def _asked(actor: Actor) -> Iterator[Duty]:
    """What is asked of the actor, and what the actor was delgiven lately."""
    url = reverse("lex-sarah-asked")
    hint = "SAS väntar på ditt svar."
    yield Duty("Begärs av dig i lex Sarah", asked.open_ones(actor), url, "warn", hint)
    if actor.has(Role.HEAD):
        late = asked.late_in_department(actor)
        yield Duty("Försenade svar i lex Sarah i avdelningen", late, url, "danger")
    lately = clock.today() - NEWS
    delivered = asked.delivered_to(actor).filter(delivered_on__gte=lately)
    yield Duty("Beslut i lex Sarah som du har delgetts", delivered, url)


DUTIES.register("lexsarah.asked", _asked)


def _reports(actor: Actor) -> object:
    open_ones = queries.listed(actor, queries.ALL).filter(status__in=states.OPEN_STATES)
    return {
        "title": "Lex Sarah",
        "empty": "Ingen lex Sarah-rapport är öppen just nu.",
        "url": f"{reverse('lex-sarah-list')}?state={queries.ALL}",
        **_shown(actor, open_ones),
    }


def _to_decide(actor: Actor) -> object:
    before = queries.to_decide(actor).values("pk")
    return {
        "title": "Att besluta i lex Sarah",
        "empty": "Det som ska beslutas läggs fram för dig här. Inget väntar just nu.",
        "url": reverse("lex-sarah-list"),
        **_shown(actor, queries.listed(actor, queries.ALL).filter(pk__in=before)),
    }


def _shown(actor: Actor, found: QuerySet[Any]) -> dict[str, object]:
    """Return the first of ``found`` as rows, and whether there are more of them."""
    first = [rows.row(report) for report in found[: SHOWN + 1]]
    shown = first[:SHOWN]
    if ids := [row.report.pk for row in shown]:
        record_reading(actor, "lexsarah.listed", kind="report", ids=ids)
    return {"rows": shown, "more": len(first) > SHOWN, "today": clock.today()}


START_CARDS.register(
    "lexsarah.reports",
    StartCard("lexsarah/start/reports.html", 20, lambda actor: actor.has(Role.SAS), _reports),
)
START_CARDS.register(
    "lexsarah.to_decide",
    StartCard("lexsarah/start/reports.html", 20, lambda actor: actor.has(Role.DECIDER), _to_decide),
)
START_CARDS.register(
    "lexsarah.registrar",
    StartCard(
        "lexsarah/start/registrar.html",
        20,
        lambda actor: actor.has(Role.REGISTRAR),
        lambda actor: True,
    ),
)
