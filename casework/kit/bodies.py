"""What a body of JSON may be, whatever it is for: so large, so deep, of numbers that can be kept.

Serializers say what each field may hold; this holds before any of them has looked.
"""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.parsers import JSONParser

from casework.kit.refusals import TOO_LARGE_MESSAGE

DEEPEST = 20
LONGEST_LIST = 1_000
# A number of 64 bits has 19 digits and a sign.
LONGEST_NUMBER = 20


class BodyTooLarge(APIException):
    """The body is larger than any that is asked for (413)."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = TOO_LARGE_MESSAGE


class JsonBody(JSONParser):
    """JSON as RFC 8259 has it, within bounds; all else is refused in words (400, 413)."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return what the body says."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        content = stream.read(most + 1)
        if len(content) > most:
            raise BodyTooLarge
        try:
            body = json.loads(
                content.decode(),
                parse_constant=_no_number,
                parse_int=_whole,
                parse_float=_number,
                object_pairs_hook=_each_once,
            )
        except UnicodeDecodeError as error:
            raise ParseError("Texten är inte UTF-8. Skicka JSON i UTF-8.") from error
        except RecursionError as error:
            raise ParseError(_TOO_DEEP) from error
        except ValueError as error:
            raise ParseError("Det som skickades är inte giltig JSON.") from error
        _check(body, DEEPEST)
        return body


_TOO_DEEP = f"JSON får ha högst {DEEPEST} nivåer."


def _no_number(text: str) -> float:
    raise ParseError(f"{text} är inget tal i JSON.")


class _TooLarge:
    """Stands where a number cannot be kept, until it is known in which field."""


def _whole(text: str) -> int | _TooLarge:
    if len(text) > LONGEST_NUMBER or abs(int(text)) >= 2**63:
        return _TooLarge()
    return int(text)


def _number(text: str) -> float | _TooLarge:
    found = float(text)
    return found if found - found == 0 else _TooLarge()


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ParseError("Samma fält står två gånger. Ta bort det ena.")
    return found


def _check(part: Any, levels: int, field: str = "") -> None:
    if isinstance(part, _TooLarge):
        message = "Talet är för stort."
        raise ValidationError({field: message}) if field else ParseError(message)
    if isinstance(part, str) and "\x00" in part:
        raise ParseError("Texten innehåller ett nolltecken. Ta bort det.")
    if not isinstance(part, dict | list):
        return
    if not levels:
        raise ParseError(_TOO_DEEP)
    if len(part) > LONGEST_LIST:
        raise ParseError(f"En lista får ha högst {LONGEST_LIST} värden. Dela upp den.")
    if isinstance(part, list):
        for inner in part:
            _check(inner, levels - 1, field)
        return
    for name, inner in part.items():
        _check(name, levels - 1)
        _check(inner, levels - 1, f"{field}.{name}" if field else name)
