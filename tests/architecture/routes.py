"""Every address the service answers at, as the resolver has them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """An address with its parameters in it, and the methods that a viewset binds (if it is one)."""

    pattern: str
    methods: frozenset[str]

    @property
    def parameters(self) -> list[str]:
        """Names of the parameters, in order."""
        return _PARAMETER.findall(self.pattern)

    def address(self, values: dict[str, Any]) -> str:
        """Return the address with the parameters filled in."""
        return "/" + _PARAMETER.sub(lambda found: str(values[found[1]]), self.pattern)


def _walk(resolver: Any, prefix: str = "") -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from _walk(entry, pattern)
            continue
        actions = getattr(entry.callback, "actions", None) or {}
        yield Route(pattern, frozenset(actions))


def all_routes() -> list[Route]:
    """Return every route of the service."""
    return list(_walk(get_resolver()))
