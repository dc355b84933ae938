"""Limits for addresses that anybody may call. Counts live in the cache, under a hash of who calls."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def is_within_limit(request: HttpRequest, action: str, *, limit: int, seconds: int, of: str = "") -> bool:
    """Count one call; False once the same caller has made more than `limit` within `seconds`.

    `of` counts by somebody's pseudonym in place of the address, where a whole room shares one.
    """
    caller = of or get_adapter(request).get_client_ip(request) or ""
    caller = salted_hmac("academy.limits", caller).hexdigest()[:32]
    key = f"limit:{action}:{caller}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= limit
    except ValueError:  # lapsed between the two calls
        cache.set(key, 1, seconds)
        return True
