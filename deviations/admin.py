"""What of deviations is configuration: the registers, to look at."""

from django.contrib import admin

from casework.kit.admin import BoardAdmin
from deviations.models import Category, Cause


@admin.register(Category)
class CategoryAdmin(BoardAdmin):
    """Kategorier; they are changed under Organisation."""

    list_display = ("name", "parent", "valid_from", "valid_to", "needs_review")
    list_select_related = ("parent",)
    list_filter = ("needs_review",)
    search_fields = ("name",)


@admin.register(Cause)
class CauseAdmin(BoardAdmin):
    """Orsaker; they are changed under Organisation."""

    list_display = ("name", "valid_from", "valid_to", "needs_review")
    list_filter = ("needs_review",)
    search_fields = ("name",)
