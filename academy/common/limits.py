"""Limits for addresses that anybody may call. Counts live in the cache, under a hash of the caller's address."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def is_within_limit(request: HttpRequest, action: str, *, limit: int, seconds: int) -> bool:
    """Count one call; False once the same caller has made more than `limit` within `seconds`."""
    caller = salted_hmac("academy.limits", get_adapter(request).get_client_ip(request) or "").hexdigest()[:32]
    key = f"limit:{action}:{caller}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= limit
    except ValueError:  # lapsed between the two calls
        cache.set(key, 1, seconds)
        return True
