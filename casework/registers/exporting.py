"""Taking a list out of the service as a file, audited with what it held."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse

from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.shared.downloads import file_response
from casework.shared.errors import InvalidInput
from casework.shared.tabular import csv_bytes, xlsx_bytes

CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export_response(
    actor: Actor,
    file_name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    file_format: str,
    *,
    kind: str,
    ids: Iterable[int],
    action: str = "register.exported",
    data: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Return ``rows`` as a file to download, ``file_name`` without its ending.

    The caller takes rows and ``ids`` (the records of ``kind`` that they hold) from the actor's own
    ``visible_to``; ``data`` goes into the audit event. Raises ``InvalidInput`` for a format other
    than ``csv`` and ``xlsx``.
    """
    if file_format not in CONTENT_TYPES:
        raise InvalidInput("Välj CSV eller Excel.", field="format")
    content = (
        csv_bytes(columns, rows)
        if file_format == CSV
        else xlsx_bytes(columns, rows, title=file_name.capitalize())
    )
    record_reading(actor, action, kind=kind, ids=ids, data={**(data or {}), "format": file_format})
    return file_response(content, CONTENT_TYPES[file_format], f"{file_name}.{file_format}")
