"""What the description of the API (OpenAPI) says of every operation, and of every act, alike."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

Method = Callable[..., Response]
GONE = "Gjort. Ärendet har lämnat det du får läsa."
PROBLEM = {
    "description": "Felet som `status`, `code`, `message` (på svenska), `field` och `errors`.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_FAULT = {
    "code": {"type": "string", "description": "Stabil; att programmera mot."},
    "message": {"type": "string", "description": "På svenska, skriven för den som läser."},
    "field": {"type": "string", "nullable": True, "description": "Fältet, om felet gäller ett."},
}
PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["status", "code", "message", "field", "errors"],
    "properties": {
        "status": {"type": "integer"},
        **_FAULT,
        "errors": {
            "type": "array",
            "items": {"type": "object", "required": list(_FAULT), "properties": _FAULT},
        },
    },
}
_METHODS = ("get", "post", "put", "patch", "delete")


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the one error answer to every operation (drf-spectacular post-processing hook)."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    for path in result["paths"].values():
        for method in _METHODS:
            if method in path:
                path[method]["responses"]["4XX"] = PROBLEM
    return result


def if_match(
    what: str, read_as: str = "ETag från läsningen", *, required: bool = True
) -> OpenApiParameter:
    """Describe ``If-Match`` of an edit of ``what`` (bestämd form)."""
    return OpenApiParameter(
        "If-Match",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        required=required,
        description=f"{read_as}. Har {what} ändrats sedan dess blir svaret 412.",
    )


def act(
    resource: str,
    body: type[serializers.BaseSerializer],
    answer: type[serializers.BaseSerializer],
    summary: str,
    *,
    edits: bool = False,
    versioned: bool = True,
) -> Callable[[Method], Method]:
    """Make a method of a viewset an act: ``POST <resource>/<id>/<name>/`` with ``body``.

    ``edits`` says in the description that ``If-Match`` must be sent; records that are not
    ``versioned`` know of none.
    """
    has_body = bool(body().get_fields())  # type: ignore[attr-defined]

    def decorate(method: Method) -> Method:
        name = method.__name__
        routed = action(
            detail=True,
            methods=["post"],
            url_path=name.replace("_", "-"),
            serializer_class=body,
            filterset_class=None,
            pagination_class=None,
        )(method)
        return extend_schema(
            operation_id=f"{resource}_{name}",
            summary=summary,
            description=method.__doc__,
            request=body if has_body else None,
            responses={200: answer, 204: OpenApiResponse(description=GONE)},
            parameters=[if_match("ärendet", required=edits)] if versioned else [],
            filters=False,
        )(routed)

    return decorate
