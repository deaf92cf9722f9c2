"""``/sok/?q=``: one box, scoped like everything."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from casework.audit.work import record_reading
from casework.kit.search import SEARCHES, Hit, parse
from casework.kit.web import ActorRequest, page

PAGE_SIZE = 20


@page
def search(request: ActorRequest) -> HttpResponse:
    """Show what was found of one kind; with several kinds, the others as tabs with their counts.

    The audit event says what was shown, never what was typed.
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
                "lead": f"{counts[chosen]} {noun} på ”{query.text}”",
            }
            if len(found) > 1:
                context["tabs"] = _tabs(request, chosen, counts)
    response = render(request, "casework/search.html", context)
    patch_cache_control(response, no_store=True)
    return response


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
