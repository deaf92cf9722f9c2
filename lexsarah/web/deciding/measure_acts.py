"""What is done with one measure, each on a page of its own: decide, carry out, assess, withdraw."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, carry_out, page
from casework.shared import clock
from casework.shared.errors import NotVisible
from casework.web.cases.fields import DayField, text_field
from lexsarah import states
from lexsarah.asked import own_measures
from lexsarah.models import Measure, Report
from lexsarah.own_actions import shown_text
from lexsarah.rules import RULES
from lexsarah.services import measures
from lexsarah.web.deciding.fields import offer_owners, owner_field
from lexsarah.web.investigation.opening import opened


class MeasureActForm(forms.Form):
    """Base: ``version`` is the measure's, as it stood on the page."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, measure: Measure, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["version"].initial = measure.version

    @property
    def given(self) -> dict[str, Any]:
        """What was entered, as the services take it."""
        given = dict(self.cleaned_data)
        return {"expected_version": given.pop("version"), **given}

    def run(self, actor: Actor, measure_id: int) -> Measure:
        """Do it."""
        raise TypeError("Each act says itself what it does")


class VerdictForm(MeasureActForm):
    """Besluta om åtgärden."""

    verdict = forms.ChoiceField(
        label="Beslut",
        choices=Measure.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj Godkänd, Delvis godkänd eller Avslagen."},
    )
    comment = text_field(
        "Kommentar", help_text="Behövs vid Delvis godkänd och Avslagen: vad som godkänns, varför."
    )

    def run(self, actor: Actor, measure_id: int) -> Measure:
        """Decide it."""
        return measures.decide_measure(actor, measure_id, **self.given)


class DoneForm(MeasureActForm):
    """Anteckna att åtgärden är utförd."""

    on = DayField(label="När utfördes den?", initial=clock.today)
    how = text_field("Vad gjordes?", required="Skriv vad som gjordes.")

    def run(self, actor: Actor, measure_id: int) -> Measure:
        """Note it as the owner."""
        return measures.finish_own(actor, measure_id, **self.given)


class DoneBySasForm(DoneForm):
    """The same for whoever investigates, who may say when its effect is assessed."""

    effect_due_on = DayField(
        label="Effekten bedöms",
        required=False,
        help_text="Lämna tomt för tre månader efter att den utfördes.",
    )

    def run(self, actor: Actor, measure_id: int) -> Measure:
        """Note it."""
        return measures.finish_measure(actor, measure_id, **self.given)


class EffectForm(MeasureActForm):
    """Bedöm effekten."""

    effect = forms.ChoiceField(
        label="Effekt",
        choices=Measure.Effect.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj en effekt."},
    )
    text = text_field("Hur märks det?", required="Skriv hur effekten märks.")

    def run(self, actor: Actor, measure_id: int) -> Measure:
        """Assess it."""
        return measures.assess_measure(actor, measure_id, **self.given)


class ReassignForm(MeasureActForm):
    """Byt ansvarig."""

    owner = owner_field()

    def __init__(self, *args: Any, measure: Measure, **options: Any) -> None:
        super().__init__(*args, measure=measure, **options)
        offer_owners(self.fields["owner"], measure.report.board_id, but=measure.owner_id)

    def run(self, actor: Actor, measure_id: int) -> Measure:
        """Let another do it."""
        return measures.reassign_measure(actor, measure_id, **self.given)


class WithdrawForm(MeasureActForm):
    """Ta tillbaka en föreslagen åtgärd."""

    def run(self, actor: Actor, measure_id: int) -> Measure:
        """Take it back."""
        return measures.withdraw_measure(actor, measure_id, **self.given)


@dataclass(frozen=True)
class MeasureAct:
    """One act on a measure, possible in some of its stages; ``heading`` is that of its page."""

    slug: str
    act: str
    stages: tuple[str, ...]
    label: str
    form: type[MeasureActForm]
    done: str
    heading: str

    TEMPLATE: ClassVar[str] = "lexsarah/deciding/measure_act.html"


