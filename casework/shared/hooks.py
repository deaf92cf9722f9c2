"""What a lower room needs from a higher one: modules that each app may have, loaded at start."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from django.utils.module_loading import autodiscover_modules

HOOKS = (
    "deadline_rules",
    "audit_actions",
    "quality_tables",
    "register_kinds",
    "subjects",
    "on_missed",
    "on_misconduct",
    "inbox_items",
    "open_work",
    "searches",
    "nav_items",
    "start_cards",
    "own_actions",
    "demo_data",
)

T = TypeVar("T")


class Registry(Generic[T]):
    """Named things registered once each, in order; a name used twice is refused at start."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._items: dict[str, T] = {}

    def register(self, name: str, item: T) -> T:
        """Add ``item``; raises ``ValueError`` where the name is taken."""
        if name in self._items:
            raise ValueError(f"{self.what} {name!r} is registered twice")
        self._items[name] = item
        return item

    def __getitem__(self, name: str) -> T:
        return self._items[name]

    def __contains__(self, name: str) -> bool:
        return name in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def items(self) -> list[tuple[str, T]]:
        """Return (name, item) in order of registration."""
        return list(self._items.items())


def discover() -> None:
    """Import every hook module of every installed app."""
    autodiscover_modules(*HOOKS)
