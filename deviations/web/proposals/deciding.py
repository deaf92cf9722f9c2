"""The pages on which proposals are decided: one by one, or many together."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from casework.access import policy
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, attempt, page
from casework.shared import clock
from deviations.models import Deviation, Proposal
from deviations.queries import proposals as queries
from deviations.queries.proposals import Row
from deviations.rules import proposal_rules
from deviations.services import proposals as services
from deviations.web.inbox.several import picked
from deviations.web.proposals.forms import ConfirmForm, ConfirmTogetherForm, DeclineForm


@page
def confirm(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Show what is proposed, and confirm it."""
    row = _row(request, "confirm", pk)
    if row is None:
        return redirect("proposals")
    posted = request.POST if request.method == "POST" else None
    form = ConfirmForm(posted, actor=request.actor, row=row)
    if form.is_valid() and (made := attempt(form, form.run)) is not None:
        messages.success(request, _confirmed(made))
        return redirect("proposals")
    return _show(request, "confirm", row, form)


def _confirmed(made: Deviation) -> str:
    if made.possible_misconduct:
        return f"{made.number} är bekräftad. Den ligger i Inkorgen, och SAS har den nu."
    return f"{made.number} är bekräftad och ligger i Inkorgen."


@page
def decline(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Ask why it is no deviation."""
    row = _row(request, "decline", pk)
    if row is None:
        return redirect("proposals")
    posted = request.POST if request.method == "POST" else None
    form = DeclineForm(posted, actor=request.actor, row=row)
    if form.is_valid() and attempt(form, form.run) is not None:
        messages.success(request, "Förslaget är avböjt.")
        return redirect("proposals")
    return _show(request, "decline", row, form)


def _row(request: ActorRequest, act: str, pk: int) -> Row | None:
    """Return the proposal, allowed for ``act``; None, and a word of it, where it is decided."""
    found = Proposal.objects.with_parts().get_visible(request.actor, pk)
    policy.require(request.actor, act, found, proposal_rules(found))
    if decision := getattr(found, "decision", None):
        messages.info(request, f"Förslaget är redan {decision.get_outcome_display().lower()}.")
        return None
    (row,) = queries.rows(request.actor, [found])
    return row


def _show(
    request: ActorRequest, name: str, row: Row, form: ConfirmForm | DeclineForm
) -> HttpResponseBase:
    if not form.is_bound:
        record_reading(
            request.actor, "deviation.proposals_listed", kind="proposal", ids=[row.proposal.pk]
        )
    context = {
        "row": row,
        "form": form,
        "text": services.text_of(row.proposal.deadline, row.rule, row.why),
        "today": clock.today(),
    }
    status = 422 if form.is_bound else 200
    return render(request, f"deviations/proposals/{name}.html", context, status=status)


@page
def together(request: ActorRequest) -> HttpResponseBase:
    """Confirm many with one cause analysis and one åtgärd: all of them or none."""
    ids = picked(request)
    rows = _rows(request, ids)
    if not rows:
        messages.warning(request, "Markera minst ett förslag som ingen har tagit ställning till.")
        return redirect("proposals")
    posted = request.POST if request.method == "POST" else None
    form = ConfirmTogetherForm(posted, actor=request.actor, rows=rows)
    if form.is_bound and len(rows) < len(ids):
        # Somebody was quicker with some of them: the rest is shown, and sent again knowingly.
        form.add_error(None, _fewer(len(ids) - len(rows)))
    if form.is_valid() and (made := attempt(form, form.run)) is not None:
        messages.success(request, f"{len(made)} avvikelser är bekräftade och hanterade.")
        return redirect("proposals")
    if not form.is_bound:
        shown = [row.proposal.pk for row in rows]
        record_reading(request.actor, "deviation.proposals_listed", kind="proposal", ids=shown)
    return render(
        request,
        "deviations/proposals/together.html",
        {"rows": rows, "form": form, "today": clock.today()},
        status=422 if form.is_bound else 200,
    )


def _rows(request: ActorRequest, ids: list[int]) -> list[Row]:
    found = list(queries.waiting(request.actor).filter(pk__in=ids))
    for proposal in found:
        policy.require(request.actor, "confirm_together", proposal, proposal_rules(proposal))
    return [row for row in queries.rows(request.actor, found, linked=False) if not row.settled]


def _fewer(gone: int) -> str:
    some = "Ett förslag" if gone == 1 else f"{gone} förslag"
    return (
        f"{some} är inte längre att ta ställning till. Inget har sparats. Se vilka som är kvar "
        "och bekräfta igen."
    )
