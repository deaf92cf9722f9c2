"""Lärdomar: what can be learnt from what happened, for everybody; gone through unit by unit."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from casework.access import leading
from casework.kit.web import ActorRequest, attempt, page, status_of
from casework.shared import clock
from casework.shared.errors import NotVisible
from lexsarah.models import Lesson, LessonReview
from lexsarah.services import lessons
from lexsarah.web.round.forms import ReviewForm
from lexsarah.web.stale import Stale, stale

PER_PAGE = 25


@page
def listed(request: ActorRequest) -> HttpResponse:
    """List the lessons, the latest first."""
    actor = request.actor
    shown = Paginator(lessons.readable(actor), PER_PAGE).get_page(request.GET.get("page"))
    remaining = set(lessons.unreviewed(actor, clock.today()).values_list("pk", flat=True))
    rows = [(one, one.pk in remaining) for one in shown.object_list]
    return render(request, "lexsarah/round/lessons.html", {"page_obj": shown, "rows": rows})


@page
def one(request: ActorRequest, lesson_id: int) -> HttpResponseBase:
    """Show a lesson; an Enhetschef says when the unit went through it, SAS sees which have not."""
    actor = request.actor
    lesson = lessons.readable(actor).filter(pk=lesson_id).first()
    if lesson is None:
        raise NotVisible
    today = clock.today()
    of_units = lessons.by_unit(actor, lesson, today)
    own = [one for one in of_units if one.unit.pk in actor.managed_units]
    remaining = [one.unit for one in own if one.held_on is None]
    posted = request.POST if request.method == "POST" else None
    # Sent from a page where the unit was still to go through it, it is named: the service knows.
    form = ReviewForm([one.unit for one in own] if posted else remaining, posted)
    if form.is_bound:
        leading.require_manager(actor)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        made = attempt(
            form,
            lambda: lessons.review(actor, lesson.pk, unit=given["unit"], held_on=given["held_on"]),
        )
        if made is not None:
            messages.success(request, "Genomgången är antecknad.")
            return redirect("lex-sarah-lesson", lesson.pk)
    return render(
        request,
        "lexsarah/round/lesson.html",
        {
            "stale": _gone_through(form, lesson) if status_of(form) == 409 else None,
            "lesson": lesson,
            "own": own,
            "remaining": remaining,
            "form": form,
            # Whoever follows others than the own: those are listed above.
            "of_units": of_units if len(of_units) > len(own) else [],
            "done": sum(one.held_on is not None for one in of_units),
        },
        status=status_of(form),
    )


def _gone_through(form: ReviewForm, lesson: Lesson) -> Stale:
    """Show when somebody else said that the unit went through it: that is said once."""
    held = LessonReview.objects.get(lesson=lesson, unit=form.cleaned_data["unit"])
    return stale(form, held, {"held_on": held.held_on}, again=False)
