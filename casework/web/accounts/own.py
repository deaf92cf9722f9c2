"""One's own address, and stopping what others have asked for one's account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from casework.accounts import changes, resets
from casework.kit.web import ActorRequest, attempt, page, row_id, status_of
from casework.organisation.models import User
from casework.web.accounts.forms import AddressForm


@require_http_methods(["GET", "HEAD", "POST"])
@page
def address(request: ActorRequest) -> HttpResponse:
    """Show one's address and what waits for one's account; stop that, or ask for another."""
    actor = request.actor
    changes.settle_due()
    if request.POST.get("verb") == "stop":
        changes.stop(actor, row_id(request.POST.get("change", "")) or 0)
        messages.success(request, "Ändringen är stoppad.")
        return redirect("own-address")
    user = get_object_or_404(User, pk=actor.user_id)
    form = AddressForm(request.POST or None)
    if form.is_valid():
        wanted = form.cleaned_data["address"]
        attempt(form, lambda: changes.change_email(actor, user, wanted))
        if not form.errors:
            messages.success(request, "Bytet väntar ett dygn. Till dess gäller adressen du har.")
            return redirect("own-address")
    context = {"account": user, "waiting": changes.of_user(user), "form": form}
    return render(request, "casework/accounts/own.html", context, status=status_of(form))


@page
def no_password(request: ActorRequest) -> HttpResponse:
    """Lead to the change of a password; whoever logs in through the employer has none here."""
    resets.require_password_here(get_object_or_404(User, pk=request.actor.user_id))
    return redirect("account_change_password")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Let the owner stop a change from the letter, without logging in: asked first, then done."""
    change = changes.by_letter(token)
    if request.method == "POST":
        changes.stop_by_letter(token)
        return render(request, "casework/accounts/stopped.html")
    return render(request, "casework/accounts/stop.html", {"change": change})
