"""``/sok/?q=``: one box, scoped like everything."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.search import SEARCHES, Hit, parse
from casework.kit.web import ActorRequest, page
from casework.registers.exporting import export_response

PAGE_SIZE = 20
# More hits than anyone goes through: the file holds the first of them, and the page says so.
MOST_IN_FILE = 10_000
COLUMNS = ("Träff", "Läge", "Gäller", "Hittades genom")


@page
def search(request: ActorRequest) -> HttpResponse:
    """Show what was found of one kind; with several kinds, the others as tabs with their counts.

    The audit event says what was shown, never what was typed. ``?format=csv|xlsx`` gives the hits
    of that kind as a file.
    """
    query = parse(request.GET.get("q", ""))
    context: dict[str, Any] = {"query": query, "lead": f"”{query.text}”"}
    if query.text:
        # A paginator counts once, by the search's own ``count``, and slices what it shows.
        found: dict[str, Paginator[Hit]] = {
            name: Paginator(cast(Any, item.find(request.actor, query)), PAGE_SIZE)
            for name, item in SEARCHES.items()
        }
        counts = {name: hits.count for name, hits in found.items()}
        # Where nothing was asked for: the kind with hits that comes first.
        chosen = request.GET.get("i", "")
        if chosen not in found:
            chosen = next((name for name in found if counts[name]), next(iter(found), ""))
        if chosen:
            listed = found[chosen]
            if file_format := request.GET.get("format"):
                return _file(request.actor, chosen, listed.object_list, file_format)
            shown = listed.get_page(request.GET.get("page"))
            hits = list(shown.object_list)
            record_reading(
                request.actor,
                "search.made",
                kind=SEARCHES[chosen].kind,
                ids=[hit.key for hit in hits],
                data={"count": counts[chosen], "page": shown.number},
            )
            noun = "träff" if counts[chosen] == 1 else "träffar"
            context |= {
                "shown": shown,
                "hits": hits,
                "most_in_file": MOST_IN_FILE if counts[chosen] > MOST_IN_FILE else None,
                "lead": f"{counts[chosen]} {noun} på ”{query.text}”",
            }
            if len(found) > 1:
                context["tabs"] = _tabs(request, chosen, counts)
    return render(request, "casework/search.html", context)


def _file(actor: Actor, name: str, found: Any, file_format: str) -> HttpResponse:
    hits: list[Hit] = found[:MOST_IN_FILE]
    return export_response(
        actor,
        "soktraffar",
        COLUMNS,
        [(hit.title, hit.chip, " · ".join(hit.facts), ", ".join(hit.why)) for hit in hits],
        file_format,
        kind=SEARCHES[name].kind,
        ids=[hit.key for hit in hits],
        action="search.exported",
    )


def _tabs(request: ActorRequest, chosen: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    tabs = []
    for name, item in SEARCHES.items():
        address = request.GET.copy()
        address.pop("page", None)
        address["i"] = name
        tabs.append(
            {
                "label": item.label,
                "url": f"?{address.urlencode()}",
                "current": name == chosen,
                "count": counts[name],
            }
        )
    return tabs
