"""What of the ground floor the Systemförvaltare keeps at /admin/."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from casework.accounts import changes
from casework.accounts.letters import waiting_words
from casework.kit.admin import BoardAdmin, actor_of
from casework.models import (
    Absence,
    Administration,
    Department,
    ImportBatch,
    Membership,
    ServiceArea,
    Unit,
    User,
)


@admin.register(Administration)
class AdministrationAdmin(BoardAdmin):
    """Förvaltningar: their names."""

    editable = True
    fields = ("name",)


@admin.register(Department)
class DepartmentAdmin(BoardAdmin):
    """Avdelningar."""

    editable = True
    board_path = "administration__board"
    fields = ("administration", "name")
    list_display = ("name", "administration")


@admin.register(ServiceArea)
class ServiceAreaAdmin(BoardAdmin):
    """Verksamhetsområden."""

    editable = True
    fields = ("name", "for_children")
    list_display = ("name", "for_children")


@admin.register(User)
class UserAdmin(BoardAdmin):
    """Användare. Roles are given on the pages of the organisation.

    No password is set here: everybody chooses the own by the letter's link, or logs in through
    the employer. The user name, which the employer's log-in goes by, stays as it was once made.
    """

    editable = True
    audit_action = "organisation.membership_changed"
    fields = ("username", "first_name", "last_name", "email", "title", "is_active")
    list_display = ("username", "first_name", "last_name", "title", "is_active")
    list_filter = ("is_active",)
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what cannot be changed."""
        return ("username",) if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save; another address goes the way of every change to an account."""
        wanted = obj.email
        if change:
            obj.email = User.objects.values_list("email", flat=True).get(pk=obj.pk)
        else:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if wanted.lower() != obj.email.lower():
            waits = changes.change_email(actor_of(request), obj, wanted)
            if waits is not None:
                messages.info(request, waiting_words(waits))


@admin.register(Unit)
class UnitAdmin(BoardAdmin):
    """Enheter, to look at: they are founded, renamed and merged under Organisation."""

    list_display = ("name", "department", "area", "valid_from", "valid_to")
    list_select_related = ("department", "area")
    search_fields = ("name",)
    ordering = ("name", "valid_from")


@admin.register(Membership)
class MembershipAdmin(BoardAdmin):
    """Roller, to look at."""

    list_display = ("person", "role", "unit", "department", "valid_from", "valid_to")
    list_select_related = ("user", "unit", "department")
    list_filter = ("role",)
    search_fields = ("user__first_name", "user__last_name", "unit__name")
    fields = (
        "person", "role", "unit", "department", "sees_protected", "valid_from", "valid_to",
    )  # fmt: skip

    @admin.display(description="person", ordering="user__first_name")
    def person(self, membership: Membership) -> str:
        """The person's name."""
        return membership.user.display_name


@admin.register(Absence)
class AbsenceAdmin(BoardAdmin):
    """Frånvaro, to look at."""

    list_display = ("person", "stands_in", "valid_from", "valid_to")
    list_select_related = ("user", "substitute")
    fields = ("person", "stands_in", "valid_from", "valid_to")

    @admin.display(description="borta")
    def person(self, absence: Absence) -> str:
        """Who is away."""
        return absence.user.display_name

    @admin.display(description="ersättare")
    def stands_in(self, absence: Absence) -> str:
        """Who stands in."""
        return absence.substitute.display_name


@admin.register(ImportBatch)
class ImportBatchAdmin(BoardAdmin):
    """Inläsningar, to look at: which file and how many rows, never the rows."""

    list_display = ("imported_at", "kind", "file_name", "rows", "added", "updated", "unchanged")
    fields = list_display
    ordering = ("-imported_at",)
