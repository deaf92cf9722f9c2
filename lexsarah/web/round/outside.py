"""The tab Utåt of a report: words for the quality report, and a lesson for all units."""

from django import forms
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, attempt, page, row_id, status_of
from lexsarah import states
from lexsarah.models import Lesson, OutsideText, Report
from lexsarah.queries import read_report
from lexsarah.rules import RULES
from lexsarah.services import lessons
from lexsarah.services import outside as wordings
from lexsarah.services.telltales import Telltales
from lexsarah.web.round.forms import LessonForm, WordingForm
from lexsarah.web.stale import Stale, knowing, stale
from lexsarah.web.tabs import render_tab

TAB = "lex-sarah-outside"
_DONE = {
    "write": "Texten är sparad. En annan SAS eller beslutsfattaren godkänner den.",
    "approve": "Texten är godkänd och används i kvalitetsrapporten.",
    "publish": "Lärdomen är skickad till alla enheter.",
}


@page
def outside(request: ActorRequest, report_id: int) -> HttpResponseBase:
    """Show and take what may be read outside the investigation."""
    actor = request.actor
    report = read_report(actor, report_id)
    policy.require(actor, "read_outside_text", report, RULES)
    latest = wordings.latest_wording(report)
    verb = request.POST.get("verb", "")
    wording = WordingForm(
        request.POST if verb == "write" else None,
        initial={
            "version": report.version,
            "event": latest.event if latest else "",
            "measures": latest.measures if latest else "",
        },
    )
    lesson = LessonForm(
        request.POST if verb == "publish" else None, initial={"version": report.version}
    )
    refused: forms.Form | None = None
    was_first: Stale | None = None
    if verb in _DONE:
        form = {"write": wording, "publish": lesson}.get(verb, forms.Form(request.POST))
        refused = form
        if form.is_valid():
            if _do(verb, form, actor, report, request.POST.get("text_id", "")):
                messages.success(request, _DONE[verb])
                return redirect(TAB, report.pk)
            if status_of(form) == 409:
                report, latest = read_report(actor, report_id), wordings.latest_wording(report)
                knowing(form, version=report.version)
                was_first = stale(form, report, _stands(verb, report, latest))
    else:
        record_reading(actor, "lexsarah.read", kind="report", ids=[report.pk])
    return render_tab(
        request,
        actor,
        report,
        TAB,
        "lexsarah/round/outside.html",
        {
            "is_decided": report.status in states.DECIDED_ONES,
            "may": {
                one: policy.may(actor, f"{one}_outside_text", report, RULES)
                for one in ("write", "approve")
            },
            "may_publish": policy.may(actor, "publish_lesson", report, RULES),
            "latest": latest,
            "approved": getattr(latest, "approval", None),
            "is_own": latest is not None and latest.written_by_id == actor.user_id,
            "telltales": Telltales(report).within(f"{latest.event}\n{latest.measures}")
            if latest
            else [],
            "wording": wording,
            "lesson": lesson,
            "lessons": list(Lesson.objects.filter(report=report)),
            "refused": refused if verb == "approve" else None,
            "stale": was_first,
        },
        status=200 if refused is None else status_of(refused),
    )


def _stands(verb: str, report: Report, latest: OutsideText | None) -> dict[str, object]:
    """Return what stands beside what was typed: the latest wording, or the latest lesson."""
    if verb == "publish":
        sent = Lesson.objects.filter(report=report).first()
        return {"title": sent.title if sent else "", "text": sent.text if sent else ""}
    if verb == "write":
        event, measures = (latest.event, latest.measures) if latest else ("", "")
        return {"event": event, "measures": measures}
    return {}


def _do(verb: str, form: forms.Form, actor: Actor, report: Report, text_id: str) -> bool:
    """Call the service that the button names; return whether it was done."""
    given = dict(form.cleaned_data)
    version = given.pop("version", None)
    given.pop("read", None)
    key = report.pk
    if verb == "write":
        done = attempt(form, lambda: wordings.write(actor, key, expected_version=version, **given))
        return done is not None
    if verb == "publish":
        sent = attempt(form, lambda: lessons.publish(actor, key, expected_version=version, **given))
        return sent is not None
    approved = attempt(form, lambda: wordings.approve(actor, key, text_id=row_id(text_id) or 0))
    return approved is not None
