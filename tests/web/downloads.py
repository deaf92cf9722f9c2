"""Taking out a list as a file by the link on its page, and reading what came."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from django.test import Client

from casework.models import AuditEvent

Row = dict[str, str]

FORMULA = '=HYPERLINK("http://x.se")'
HARMLESS = f"'{FORMULA}"
NUMBER = re.compile(r"AVV-\d{4}-\d+")


def fetched(client: Client, url: str, file_format: str = "csv") -> Any:
    """Ask for the file by the link that the page itself shows."""
    page = client.get(url)
    assert page.status_code == 200
    text = page.content.decode()
    (link,) = re.findall(rf'href="(\?[^"]*format={file_format})"', text)
    answer = client.get(url.partition("?")[0] + link.replace("&amp;", "&"))
    assert answer.status_code == 200
    assert f'.{file_format}"' in answer["Content-Disposition"]
    return answer


def as_rows(content: bytes) -> list[Row]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def file_rows(client: Client, url: str) -> list[Row]:
    return as_rows(fetched(client, url).content)


def column(rows: Sequence[Row], name: str) -> list[str]:
    return [row[name] for row in rows]


def on_page(client: Client, url: str) -> list[str]:
    """The numbers of the deviations on a page, in its order."""
    return list(dict.fromkeys(NUMBER.findall(client.get(url).content.decode())))


def audited(action: str, ids: Sequence[int]) -> AuditEvent:
    """The one event that taking out the file left."""
    event = AuditEvent.objects.filter(action=action).get()
    assert event.subject_ids == sorted(ids)
    assert event.data["format"] == "csv"
    return event
