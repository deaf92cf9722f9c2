"""The administration at /admin/: a board's own configuration, for its Systemförvaltare.

No case content is registered here, and nothing of another board's is seen. What has rules of its
own (units, roles, absences, categories, causes) is changed on the pages of the organisation and
only shown here.
"""

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.shared.errors import NotAllowed


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts; only for requests of somebody who is logged in and has a board."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


class BoardAdminSite(admin.AdminSite):
    """The administration site; who may enter is asked of the access policy."""

    site_header = "Systemförvaltning"
    site_title = "Systemförvaltning"
    index_title = "Konfiguration"
    enable_nav_sidebar = False
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in those who keep their board's configuration."""
        user = request.user
        if not user.is_active or not user.is_authenticated:
            return False
        try:
            return policy.may_configure(actor_of(request))
        except NotAllowed:
            return False

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Refuse those who are logged in and may not enter: logging in again will not help."""
        inner = super().admin_view(view, cacheable)

        @functools.wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise NotAllowed("Det gör systemförvaltaren.")
            return inner(request, *args, **kwargs)

        return guarded

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send to the service's own login, which knows of the second factor."""
        if request.user.is_authenticated:
            raise NotAllowed("Det gör systemförvaltaren.")
        target = request.GET.get("next") or resolve_url("admin:index")
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': target})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Send to the service's own page for logging out."""
        return redirect("account_logout")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register a model whose admin knows its board; refuse all others without a word.

        Libraries register their tables (tokens, second factors, e-mail addresses) for an
        administrator of the whole installation, who does not exist here.
        """
        if admin_class is not None and issubclass(admin_class, BoardAdmin):
            super().register(model_or_iterable, admin_class, **options)


class BoardAdmin(admin.ModelAdmin):
    """Base: the own board's rows alone, audited, never removed.

    ``board_path`` leads from the model to its board. ``editable`` says whether rows can be added
    and changed here, or are only shown. ``audit_action`` is what a change is audited as.
    """

    board_path = "board"
    editable = False
    audit_action = "organisation.changed"
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the own board's rows."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.filter(**{self.board_path: actor_of(request).board_id})

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Say whether the app is shown."""
        return policy.may_configure(actor_of(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether rows are shown."""
        return policy.may_configure(actor_of(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say whether rows are added here."""
        return self.editable and policy.may_configure(actor_of(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether rows are changed here."""
        return self.editable and policy.may_configure(actor_of(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is removed: what was true once is needed for the reports of that time."""
        return False

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        """Offer the own board's rows alone."""
        related = self.admin_site._registry.get(db_field.related_model)
        if isinstance(related, BoardAdmin):
            kwargs["queryset"] = related.get_queryset(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        """Save for the own board, audited."""
        actor = actor_of(request)
        with unit_of_work(actor) as work:
            policy.require_configurer(actor)
            if self.board_path == "board":
                obj.board_id = actor.board_id  # type: ignore[attr-defined]
            super().save_model(request, obj, form, change)
            work.audit(self.audit_action, obj, data={"act": "changed" if change else "added"})
