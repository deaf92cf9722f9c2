"""The diarium of lex Sarah reports on screen, for those who answer who asks for it."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, attempt, page, status_of
from casework.registers.exporting import export_response
from lexsarah.models import Report
from lexsarah.rules import OFFICIAL_REGISTER
from lexsarah.services import official_register
from lexsarah.services.investigating import MAX_NUMBER
from lexsarah.web.papers.documents import COLUMNS as LINE_COLUMNS
from lexsarah.web.papers.documents import file_rows
from lexsarah.web.stale import knowing, stale

PER_PAGE = 50
KIND = "report"
COLUMNS = ("nummer", "diarienummer", "inkom", "läge")


class NarrowingForm(forms.Form):
    """What the list is narrowed by; what makes no sense is left out."""

    q = forms.CharField(
        label="Vårt nummer eller diarienummer", required=False, max_length=MAX_NUMBER
    )
    year = forms.TypedChoiceField(label="År", required=False, coerce=int, empty_value=None)
    unnumbered = forms.BooleanField(label="Bara öppna utan diarienummer", required=False)

    def __init__(self, data: Any, *, years: list[int]) -> None:
        super().__init__(data)
        field: Any = self.fields["year"]
        field.choices = [("", "Alla"), *((year, str(year)) for year in years)]
        self.fields["q"].widget.attrs["autocomplete"] = "off"

    @property
    def narrowing(self) -> dict[str, Any]:
        """What was asked for, as far as it makes sense."""
        self.is_valid()
        given = self.cleaned_data
        return {
            "text": given.get("q", ""),
            "year": given.get("year"),
            "unnumbered": given.get("unnumbered", False),
        }


class NumberForm(forms.Form):
    """The board's diarienummer; ``before`` is what stood when the page was read."""

    before = forms.CharField(required=False, max_length=MAX_NUMBER, widget=forms.HiddenInput)
    number = forms.CharField(
        label="Diarienummer",
        max_length=MAX_NUMBER,
        error_messages={"required": "Skriv diarienumret."},
    )


@page
def listed(request: ActorRequest) -> HttpResponseBase:
    """List the reports by their numbers, the day they came and whether they are open.

    ``?q=``, ``?year=`` and ``?unnumbered=on`` narrow it, ``?format=csv|xlsx`` gives the file.
    """
    actor = request.actor
    OFFICIAL_REGISTER.require(actor)
    form = NarrowingForm(request.GET, years=official_register.years_in_register(actor))
    narrowing = form.narrowing
    found = official_register.reports_in_register(actor, **narrowing)
    if file_format := request.GET.get("format"):
        every = list(found)
        return export_response(
            actor,
            "diarium-lex-sarah",
            COLUMNS,
            [
                (one.number, one.registry_number, one.registered_on.isoformat(), state_of(one))
                for one in every
            ],
            file_format,
            kind=KIND,
            ids=[one.pk for one in every],
            action="lexsarah.official_register_exported",
        )
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = list(shown.object_list)
    record_reading(
        actor, "lexsarah.official_register_listed", kind=KIND, ids=[one.pk for one in rows]
    )
    context = {
        "page_obj": shown,
        "rows": rows,
        "form": form,
        "is_narrowed": any(narrowing.values()),
    }
    return render(request, "lexsarah/papers/official_register.html", context)


@page
def one(request: ActorRequest, report_id: int) -> HttpResponseBase:
    """Show the list of documents of one, and note its diarienummer.

    ``?format=csv|xlsx`` gives the list as a file.
    """
    actor = request.actor
    found = official_register.report_in_register(actor, report_id)
    lines = official_register.neutral_lines(found)
    if file_format := request.GET.get("format"):
        return export_response(
            actor,
            f"handlingar-{found.number}",
            LINE_COLUMNS,
            file_rows(lines),
            file_format,
            kind=KIND,
            ids=[found.pk],
            action="lexsarah.registry_exported",
        )
    posted = request.POST if request.method == "POST" else None
    stands = {"number": found.registry_number}
    form = NumberForm(posted, initial=stands | {"before": found.registry_number})
    context: dict[str, object] = {"found": found, "lines": lines, "form": form}
    if posted is None:
        record_reading(actor, "lexsarah.official_register_read", kind=KIND, ids=[found.pk])
    elif form.is_valid():
        if _note(actor, found, form):
            messages.success(request, "Diarienumret är antecknat.")
            return redirect("lex-sarah-register-one", found.pk)
        if status_of(form) == 409:
            # What else was done is not for those who read the diarium.
            now = official_register.report_in_register(actor, report_id)
            knowing(form, before=now.registry_number)
            was_first = stale(form, now, {"number": now.registry_number})
            context |= {"found": now, "stale": replace(was_first, changes=[])}
    return render(request, "lexsarah/papers/registered.html", context, status=status_of(form))


def _note(actor: Actor, found: Report, form: NumberForm) -> bool:
    given = form.cleaned_data
    done = attempt(form, lambda: official_register.set_registry_number(actor, found.pk, **given))
    return done is not None


def state_of(report: Report) -> str:
    """Return all that the diarium says of how a report stands."""
    return "Öppen" if report.is_open else "Avslutad"
