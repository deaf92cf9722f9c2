"""Logs as one JSON object per line on stderr, without a word that anyone has written.

What people write here is about persons in need of help, and an exception quotes it readily
(a database error repeats the row). Logs therefore carry numbers, paths and code positions:
of an exception its type and where it arose, never its text.
"""

import logging.config
import re
import sys
import traceback
from typing import Any

import structlog
from django.http import Http404, HttpRequest
from django.urls import resolve
from django_structlog.middlewares import RequestMiddleware as StructlogMiddleware
from structlog.typing import EventDict, WrappedLogger

_CAPTURED = re.compile(r"<(?:\w+:)?(\w+)>")


class RequestMiddleware(StructlogMiddleware):
    """Logs each request by method and route; a query may hold the name someone searched for.

    Nor is anything said that stands in the path but numbers of rows: it may be a secret (a key of
    a reset, a calendar's address), also where it was mistyped and leads nowhere.
    """

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Return method and route, with the numbers that stand in it."""
        try:
            match = request.resolver_match or resolve(request.path_info)
        except Http404:
            return f"{request.method} …"
        given = match.kwargs

        def value(part: re.Match[str]) -> str:
            found = given.get(part[1])
            return str(found) if isinstance(found, int) else "…"

        return f"{request.method} /{_CAPTURED.sub(value, match.route)}"


def position_of_exception(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace an exception with its chain of types and the positions in the code."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    chain: list[dict[str, Any]] = []
    while isinstance(error, BaseException) and len(chain) < 5:
        frames = traceback.extract_tb(error.__traceback__)[-12:]
        chain.append(
            {
                "type": f"{type(error).__module__}.{type(error).__qualname__}",
                "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
            }
        )
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if chain:
        event["exception"] = chain
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(*, readable: bool) -> dict[str, Any]:
    """Return the ``LOGGING`` setting; ``readable`` for a developer's eyes, with full errors."""
    renderers: list[Any] = (
        [structlog.dev.ConsoleRenderer()]
        if readable
        else [position_of_exception, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *renderers,
                ],
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            name: {"level": "INFO"} for name in ("casework", "config", "deviations", "lexsarah")
        }
        | {
            # Says once more, and with the text of the error, what the middleware has said.
            "django.request": {"level": "CRITICAL"},
            "django_structlog": {"level": "INFO"},
            "django.server": {"level": "WARNING", "propagate": True},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    """Receive ``LOGGING`` at Django's start; our own loggers then end in the same handler."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
