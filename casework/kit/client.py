"""From where a request comes, past the proxies of our own."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_of(request: HttpRequest) -> str:
    """Return the client's address; of IPv6 the network of 64 bits that one household is given.

    ``TRUSTED_PROXIES`` proxies stand in front, and each adds to ``X-Forwarded-For`` whom it was
    asked by: what stands before their entries anybody may have written, and is not looked at.
    """
    proxies = settings.TRUSTED_PROXIES
    chain = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if proxies else []
    given = chain[-proxies].strip() if len(chain) >= proxies > 0 else ""
    return _address(given) or _address(request.META.get("REMOTE_ADDR", "")) or "unknown"


def _address(text: str) -> str:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
