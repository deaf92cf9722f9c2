"""What of the ground floor the Systemförvaltare keeps at /admin/."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest

from casework.kit.admin import BoardAdmin
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


class NewUserForm(forms.ModelForm):
    """A new user; a first password where the person does not log in through the employer."""

    password1 = forms.CharField(
        label="Första lösenord",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Lämna tomt för den som loggar in via arbetsgivaren.",
    )

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email", "title")

    def clean_password1(self) -> str:
        """Check the password by the rules for all passwords."""
        password = str(self.cleaned_data["password1"])
        if password:
            validate_password(password, self.instance)
        return password

    def save(self, commit: bool = True) -> User:
        """Save the user with the password, or with one that nothing fits."""
        self.instance.set_password(self.cleaned_data["password1"] or None)
        user: User = super().save(commit)
        return user


@admin.register(User)
class UserAdmin(BoardAdmin):
    """Användare. Roles are given on the pages of the organisation.

    A password is set when the user is made and never again from here: whoever could set that of
    another could read the other's cases.
    """

    editable = True
    audit_action = "organisation.membership_changed"
    fields = ("username", "first_name", "last_name", "email", "title", "is_active")
    list_display = ("username", "first_name", "last_name", "title", "is_active")
    list_filter = ("is_active",)
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Ask for a first password when the user is new."""
        if not change:
            kwargs |= {"form": NewUserForm, "fields": None}
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields of the form in use."""
        if obj is None:
            return (*NewUserForm.Meta.fields, "password1")
        return super().get_fields(request, obj)


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
