"""Keeping the registers of categories and causes: added, renamed, ended, reviewed.

Nothing that was reported is relabelled: a renamed value is a new row that replaces the old one.
"""

from datetime import date, timedelta
from typing import TypeVar

from django.db import models
from django.db.models import Q

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import Work, unit_of_work
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotVisible
from deviations.models import Category, Cause

Value = TypeVar("Value", Category, Cause)


def add_category(
    actor: Actor, *, name: str, parent: Category | None = None, keywords: str = ""
) -> Category:
    """Add a category, or with ``parent`` a subcategory, from today."""
    with unit_of_work(actor) as work:
        policy.require_register_keeper(actor)
        _check_parent(actor, parent)
        category = Category(
            board_id=actor.board_id,
            name=_free_name(actor, Category, name, parent=parent),
            parent=parent,
            keywords=_words(keywords),
            valid_from=clock.today(),
        )
        category.save()
        _audit(work, category, "added")
    return category


def add_cause(actor: Actor, *, name: str) -> Cause:
    """Add a cause, from today."""
    with unit_of_work(actor) as work:
        policy.require_register_keeper(actor)
        cause = Cause(
            board_id=actor.board_id,
            name=_free_name(actor, Cause, name),
            valid_from=clock.today(),
        )
        cause.save()
        _audit(work, cause, "added")
    return cause


def rename(actor: Actor, value: Value, *, name: str) -> Value:
    """Replace a value in use by one with another name, from today; its subcategories follow.

    One that began today and so has been used by nobody yet is simply corrected.
    """
    with unit_of_work(actor) as work:
        policy.require_register_keeper(actor)
        value = _locked(actor, value)
        today = clock.today()
        _require_in_use(value, today)
        parent = value.parent if isinstance(value, Category) else None
        name = _free_name(actor, type(value), name, parent=parent, but=value)
        new = _successor(value, today, name=name, parent=parent)
        _audit(work, new, "renamed")
    return new


def _successor(value: Value, today: date, *, name: str, parent: Category | None) -> Value:
    """End ``value`` yesterday and begin its successor today, with subcategories of its own."""
    if value.valid_from == today:
        value.name = name
        if isinstance(value, Category):
            value.parent = parent
        value.save()
        return value
    value.valid_to = today - timedelta(days=1)
    value.save(update_fields=["valid_to"])
    new = type(value)(
        board_id=value.board_id,
        name=name,
        needs_review=value.needs_review,
        replaces=value,
        valid_from=today,
    )
    if isinstance(value, Category) and isinstance(new, Category):
        new.keywords = value.keywords
        new.parent = parent
    new.save()
    if isinstance(value, Category) and isinstance(new, Category):
        for child in Category.objects.select_for_update().filter(parent=value, valid_to=None):
            _successor(child, today, name=child.name, parent=new)
    return new


def end(actor: Actor, value: Value, *, last_day: date) -> Value:
    """Let a value be chosen no longer after ``last_day``; a category ends with what is under it."""
    with unit_of_work(actor) as work:
        policy.require_register_keeper(actor)
        value = _locked(actor, value)
        _require_in_use(value, clock.today())
        if value.valid_from is not None and last_day < value.valid_from:
            raise InvalidInput(
                f"Den började användas {value.valid_from}. Välj den dagen eller en senare.",
                field="last_day",
            )
        value.valid_to = last_day
        value.save(update_fields=["valid_to"])
        if isinstance(value, Category):
            for child in Category.objects.filter(parent=value, valid_to=None):
                child.valid_to = max(last_day, child.valid_from or last_day)
                child.save(update_fields=["valid_to"])
        _audit(work, value, "ended")
    return value


def mark_reviewed(actor: Actor, value: Value) -> Value:
    """Say that a value that came in with a file has been looked at and may stay."""
    with unit_of_work(actor) as work:
        policy.require_register_keeper(actor)
        value = _locked(actor, value)
        value.needs_review = False
        value.save(update_fields=["needs_review"])
        _audit(work, value, "reviewed")
    return value


def set_keywords(actor: Actor, category: Category, *, keywords: str) -> Category:
    """Set the words by which the category is suggested."""
    with unit_of_work(actor) as work:
        policy.require_register_keeper(actor)
        category = _locked(actor, category)
        category.keywords = _words(keywords)
        category.save(update_fields=["keywords"])
        _audit(work, category, "keywords")
    return category


def _words(keywords: str) -> str:
    return " ".join(dict.fromkeys(keywords.replace(",", " ").lower().split()))


def _audit(work: Work, value: models.Model, act: str) -> None:
    work.audit("deviation.register_changed", value, data={"act": act})


def _locked(actor: Actor, value: Value) -> Value:
    found = (
        type(value)
        .objects.select_for_update(of=("self",))
        .filter(board_id=actor.board_id, pk=value.pk)
        .first()
    )
    if found is None:
        raise NotVisible
    return found


def _require_in_use(value: Category | Cause, today: date) -> None:
    if not value.is_valid_on(today):
        raise ConflictError("Den används inte längre och kan inte ändras.")


def _check_parent(actor: Actor, parent: Category | None) -> None:
    if parent is None:
        return
    if parent.board_id != actor.board_id or not parent.is_valid_on(clock.today()):
        raise InvalidInput("Välj en huvudkategori som används i dag.", field="parent")
    if parent.parent_id is not None:
        raise InvalidInput("En underkategori kan inte ha egna underkategorier.", field="parent")


def _free_name(
    actor: Actor,
    kind: type[Category] | type[Cause],
    name: str,
    *,
    parent: Category | None = None,
    but: Category | Cause | None = None,
) -> str:
    name = " ".join(name.split())
    if not name:
        raise InvalidInput("Skriv ett namn.", field="name")
    same = kind.objects.filter(board_id=actor.board_id, name__iexact=name).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=clock.today())
    )
    if kind is Category:
        same = same.filter(Q(parent=parent))
    if but is not None:
        same = same.exclude(pk=but.pk)
        if but.name == name:
            raise InvalidInput("Namnet är detsamma som förut.", field="name")
    if same.exists():
        raise InvalidInput("Det finns redan en som heter så.", field="name")
    return name