ACTS = (
    MeasureAct(
        "besluta",
        "decide_measure",
        ("proposed",),
        "Besluta",
        VerdictForm,
        "Beslutet är antecknat.",
        "Besluta om åtgärden",
    ),
    MeasureAct(
        "ta-tillbaka",
        "withdraw_measure",
        ("proposed",),
        "Ta tillbaka",
        WithdrawForm,
        "Åtgärden är återtagen.",
        "Ta tillbaka åtgärden",
    ),
    MeasureAct(
        "utford",
        "finish_measure",
        ("approved",),
        "Utförd",
        DoneBySasForm,
        "Åtgärden är utförd.",
        "Anteckna att åtgärden är utförd",
    ),
    MeasureAct(
        "ansvarig",
        "reassign_measure",
        measures.UNDONE,
        "Byt ansvarig",
        ReassignForm,
        "Den nya ansvariga har åtgärden.",
        "Byt ansvarig för åtgärden",
    ),
    MeasureAct(
        "effekt",
        "assess_measure",
        ("done",),
        "Bedöm effekten",
        EffectForm,
        "Effekten är bedömd.",
        "Bedöm effekten av åtgärden",
    ),
)
_BY_SLUG = {one.slug: one for one in ACTS}
# As whoever is to do it sees it, without the report.
OWN = replace(_BY_SLUG["utford"], form=DoneForm)


def offered_for(actor: Actor, report: Report, found: list[Measure]) -> dict[int, list[MeasureAct]]:
    """Return by measure what the actor may do with it as it stands."""
    allowed = policy.allowed(actor, report, RULES)
    may = [
        one for one in ACTS if one.act in allowed and states.REPORT.allows(one.act, report.status)
    ]
    today = clock.today()
    return {
        measure.pk: [
            one
            for one in may
            if measure.stage in one.stages
            and not (one.slug == "effekt" and today < (measure.effect_due_on or today))
        ]
        for measure in found
    }


@page
def act(request: ActorRequest, report_id: int, measure_id: int, slug: str) -> HttpResponseBase:
    """Show the form of an act on a measure, or do it."""
    actor = request.actor
    measure_act = _BY_SLUG.get(slug)
    if measure_act is None:
        raise NotVisible
    report = opened(actor, report_id, measure_act.act)
    found = report.measures.select_related("owner", "cause__cause").filter(pk=measure_id).first()
    if found is None:
        raise NotVisible
    if request.method != "POST":
        record_reading(actor, "lexsarah.read", kind="report", ids=[report_id])
    back = reverse("lex-sarah-decision", args=[report_id])
    return _page(request, measure_act, found, back)


@page
def own(request: ActorRequest, measure_id: int) -> HttpResponseBase:
    """Show whoever is to do it the measure alone, and note that it is done."""
    found = own_measures(request.actor).filter(pk=measure_id).first()
    if found is None:
        raise NotVisible
    if request.method != "POST":
        record_reading(request.actor, "lexsarah.measures_listed", kind="measure", ids=[measure_id])
    return _page(request, OWN, found, reverse("my-actions"), own=True)


def _page(
    request: ActorRequest, measure_act: MeasureAct, found: Measure, back: str, *, own: bool = False
) -> HttpResponseBase:
    form = measure_act.form(request.POST if request.method == "POST" else None, measure=found)
    status = 200
    if form.is_bound:
        status = carry_out(form, lambda: form.run(request.actor, found.pk))
        if status == 200:
            messages.success(request, measure_act.done)
            return redirect(back)
    if status == 409:
        # As it stands now, beside what was typed.
        found.refresh_from_db()
        posted = request.POST.copy()
        posted["version"] = str(found.version)
        form.data = posted
    context = {
        "act": measure_act,
        "form": form,
        "measure": found,
        "stage": stage_chip(found),
        "back": back,
        "conflict": status == 409,
        "own": own,
        "text": shown_text(found) if own else found.text,
    }
    return render(request, measure_act.TEMPLATE, context, status=status)


_STAGES = {
    "proposed": ("Föreslagen", "warn"),
    "withdrawn": ("Återtagen", "done"),
    "rejected": ("Avslagen", "done"),
    "approved": ("", "info"),
    "done": ("Utförd, effekten bedöms", "info"),
    "assessed": ("", "ok"),
}


def stage_chip(measure: Measure) -> tuple[str, str]:
    """Return the words and the kind of how far the measure has come."""
    words, kind = _STAGES[measure.stage]
    if measure.stage == "approved":
        words = measure.get_verdict_display()
    if measure.stage == "assessed":
        words = measure.get_effect_display()
    return words, kind
